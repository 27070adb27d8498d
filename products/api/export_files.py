"""Exports as files: a small one at once, a large one by the worker."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import FileResponse, HttpResponse, QueryDict, StreamingHttpResponse
from django.http.response import HttpResponseBase
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.actors import actor_of
from accounts.api_key_use import KeyUse
from accounts.permissions import CanSeeWork, ensure_role
from accounts.roles import Role
from accounts.scopes import ensure_scope
from catalog_project.api.pagination import KeysetPagination
from catalog_project.api.preconditions import say_who_may_keep
from catalog_project.api.renderers import FastJSONRenderer
from catalog_project.api.views import ANY, StrictViewSet
from catalog_project.ops.slots import give_slot_back, take_slot
from products.api.export_selection import ensure_filters, wanted_of
from products.api.export_shapes import (
    ExportInput,
    ExportResponse,
    names_in,
)
from products.api.parts import part_id
from products.errors import ExportNotReady, ExportTooLarge, NotFound, TooManyExports
from products.models import Export, Location, Product
from products.services import exports as services
from products.services.files_out import place_of
from products.services.prices import ensure_currency
from products.transfer.exporting import WRITERS, Writer
from products.transfer.truth import Truth, Wanted, snapshot
from products.transfer.writers.options import WriteOptions

MOST_STREAMED = 10_000  # products
COSTS = "What the shop pays is for managers: leave out with_costs, or ask one of them."
# Whoever may ask there sees what the shop pays.
COSTS_ADDRESS = "/api/v1/products/{}/variants/{}/costs"
OPTIONS = ("currency", "location", "link")


class AnyRenderer(FastJSONRenderer):
    """Whatever Accept names: the format of the file is in the query."""

    media_type = "*/*"
    format = "file"


class FileStream:
    """The parts of a file as they are made. Closing it gives slot and connection back."""

    def __init__(self, writer: Writer, wanted: Wanted, options: WriteOptions) -> None:
        if not take_slot():
            raise TooManyExports
        self._is_open = True
        self._parts = _parts(writer, wanted, options)
        try:
            # The first part is made before the answer begins, so that what fails is a problem.
            self._first: bytes | None = next(self._parts)
        except BaseException:
            self.close()
            raise

    def __iter__(self) -> Iterator[bytes]:
        return self

    def __next__(self) -> bytes:
        if self._first is not None:
            part, self._first = self._first, None
            return part
        return next(self._parts)

    def close(self) -> None:
        if self._is_open:
            self._is_open = False
            self._parts.close()  # type: ignore[attr-defined]  # it is a generator
            give_slot_back()


def _parts(writer: Writer, wanted: Wanted, options: WriteOptions) -> Iterator[bytes]:
    with snapshot(wanted) as truth:
        _ensure_small(truth)
        yield from writer.write(truth, options)


def _ensure_small(truth: Truth) -> None:
    """Raises ExportTooLarge."""
    products = truth.count()
    if products > MOST_STREAMED:
        raise ExportTooLarge(products=products, most=MOST_STREAMED)


class ProductFileViewSet(StrictViewSet):
    """The file as the answer."""

    serializer_class = ExportInput
    queryset = Product.objects.none()
    permission_classes = [CanSeeWork]
    renderer_classes = [FastJSONRenderer, AnyRenderer]
    pagination_class = None
    query_parameters = {"retrieve": ANY}

    def retrieve(self, request: Request) -> HttpResponseBase:
        own = {
            name: request.query_params[name] for name in _names() if name in request.query_params
        }
        shape = ExportInput(data={**own, **_flags(own)})
        shape.is_valid(raise_exception=True)
        values = shape.validated_data
        filters = QueryDict(mutable=True)
        for name, texts in request.query_params.lists():
            if name not in own:
                filters.setlist(name, texts)
        wanted, options = _judged(request, {**values, "filters": filters.urlencode()})
        writer = WRITERS[values["format"]]
        answer: HttpResponseBase
        if request.method == "HEAD":
            answer = HttpResponse(content_type=writer.media_type)
        else:
            stream = FileStream(writer, wanted, options)
            answer = StreamingHttpResponse(stream, content_type=writer.media_type)
        return _private(request, answer, f"products{writer.suffix}")


def _names() -> list[str]:
    return [str(name) for name in ExportInput().get_fields() if name != "filters"]


def _flags(own: dict[str, str]) -> dict[str, Any]:
    """A query has words where a body has flags; what is no flag is refused as in a body."""
    words = {"true": True, "false": False}
    return {
        name: words.get(own[name], own[name]) for name in ("archived", "with_costs") if name in own
    }


def _judged(request: Request, values: dict[str, Any]) -> tuple[Wanted, WriteOptions]:
    """Raises ValidationError, PermissionDenied, and DomainErrors for what is not there."""
    filters = values.get("filters", "")
    ensure_filters(names_in(filters))
    with_costs = values.get("with_costs", False)
    if with_costs:
        _ensure_sees_costs(request, COSTS)
    wanted = wanted_of(
        filters,
        request.user,
        with_archived=values.get("archived", False),
        with_costs=with_costs,
    )
    location = values.get("location", "")
    if location and not Location.objects.filter(code=location).exists():
        raise NotFound(f"There is no location {location!r}.", pointer="/location")
    currency = ensure_currency(values.get("currency") or settings.CATALOG_CURRENCY)
    return wanted, WriteOptions(currency, location, values.get("link", ""))


def _ensure_sees_costs(request: Request, why: str) -> None:
    """Raises PermissionDenied; ScopeMissing for a key that is not for costs."""
    ensure_role(request.user, Role.MANAGER, why)
    if isinstance(request.auth, KeyUse):
        ensure_scope(request.auth.scopes, "GET", COSTS_ADDRESS)


def _private(request: Request, answer: HttpResponseBase, name: str) -> HttpResponseBase:
    say_who_may_keep(request, answer)
    answer["Cache-Control"] = "private, no-store"
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    answer["X-Content-Type-Options"] = "nosniff"
    return answer


class ExportJobViewSet(StrictViewSet):
    """Files that the worker makes."""

    queryset = Export.objects.all()
    serializer_class = ExportResponse
    permission_classes = [CanSeeWork]
    pagination_class = KeysetPagination
    keyset = ("-id",)
    query_parameters = {"list": ("limit", "cursor")}
    lookup_field = "key"

    def list(self, request: Request) -> Response:
        page = self.paginate_queryset(self.get_queryset())
        return self.get_paginated_response(self.get_serializer(page, many=True).data)

    def create(self, request: Request) -> Response:
        values = self.read(ExportInput, request)
        _judged(request, values)
        export = services.request_export(
            values={
                "format": values["format"],
                "filters": values.get("filters", ""),
                "with_archived": values.get("archived", False),
                "with_costs": values.get("with_costs", False),
                "options": {name: values[name] for name in OPTIONS if values.get(name)},
            },
            actor=actor_of(request),
        )
        location = request.build_absolute_uri(f"{request.path}/{export.pk}")
        served = self.get_serializer(export).data
        return Response(served, status=202, headers={"Location": location})

    def retrieve(self, request: Request, key: str) -> Response:
        return Response(self.get_serializer(self._export(part_id(key))).data)

    def destroy(self, request: Request, key: str) -> Response:
        self.read_nothing(request)
        services.delete_export(self._export(part_id(key)).pk)
        return Response(status=204)

    def _export(self, key: UUID) -> Export:
        export = Export.objects.filter(pk=key).first()
        if export is None:
            raise NotFound("There is no such export; files are kept for a few days.")
        return export


class ExportedFileViewSet(ExportJobViewSet):
    renderer_classes = [FastJSONRenderer, AnyRenderer]

    def retrieve(self, request: Request, key: str) -> HttpResponseBase:  # type: ignore[override]  # a file
        export = self._export(part_id(key))
        if export.with_costs:
            _ensure_sees_costs(request, "The file has what the shop pays: it is for managers.")
        writer = WRITERS[export.format]
        try:
            if export.state != Export.State.DONE:
                raise ExportNotReady(f"The export is {export.state}. {export.error}".strip())
            file = place_of("exports", export.pk).open("rb")
        except OSError:
            raise NotFound("The file is not there any more: ask for another export.") from None
        answer = FileResponse(file, content_type=writer.media_type)
        name = f"products-{export.created_at:%Y-%m-%d}{writer.suffix}"
        return _private(request, answer, name)

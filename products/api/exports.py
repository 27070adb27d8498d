"""Exports: a snapshot as a stream of lines, while the shop is open."""

from collections.abc import Iterator, Sequence
from typing import Any

from django.http import HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from rest_framework import serializers
from rest_framework.request import Request

from accounts.permissions import CanSeeWork
from catalog_project.api.ndjson import MEDIA_TYPE as NDJSON
from catalog_project.api.preconditions import say_who_may_keep
from catalog_project.api.renderers import FastJSONRenderer
from catalog_project.api.views import ANY, StrictViewSet
from catalog_project.ops.slots import give_slot_back, take_slot
from products.api.changes import cursor_of, read_types
from products.api.product_filters import CONTROLS, read_query
from products.api.product_reads import listing_of
from products.changes.export import Ending, Selection, export, last_line
from products.documents import views
from products.documents.listing import ids_of
from products.documents.pages import find_page
from products.errors import TooManyExports
from products.models import Change, Product
from products.search.filtering import with_words


class NdjsonRenderer(FastJSONRenderer):
    """Named in Accept, or nothing is; the stream itself is no work of a renderer."""

    media_type = NDJSON
    format = "ndjson"


class ExportLine(serializers.Serializer[Any]):
    """A line; the last one has `next_cursor` and `count` instead."""

    type = serializers.CharField()
    id = serializers.UUIDField()
    version = serializers.IntegerField(min_value=1)
    record = serializers.DictField(child=serializers.JSONField())


class Stream:
    """The lines of an export. Closing it gives its slot and its connection back, also where nobody
    ever read a line."""

    def __init__(self, selections: Sequence[Selection]) -> None:
        if not take_slot():
            raise TooManyExports
        self._is_open = True
        self._parts = export(selections)
        try:
            # The first part is read before the answer begins, so that what fails is a problem.
            self._first: bytes | None = self._line(next(self._parts))
        except BaseException:
            self.close()
            raise

    def __iter__(self) -> Iterator[bytes]:
        return self

    def __next__(self) -> bytes:
        if self._first is not None:
            line, self._first = self._first, None
            return line
        return self._line(next(self._parts))

    def close(self) -> None:
        if self._is_open:
            self._is_open = False
            self._parts.close()  # type: ignore[attr-defined]  # it is a generator
            give_slot_back()

    def _line(self, part: bytes | Ending) -> bytes:
        return last_line(cursor_of(part.place), part) if isinstance(part, Ending) else part


def streamed(request: Request, selections: Sequence[Selection]) -> HttpResponseBase:
    answer: HttpResponseBase
    if request.method == "HEAD":
        answer = HttpResponse(content_type=NDJSON)
    else:
        answer = StreamingHttpResponse(Stream(selections), content_type=NDJSON)
    say_who_may_keep(request, answer)
    answer["Cache-Control"] = "private, no-store"
    return answer


class ExportViewSet(StrictViewSet):
    serializer_class = ExportLine
    permission_classes = [CanSeeWork]
    renderer_classes = [NdjsonRenderer, FastJSONRenderer]
    pagination_class = None


class ProductExportViewSet(ExportViewSet):
    queryset = Product.objects.none()
    query_parameters = {"retrieve": ANY}

    def retrieve(self, request: Request) -> HttpResponseBase:
        controls = {
            name: ["An export has no such parameter."]
            for name in request.query_params
            if name in CONTROLS
        }
        if controls:
            raise serializers.ValidationError(controls)
        asked = read_query(request.META.get("QUERY_STRING", ""), sees_all=True)
        listing = listing_of(asked, views.known().default)
        if not listing.filters:
            return streamed(request, [Selection("product")])
        listing = with_words(listing)
        if "collection" in listing.filters:  # by whatever name it is asked for
            listing, _ = find_page(listing, limit=1)
        return streamed(request, [Selection("product", *ids_of(listing))])


class CatalogExportViewSet(ExportViewSet):
    queryset = Change.objects.none()
    query_parameters = {"retrieve": ("types",)}

    def retrieve(self, request: Request) -> HttpResponseBase:
        return streamed(request, [Selection(name) for name in read_types(request)])

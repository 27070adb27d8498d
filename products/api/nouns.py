"""Endpoints of the plain nouns, brands and categories: one row is one aggregate."""

from collections.abc import Callable, Mapping
from typing import Any, ClassVar, NoReturn
from urllib.parse import quote
from uuid import UUID

from django.http import HttpResponse
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.actors import actor_of
from accounts.permissions import CanEditCatalog
from catalog_project.api.pagination import KeysetPagination
from catalog_project.api.preconditions import digest, if_match, moved_to, representation
from catalog_project.api.renderers import FastJSONRenderer
from catalog_project.api.views import StrictViewSet, Written, is_json_patch
from products.api.products import KEY, key_of
from products.api.written import as_translation_changes, only_written
from products.documents.redirects import newer_slug
from products.errors import NotFound
from products.services.locking import ensure_version


class NounViewSet(StrictViewSet):
    """A subclass names the shapes of its input and the services that write."""

    permission_classes = [CanEditCatalog]
    pagination_class = KeysetPagination
    lookup_field = "key"
    lookup_value_regex = KEY
    query_parameters = {"list": ("limit", "cursor")}

    takes_json_patch = True
    key_field: ClassVar[str] = "slug"  # what names a row besides its id; empty: nothing does
    redirects: ClassVar[str] = ""  # the noun of its old slugs, where it keeps them
    merges_translations: ClassVar[bool] = False  # by locale and text, in a PATCH
    keyset: ClassVar[tuple[str, ...]]
    create_shape: ClassVar[type[serializers.Serializer[Any]]]
    replace_shape: ClassVar[type[serializers.Serializer[Any]]]
    patch_shape: ClassVar[type[serializers.Serializer[Any]]]
    create_service: ClassVar[Callable[..., Any]]
    update_service: ClassVar[Callable[..., Any]]
    delete_service: ClassVar[Callable[..., None]]
    # What PUT writes to the fields that it does not name; the slug stays as it is.
    emptied: ClassVar[Mapping[str, Any]]

    def list(self, request: Request) -> Response:
        page = self.paginate_queryset(self.filter_queryset(self.get_queryset()))
        return self.get_paginated_response(self.get_serializer(page, many=True).data)

    def retrieve(self, request: Request, key: str) -> HttpResponse:
        row = self._find(key)
        if row is None:
            return self._moved(request, key) or self._missing(key)
        return self._representation(request, row)

    def create(self, request: Request) -> HttpResponse:
        values = self.read(self.create_shape, request)
        row = type(self).create_service(values=values, actor=actor_of(request))
        location = request.build_absolute_uri(f"{request.path}/{row.pk}")
        return self._representation(request, row, status=201, headers={"Location": location})

    def update(self, request: Request, key: str) -> HttpResponse:
        return self._write(request, key, {**self.emptied, **self.read(self.replace_shape, request)})

    def partial_update(self, request: Request, key: str) -> HttpResponse:
        values = self.read(self.patch_shape, request)
        if self.merges_translations and not is_json_patch(request):
            values = as_translation_changes(values)
        return self._write(request, key, values)

    def written(
        self, request: Request, fields: Mapping[str, Any], expected_version: int | None
    ) -> Written:
        row = self._row(self.kwargs["key"])
        ensure_version(row, expected_version)
        served = self.get_serializer_class()(row).data  # without a view: its own texts
        return Written(
            row.version,
            {
                name: only_written(served[name], field) if name in served else getattr(row, name)
                for name, field in fields.items()
            },
        )

    def destroy(self, request: Request, key: str) -> Response:
        self.read_nothing(request)
        type(self).delete_service(
            self._row(key).pk,
            expected_version=if_match(request),
            actor=actor_of(request),
            **self.write_options(request),
        )
        return Response(status=204)

    def _write(self, request: Request, key: str, values: dict[str, Any]) -> HttpResponse:
        row = type(self).update_service(
            self._row(key).pk,
            values=values,
            expected_version=if_match(request),
            actor=actor_of(request),
            **self.write_options(request),
        )
        return self._representation(request, row)

    def write_options(self, request: Request) -> dict[str, Any]:
        """What the services of this noun take besides."""
        return {}

    def _row(self, text: str) -> Any:
        return self._find(text) or self._missing(text)

    def _find(self, text: str) -> Any:
        key = key_of(text)
        field = "pk" if isinstance(key, UUID) else self.key_field
        if not field:
            return None
        return self.get_queryset().filter(**{field: key}).first()

    def _moved(self, request: Request, text: str) -> HttpResponse | None:
        """Where to go on from an old slug."""
        if not self.redirects or isinstance(key_of(text), UUID):
            return None
        slug = self._moved_slug(text)
        return moved_to(request, self._address(slug)) if slug else None

    def _address(self, slug: str) -> str:
        """Of the same representation of the row with this slug."""
        return f"{quote(self.request.path.rpartition('/')[0])}/{quote(slug, safe='')}"

    def _moved_slug(self, text: str) -> str | None:
        return newer_slug(self.redirects, self.get_queryset().model._meta.db_table, text)

    def _missing(self, text: str) -> NoReturn:
        noun = self.get_queryset().model._meta.verbose_name
        raise NotFound(f"There is no {noun} {text[:100]!r}.")

    def _representation(self, request: Request, row: Any, **answer: Any) -> HttpResponse:
        body = FastJSONRenderer().render(self.get_serializer(row).data)
        return representation(
            request, body, f"{row.version}-{digest(body)}{self.tag_suffix()}", **answer
        )

    def tag_suffix(self) -> str:
        """What tells the tag of this answer from others with the same bytes."""
        return ""

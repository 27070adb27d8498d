"""The products of a collection, in its order."""

from typing import Any
from urllib.parse import quote
from uuid import UUID

import orjson
from django.db import DataError
from django.http import HttpResponse
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.actors import actor_of
from catalog_project.api.pagination import BadCursor, decode_cursor, encode_cursor, read_limit
from catalog_project.api.preconditions import digest, if_match, representation
from catalog_project.api.serializers import Id, StrictSerializer
from products.api.collections import CollectionResponse, SeenCollections
from products.api.parts import UUID_PATTERN, part_id
from products.api.product_filters import read_fields
from products.api.products import sees_all
from products.api.viewing import NAMES, resolved, tag_suffix
from products.documents.collections import read_collection
from products.models import Collection
from products.models.product_collections import MAX_PRODUCTS
from products.services import collection_members as members


class CollectionOrder(StrictSerializer):
    products = serializers.ListField(
        child=Id(), max_length=MAX_PRODUCTS, help_text="Ids of products, all of them, in order."
    )


class CollectionPlacement(StrictSerializer):
    products = serializers.ListField(
        child=Id(), min_length=1, max_length=1_000, help_text="Ids of products, in their order."
    )
    before = Id(required=False, help_text="The product that they shall stand before.")
    after = Id(required=False, help_text="Or the one that they shall stand behind.")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if {"before", "after"} <= attrs.keys():
            raise serializers.ValidationError({"after": "Give before or after, not both."})
        return attrs


class CollectionProductsViewSet(SeenCollections):
    """The products of a collection, in its order; the version is the collection's."""

    queryset = Collection.objects.none()
    serializer_class = CollectionResponse
    looks_first = False
    lookup_field = "product"
    lookup_value_regex = UUID_PATTERN
    query_parameters = {"list": ("limit", "cursor", "fields", *NAMES)}
    pagination_class = None  # type: ignore[assignment]  # documents have pages of their own

    def list(self, request: Request, collection: str) -> HttpResponse:  # type: ignore[override]  # below a collection
        return resolved(lambda: self._list(request, collection))

    def _list(self, request: Request, collection: str) -> HttpResponse:
        # Who may not read the channel learns nothing of what it shows.
        self.look(request.query_params.get("channel"), request.query_params.get("locale"))
        row = self._find(collection)
        if row is None:
            return self._moved(request, collection) or self._missing(collection)
        return self._page(request, row.pk)

    def _address(self, slug: str) -> str:
        above = self.request.path.rsplit("/", 2)[0]
        return f"{quote(above)}/{quote(slug, safe='')}/products"

    def _page(self, request: Request, key: UUID) -> HttpResponse:
        parameters = request.query_params
        limit = _read("limit", read_limit, parameters.get("limit"))
        fields = _read("fields", read_fields, parameters.get("fields"))
        view = self.look(parameters.get("channel"), parameters.get("locale"))
        seen = not sees_all(request)
        mark = digest(orjson.dumps([str(key), seen, view.number]))
        cursor = parameters.get("cursor")
        after = None if cursor is None else decode_cursor(cursor, mark, 2)
        try:
            page = read_collection(
                key, limit=limit, after=after, fields=fields, visible_only=seen, view=view.number
            )
        except DataError:
            if after:
                raise BadCursor from None
            raise
        next_cursor = encode_cursor(mark, page.next.key) if page.next else None
        tail = b'],"next_cursor":' + orjson.dumps(next_cursor) + b"}"
        body = b'{"items":[' + b",".join(page.bodies) + tail
        tag = digest(*page.etags, ",".join(fields).encode(), tail)
        return representation(request, body, tag + tag_suffix(view))

    def update(self, request: Request, collection: str) -> HttpResponse:
        row = members.replace_products(
            self._row(collection).pk,
            **self.read(CollectionOrder, request),
            expected_version=if_match(request),
            actor=actor_of(request),
        )
        return self._representation(request, row)

    def create(self, request: Request, collection: str) -> HttpResponse:  # type: ignore[override]  # below a collection
        row = members.place_products(
            self._row(collection).pk,
            **self.read(CollectionPlacement, request),
            expected_version=if_match(request),
            actor=actor_of(request),
        )
        return self._representation(request, row)

    def destroy(self, request: Request, collection: str, product: str) -> Response:  # type: ignore[override]  # below a collection
        self.read_nothing(request)
        members.remove_product(
            self._row(collection).pk,
            product=part_id(product),
            expected_version=if_match(request),
            actor=actor_of(request),
        )
        return Response(status=204)


def _read(name: str, reader: Any, text: str | None) -> Any:
    try:
        return reader(text)
    except serializers.ValidationError as error:
        raise serializers.ValidationError({name: error.detail}) from None

"""Search: the words of a shopper -> products, the best first."""

from collections.abc import Mapping
from typing import Any

import orjson
from django.db import DataError
from django.http import HttpResponse
from drf_spectacular.utils import extend_schema_serializer
from rest_framework import serializers
from rest_framework.request import Request

from accounts.permissions import CanEditCatalog
from catalog_project.api.pagination import BadCursor, decode_cursor, encode_cursor, read_limit
from catalog_project.api.preconditions import digest, representation
from catalog_project.api.views import StrictViewSet
from products.api.answers import ProductResponse, Total
from products.api.product_filters import read_fields
from products.api.products import sees_all
from products.api.viewing import NAMES, ViewedViewSet, tag_suffix
from products.models import Product
from products.search.query import LONGEST_QUERY, Query, read_query
from products.search.results import Results, read_results


class CorrectionResponse(serializers.Serializer[Any]):
    """A word that nothing has, and the one that was looked for instead."""

    written = serializers.CharField()
    meant = serializers.CharField()


@extend_schema_serializer(many=False)
class SearchPage(serializers.Serializer[Any]):
    items = ProductResponse(many=True)
    next_cursor = serializers.CharField(
        allow_null=True, help_text="Send it as `cursor` for the next page; null on the last one."
    )
    total = Total()
    query = serializers.CharField(help_text="The words that were looked for, folded.")
    corrected = CorrectionResponse(many=True)


class SearchViewSet(ViewedViewSet, StrictViewSet):
    queryset = Product.objects.none()  # documents are read instead
    serializer_class = SearchPage
    permission_classes = [CanEditCatalog]
    query_parameters = {"retrieve": ("q", "correct", "limit", "cursor", "fields", *NAMES)}

    def retrieve(self, request: Request) -> HttpResponse:
        view = self.look_as_asked()
        body, tag = read_search(
            request.query_params, visible_only=not sees_all(request), view=view.number
        )
        return representation(request, body, tag + tag_suffix(view))


def read_search(
    parameters: Mapping[str, str], *, visible_only: bool, view: int
) -> tuple[bytes, str]:
    """The bytes of a page and their ETag. Raises ValidationError, BadCursor."""
    asked = read_parameters(parameters)
    query = read_query(asked["q"], view=view, visible_only=visible_only, correct=asked["correct"])
    fingerprint = digest(orjson.dumps([asked["q"], asked["correct"], visible_only, view]))
    cursor = parameters.get("cursor")
    after = None if cursor is None else decode_cursor(cursor, fingerprint, 2)
    try:
        found = read_results(
            query,
            view=view,
            visible_only=visible_only,
            limit=asked["limit"],
            after=after,
            fields=asked["fields"],
        )
    except DataError:
        if after:
            raise BadCursor from None
        raise
    return printed(query, found, fingerprint, asked["fields"])


def read_parameters(parameters: Mapping[str, str]) -> dict[str, Any]:
    """`q`, `correct`, `limit` and `fields`. Raises ValidationError that names each wrong one."""
    errors: dict[str, Any] = {}
    found: dict[str, Any] = {}
    readers = {"q": read_words, "correct": read_flag, "limit": read_limit, "fields": read_fields}
    for name, reader in readers.items():
        try:
            found[name] = reader(parameters.get(name))
        except serializers.ValidationError as error:
            errors[name] = error.detail
    if errors:
        raise serializers.ValidationError(errors)
    return found


def read_words(text: str | None) -> str:
    if not text or not text.strip() or len(text) > LONGEST_QUERY or "\0" in text:
        raise serializers.ValidationError(f"Give 1 to {LONGEST_QUERY} characters.")
    return text


def read_flag(text: str | None) -> bool:
    """True unless it is switched off."""
    if text not in (None, "true", "false"):
        raise serializers.ValidationError("Give true or false.")
    return text != "false"


def printed(
    query: Query, found: Results, fingerprint: str, fields: tuple[str, ...]
) -> tuple[bytes, str]:
    """The bytes of a page, joined from the stored bodies, and their ETag."""
    tail = b'],"next_cursor":' + orjson.dumps(
        encode_cursor(fingerprint, found.last_key) if found.last_key else None
    )
    rest = {
        "total": {"value": found.total, "exact": found.is_exact},
        "query": " ".join(query.words),
        "corrected": [{"written": each.written, "meant": each.meant} for each in query.corrections],
    }
    tail += b"," + orjson.dumps(rest)[1:]
    body = b'{"items":[' + b",".join(found.bodies) + tail
    return body, digest(*found.etags, ",".join(fields).encode(), tail)

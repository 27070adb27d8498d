"""Keyset pagination: a cursor says behind which row the next page starts.

A cursor is opaque to callers: base64url of a JSON array that holds a fingerprint of the list's
filters and order, then the key of the last row. A cursor of another list is refused.
"""

import base64
import binascii
from collections.abc import Sequence
from typing import Any

import orjson
from django.core.exceptions import ValidationError
from django.db.models import Model, Q, QuerySet
from rest_framework import serializers
from rest_framework.pagination import BasePagination
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from catalog_project.errors import DomainError

DEFAULT_LIMIT, MAX_LIMIT = 20, 100
MAX_CURSOR = 4_000  # characters; a key may hold a name of 500 letters, four bytes each
# Without maxLength: a cursor that is too long for us may be too long for a request line, too.
CURSOR_SCHEMA = {"type": "string", "pattern": "^[A-Za-z0-9_-]+={0,2}$"}


class BadCursor(DomainError):
    """A cursor is only good for the filters and the order of the page that gave it."""

    status = 400
    code = "bad-cursor"
    title = "The cursor does not belong to this list"

    def __init__(self) -> None:
        super().__init__("Take next_cursor from the page before, with the same filters and order.")


def encode_cursor(fingerprint: str, key: Sequence[Any]) -> str:
    return base64.urlsafe_b64encode(orjson.dumps([fingerprint, *key], default=str)).decode()


def decode_cursor(cursor: str, fingerprint: str, length: int) -> list[Any]:
    """The key in the cursor. Raises BadCursor."""
    if len(cursor) > MAX_CURSOR:
        raise BadCursor
    try:
        parts = orjson.loads(base64.urlsafe_b64decode(cursor.encode()))
    except (binascii.Error, ValueError):
        raise BadCursor from None
    if not isinstance(parts, list) or len(parts) != length + 1 or parts[0] != fingerprint:
        raise BadCursor
    if not all(isinstance(part, int) or _is_plain(part) for part in parts):
        raise BadCursor
    return parts[1:]


def _is_plain(part: object) -> bool:
    return isinstance(part, str) and "\0" not in part


def read_limit(text: str | None) -> int:
    """How many rows a page has. Raises ValidationError."""
    if text is None:
        return DEFAULT_LIMIT
    if not (text.isascii() and text.isdigit() and len(text) < 5 and 1 <= int(text) <= MAX_LIMIT):
        raise serializers.ValidationError(f"Give a whole number from 1 to {MAX_LIMIT}.")
    return int(text)


def _typed(model: type[Model], keyset: Sequence[str], key: Sequence[Any]) -> list[Any]:
    fields = [model._meta.get_field(name) for name in keyset]
    try:
        return [field.to_python(value) for field, value in zip(fields, key, strict=True)]  # type: ignore[union-attr]  # a keyset names plain columns
    except ValidationError:
        raise BadCursor from None


class KeysetPagination(BasePagination):
    """Pages of a queryset in the order that the view's `keyset` names, the last one unique."""

    def paginate_queryset(  # type: ignore[override]  # a keyset needs a database
        self, queryset: "QuerySet[Any]", request: Request, view: APIView | None = None
    ) -> list[Any]:
        try:
            limit = read_limit(request.query_params.get("limit"))
        except serializers.ValidationError as error:
            raise serializers.ValidationError({"limit": error.detail}) from None
        cursor = request.query_params.get("cursor")
        keyset: tuple[str, ...] = view.keyset  # type: ignore[union-attr]  # the view's promise
        return self.page_of(queryset, keyset, limit=limit, cursor=cursor)

    def page_of(
        self, queryset: "QuerySet[Any]", keyset: tuple[str, ...], *, limit: int, cursor: str | None
    ) -> list[Any]:
        """The rows behind the cursor. Raises BadCursor."""
        self.fingerprint = "/".join(keyset)
        self.keyset = keyset
        if cursor is not None:
            key = decode_cursor(cursor, self.fingerprint, len(keyset))
            queryset = queryset.filter(self._behind(_typed(queryset.model, keyset, key)))
        rows = list(queryset.order_by(*keyset)[: limit + 1])
        self.last: Model | None = rows[limit - 1] if len(rows) > limit else None
        return rows[:limit]

    def next_cursor(self) -> str | None:
        """Of the page that was read last; None where nothing follows."""
        if self.last is None:
            return None
        return encode_cursor(self.fingerprint, [getattr(self.last, n) for n in self.keyset])

    def _behind(self, key: Sequence[Any]) -> Q:
        """(a, b) > (x, y), written so that PostgreSQL and the ORM both can read it."""
        condition = Q()
        for name, value in reversed(list(zip(self.keyset, key, strict=True))):
            deeper = Q(**{f"{name}__gt": value})
            condition = deeper | (Q(**{name: value}) & condition) if condition else deeper
        return condition

    def get_paginated_response(self, data: Any) -> Response:
        return Response({"items": data, "next_cursor": self.next_cursor()})

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        return {
            "type": "object",
            "required": ["items", "next_cursor"],
            "properties": {
                "items": schema,
                "next_cursor": {
                    "type": ["string", "null"],
                    "description": "Send it as `cursor` for the next page; null on the last one.",
                    "example": None,
                },
            },
        }

    def get_schema_operation_parameters(self, view: APIView) -> list[dict[str, Any]]:
        return [
            {
                "name": "limit",
                "in": "query",
                "description": "How many items a page has.",
                "schema": {
                    "type": "integer",
                    "minimum": 1,
                    "maximum": MAX_LIMIT,
                    "default": DEFAULT_LIMIT,
                },
            },
            {
                "name": "cursor",
                "in": "query",
                "description": "`next_cursor` of the page before.",
                "schema": CURSOR_SCHEMA,
            },
        ]

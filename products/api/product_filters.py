"""The query string of the product list -> a Listing. Nothing in it is silently ignored."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.http import QueryDict
from rest_framework import serializers

from catalog_project.api.pagination import CURSOR_SCHEMA, DEFAULT_LIMIT, MAX_LIMIT, read_limit
from catalog_project.api.serializers import CANONICAL_UUID, Instant, Money, did_you_mean
from products.documents.listing import BODY_FIELDS, DEFAULT_ORDER, ORDERS, Listing
from products.errors import InvalidValue
from products.models import Product
from products.models.prices import DECIMAL_PLACES, MAX_DIGITS
from products.services.variants import normal_gtin

MAX_TEXT = 200
MAX_TAGS = 10
STATUSES = tuple(Product.Status.values)


def _uuid(text: str) -> str:
    if not CANONICAL_UUID.fullmatch(text):
        raise serializers.ValidationError("Give an id (a UUID).")
    return str(UUID(text))


def _text(text: str) -> str:
    if not text.strip() or len(text) > MAX_TEXT or "\0" in text:
        raise serializers.ValidationError(f"Give 1 to {MAX_TEXT} characters.")
    return text


def _tags(text: str) -> list[str]:
    tags = sorted({_text(tag) for tag in text.split(",")})
    if len(tags) > MAX_TAGS:
        raise serializers.ValidationError(f"At most {MAX_TAGS} tags.")
    return tags


def _gtin(text: str) -> str:
    try:
        return normal_gtin(_text(text))
    except InvalidValue as error:
        raise serializers.ValidationError(str(error)) from None


def _money(text: str) -> str:
    field = Money(max_digits=MAX_DIGITS, decimal_places=DECIMAL_PLACES, min_value=0)
    return str(field.run_validation(text))


def _instant(text: str) -> str:
    instant: datetime = Instant().run_validation(text)
    return instant.isoformat()


def _status(text: str) -> str:
    if text not in STATUSES:
        raise serializers.ValidationError(f"There are: {', '.join(STATUSES)}.")
    return text


@dataclass(frozen=True, slots=True)
class Filter:
    """How one query parameter is read, and what the API's docs say of it."""

    read: Callable[[str], Any]
    schema: Mapping[str, Any]
    help: str


# What a pattern can say of the values; the readers above know the rest.
_TEXT = {"type": "string", "pattern": r"\S", "maxLength": MAX_TEXT}
_TAGS = {"type": "string", "pattern": r"^\s*[^\s,][^,]*(,\s*[^\s,][^,]*)*$"}
_GTIN = {"type": "string", "pattern": "^[0-9 -]{8,20}$"}
_AMOUNT = {
    "type": "string",
    "pattern": rf"^0*[0-9]{{1,{MAX_DIGITS - DECIMAL_PLACES}}}(\.[0-9]{{1,{DECIMAL_PLACES}}})?$",
}
_NAMES = "|".join(BODY_FIELDS)
_FIELDS = {"type": "string", "pattern": rf"^({_NAMES})(,({_NAMES}))*$"}

FILTERS: Mapping[str, Filter] = {
    "category": Filter(
        _uuid, {"type": "string", "format": "uuid"}, "In this category or anywhere below it."
    ),
    "brand": Filter(_uuid, {"type": "string", "format": "uuid"}, "Of this brand."),
    "tag": Filter(_tags, _TAGS, "With all of these tags, separated by commas."),
    "sku": Filter(_text, _TEXT, "With a variant of exactly this SKU."),
    "gtin": Filter(_gtin, _GTIN, "With a variant of this GTIN, of any length."),
    "price_min": Filter(
        _money,
        _AMOUNT,
        "Whose price range, in the shop's currency, reaches this amount.",
    ),
    "price_max": Filter(
        _money,
        _AMOUNT,
        "Whose price range, in the shop's currency, starts at this amount or below.",
    ),
    "updated_since": Filter(
        _instant, {"type": "string", "format": "date-time"}, "Changed then or later."
    ),
    "status": Filter(
        _status,
        {"type": "string", "enum": list(STATUSES)},
        "For editors. Everybody else sees published products only.",
    ),
}
CONTROLS = ("limit", "cursor", "ordering", "fields", "total")


@dataclass(frozen=True, slots=True)
class ListRequest:
    listing: Listing
    limit: int
    cursor: str | None
    with_total: bool


@lru_cache(maxsize=4096)
def read_query(query: str, *, sees_all: bool) -> ListRequest:
    """What a query string asks for; the same string always asks the same.

    Raises ValidationError that names each wrong parameter.
    """
    parameters = QueryDict(query)
    errors: dict[str, Any] = {}
    for name in parameters:
        if name not in FILTERS and name not in CONTROLS:
            known = [*FILTERS, *CONTROLS]
            errors[name] = [f"Unknown parameter.{did_you_mean(name, known)}"]
        elif len(parameters.getlist(name)) > 1:
            errors[name] = ["Give it once."]
    filters: dict[str, Any] = {}
    for name in FILTERS.keys() & parameters.keys() - errors.keys():
        try:
            filters[name] = FILTERS[name].read(parameters[name])
        except serializers.ValidationError as error:
            errors[name] = error.detail
    if "status" in filters and not sees_all:
        errors["status"] = ["Only editors may ask for a status; leave it out."]
    readers = {
        "ordering": _read_ordering,
        "fields": read_fields,
        "total": _read_total,
        "limit": read_limit,
    }
    controls: dict[str, Any] = {}
    for name, reader in readers.items():
        try:
            controls[name] = reader(parameters.get(name))
        except serializers.ValidationError as error:
            errors[name] = error.detail
    if errors:
        raise serializers.ValidationError(errors)
    listing = Listing(
        filters=filters,
        order=controls["ordering"],
        fields=controls["fields"],
        visible_only=not sees_all,
    )
    return ListRequest(listing, controls["limit"], parameters.get("cursor"), controls["total"])


def read_fields(text: str | None) -> tuple[str, ...]:
    """The members of the body that are asked for; none means all."""
    if text is None:
        return ()
    names = dict.fromkeys(text.split(","))
    for name in names:
        if name not in BODY_FIELDS:
            raise serializers.ValidationError(
                f"Unknown field {name[:50]!r}.{did_you_mean(name[:50], BODY_FIELDS)}"
            )
    return tuple(names)


def _read_ordering(text: str | None) -> str:
    if text is None:
        return DEFAULT_ORDER
    if text not in ORDERS:
        raise serializers.ValidationError(f"There are: {', '.join(ORDERS)}.")
    return text


def _read_total(text: str | None) -> bool:
    if text not in (None, "true", "false"):
        raise serializers.ValidationError("Give true or false.")
    return text == "true"


LIST_PARAMETERS: list[dict[str, Any]] = [
    {"name": name, "in": "query", "description": each.help, "schema": dict(each.schema)}
    for name, each in FILTERS.items()
] + [
    {
        "name": "ordering",
        "in": "query",
        "description": "The sort key; `-` turns it around.",
        "schema": {"type": "string", "enum": list(ORDERS), "default": DEFAULT_ORDER},
    },
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
        "description": "`next_cursor` of the page before, with the same filters and ordering.",
        "schema": CURSOR_SCHEMA,
    },
    {
        "name": "fields",
        "in": "query",
        "description": "Only these members of each product, separated by commas.",
        "schema": _FIELDS,
    },
    {
        "name": "total",
        "in": "query",
        "description": "Count the whole list, exactly up to 10,000.",
        "schema": {"type": "boolean", "default": False},
    },
]

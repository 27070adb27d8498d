"""The query string of the product list -> a Listing. Nothing in it is silently ignored."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.http import QueryDict
from rest_framework import serializers

from catalog_project.api.pagination import CURSOR_SCHEMA, DEFAULT_LIMIT, MAX_LIMIT, read_limit
from catalog_project.api.serializers import did_you_mean
from products.api.attribute_tests import (
    ATTRIBUTES_PARAMETER,
    MAX_VALUES,
    AttributeTest,
    read_attribute_tests,
)
from products.api.filter_values import (
    MAX_TEXT,
    STATUSES,
    read_availability,
    read_external_id,
    read_flag,
    read_gtin,
    read_money,
    read_percent,
    read_status,
    read_tags,
    read_text,
    read_time,
    read_uuid,
)
from products.api.parameters import CORRECT_PARAMETER, PRICE_PARAMETER, VIEW_PARAMETERS
from products.documents.conditions import ATTRIBUTES
from products.documents.listing import BODY_FIELDS, Listing
from products.documents.orders import DEFAULT_ORDER, ORDERS
from products.documents.stock import AVAILABILITIES
from products.models.external_ids import SYSTEM_FORM
from products.models.prices import DECIMAL_PLACES, MAX_DIGITS
from products.search.filtering import WORDS


@dataclass(frozen=True, slots=True)
class Filter:
    """How one query parameter is read, and what the API's docs say of it."""

    read: Callable[[str], Any]
    schema: Mapping[str, Any]
    help: str
    is_many: bool = False  # given again, it asks for either value


# What a pattern can say of the values; the readers above know the rest.
_UUID = {"type": "string", "format": "uuid"}
_TIME = {"type": "string", "format": "date-time"}
_TEXT = {"type": "string", "pattern": r"\S", "maxLength": MAX_TEXT}
_TAGS = {"type": "string", "pattern": r"^\s*[^\s,][^,]*(,\s*[^\s,][^,]*)*$"}
_GTIN = {"type": "string", "pattern": "^[0-9Xx -]{8,20}$"}
_EXTERNAL_ID = {
    "type": "string",
    "pattern": rf"{SYSTEM_FORM.removesuffix('$')}:\s*\S",
    "maxLength": MAX_TEXT,
}
_AMOUNT = {
    "type": "string",
    "pattern": rf"^0*[0-9]{{1,{MAX_DIGITS - DECIMAL_PLACES}}}(\.[0-9]{{1,{DECIMAL_PLACES}}})?$",
}
_NAMES = "|".join(BODY_FIELDS)
_FIELDS = {"type": "string", "pattern": rf"^({_NAMES})(,({_NAMES}))*$"}

FILTERS: Mapping[str, Filter] = {
    "q": Filter(read_text, _TEXT, "That search finds by these words or this code."),
    "id": Filter(read_uuid, _UUID, "With this id; again for another one.", is_many=True),
    "category": Filter(
        read_uuid, _UUID, "In this category or below it; again for either.", is_many=True
    ),
    "collection": Filter(read_text, _TEXT, "In this collection, by id or slug; an old slug, too."),
    "brand": Filter(read_uuid, _UUID, "Of this brand; again for either.", is_many=True),
    "product_type": Filter(read_uuid, _UUID, "Of this type; again for either.", is_many=True),
    "tag": Filter(read_tags, _TAGS, "With all of these tags, separated by commas."),
    "sku": Filter(read_text, _TEXT, "With a variant of exactly this SKU."),
    "gtin": Filter(read_gtin, _GTIN, "With a variant of this GTIN, of any length, or this ISBN."),
    "mpn": Filter(read_text, _TEXT, "With a variant of exactly this number of its maker."),
    "availability": Filter(
        read_availability,
        {"type": "string", "enum": list(AVAILABILITIES)},
        "In stock, on backorder, or out of stock: that of its best variant. Again for either.",
        is_many=True,
    ),
    "external_id": Filter(
        read_external_id,
        _EXTERNAL_ID,
        "With this id in another system, of its own or of a variant: `erp:4711`. For callers with "
        "a role.",
    ),
    "price_min": Filter(
        read_money,
        _AMOUNT,
        "Whose price range, in the shop's currency, reaches this amount.",
    ),
    "price_max": Filter(
        read_money,
        _AMOUNT,
        "Whose price range, in the shop's currency, starts at this amount or below.",
    ),
    "completeness_min": Filter(
        read_percent,
        {"type": "integer", "minimum": 0, "maximum": 100},
        "For editors: at least this complete, in the channel and locale that are asked for.",
    ),
    "missing": Filter(
        read_text, _TEXT, "For editors: without this: `media`, `price`, `attributes.material`, …"
    ),
    "created_since": Filter(read_time, _TIME, "Made then or later."),
    "created_before": Filter(read_time, _TIME, "Made before then."),
    "updated_since": Filter(read_time, _TIME, "Changed then or later."),
    "updated_before": Filter(read_time, _TIME, "Changed before then."),
    "status": Filter(
        read_status,
        {"type": "string", "enum": list(STATUSES)},
        "For editors. Everybody else sees published products only.",
    ),
}
FOR_EDITORS = {"status", "completeness_min", "missing"}
CONTROLS = (
    "limit", "cursor", "ordering", "fields", "total", "correct", "channel", "locale", "price_as_of",
)  # fmt: skip
FACETS = "facets"  # names of facets, where they are counted
# They read the prices of now.
OF_NOW = {"price_min", "price_max"}

NOT_BOTH = "It looks at the prices of now; leave out price_as_of, or this."


@dataclass(frozen=True, slots=True)
class ListRequest:
    listing: Listing
    limit: int
    cursor: str | None
    with_total: bool
    channel: str | None
    locale: str | None
    is_repriced: bool = False  # `price_as_of` is given; the view reads it
    attributes: tuple[AttributeTest, ...] = ()


@lru_cache(maxsize=4096)
def read_query(query: str, *, sees_all: bool) -> ListRequest:
    """What a query string asks for; the same string always asks the same.

    Raises ValidationError that names each wrong parameter.
    """
    parameters = QueryDict(query)
    filters, errors = _read_filters(parameters)
    attributes, wrong = read_attribute_tests(parameters)
    errors |= wrong
    for name in FOR_EDITORS & filters.keys() if not sees_all else ():
        errors[name] = ["Only editors may ask for it; leave it out."]
    is_repriced = "price_as_of" in parameters
    if is_repriced:
        errors |= {name: [NOT_BOTH] for name in OF_NOW & parameters.keys()}
        if parameters.get("ordering", "").endswith("price"):
            errors["ordering"] = [NOT_BOTH]
    readers: dict[str, Callable[[str | None], Any]] = {
        "ordering": _read_ordering,
        "fields": read_fields,
        "total": read_flag,
        "correct": lambda text: read_flag(text, otherwise=True),
        "limit": read_limit,
    }
    controls: dict[str, Any] = {}
    for name, reader in readers.items():
        try:
            controls[name] = reader(parameters.get(name))
        except serializers.ValidationError as error:
            errors[name] = error.detail
    if "correct" in parameters and "q" not in parameters:
        errors["correct"] = ["It goes with the words of q."]
    if errors:
        raise serializers.ValidationError(errors)
    if WORDS in filters:
        filters[WORDS] = (filters[WORDS], controls["correct"])
    listing = Listing(
        filters=filters,
        order=controls["ordering"],
        fields=controls["fields"],
        visible_only=not sees_all,
    )
    return ListRequest(
        listing,
        controls["limit"],
        parameters.get("cursor"),
        controls["total"],
        parameters.get("channel"),
        parameters.get("locale"),
        is_repriced,
        attributes,
    )


def _read_filters(parameters: QueryDict) -> tuple[dict[str, Any], dict[str, Any]]:
    """The filters, and what is wrong with each parameter that is none, or has another form."""
    filters: dict[str, Any] = {}
    errors: dict[str, Any] = {}
    for name in parameters:
        texts = parameters.getlist(name)
        if name in FILTERS and (len(texts) == 1 or FILTERS[name].is_many):
            try:
                filters[name] = _read_filter(FILTERS[name], texts)
            except serializers.ValidationError as error:
                errors[name] = error.detail
        elif name.startswith(ATTRIBUTES):
            continue
        elif name not in FILTERS and name not in CONTROLS:
            known = [*FILTERS, *CONTROLS, f"{ATTRIBUTES}<code>"]
            errors[name] = [f"Unknown parameter.{did_you_mean(name, known)}"]
        elif len(texts) > 1:
            errors[name] = ["Give it once."]
    return filters, errors


def _read_filter(each: Filter, texts: list[str]) -> Any:
    if not each.is_many:
        return each.read(texts[0])
    if len(texts) > MAX_VALUES:
        raise serializers.ValidationError(f"Give it at most {MAX_VALUES} times.")
    return sorted({each.read(text) for text in texts})


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
    if text is not None and text not in ORDERS:
        raise serializers.ValidationError(f"There are: {', '.join(ORDERS)}.")
    return text or DEFAULT_ORDER


LIST_PARAMETERS: list[dict[str, Any]] = [
    {
        "name": name,
        "in": "query",
        "description": each.help,
        "schema": {"type": "array", "items": dict(each.schema), "maxItems": MAX_VALUES}
        if each.is_many
        else dict(each.schema),
    }
    for name, each in FILTERS.items()
] + [
    ATTRIBUTES_PARAMETER,
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
        "description": "`next_cursor` or `previous_cursor` of a page of the same list.",
        "schema": CURSOR_SCHEMA,
    },
    {
        "name": "fields",
        "in": "query",
        "description": "Only these members of each product, separated by commas.",
        "schema": _FIELDS,
    },
    PRICE_PARAMETER,
    {
        "name": "total",
        "in": "query",
        "description": "Count the whole list, exactly up to 10,000.",
        "schema": {"type": "boolean", "default": False},
    },
    CORRECT_PARAMETER,
    *VIEW_PARAMETERS,
]

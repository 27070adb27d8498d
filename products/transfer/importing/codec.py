"""Records as JSON text, to wait in a table for their turn."""

from collections.abc import Iterable, Mapping
from dataclasses import fields, is_dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, cast
from uuid import UUID

import orjson

from products.services.values import ListingValues, ProductValues, VariantValues
from products.transfer.records import (
    AttributeCell,
    MediaRecord,
    ProductRecord,
    RelationRecord,
    Remark,
    Text,
    VariantRecord,
)

OPTIONS = orjson.OPT_PASSTHROUGH_DATACLASS | orjson.OPT_NON_STR_KEYS
TEXT = "$text"  # a value that the attribute's type shall read
INSTANTS = ("publish_at", "unpublish_at", "valid_from", "valid_until")
AMOUNTS = ("amount", "compare_at")
EMPTY: tuple[Any, ...] = ([], {}, ())  # what a record has of a sort unless it says otherwise


class NotStorable(ValueError):
    """The record holds text that neither JSON nor the database can hold."""


def dumps(value: Any) -> bytes:
    """Raises NotStorable."""
    try:
        text = orjson.dumps(value, default=_plain, option=OPTIONS)
    except TypeError as error:
        raise NotStorable(str(error)) from None
    if b"\\u0000" in text and _has_nul(orjson.loads(text)):
        raise NotStorable("NUL")
    return text


def _plain(value: Any) -> Any:
    if isinstance(value, Text):
        return {TEXT: [value.text, value.unit]}
    if is_dataclass(value):
        return {
            each.name: inner
            for each in fields(value)
            if (inner := getattr(value, each.name)) is not None and inner not in EMPTY
        }
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, tuple | set | frozenset):
        return list(value)
    raise TypeError(f"{type(value).__name__} is no value of a record")


def _has_nul(value: Any) -> bool:
    if isinstance(value, str):
        return "\0" in value
    if isinstance(value, dict):
        return any("\0" in key or _has_nul(inner) for key, inner in value.items())
    return isinstance(value, list) and any(_has_nul(inner) for inner in value)


def record_of(text: str | bytes, columns: Mapping[str, str]) -> ProductRecord:
    """The record as it was before `dumps`. `columns` are those of the file."""
    plain = orjson.loads(text)
    return ProductRecord(
        slug=plain.get("slug"),
        first_line=plain.get("first_line", 0),
        last_line=plain.get("last_line", 0),
        values=_product(plain.get("values", {})),
        id=_uuid(plain.get("id")),
        brand=plain.get("brand"),
        category=tuple(plain.get("category", ())),
        categories=[tuple(path) for path in plain.get("categories", ())],
        collections=plain.get("collections", []),
        product_type=plain.get("product_type"),
        attributes=_cells(plain.get("attributes", ())),
        listings=[cast("ListingValues", _instants(each)) for each in plain.get("listings", ())],
        relations=[_relation(each) for each in plain.get("relations", ())],
        variants=[_variant(each) for each in plain.get("variants", ())],
        media=[_media(each) for each in plain.get("media", ())],
        warnings=[Remark(**each) for each in plain.get("warnings", ())],
        columns=columns,
        brand_slug=plain.get("brand_slug"),
        category_slugs=plain.get("category_slugs", []),
        collection_slugs=plain.get("collection_slugs", []),
    )


def _uuid(value: str | None) -> UUID | None:
    return UUID(value) if value else None


def _instants(plain: dict[str, Any]) -> dict[str, Any]:
    for name in INSTANTS:
        if plain.get(name):
            plain[name] = datetime.fromisoformat(plain[name])
    return plain


def _product(plain: dict[str, Any]) -> ProductValues:
    return cast("ProductValues", _instants(plain))


def _variant(plain: dict[str, Any]) -> VariantRecord:
    cost = plain.get("cost")
    return VariantRecord(
        line=plain.get("line", 0),
        values=_variant_values(plain.get("values", {})),
        cost=(cost[0], Decimal(cost[1])) if cost else None,
        costs={each: Decimal(amount) for each, amount in plain.get("costs", {}).items()},
        quantity=plain.get("quantity"),
        stock=plain.get("stock", {}),
        attributes=_cells(plain.get("attributes", ())),
    )


def _variant_values(values: dict[str, Any]) -> VariantValues:
    if "id" in values:
        values["id"] = UUID(values["id"])
    for price in values.get("prices", ()):
        _instants(price)
        for name in AMOUNTS:
            if price.get(name) is not None:
                price[name] = Decimal(price[name])
    for name in ("weight", "dimensions"):
        if values.get(name):
            values[name] = {
                key: inner if key == "unit" else Decimal(inner)
                for key, inner in values[name].items()
            }
    return cast("VariantValues", values)


def _cells(items: Iterable[dict[str, Any]]) -> list[AttributeCell]:
    cells = []
    for item in items:
        value = item.get("value")
        if isinstance(value, dict) and value.keys() == {TEXT}:
            item["value"] = Text(*value[TEXT])
        cells.append(AttributeCell(**{"value": None, **item}))
    return cells


def _media(plain: dict[str, Any]) -> MediaRecord:
    return MediaRecord(**{"line": 0, **plain})


def _relation(plain: dict[str, Any]) -> RelationRecord:
    if pair := plain.get("external_id"):
        plain["external_id"] = tuple(pair)
    for name in ("product", "variant"):
        plain[name] = _uuid(plain.get(name))
    return RelationRecord(**{"line": 0, **plain})

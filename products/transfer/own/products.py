"""A product of our own files, which is a JSON object -> a record."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, cast

from products.services.values import ProductValues, VariantValues
from products.transfer.own.shapes import (
    Wrong,
    amount,
    anything,
    by_name,
    each,
    fraction,
    identity,
    instant,
    mapping,
    optional,
    record,
    text,
    texts_by_locale,
    truth,
    whole,
)
from products.transfer.records import (
    AttributeCell,
    MediaRecord,
    ProductRecord,
    RecordRefused,
    RelationRecord,
    Remark,
    Text,
    VariantRecord,
)

_PRICE = record(
    {
        "price_list": optional(text),
        "currency": text,
        "amount": amount,
        "compare_at": optional(amount),
        "min_quantity": whole,
        "valid_from": optional(instant),
        "valid_until": optional(instant),
    },
    needed=("currency", "amount"),
)
_COST = record({"currency": text, "amount": amount}, needed=("currency", "amount"))
_WEIGHT = record({"value": amount, "unit": text}, needed=("value", "unit"))
_SIZES = ("length", "width", "height")
_DIMENSIONS = record({**dict.fromkeys(_SIZES, amount), "unit": text}, needed=(*_SIZES, "unit"))
_EXTERNAL_IDS = each(record({"system": text, "id": text}, needed=("system", "id")))
_NAMED = record({"slug": text, "name": text})
_FOCAL = record({"x": fraction, "y": fraction}, needed=("x", "y"))
_MEDIA = record(
    {
        "url": text,
        "kind": text,
        "alt": text,
        "focal_point": optional(_FOCAL),
        "translations": texts_by_locale,
    },
    needed=("url",),
)
_LISTING = record(
    {
        "channel": text,
        "is_listed": truth,
        "publish_at": optional(instant),
        "unpublish_at": optional(instant),
    },
    needed=("channel",),
)
_RELATION = record(
    {
        "kind": text,
        "product": identity,
        "slug": text,
        "variant": optional(identity),
        "sku": optional(text),
        "quantity": whole,
    },
    needed=("kind",),
)
_VARIANT = record(
    {
        "id": identity,
        "sku": optional(text),
        "gtin": optional(text),
        "mpn": optional(text),
        "status": text,
        "options": by_name(text),
        "attributes": mapping,
        "prices": each(_PRICE),
        "costs": each(_COST),
        "tax_class": optional(text),
        "stock": by_name(whole),
        "track_inventory": truth,
        "backorder_policy": text,
        "backorder_limit": whole,
        "weight": optional(_WEIGHT),
        "dimensions": optional(_DIMENSIONS),
        "external_ids": _EXTERNAL_IDS,
        "media": each(text),
        "metadata": mapping,
    }
)
_PRODUCT = record(
    {
        "id": identity,
        "slug": text,
        "name": text,
        "description": text,
        "status": text,
        "publish_at": optional(instant),
        "unpublish_at": optional(instant),
        "brand": optional(_NAMED),
        "product_type": optional(text),
        "attributes": by_name(anything),
        "categories": each(record({"slug": text, "path": each(text)})),
        "collections": each(_NAMED),
        "tags": each(text),
        "tax_class": optional(text),
        "option_names": each(text),
        "seo_title": text,
        "seo_description": text,
        "translations": texts_by_locale,
        "external_ids": _EXTERNAL_IDS,
        "listings": each(_LISTING),
        "relations": each(_RELATION),
        "media": each(_MEDIA),
        "variants": each(_VARIANT),
        "metadata": mapping,
    }
)
# What records keep apart from the plain values.
_APART = {"id", "slug", "brand", "product_type", "attributes", "categories", "collections"}
_APART |= {"listings", "relations", "media", "variants"}
_APART_OF_VARIANT = {"attributes", "costs", "stock"}


@dataclass(frozen=True, slots=True)
class Lines:
    """Where in the file a product stands."""

    first: int
    last: int
    variants: Sequence[int] = ()  # of each variant; none: the first

    def of_variant(self, number: int) -> int:
        return self.variants[number] if number < len(self.variants) else self.first


@dataclass(frozen=True, slots=True)
class Nesting:
    """Which attributes have a value per channel, or per locale: those have objects for values."""

    per_channel: frozenset[str] = frozenset()
    localizable: frozenset[str] = frozenset()
    categories: frozenset[str] = frozenset()  # those that refer to one: the file has its slug

    def cells(self, values: dict[str, Any], line: int) -> list[AttributeCell]:
        found = []
        for code, value in values.items():
            channels = self._inner(value, code in self.per_channel)
            for channel, of_channel in channels.items():
                locales = self._inner(of_channel, code in self.localizable)
                for locale, one in locales.items():
                    is_slug = code in self.categories and isinstance(one, str)
                    said = Text(one) if is_slug else one
                    found.append(AttributeCell(code, said, locale, channel, line))
        return found

    @staticmethod
    def _inner(value: Any, is_nested: bool) -> dict[str | None, Any]:
        return dict(value) if is_nested and isinstance(value, dict) else {None: value}


def record_of(product: Any, nesting: Nesting, lines: Lines) -> ProductRecord:
    """Raises RecordRefused."""
    try:
        values = _PRODUCT(product)
    except Wrong as wrong:
        raise RecordRefused(_refusal(wrong, product, lines)) from None
    brand = values.get("brand") or {}
    categories = values.get("categories", [])
    paths = [tuple(each.get("path", ())) for each in categories]
    made = ProductRecord(
        slug=values.get("slug"),
        first_line=lines.first,
        last_line=lines.last,
        values=cast("ProductValues", {k: v for k, v in values.items() if k not in _APART}),
        id=values.get("id"),
        brand=brand.get("name"),
        brand_slug=brand.get("slug"),
        category=paths[0] if paths else (),
        categories=paths[1:],
        category_slugs=[each.get("slug", "") for each in categories],
        collections=[each.get("name", "") for each in values.get("collections", [])],
        collection_slugs=[each.get("slug", "") for each in values.get("collections", [])],
        product_type=values.get("product_type"),
        attributes=nesting.cells(values.get("attributes", {}), lines.first),
        listings=values.get("listings", []),
    )
    made.relations = [_relation(each, lines) for each in values.get("relations", [])]
    made.media = [
        MediaRecord(line=lines.first, position=n, **each)
        for n, each in enumerate(values.get("media", []))
    ]
    made.variants = [
        _variant(each, nesting, lines.of_variant(n))
        for n, each in enumerate(values.get("variants", []))
    ]
    return made


def _relation(given: dict[str, Any], lines: Lines) -> RelationRecord:
    return RelationRecord(
        line=lines.first,
        kind=given["kind"],
        slug=given.get("slug"),
        sku=given.get("sku"),
        quantity=given.get("quantity", 1),
        product=given.get("product"),
        variant=given.get("variant"),
    )


def _variant(given: dict[str, Any], nesting: Nesting, line: int) -> VariantRecord:
    values = {k: v for k, v in given.items() if k not in _APART_OF_VARIANT}
    return VariantRecord(
        line=line,
        values=cast("VariantValues", values),
        costs={each["currency"]: each["amount"] for each in given.get("costs", [])},
        stock=given.get("stock", {}),
        attributes=nesting.cells(given.get("attributes", {}), line),
    )


def _refusal(wrong: Wrong, product: Any, lines: Lines) -> Remark:
    slug = product.get("slug") if isinstance(product, dict) else None
    steps = wrong.place.split("/")
    line = lines.first
    if steps[0] == "variants" and len(steps) > 1 and steps[1].isdigit():
        line = lines.of_variant(int(steps[1]))
    return Remark(
        "wrong-form",
        line,
        str(wrong),
        "See docs/exporting.md for the form of each member.",
        wrong.place,
        slug if isinstance(slug, str) else "",
    )

"""The columns of our own tables: what each one is called, and the member that it holds.

A product's own columns are filled in its first line, those of a variant in the line of each.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from products.transfer.own import cells
from products.transfer.own.cells import Sort
from products.transfer.own.products import Nesting

# Column, member, sort, and what a blank cell means.
Plain = tuple[str, str, Sort, Any]
PRODUCT: tuple[Plain, ...] = (
    ("name", "name", cells.text, ""),
    ("description", "description", cells.text, ""),
    ("status", "status", cells.text, None),
    ("publish_at", "publish_at", cells.text, None),
    ("unpublish_at", "unpublish_at", cells.text, None),
    ("product_type", "product_type", cells.text, None),
    ("tax_class", "tax_class", cells.text, None),
    ("tags", "tags", cells.tags, []),
    ("option_names", "option_names", cells.lines, []),
    ("seo_title", "seo_title", cells.text, ""),
    ("seo_description", "seo_description", cells.text, ""),
    ("external_ids", "external_ids", cells.external_ids, []),
    ("listings", "listings", cells.json, []),
    ("relations", "relations", cells.json, []),
    ("metadata", "metadata", cells.json, {}),
)
VARIANT: tuple[Plain, ...] = (
    ("sku", "sku", cells.text, None),
    ("gtin", "gtin", cells.text, None),
    ("mpn", "mpn", cells.text, None),
    ("variant.status", "status", cells.text, None),
    ("track_inventory", "track_inventory", cells.truth, None),
    ("backorder_policy", "backorder_policy", cells.text, None),
    ("backorder_limit", "backorder_limit", cells.whole, None),
    ("variant.tax_class", "tax_class", cells.text, None),
    ("variant.external_ids", "external_ids", cells.external_ids, []),
    ("variant.media", "media", cells.words, []),
    ("variant.metadata", "metadata", cells.json, {}),
)
# Never null: a blank cell does not speak of them.
NEEDED = {"status", "track_inventory", "backorder_policy", "backorder_limit"}
WEIGHT = ("weight", "weight_unit")
SIZES = ("length", "width", "height", "size_unit")
# What each translated text is called, and its column's beginning.
TEXTS = ("name", "slug", "description", "seo_title", "seo_description")
KEYS = ("id", "slug")
BRAND = ("brand", "brand.slug")
CATEGORIES = ("categories", "categories.slugs")
COLLECTIONS = ("collections", "collections.slugs")
MEDIA = ("media", "media.alt", "media.details")
# Types of attributes whose values are more than any text: their columns say so.
TYPED: dict[str, Sort] = {
    **dict.fromkeys(("decimal", "date", "datetime", "product", "category"), cells.text),
    "integer": cells.whole,
    "boolean": cells.truth,
    "multi_choice": cells.words,
    "measurement": cells.measure,
    "json": cells.json,
}
MOST_ATTRIBUTES = 300  # columns; what is beyond stands together in one as JSON
OF_PRODUCT, OF_VARIANT = "attr.", "variant.attr."


@dataclass(frozen=True, slots=True)
class AttributeColumn:
    """One value of an attribute: attr.material.de@trade:multi_choice."""

    prefix: str
    code: str
    locale: str | None = None
    channel: str | None = None
    type: str = ""

    @property
    def name(self) -> str:
        locale = f".{self.locale}" if self.locale else ""
        channel = f"@{self.channel}" if self.channel else ""
        kind = f":{self.type}" if self.type else ""
        return f"{self.prefix}{self.code}{locale}{channel}{kind}"

    @property
    def sort(self) -> Sort:
        return TYPED.get(self.type, cells.text)

    @property
    def steps(self) -> tuple[str, ...]:
        """Where the value stands in the value of the attribute."""
        return tuple(each for each in (self.channel, self.locale) if each)


def attribute_column(name: str) -> AttributeColumn | None:
    """The column with this name, if it is one of an attribute."""
    for prefix in (OF_VARIANT, OF_PRODUCT):
        if name.startswith(prefix):
            rest, _, kind = name[len(prefix) :].rpartition(":")
            if kind not in TYPED or not rest:
                rest, kind = name[len(prefix) :], ""
            rest, _, channel = rest.partition("@")
            code, _, locale = rest.partition(".")
            return AttributeColumn(prefix, code, locale or None, channel or None, kind)
    return None


@dataclass(slots=True)
class Layout:
    """What the columns of one table depend on: what its products use."""

    texts: list[tuple[str, str]] = field(default_factory=list)  # locale, and name of the text
    attributes: list[AttributeColumn] = field(default_factory=list)
    prices: list[tuple[str, str | None]] = field(default_factory=list)  # currency, price list
    costs: list[str] = field(default_factory=list)  # currencies
    locations: list[str] = field(default_factory=list)  # codes
    options: int = 0  # as many as the product with the most of them has
    nesting: Nesting = field(default_factory=Nesting)

    def names(self) -> list[str]:
        return list(self._names())

    def of(self, prefix: str) -> list[AttributeColumn]:
        return [each for each in self.attributes if each.prefix == prefix]

    def _names(self) -> Iterator[str]:
        yield from KEYS
        yield from _named(PRODUCT[:2])
        yield from (f"{text}.{locale}" for locale, text in self.texts)
        yield from _named(PRODUCT[2:5])
        yield from (*BRAND, *CATEGORIES)
        yield from _named(PRODUCT[5:9])
        yield from COLLECTIONS
        yield from _named(PRODUCT[9:11])
        yield from (*MEDIA, "variant.id")
        yield from _named(VARIANT[:3])
        for number in range(1, self.options + 1):
            yield f"option{number}"
        for currency, code in self.prices:
            yield from (price_name(currency, code), compare_name(currency, code))
        yield "prices"
        yield from (f"cost.{currency}" for currency in self.costs)
        yield from (f"stock.{code}" for code in self.locations)
        yield from _named(VARIANT[3:7])
        yield from (*WEIGHT, *SIZES)
        yield from (each.name for each in self.attributes)
        yield from ("attributes", "variant.attributes")
        yield from _named(VARIANT[7:])
        yield from _named(PRODUCT[11:])
        yield "translations"


def price_name(currency: str, code: str | None) -> str:
    return f"price.{currency}{f'@{code}' if code else ''}"


def compare_name(currency: str, code: str | None) -> str:
    return f"compare_at.{currency}{f'@{code}' if code else ''}"


def _named(columns: Iterable[Plain]) -> Iterator[str]:
    return (column[0] for column in columns)

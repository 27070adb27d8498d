"""A product as lines of our own tables: cells by the names of their columns."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from products.transfer.own import cells
from products.transfer.own.columns import (
    BRAND,
    CATEGORIES,
    COLLECTIONS,
    OF_PRODUCT,
    OF_VARIANT,
    PRODUCT,
    SIZES,
    TEXTS,
    VARIANT,
    AttributeColumn,
    Layout,
    Plain,
    compare_name,
    price_name,
)
from products.transfer.records import AttributeCell

Row = dict[str, str]


class RowWriter:
    def __init__(self, layout: Layout) -> None:
        self._layout = layout
        self._product = layout.of(OF_PRODUCT)
        self._variant = layout.of(OF_VARIANT)

    def rows(self, product: Mapping[str, Any]) -> Iterator[Row]:
        """A line for each variant, the first one with the product; one where there is none."""
        key = {"id": product["id"], "slug": product["slug"]}
        row = {**key, **self._own(product)}
        for variant in product["variants"]:
            yield {**row, **self._of_variant(variant, product["option_names"])}
            row = key
        if not product["variants"]:
            yield row

    def _own(self, product: Mapping[str, Any]) -> Row:
        brand = product["brand"] or {}
        return {
            **_plain(PRODUCT, product),
            BRAND[0]: brand.get("name", ""),
            BRAND[1]: brand.get("slug", ""),
            CATEGORIES[0]: cells.paths.cell_of([each["path"] for each in product["categories"]]),
            CATEGORIES[1]: cells.words.cell_of([each["slug"] for each in product["categories"]]),
            COLLECTIONS[0]: cells.lines.cell_of([each["name"] for each in product["collections"]]),
            COLLECTIONS[1]: cells.words.cell_of([each["slug"] for each in product["collections"]]),
            **_translations(product["translations"]),
            **_media(product["media"]),
            **self._attributes(product["attributes"], self._product, "attributes"),
        }

    def _of_variant(self, variant: Mapping[str, Any], names: list[str]) -> Row:
        options = variant["options"]
        return {
            "variant.id": variant["id"],
            **_plain(VARIANT, variant),
            **{f"option{n}": options.get(name, "") for n, name in enumerate(names, 1)},
            **self._prices(variant["prices"]),
            **{f"cost.{each['currency']}": each["amount"] for each in variant.get("costs", ())},
            **{f"stock.{code}": str(count) for code, count in variant["stock"].items()},
            **_measures(variant),
            **self._attributes(variant["attributes"], self._variant, "variant.attributes"),
        }

    def _prices(self, prices: list[dict[str, Any]]) -> Row:
        """Those that hold always and for one piece in columns of their own, the others together."""
        row: Row = {}
        others = []
        for price in prices:
            is_dated = price["valid_from"] or price["valid_until"]
            if is_dated or price["min_quantity"] != 1:
                others.append(price)
                continue
            slot = price["currency"], price["price_list"]
            row[price_name(*slot)] = price["amount"]
            row[compare_name(*slot)] = price["compare_at"] or ""
        return {**row, "prices": cells.json_of(others) if others else ""}

    def _attributes(
        self, values: Mapping[str, Any], columns: list[AttributeColumn], others: str
    ) -> Row:
        """Values in columns as far as there are some; those of which a part has none, as JSON."""
        row: Row = {}
        left = dict(values)
        by_code: dict[str, list[AttributeColumn]] = {}
        for column in columns:
            if column.code in left:
                by_code.setdefault(column.code, []).append(column)
        for code, own in by_code.items():
            filled = {each.name: cell for each in own if (cell := _cell(left[code], each))}
            if len(filled) == _count(left[code], own[0]):
                row |= filled
                del left[code]
        rest = [_said(cell) for cell in self._layout.nesting.cells(left, 0)]
        return {**row, others: cells.json_of(rest) if rest else ""}


def _plain(columns: Iterable[Plain], values: Mapping[str, Any]) -> Row:
    return {name: sort.cell_of(values[member]) for name, member, sort, _ in columns}


def _measures(variant: Mapping[str, Any]) -> Row:
    row: Row = {}
    if weight := variant["weight"]:
        row |= {"weight": weight["value"], "weight_unit": weight["unit"]}
    if sizes := variant["dimensions"]:
        row |= {**{name: sizes[name] for name in SIZES[:3]}, SIZES[3]: sizes["unit"]}
    return row


def _translations(given: Mapping[str, Mapping[str, str]]) -> Row:
    """Texts in columns; the words of options, and empty texts, as JSON."""
    row: Row = {}
    others: dict[str, dict[str, str]] = {}
    for locale, texts in given.items():
        rest = {name: text for name, text in texts.items() if name not in TEXTS or not text}
        if rest or not texts:
            others[locale] = rest
        row |= {f"{name}.{locale}": texts[name] for name in texts.keys() - rest.keys()}
    return {**row, "translations": cells.json_of(others) if others else ""}


def _media(media: list[dict[str, Any]]) -> Row:
    if not media:
        return {}
    alts = [each["alt"] for each in media]
    is_plain = not any("\n" in alt or "\\" in alt or alt != alt.strip() for alt in alts)
    details = [_details(each, with_alt=not is_plain) for each in media]
    return {
        "media": "\n".join(each["url"] for each in media),
        "media.alt": "\n".join(alts) if is_plain and any(alts) else "",
        "media.details": cells.json_of(details) if any(details) else "",
    }


def _details(media: Mapping[str, Any], *, with_alt: bool) -> dict[str, Any]:
    """What the address and the text do not say."""
    found: dict[str, Any] = {"alt": media["alt"]} if with_alt else {}
    if media["kind"] != "image":
        found["kind"] = media["kind"]
    if media["focal_point"]:
        found["focal_point"] = media["focal_point"]
    if media["translations"]:
        found["translations"] = media["translations"]
    return found


def _cell(value: Any, column: AttributeColumn) -> str:
    for step in column.steps:
        value = value.get(step) if isinstance(value, dict) else None
    if value is None or (column.sort is cells.text and not isinstance(value, str)):
        return ""
    return cells.json_of(value) if column.type == "json" else column.sort.cell_of(value)


def _said(cell: AttributeCell) -> dict[str, Any]:
    given = {"code": cell.code, "locale": cell.locale, "channel": cell.channel}
    return {**{name: text for name, text in given.items() if text}, "value": cell.value}


def _count(value: Any, column: AttributeColumn) -> int:
    """How many values the attribute has: one for each channel and locale."""
    values = [value]
    for _ in column.steps:
        values = [inner for each in values if isinstance(each, dict) for inner in each.values()]
    return len(values)

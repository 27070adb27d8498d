"""Lines of our own tables -> the product that they are about. Members without a column are left
out: the file does not speak of them."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from products.transfer.own import cells
from products.transfer.own.cells import Sort
from products.transfer.own.columns import (
    BRAND,
    CATEGORIES,
    COLLECTIONS,
    KEYS,
    MEDIA,
    NEEDED,
    OF_PRODUCT,
    OF_VARIANT,
    PRODUCT,
    SIZES,
    TEXTS,
    VARIANT,
    WEIGHT,
    AttributeColumn,
    Plain,
    attribute_column,
)
from products.transfer.own.shapes import Wrong, anything, record, text
from products.transfer.own.shapes import each as each_of
from products.transfer.records import Text

Row = Mapping[str, str]
_OTHER = {"code": text, "locale": text, "channel": text, "value": anything}
_OTHERS = each_of(record(_OTHER, needed=("code", "value")))
KNOWN = {*KEYS, *BRAND, *CATEGORIES, *COLLECTIONS, *MEDIA, *WEIGHT, *SIZES}
KNOWN |= {"variant.id", "prices", "attributes", "variant.attributes", "translations"}
KNOWN |= {column[0] for column in (*PRODUCT, *VARIANT)}
USUAL: Mapping[str, Any] = {"kind": "image", "focal_point": None, "translations": {}}
SLOTS = ("price.", "compare_at.", "cost.", "stock.")
OF_VARIANTS = {"variant.id", "prices", "variant.attributes", *WEIGHT, *SIZES}
OF_VARIANTS |= {column[0] for column in VARIANT}


def is_known(name: str) -> bool:
    return name in KNOWN or is_of_variant(name) or is_text(name) or bool(attribute_column(name))


def is_text(name: str) -> bool:
    """name.de: a translation."""
    said, _, locale = name.partition(".")
    return said in TEXTS and bool(locale)


def is_of_variant(name: str) -> bool:
    is_option = name.startswith("option") and name[6:].isdigit()
    return name in OF_VARIANTS or is_option or name.startswith((*SLOTS, OF_VARIANT))


class LineReader:
    """`as_text`: what columns of attributes without a type hold is for the attribute to read."""

    def __init__(self, names: Sequence[str], *, as_text: bool) -> None:
        self._names = frozenset(names)
        self._as_text = as_text
        self._attribute_columns = [each for each in map(attribute_column, names) if each]
        # Attributes with a value per channel, or locale, as far as columns have told.
        self.per_channel: set[str] = set()
        self.localizable: set[str] = set()
        for column in self._attribute_columns:
            self._nested(column)
        self._variant_names = [name for name in names if is_of_variant(name)]
        self._options = [name for name in names if name.startswith("option") and name[6:].isdigit()]
        self._slots = [name for name in names if name.startswith(SLOTS)]
        self._texts = [name for name in names if is_text(name)]

    def product(self, rows: Sequence[Row]) -> dict[str, Any]:
        """Raises Wrong, whose place is the column."""
        first = rows[0]
        product: dict[str, Any] = {name: first[name] for name in KEYS if first.get(name)}
        self._plain(PRODUCT, first, product)
        self._references(first, product)
        if self._texts or "translations" in self._names:
            product["translations"] = self._translations(first)
        if "media" in self._names:
            product["media"] = _at("media.details", _media, first)
        self._attributes(first, product, OF_PRODUCT, "attributes")
        if self._variant_names:
            filled = [row for row in rows if any(row.get(name) for name in self._variant_names)]
            names = product.get("option_names", [])
            product["variants"] = [self._variant(row, names) for row in filled]
        return product

    def has_variant(self, row: Row) -> bool:
        return any(row.get(name) for name in self._variant_names)

    def _plain(self, columns: Sequence[Plain], row: Row, into: dict[str, Any]) -> None:
        for name, member, sort, empty in columns:
            if name not in self._names:
                continue
            if row[name]:
                into[member] = _at(name, sort.value_of, row[name])
            elif member not in NEEDED:
                into[member] = empty

    def _references(self, row: Row, product: dict[str, Any]) -> None:
        if self._names.intersection(BRAND):
            name, slug = (row.get(each, "") for each in BRAND)
            product["brand"] = _named(name, slug) if name or slug else None
        if self._names.intersection(CATEGORIES):
            paths, slugs = self._both(CATEGORIES, cells.paths, row)
            product["categories"] = [
                {"slug": slug, "path": path or []} if slug else {"path": path}
                for path, slug in zip(paths, slugs, strict=True)
            ]
        if self._names.intersection(COLLECTIONS):
            names, slugs = self._both(COLLECTIONS, cells.lines, row)
            product["collections"] = [
                _named(name or "", slug or "") for name, slug in zip(names, slugs, strict=True)
            ]

    def _both(self, names: Sequence[str], sort: Sort, row: Row) -> tuple[list[Any], list[Any]]:
        """What the two columns list; where they list another number, the first one is right."""
        said, slugs = (row.get(name, "") for name in names)
        values = _at(names[0], sort.value_of, said) if said else []
        known = _at(names[1], cells.words.value_of, slugs) if slugs else []
        if values and len(known) != len(values):
            known = [None] * len(values)
        return values or [None] * len(known), known

    def _translations(self, row: Row) -> dict[str, dict[str, str]]:
        others = row.get("translations")
        found = _at("translations", cells.json.value_of, others) if others else {}
        if not isinstance(found, dict) or not all(isinstance(e, dict) for e in found.values()):
            raise Wrong("Give an object of objects.", "translations")
        for name in self._texts:
            said, _, locale = name.partition(".")
            if row[name]:
                found.setdefault(locale, {})[said] = row[name]
        return found

    def _variant(self, row: Row, option_names: Sequence[str]) -> dict[str, Any]:
        variant: dict[str, Any] = {}
        if row.get("variant.id"):
            variant["id"] = row["variant.id"]
        self._plain(VARIANT, row, variant)
        if self._options or "option_names" in self._names:
            variant["options"] = self._chosen(row, option_names)
        self._amounts(row, variant)
        self._measures(row, variant)
        self._attributes(row, variant, OF_VARIANT, "variant.attributes")
        return variant

    def _chosen(self, row: Row, option_names: Sequence[str]) -> dict[str, str]:
        chosen = {}
        for name in self._options:
            number = int(name[6:])
            if row[name] and number > len(option_names):
                raise Wrong("The column option_names does not say what this option is.", name)
            if row[name]:
                chosen[option_names[number - 1]] = row[name]
        return chosen

    def _amounts(self, row: Row, variant: dict[str, Any]) -> None:
        prices: list[dict[str, Any]] = []
        costs: list[dict[str, str]] = []
        stock: dict[str, int] = {}
        for name in self._slots:
            kind, _, slot = name.partition(".")
            if not row[name]:
                continue
            if kind == "price":
                prices.append(_price(slot, row))
            elif kind == "cost":
                costs.append({"currency": slot, "amount": row[name]})
            elif kind == "stock":
                stock[slot] = _at(name, cells.whole.value_of, row[name])
        if row.get("prices"):
            prices += _at("prices", _listed, row["prices"])
        if "prices" in self._names or any(each.startswith("price.") for each in self._slots):
            variant["prices"] = sorted(prices, key=_place)
        if costs:
            variant["costs"] = sorted(costs, key=lambda each: each["currency"])
        if stock:
            variant["stock"] = stock

    def _measures(self, row: Row, variant: dict[str, Any]) -> None:
        if WEIGHT[0] in self._names:
            value, unit = (row.get(name, "") for name in WEIGHT)
            variant["weight"] = {"value": value, "unit": unit} if value else None
        if self._names.issuperset(SIZES):
            sizes = {name: row[name] for name in SIZES[:3]}
            is_given = any(sizes.values())
            variant["dimensions"] = {**sizes, "unit": row[SIZES[3]]} if is_given else None

    def _attributes(self, row: Row, into: dict[str, Any], prefix: str, others: str) -> None:
        columns = [each for each in self._attribute_columns if each.prefix == prefix]
        if not columns and others not in self._names:
            return
        found: dict[str, Any] = {}
        for each in (
            _at(others, _OTHERS, cells.json.value_of(row[others])) if row.get(others) else ()
        ):
            column = AttributeColumn("", each["code"], each.get("locale"), each.get("channel"))
            self._nested(column)
            _put(found, (column.code, *column.steps), each["value"])
        for column in columns:
            if cell := row[column.name]:
                _put(found, (column.code, *column.steps), self._value(column, cell))
        into["attributes"] = found

    def _nested(self, column: AttributeColumn) -> None:
        if column.channel:
            self.per_channel.add(column.code)
        if column.locale:
            self.localizable.add(column.code)

    def _value(self, column: AttributeColumn, cell: str) -> Any:
        if column.type == "category" or (not column.type and self._as_text):
            return Text(cell)
        return _at(column.name, column.sort.value_of, cell)


def _named(name: str, slug: str) -> dict[str, str]:
    return {key: value for key, value in (("slug", slug), ("name", name)) if value}


def _at(name: str, read: Callable[[Any], Any], value: Any) -> Any:
    try:
        return read(value)
    except Wrong as wrong:
        raise Wrong(str(wrong), name) from None


def _put(found: dict[str, Any], steps: Sequence[str], value: Any) -> None:
    *above, last = steps
    for step in above:
        inner = found.setdefault(step, {})
        if not isinstance(inner, dict):
            raise Wrong("It stands in the column attributes, too.", step)
        found = inner
    found[last] = value


def _price(slot: str, row: Row) -> dict[str, Any]:
    currency, _, code = slot.partition("@")
    return {
        "price_list": code or None,
        "currency": currency,
        "amount": row[f"price.{slot}"],
        "compare_at": row.get(f"compare_at.{slot}") or None,
        "min_quantity": 1,
        "valid_from": None,
        "valid_until": None,
    }


def _place(price: Any) -> tuple[Any, ...]:
    if not isinstance(price, dict):
        return ("",)
    named = {name: str(price.get(name) or "") for name in ("currency", "price_list", "valid_from")}
    quantity = price.get("min_quantity")
    until = str(price.get("valid_until") or "9999")
    number = quantity if isinstance(quantity, int) else 0
    return named["currency"], named["price_list"], number, named["valid_from"], until


def _listed(cell: str) -> list[Any]:
    found = cells.json.value_of(cell)
    if not isinstance(found, list):
        raise Wrong("Give a JSON list.")
    return found


def _media(row: Row) -> list[dict[str, Any]]:
    urls = row["media"].split()
    alts = row["media.alt"].split("\n") if row.get("media.alt") else []
    details = _listed(row["media.details"]) if row.get("media.details") else []
    media = []
    for n, url in enumerate(urls):
        alt = alts[n].strip() if n < len(alts) else ""
        more = details[n] if n < len(details) else {}
        if not isinstance(more, dict):
            raise Wrong("Give an object for each picture.")
        plain: dict[str, Any] = {
            "kind": "image",
            "alt": alt,
            "focal_point": None,
            "translations": {},
        }
        media.append({"url": url, **plain, **more})
    return media

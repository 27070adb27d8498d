"""WooCommerce's product file: variations stand after their parent and name it by its SKU.

What an import of a WooCommerce file kept in the metadata goes back to where it stood.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from products.transfer.truth import Truth
from products.transfer.writers.options import (
    Product,
    WriteOptions,
    base_price,
    converted,
    cost,
    short_gtin,
    stock,
)
from products.transfer.writers.own_csv import csv_bytes

Row = dict[str, str]
KEPT = SYSTEM = "woocommerce"  # in the metadata, and of external ids
SKU_SYSTEM = "woocommerce-sku"  # of products whose SKU is none of a variant
FIRST = (
    *("ID", "Type", "SKU", "GTIN, UPC, EAN, or ISBN", "Name", "Slug", "Published"),
    *("Is featured?", "Visibility in catalog", "Short description", "Description"),
    *("Date sale price starts", "Date sale price ends", "Tax status", "Tax class", "In stock?"),
    *("Stock", "Low stock amount", "Backorders allowed?", "Sold individually?", "Weight (kg)"),
    *("Length (cm)", "Width (cm)", "Height (cm)", "Sale price", "Regular price"),
    *("Cost of goods", "Categories", "Tags", "Shipping class", "Images", "Parent"),
    *("Grouped products", "Upsells", "Cross-sells", "External URL", "Button text", "Position"),
    "Brands",
)
# The reader's names of what it keeps -> columns.
KEPT_COLUMNS: Mapping[str, str] = {
    "featured": "Is featured?",
    "visibility": "Visibility in catalog",
    "short_description": "Short description",
    "tax_status": "Tax status",
    "low_stock_amount": "Low stock amount",
    "sold_individually": "Sold individually?",
    "shipping_class": "Shipping class",
    "external_url": "External URL",
    "button_text": "Button text",
    "position": "Position",
}
PUBLISHED = {"published": "1", "draft": "-1", "archived": "-1"}
RELATIONS = {"up-sell": "Upsells", "cross-sell": "Cross-sells", "grouped": "Grouped products"}
_GUARDED = re.compile(r"[=+\-@\t\r]")
_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?")
_META = """
    SELECT DISTINCT kept.name FROM {rows}, jsonb_object_keys(
        CASE WHEN jsonb_typeof({row}.metadata #> '{{woocommerce,meta}}') = 'object'
             THEN {row}.metadata #> '{{woocommerce,meta}}' ELSE '{{}}' END) kept(name)
"""


def write(truth: Truth, options: WriteOptions) -> Iterator[bytes]:
    most = truth.ask("SELECT max(cardinality(p.option_names)) FROM products_product p")[0][0] or 0
    names = [*FIRST, *_attribute_columns(most), *(f"Meta: {name}" for name in _meta(truth))]
    rows = (
        [_guarded(row.get(name, "")) for name in names]
        for product in truth.products()
        for row in product_rows(product, options)
    )
    return csv_bytes(names, rows, is_guarded=False)


def _attribute_columns(most: int) -> Iterator[str]:
    for n in range(1, most + 1):
        yield from (f"Attribute {n} name", f"Attribute {n} value(s)")
        yield from (f"Attribute {n} visible", f"Attribute {n} global")


def _meta(truth: Truth) -> list[str]:
    own = truth.ask(_META.format(rows="products_product p", row="p"))
    joined = "products_product p JOIN products_variant v ON v.product_id = p.id"
    return sorted({name for (name,) in [*own, *truth.ask(_META.format(rows=joined, row="v"))]})


def _guarded(cell: str) -> str:
    """WooCommerce takes the apostrophe away where such a character follows it."""
    is_formula = _GUARDED.match(cell) and not _NUMBER.fullmatch(cell)
    return f"'{cell}" if is_formula else cell


def product_rows(product: Product, options: WriteOptions) -> Iterator[Row]:
    variants = product["variants"]
    is_variable = len(variants) > 1 or any(each["options"] for each in variants)
    own = _product(product)
    if not is_variable:
        yield {
            **(_variant(variants[0], options) if variants else {}),
            **own,
            "Type": _type(product),
        }
        return
    name = _parent_sku(product)
    yield {**own, **_choices(product), "Type": "variable", "SKU": name}
    for place, variant in enumerate(variants, 1):
        yield _variation(variant, product, name, place, options)


def _type(product: Product) -> str:
    return str(_kept(product).get("type") or "simple")


def _parent_sku(product: Product) -> str:
    """The parent has one of its own, or else its slug, which no variation has for an SKU."""
    kept, own = _kept(product).get("sku"), _ids(product).get(SKU_SYSTEM)
    taken = {each["sku"] for each in product["variants"]}
    return str(
        kept
        or own
        or (f"{product['slug']}-parent" if product["slug"] in taken else product["slug"])
    )


def _product(product: Product) -> Row:
    kept = _kept(product)
    brands = kept.get("brands") or [product["brand"]["name"]] if product["brand"] else []
    paths = [" > ".join(each["path"]) for each in product["categories"]]
    pictures = [each["url"] for each in product["media"] if each["kind"] == "image"]
    related: dict[str, list[str]] = {}
    for each in product["relations"]:
        if each["kind"] in RELATIONS and each["sku"]:
            related.setdefault(RELATIONS[each["kind"]], []).append(each["sku"])
    return {
        "Visibility in catalog": "visible",
        "Tax status": "taxable",
        **_kept_cells(kept),
        "ID": _ids(product).get(SYSTEM, ""),
        "Name": product["name"],
        "Slug": product["slug"],
        "Published": PUBLISHED[product["status"]],
        "Description": _text(product["description"]),
        "Tax class": product["tax_class"] or "",
        "Categories": _list(paths),
        "Tags": _list(product["tags"]),
        "Images": _list(pictures),
        "Brands": _list(brands),
        **{column: _list(skus) for column, skus in related.items()},
    }


def _choices(product: Product) -> Row:
    """At the parent, each option with all that there is to choose."""
    row: Row = {}
    for n, name in enumerate(product["option_names"], 1):
        values = dict.fromkeys(
            value for each in product["variants"] if (value := each["options"].get(name))
        )
        row |= {f"Attribute {n} name": name, f"Attribute {n} value(s)": _list(values)}
        row |= {f"Attribute {n} visible": "1", f"Attribute {n} global": "0"}
    return row


def _variation(
    variant: Product, product: Product, parent: str, place: int, options: WriteOptions
) -> Row:
    chosen: Row = {}
    for n, name in enumerate(product["option_names"], 1):
        if value := variant["options"].get(name):
            chosen |= {f"Attribute {n} name": name, f"Attribute {n} value(s)": _list([value])}
            chosen |= {f"Attribute {n} global": "0"}
    kept = _kept(variant)
    pictures = {each["url"] for each in product["media"] if each["kind"] == "image"}
    shown = [url for url in variant["media"] if url in pictures]
    return {
        "Visibility in catalog": "visible",
        "Tax status": "taxable",
        **_kept_cells(kept),
        **_variant(variant, options),
        **chosen,
        "ID": _ids(variant).get(SYSTEM, ""),
        "Type": "variation",
        "Name": str(kept.get("name") or product["name"]),
        "Published": "1" if variant["status"] == "active" else "-1",
        "Description": _text(str(kept.get("description", ""))),
        "Tax class": variant["tax_class"] or "parent",
        "Images": _list(shown),
        "Parent": parent,
        "Position": str(place),
    }


def _variant(variant: Product, options: WriteOptions) -> Row:
    return {
        "SKU": variant["sku"] or "",
        "GTIN, UPC, EAN, or ISBN": short_gtin(variant["gtin"]),
        **_prices(variant, options.currency),
        "Cost of goods": cost(variant, options.currency),
        **_stock(variant, options.location),
        **_measures(variant),
    }


def _prices(variant: Product, currency: str) -> Row:
    """What it costs now is a sale where it was more before; a dated price is one with its days."""
    price = base_price(variant, currency)
    dated = [
        each
        for each in variant["prices"]
        if each["currency"] == currency
        and each["price_list"] is None
        and each["min_quantity"] == 1
        and (each["valid_from"] or each["valid_until"])
    ]
    if dated and price and not price["compare_at"]:
        sale = dated[0]
        return {
            "Regular price": price["amount"],
            "Sale price": sale["amount"],
            "Date sale price starts": (sale["valid_from"] or "")[:19],
            "Date sale price ends": (sale["valid_until"] or "")[:19],
        }
    if price.get("compare_at"):
        return {"Regular price": price["compare_at"], "Sale price": price["amount"]}
    return {"Regular price": price.get("amount", "")}


def _stock(variant: Product, location: str) -> Row:
    sells_on = variant["backorder_policy"] != "deny"
    allowed = "notify" if _kept(variant).get("backorders") == "notify" else "1"
    row = {"Backorders allowed?": allowed if sells_on else "0"}
    counted = stock(variant, location)
    if not variant["track_inventory"] or counted is None:
        return {**row, "In stock?": "1"}
    state = "1" if counted > 0 else "backorder" if sells_on else "0"
    return {**row, "In stock?": state, "Stock": str(counted)}


def _measures(variant: Product) -> Row:
    row: Row = {}
    if weight := variant["weight"]:
        row["Weight (kg)"] = converted("mass", weight["value"], weight["unit"], "kg", 6)
    if sizes := variant["dimensions"]:
        for name in ("length", "width", "height"):
            cell = converted("length", sizes[name], sizes["unit"], "cm", 4)
            row[f"{name.capitalize()} (cm)"] = cell
    return row


def _ids(row: Product) -> dict[str, str]:
    return {each["system"]: each["id"] for each in row["external_ids"]}


def _kept(row: Product) -> Mapping[str, Any]:
    kept = row["metadata"].get(KEPT)
    return kept if isinstance(kept, dict) else {}


def _kept_cells(kept: Mapping[str, Any]) -> Row:
    cells = {KEPT_COLUMNS[name]: _text(str(kept[name])) for name in KEPT_COLUMNS if name in kept}
    meta = kept.get("meta")
    if isinstance(meta, dict):
        cells |= {f"Meta: {name}": str(value) for name, value in meta.items()}
    return cells


def _list(values: Any) -> str:
    return ", ".join(str(value).replace(",", "\\,") for value in values)


def _text(text: str) -> str:
    """Line breaks are written as \\n, and a written \\n as \\\\n."""
    return text.replace("\\n", "\\\\n").replace("\n", "\\n")

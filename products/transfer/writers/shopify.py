"""Shopify's product file, with the names of its newest template.

What an import of a Shopify file kept in the metadata goes back to where it stood.
"""

from collections.abc import Iterator, Mapping
from itertools import zip_longest
from typing import Any

from products.transfer.readers.shopify_columns import MARKET_PRICE, METAFIELD, normal
from products.transfer.readers.shopify_lines import KEPT
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
_OPTIONS = tuple(f"Option{n} {part}" for n in (1, 2, 3) for part in ("name", "value", "Linked To"))
_GOOGLE = "Google Shopping / "
COLUMNS = (
    *("Title", "URL handle", "Description", "Vendor", "Product category", "Type", "Tags"),
    *("Published on online store", "Status", "SKU", "Barcode", *_OPTIONS),
    *("Price", "Compare-at price", "Cost per item", "Charge tax", "Tax code"),
    *("Unit price total measure", "Unit price total measure unit"),
    *("Unit price base measure", "Unit price base measure unit"),
    *("Inventory tracker", "Inventory quantity", "Continue selling when out of stock"),
    *("Weight value (grams)", "Weight unit for display", "Requires shipping"),
    *("Fulfillment service", "Product image URL", "Image position", "Image alt text"),
    *("Variant image URL", "Gift card", "SEO title", "SEO description"),
    *(
        f"{_GOOGLE}{name}"
        for name in (
            *("Google product category", "Gender", "Age group"),
            *("Manufacturer part number (MPN)", "Ad group name", "Ads labels", "Condition"),
            *("Custom product", *(f"Custom label {n}" for n in range(5))),
        )
    ),
)
# The names under which the reader keeps columns that a catalog has no place for.
KEPT_COLUMNS: Mapping[str, str] = {
    "requires_shipping": "Requires shipping",
    "taxable": "Charge tax",
    "tax_code": "Tax code",
    "unit_price_total_measure": "Unit price total measure",
    "unit_price_total_measure_unit": "Unit price total measure unit",
    "unit_price_base_measure": "Unit price base measure",
    "unit_price_base_measure_unit": "Unit price base measure unit",
    "gift_card": "Gift card",
    "google_product_category": f"{_GOOGLE}Google product category",
    "google_gender": f"{_GOOGLE}Gender",
    "google_age_group": f"{_GOOGLE}Age group",
    "google_mpn": f"{_GOOGLE}Manufacturer part number (MPN)",
    "google_ad_group": f"{_GOOGLE}Ad group name",
    "google_ad_labels": f"{_GOOGLE}Ads labels",
    "google_condition": f"{_GOOGLE}Condition",
    "google_custom_product": f"{_GOOGLE}Custom product",
    **{f"google_custom_label_{n}": f"{_GOOGLE}Custom label {n}" for n in range(5)},
    **{f"option{n}_linked_to": f"Option{n} Linked To" for n in (1, 2, 3)},
    "barcode": "Barcode",
    "compare_at_price": "Compare-at price",
    "weight_grams": "Weight value (grams)",
}
STATUSES = {"published": "active", "draft": "draft", "archived": "archived"}
UNITS = ("g", "kg", "lb", "oz")
_KEYS = """
    SELECT DISTINCT kept.name FROM {rows}, jsonb_object_keys(
        CASE WHEN jsonb_typeof({row}.metadata -> '{key}') = 'object'
             THEN {row}.metadata -> '{key}' ELSE '{{}}' END) kept(name)
"""


def write(truth: Truth, options: WriteOptions) -> Iterator[bytes]:
    names = [*COLUMNS, *_own_columns(truth)]
    rows = (
        [row.get(name, "") for name in names]
        for product in truth.products()
        for row in product_rows(product, options)
    )
    # Shopify does not know of apostrophes before formulas: it would show them.
    return csv_bytes(names, rows, is_guarded=False)


def _own_columns(truth: Truth) -> list[str]:
    """Metafields, and prices of markets: columns that each shop names itself."""
    found = {
        name
        for rows, row in (
            ("products_product p", "p"),
            ("products_product p JOIN products_variant v ON v.product_id = p.id", "v"),
        )
        for (name,) in truth.ask(_KEYS.format(rows=rows, row=row, key=KEPT))
    }
    return sorted(name for name in found if _is_own_column(name))


def _is_own_column(name: str) -> bool:
    spelling = normal(name)
    is_market = spelling.startswith("included ") or MARKET_PRICE.match(spelling)
    return bool(METAFIELD.search(name) or is_market) and name not in COLUMNS


def product_rows(product: Product, options: WriteOptions) -> Iterator[Row]:
    """The first line has the product; those after it a variant, a picture, or both."""
    variants = [_variant(each, product, options) for each in product["variants"]]
    names = product["option_names"][:3]
    if variants:
        if len(variants) == 1 and not product["variants"][0]["options"]:
            variants[0] |= {"Option1 name": "Title", "Option1 value": "Default Title"}
        else:
            variants[0] |= {f"Option{n} name": name for n, name in enumerate(names, 1)}
    pictures = [
        {"Product image URL": each["url"], "Image position": str(n), "Image alt text": each["alt"]}
        for n, each in enumerate(_pictures(product), 1)
    ]
    for n, (variant, picture) in enumerate(zip_longest(variants, pictures)):
        own = _product(product) if n == 0 else {"URL handle": product["slug"]}
        yield {**(variant or {}), **(picture or {}), **own}
    if not variants and not pictures:
        yield _product(product)


def _pictures(product: Product) -> list[Any]:
    return [each for each in product["media"] if each["kind"] == "image"]


def _product(product: Product) -> Row:
    kept = _kept(product)
    category, kind = _category(product, kept)
    status = STATUSES[product["status"]]
    if status == "draft" and kept.get("status") == "unlisted":
        status = "unlisted"
    return {
        **_kept_cells(kept),
        "Title": product["name"],
        "URL handle": product["slug"],
        "Description": product["description"],
        "Vendor": (product["brand"] or {}).get("name", ""),
        "Product category": category,
        "Type": kind,
        "Tags": ", ".join(product["tags"]),
        "Published on online store": "FALSE" if status == "draft" else "TRUE",
        "Status": status,
        "SEO title": product["seo_title"],
        "SEO description": product["seo_description"],
    }


def _category(product: Product, kept: Mapping[str, Any]) -> tuple[str, str]:
    """Product category and type: the primary category is one or the other."""
    path = product["categories"][0]["path"] if product["categories"] else []
    if "product_category" in kept:
        return str(kept["product_category"]), path[0] if path else str(kept.get("type", ""))
    if "type" in kept or len(path) > 1:
        return " > ".join(path), str(kept.get("type", ""))
    return "", path[0] if path else ""


def _variant(variant: Product, product: Product, options: WriteOptions) -> Row:
    price = base_price(variant, options.currency)
    counted = stock(variant, options.location)
    shown = {each["url"] for each in _pictures(product)}
    names = product["option_names"][:3]
    grams, unit = _weight(variant["weight"])
    own = {
        **{f"Option{n} value": variant["options"].get(name, "") for n, name in enumerate(names, 1)},
        "SKU": variant["sku"] or "",
        "Barcode": short_gtin(variant["gtin"]),
        "Price": price.get("amount", ""),
        "Compare-at price": price.get("compare_at") or "",
        "Cost per item": cost(variant, options.currency),
        "Inventory tracker": "shopify" if variant["track_inventory"] else "",
        "Inventory quantity": "" if counted is None else str(counted),
        "Continue selling when out of stock": (
            "deny" if variant["backorder_policy"] == "deny" else "continue"
        ),
        "Weight value (grams)": grams,
        "Weight unit for display": unit,
        "Fulfillment service": "manual",
        "Variant image URL": next((url for url in variant["media"] if url in shown), ""),
    }
    return {**own, **{name: cell for name, cell in _kept_cells(_kept(variant)).items() if cell}}


def _weight(weight: Product | None) -> tuple[str, str]:
    if not weight:
        return "", ""
    grams = converted("mass", weight["value"], weight["unit"], "g", 3)
    return grams, weight["unit"] if weight["unit"] in UNITS else "g"


def _kept(row: Product) -> Mapping[str, Any]:
    kept = row["metadata"].get(KEPT)
    return kept if isinstance(kept, dict) else {}


def _kept_cells(kept: Mapping[str, Any]) -> Row:
    """What is kept under the reader's names, and under those of the shop's own columns."""
    texts = {name: value for name, value in kept.items() if isinstance(value, str)}
    known = {KEPT_COLUMNS[name]: text for name, text in texts.items() if name in KEPT_COLUMNS}
    return {**known, **{name: text for name, text in texts.items() if _is_own_column(name)}}

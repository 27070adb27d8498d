"""The columns of Magento 2's product files, and what is packed into single cells."""

import re
from collections.abc import Iterator
from datetime import datetime

from django.utils import timezone

from products.transfer.readers import cells
from products.transfer.readers.cells import CellRefused
from products.transfer.readers.sheets import Layout, family, normal, spelled

PLAIN = (
    "sku",
    "store_view_code",
    "attribute_set_code",
    "product_type",
    "categories",
    "product_websites",
    "name",
    "description",
    "short_description",
    "weight",
    "product_online",
    "tax_class_name",
    "visibility",
    "price",
    "special_price",
    "special_price_from_date",
    "special_price_to_date",
    "cost",
    "url_key",
    "meta_title",
    "meta_keywords",
    "meta_description",
    "additional_images",
    "additional_image_labels",
    "additional_attributes",
    "qty",
    "is_in_stock",
    "manage_stock",
    "use_config_manage_stock",
    "allow_backorders",
    "use_config_backorders",
    "configurable_variations",
    "configurable_variation_labels",
    "associated_skus",
    "bundle_values",
    "related_skus",
    "crosssell_skus",
    "upsell_skus",
)
# Of no field here: metadata.
KEPT = (
    "product_websites",
    "meta_keywords",
    "msrp_price",
    "map_price",
    "country_of_manufacture",
    "new_from_date",
    "new_to_date",
    "created_at",
    "updated_at",
    "min_cart_qty",
    "max_cart_qty",
    "qty_increments",
    "is_qty_decimal",
    "gift_message_available",
    "bundle_values",
    "bundle_price_type",
    "bundle_sku_type",
    "bundle_price_view",
    "bundle_weight_type",
    "custom_options",
    "configurable_variation_prices",
)
# What a cell says when nobody chose it.
DEFAULTS = {
    "min_cart_qty": "1",
    "max_cart_qty": "0",
    "qty_increments": "0",
    "is_qty_decimal": "0",
    "product_websites": "base",
}
LEFT_OUT = (
    "map_enabled",
    "display_product_options_in",
    "custom_design",
    "custom_design_from",
    "custom_design_to",
    "custom_layout",
    "custom_layout_update",
    "page_layout",
    "product_options_container",
    "msrp_display_actual_price_type",
    "out_of_stock_qty",
    "use_config_min_qty",
    "use_config_min_sale_qty",
    "use_config_max_sale_qty",
    "use_config_deferred_stock_update",
    "notify_on_stock_below",
    "use_config_notify_stock_qty",
    "use_config_qty_increments",
    "use_config_enable_qty_inc",
    "enable_qty_increments",
    "is_decimal_divided",
    "website_id",
    "deferred_stock_update",
    "hide_from_product_page",
    "bundle_shipment_type",
    "related_position",
    "crosssell_position",
    "upsell_position",
    # Files that are sold are not for the public.
    "downloadable_links",
    "downloadable_samples",
)
LAYOUT = Layout(
    label="Magento 2 CSV",
    fields={**spelled(*PLAIN), **spelled(*(set(KEPT) - set(PLAIN)))},
    families={"image": family(r"(?P<kind>base|small|thumbnail|swatch)_image(?P<label>_label)?")},
    left_out=frozenset(map(normal, LEFT_OUT)),
    required=("sku", "product_type"),
    means={"title": "name", "handle": "url_key", "option1_value": "configurable_variations"},
)
# Parts of additional_attributes that say nothing that the rest of the line does not.
DERIVED = {"has_options", "required_options"}
AMERICAN = re.compile(
    r"(?P<month>\d{1,2})/(?P<day>\d{1,2})/(?P<year>\d{4}|\d{2})(?:,?\s+(?P<time>\d.*))?"
)


PAIR = re.compile(r'(\w+)=(?:"((?:[^"]|"")*)"(?=,|$)|((?:(?!,\w+=).)*))', re.DOTALL)


def pairs(cell: str) -> Iterator[tuple[str, str]]:
    """a=1,b=x|y,c="x, y" -> each code and value; a comma before no code belongs to the value."""
    for code, quoted, plain in PAIR.findall(cell):
        yield code.casefold(), (quoted.replace('""', '"') or plain).strip()


def variations(cell: str) -> Iterator[tuple[str, dict[str, str]]]:
    """sku=A,size=M|sku=B,size=L -> SKU and options of each."""
    for piece in cell.split("|"):
        found = dict(pairs(piece.strip()))
        if sku := found.pop("sku", ""):
            yield sku, {code: value for code, value in found.items() if value}


def labels(cell: str) -> dict[str, str]:
    """size=Size,color=Color -> what the options are called."""
    return {code: label for code, label in pairs(cell) if label}


def linked(cell: str) -> Iterator[tuple[str, int]]:
    """A=2.0000,B -> SKU and quantity of each."""
    for piece in cells.parts(cell, ","):
        sku, _, count = piece.partition("=")
        number = count.strip().partition(".")[0]
        yield sku.strip(), int(number) if number.isdigit() and int(number) else 1


def instant(cell: str) -> datetime:
    """ISO, or as Magento writes it in its own language, which is American: 3/22/26, 11:08 PM."""
    found = AMERICAN.fullmatch(cell)
    if not found:
        return cells.instant(cell)
    year = int(found["year"]) + (2000 if len(found["year"]) == 2 else 0)
    time = (found["time"] or "12:00 AM").replace("\u202f", " ").upper()
    try:
        clock = datetime.strptime(time, "%I:%M %p" if time.endswith("M") else "%H:%M")  # noqa: DTZ007
        moment = datetime(  # noqa: DTZ001
            year, int(found["month"]), int(found["day"]), clock.hour, clock.minute
        )
    except ValueError as error:
        raise CellRefused(
            "invalid-date",
            f"{cell[:40]!r} is no date: the month comes first.",
            "Write it like 2026-03-22.",
        ) from error
    return timezone.make_aware(moment)

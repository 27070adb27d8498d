"""The fields that a mapping file may name, and the options that each has."""

from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field as made
from typing import Literal

from products.transfer.readers.amounts import DecimalMark

Html = Literal["keep", "text", "sanitize"]
# Field -> the options that it has, beside COMMON.
COMMON = frozenset({"field", "map", "default", "prefix", "remark"})
AMOUNT = frozenset({"decimal", "divide_by", "currency"})
PRICE = AMOUNT | {"price_list", "min_quantity"}
PRODUCT_FIELDS: Mapping[str, frozenset[str]] = {
    **dict.fromkeys(("name", "seo_title", "seo_description"), frozenset({"locale", "html"})),
    "description": frozenset({"locale", "html"}),
    "slug": frozenset({"slugify"}),
    **dict.fromkeys(("status", "brand", "tax_class"), frozenset()),
    "category": frozenset({"separator"}),
    "categories": frozenset({"separator", "list_separator"}),
    "collections": frozenset({"list_separator"}),
    "tags": frozenset({"list_separator"}),
    "external_id": frozenset({"system"}),
    "publish_at": frozenset({"date"}),
    "unpublish_at": frozenset({"date"}),
    "image": frozenset({"list_separator"}),
    "image_alt": frozenset(),
}
VARIANT_FIELDS: Mapping[str, frozenset[str]] = {
    "sku": frozenset({"whole"}),
    "mpn": frozenset({"whole"}),
    "gtin": frozenset({"restore_zeros"}),
    "option": frozenset({"name", "whole"}),
    "weight": frozenset({"decimal", "unit"}),
    **dict.fromkeys(("length", "width", "height"), frozenset({"decimal", "unit"})),
    "price": PRICE,
    "sale_price": PRICE,
    "compare_at": PRICE,
    "cost": AMOUNT,
    "currency": frozenset(),
    "quantity": frozenset({"location"}),
    "track_inventory": frozenset(),
    "variant_status": frozenset(),
    "variant_image": frozenset({"list_separator"}),
    "variant_external_id": frozenset({"system"}),
}
EITHER_FIELDS: Mapping[str, frozenset[str]] = {
    "attribute": frozenset(
        {"code", "on", "type", "dimension", "name", "locale", "channel", "decimal", "unit"}
        | {"html", "list_separator", "whole"}
    ),
    "metadata": frozenset({"key", "on", "whole"}),
}
FIELDS = {**PRODUCT_FIELDS, **VARIANT_FIELDS, **EITHER_FIELDS}
NEEDED = {"option": "name", "attribute": "code", "metadata": "key", "external_id": "system"}
NEEDED |= {"variant_external_id": "system"}
# Any of these finds a product again.
IDENTITIES = frozenset({"slug", "external_id", "sku", "variant_external_id"})
FLAGS = frozenset({"whole", "restore_zeros", "slugify"})
TYPES = (
    *("text", "long_text", "integer", "decimal", "boolean", "date", "datetime", "colour"),
    *("choice", "multi_choice", "measurement", "url", "json"),
)


@dataclass(frozen=True, slots=True)
class Target:
    """What one column says, and how it is written. The names are those of the mapping file."""

    field: str
    column: str  # "" for a constant
    map: Mapping[str, str] = made(default_factory=dict)  # cell, in lower case -> what it means
    default: str = ""  # where the cell is blank
    prefix: str = ""  # put before the cell
    remark: str = ""
    locale: str = ""
    html: Html = "keep"
    separator: str = ">"
    list_separator: str = ","
    system: str = ""
    date: str = ""  # as strptime has it; ISO 8601 without
    whole: bool = False  # 2008.0 is 2008
    restore_zeros: bool = False
    slugify: bool = False
    name: str = ""
    decimal: DecimalMark = "."
    unit: str = ""
    divide_by: int = 1
    currency: str = ""
    price_list: str = ""
    min_quantity: int = 1
    location: str = ""
    code: str = ""
    key: str = ""
    on: str = "product"
    type: str = "text"
    dimension: str = ""
    channel: str = ""

    @property
    def is_of_variant(self) -> bool:
        return self.field in VARIANT_FIELDS or (
            self.field in EITHER_FIELDS and self.on == "variant"
        )

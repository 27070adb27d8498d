"""The columns of Shopify's product files, under all the names they had since 2019.

Spelling is forgiven in case, blanks and punctuation: "Body (HTML)", "Body" and "body html".
"""

import re
from dataclasses import dataclass, field

from products.transfer.records import FileRefused, Remark

# Our name -> the columns that hold it.
MAPPED: dict[str, tuple[str, ...]] = {
    "handle": ("handle", "url handle"),
    "title": ("title",),
    "description": ("body html", "body", "description"),
    "brand": ("vendor",),
    "product_category": ("product category", "standard product type", "standardized product type"),
    "type": ("type", "custom product type", "product type"),
    "tags": ("tags",),
    "published": ("published", "published on online store"),
    "status": ("status",),
    **{f"option{n}_name": (f"option{n} name", f"option {n} name") for n in (1, 2, 3)},
    **{f"option{n}_value": (f"option{n} value", f"option {n} value") for n in (1, 2, 3)},
    "sku": ("variant sku", "sku"),
    "gtin": ("variant barcode", "barcode"),
    "price": ("variant price", "price"),
    "cost": ("cost per item", "variant cost"),
    "compare_at": ("variant compare at price", "compare at price"),
    "weight_grams": ("variant grams", "weight value grams"),
    "weight_unit": ("variant weight unit", "weight unit for display"),
    "tracker": ("variant inventory tracker", "inventory tracker"),
    "quantity": (
        "variant inventory qty",
        "variant inventory quantity",
        "inventory quantity",
    ),
    "policy": ("variant inventory policy", "continue selling when out of stock"),
    "image_url": ("image src", "product image url"),
    "image_position": ("image position",),
    "image_alt": ("image alt text",),
    "variant_image": ("variant image", "variant image url"),
    "seo_title": ("seo title",),
    "seo_description": ("seo description",),
}
# Kept in the variant's metadata, under these names whatever the file's age.
VARIANT_EXTRAS: dict[str, tuple[str, ...]] = {
    "requires_shipping": ("variant requires shipping", "requires shipping"),
    "taxable": ("variant taxable", "charge tax"),
    "tax_code": ("variant tax code", "tax code"),
    "unit_price_total_measure": ("unit price total measure",),
    "unit_price_total_measure_unit": ("unit price total measure unit",),
    "unit_price_base_measure": ("unit price base measure",),
    "unit_price_base_measure_unit": ("unit price base measure unit",),
}
# Kept in the product's metadata.
PRODUCT_EXTRAS: dict[str, tuple[str, ...]] = {
    "gift_card": ("gift card",),
    "google_product_category": ("google shopping google product category",),
    "google_gender": ("google shopping gender",),
    "google_age_group": ("google shopping age group",),
    "google_mpn": ("google shopping mpn", "google shopping manufacturer part number mpn"),
    "google_ad_group": ("google shopping adwords grouping", "google shopping ad group name"),
    "google_ad_labels": ("google shopping adwords labels", "google shopping ads labels"),
    "google_condition": ("google shopping condition",),
    "google_custom_product": ("google shopping custom product",),
    **{f"google_custom_label_{n}": (f"google shopping custom label {n}",) for n in range(5)},
    **{f"option{n}_linked_to": (f"option{n} linked to",) for n in (1, 2, 3)},
}
# Who ships it is another's business.
LEFT_OUT = frozenset(
    {
        "variant fulfillment service",
        "variant fullfilment service",
        "fulfillment service",
    }
)
METAFIELD = re.compile(r"\(product\.metafields\.[^)]+\)\s*$")
MARKET_PRICE = re.compile(r"^(price|compare at price) \S")


@dataclass(slots=True)
class Columns:
    """Where each thing stands in a row of this file."""

    header: list[str]
    mapped: dict[str, int] = field(default_factory=dict)
    variant_extras: dict[str, int] = field(default_factory=dict)
    product_extras: dict[str, int] = field(default_factory=dict)
    left_out: list[str] = field(default_factory=list)
    remarks: list[Remark] = field(default_factory=list)

    def name(self, key: str) -> str:
        """The file's own name of a column, for messages."""
        return self.header[self.mapped[key]] if key in self.mapped else ""

    def names(self) -> dict[str, str]:
        return {key: self.header[index] for key, index in self.mapped.items()}


def normal(header: str) -> str:
    return " ".join(re.sub(r"[^\w]+", " ", header.replace("_", " ").casefold()).split())


def _by_spelling(table: dict[str, tuple[str, ...]]) -> dict[str, str]:
    return {spelling: key for key, spellings in table.items() for spelling in spellings}


_MAPPED = _by_spelling(MAPPED)
_VARIANT_EXTRAS = _by_spelling(VARIANT_EXTRAS)
_PRODUCT_EXTRAS = _by_spelling(PRODUCT_EXTRAS)


def understand(header: list[str], line: int) -> Columns:
    """Raises FileRefused when it is no header of a product file."""
    columns = Columns([name.strip() for name in header])
    for index, name in enumerate(columns.header):
        if name:
            _place(columns, index, name, line)
    if "handle" not in columns.mapped:
        what = " The cells are separated by semicolons." if ";" in "".join(header) else ""
        raise FileRefused(
            Remark(
                "no-handle-column",
                line,
                f"There is no column Handle or URL handle.{what}",
                "Give a product file of Shopify, with a header line and separated by commas.",
            )
        )
    return columns


def _place(columns: Columns, index: int, name: str, line: int) -> None:
    spelling = normal(name)
    if spelling in LEFT_OUT:
        columns.left_out.append(name)
        return
    for known, places in (
        (_MAPPED, columns.mapped),
        (_VARIANT_EXTRAS, columns.variant_extras),
        (_PRODUCT_EXTRAS, columns.product_extras),
    ):
        if key := known.get(spelling):
            _claim(places, key, index, name, line)
            return
    if METAFIELD.search(name) or spelling.startswith("included "):
        _claim(columns.product_extras, name, index, name, line)
    elif MARKET_PRICE.match(spelling):
        _claim(columns.variant_extras, name, index, name, line)
    else:
        message = "The column is unknown, its cells are not imported."
        columns.remarks.append(Remark("unknown-column", line, message, column=name))


def _claim(places: dict[str, int], key: str, index: int, name: str, line: int) -> None:
    if key in places:
        raise FileRefused(
            Remark(
                "column-twice",
                line,
                f"Columns {places[key] + 1} and {index + 1} mean the same: {key}.",
                "Remove one of them.",
                column=name,
            )
        )
    places[key] = index

"""Medusa's product files of versions 1 and 2: a line per variant that repeats the product."""

from products.transfer.readers.medusa_products import build_product
from products.transfer.readers.sheets import Layout, Line, family, names_in
from products.transfer.readers.shop import ScatteredReader
from products.transfer.records import ProductRecord
from products.transfer.sources import Bundle, Evidence, Format

# Names of columns behind their noun.
OF_BOTH = "weight length width height hs_code origin_country mid_code material"
OF_BOTH += " created_at updated_at deleted_at"
OF_PRODUCTS = "id handle title subtitle description status thumbnail type type_id tags"
OF_PRODUCTS += " collection_id collection_title collection_handle discountable external_id"
OF_PRODUCTS += " is_giftcard"
OF_VARIANTS = "id title sku barcode ean upc inventory_quantity allow_backorder manage_inventory"
OF_VARIANTS += " metadata variant_rank"


def _columns(noun: str, names: str) -> dict[str, tuple[str, ...]]:
    every = (*names.split(), *OF_BOTH.split())
    return {f"{noun}_{name}": (f"{noun} {name.replace('_', ' ')}",) for name in every}


LAYOUT = Layout(
    label="Medusa CSV",
    fields={**_columns("product", OF_PRODUCTS), **_columns("variant", OF_VARIANTS)},
    families={
        "price": family(
            r"(?:variant\s+)?price\s+(?:(?P<region>.+?)\s*\[(?P<code>[a-z]{3})\]|(?P<currency>[a-z]{3}))"
        ),
        "option": family(r"(?:variant\s+)?option\s+(?P<n>\d+)\s+(?P<part>name|value)"),
        "image": family(r"(?:product\s+)?image\s+\d+(?:\s+url)?"),
        "tag": family(r"product\s+tag\s+\d+"),
        "category": family(
            r"product\s+category\s+(?P<n>\d+)(?:\s+(?P<part>id|name|handle|description))?"
        ),
        "category_more": family(r"product\s+category\s+\d+\s+.*"),
        "channel": family(
            r"(?:product\s+)?sales\s+channel\s+(?P<n>\d+)(?:\s+(?P<part>id|name|description))?"
        ),
    },
    left_out=frozenset({"variant product id", "product profile name", "product profile type"}),
    required=("product_title",),
    means={"title": "product_title", "handle": "product_handle", "sku": "variant_sku"},
)


class MedusaReader(ScatteredReader):
    system = "medusa"
    layout = LAYOUT
    numbers = ("price",)

    def key(self, line: Line) -> str:
        """The handle, or the id where there is none."""
        handle, own_id = line.cell("product_handle"), line.cell("product_id")
        if handle:
            return f"handle:{handle}"
        return f"id:{own_id}" if own_id else f"title:{line.cell('product_title')}"

    def build(self, lines: list[Line]) -> ProductRecord:
        return build_product(self.shop, lines, self.columns)


def _recognise(bundle: Bundle) -> Evidence | None:
    names = names_in(bundle.main)
    variant = any(name.startswith("variant ") for name in names)
    if not variant or not names & {"product title", "product handle"}:
        return None
    version = "2" if any(name.startswith("variant price") for name in names) else "1 and 2"
    return Evidence(95, f"It has columns of products and of variants as Medusa {version} has them.")


FORMAT = Format("medusa", "Medusa CSV", _recognise, MedusaReader)

"""WooCommerce's product files: variations name their parent by SKU or id, wherever it stands."""

from products.transfer.readers.sheets import Line
from products.transfer.readers.shop import ScatteredReader, recognised_by
from products.transfer.readers.woocommerce_columns import HIDDEN, LAYOUT
from products.transfer.readers.woocommerce_products import build_product
from products.transfer.records import ProductRecord
from products.transfer.sources import Bundle, Format, ReadOptions


class WooCommerceReader(ScatteredReader):
    system = "woocommerce"
    layout = LAYOUT
    numbers = ("price", "sale_price", "cost", "weight", "length", "width", "height")

    def __init__(self, bundle: Bundle, options: ReadOptions) -> None:
        super().__init__(bundle, options)
        for name in HIDDEN:
            self.columns.left_out += [member.name for member in self.columns.family(name)]

    def key(self, line: Line) -> str:
        """Of a variation that of its parent; a product has one for its id and one for its SKU."""
        own_id, sku = line.cell("id"), line.cell("sku")
        if "variation" in types_of(line) and (parent := line.cell("parent")):
            if parent.casefold().startswith("id:"):
                return f"id:{parent[3:].strip()}"
            return f"sku:{parent}"
        names = [f"id:{own_id}"] if own_id else []
        names += [f"sku:{sku}"] if sku else []
        owner = f"line:{line.number}"
        for name in names:
            self.store.same(name, owner)
        if sku and {"variable", "grouped"} & types_of(line):
            self.store.note("parent", sku, "")
        return owner

    def build(self, lines: list[Line]) -> ProductRecord:
        return build_product(self.shop, lines, self.columns, is_parent=self._is_parent)

    def _is_parent(self, sku: str) -> bool:
        return bool(self.store.noted("parent", sku))


def types_of(line: Line) -> set[str]:
    """simple, downloadable, virtual -> each of the words."""
    return set(line.cell("type").casefold().replace(",", " ").split())


FORMAT = Format(
    "woocommerce",
    "WooCommerce CSV",
    recognised_by(
        "type",
        "name",
        of=(
            "regular price",
            "sale price",
            "visibility in catalog",
            "is featured",
            "in stock",
            "tax status",
            "grouped products",
            "published",
            "parent",
            "attribute 1 name",
            "attribute 1 value s",
        ),
        least=2,
    ),
    WooCommerceReader,
)

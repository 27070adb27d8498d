"""Magento 2's product files: configurable products name their variants, which stand above them."""

from products.transfer.readers.finds import exact_code, label_of
from products.transfer.readers.magento_columns import LAYOUT, variations
from products.transfer.readers.magento_lines import SEVERAL
from products.transfer.readers.magento_products import Views, build_product
from products.transfer.readers.sheets import Line
from products.transfer.readers.shop import (
    ScatteredReader,
    other_file,
    recognised_by,
    table_of,
)
from products.transfer.records import ProductRecord
from products.transfer.sources import Format

TYPES = {
    "text": "text",
    "textarea": "text",
    "multiselect": "multi_choice",
    "select": "choice",
    "swatch_visual": "choice",
    "swatch_text": "choice",
    "boolean": "boolean",
}


class MagentoReader(ScatteredReader):
    system = "magento"
    layout = LAYOUT
    numbers = ("price", "special_price", "cost", "weight")

    def prepare(self) -> None:
        """Attributes with their names and inputs, where the bundle has a file of them."""
        self._views = Views(self.finds)
        self._labels: dict[str, str] = {}
        source = other_file(
            self.bundle, "attribute_code", "frontend_label", "frontend_input", named="attribute"
        )
        for row in table_of(source):
            cell = {name.casefold(): value for name, value in row.items()}
            code = exact_code(cell["attribute_code"])
            name = cell["frontend_label"].splitlines()[-1] if cell["frontend_label"] else ""
            self._labels[code] = name or label_of(code)
            kind = TYPES.get(cell["frontend_input"].casefold(), "text")
            separator = SEVERAL if kind == "multi_choice" else ""
            self.finds.attribute(self._labels[code], code=code, kind=kind, separator=separator)

    def key(self, line: Line) -> str:
        sku = line.cell("sku")
        if line.cell("configurable_variations") and not self._views.code(line):
            for child, _ in variations(line.cell("configurable_variations")):
                if child != sku and not self.store.same(child, sku):
                    self.store.note("another", child, sku)
        return sku

    def build(self, lines: list[Line]) -> ProductRecord:
        first = lines[0]
        if not first.cell("sku"):
            raise first.refused(
                "sku-missing", "The line names no product.", "Give it the product's SKU.", "sku"
            )
        return build_product(
            self.shop,
            lines,
            self.columns,
            views=self._views,
            labels=self._labels,
            owner=self.store.owner,
            is_of_another=self._is_of_another,
        )

    def _is_of_another(self, child: str, parent: str) -> bool:
        return parent in self.store.noted("another", child)


FORMAT = Format(
    "magento2",
    "Magento 2 CSV",
    recognised_by(
        "sku",
        "product type",
        of=(
            "attribute set code",
            "product websites",
            "product online",
            "url key",
            "additional attributes",
            "configurable variations",
            "store view code",
            "base image",
            "tax class name",
        ),
        least=2,
    ),
    MagentoReader,
)

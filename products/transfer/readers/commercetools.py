"""commercetools' product files: variants follow their product, prices stand packed in one cell."""

import json
import re
from dataclasses import replace
from typing import Any

from products.transfer.readers.commercetools_products import LOCALIZED, build_product
from products.transfer.readers.commercetools_shape import Shape
from products.transfer.readers.linestore import LineStore
from products.transfer.readers.locales import first_locale, locale_of
from products.transfer.readers.sheets import Layout, Line, family, names_in
from products.transfer.readers.shop import ShopReader, other_file, table_of
from products.transfer.records import ProductRecord, Remark, Survey
from products.transfer.sources import Bundle, Evidence, Format, ReadOptions

LAYOUT = Layout(
    label="commercetools CSV",
    fields={
        "product_type": ("producttype",),
        "variant_id": ("variantid",),
        "variant_key": ("variantkey",),
        "id": ("id",),
        "key": ("key",),
        "sku": ("sku",),
        "prices": ("prices",),
        "tax": ("tax", "taxcategory"),
        "categories": ("categories",),
        "images": ("images",),
        "publish": ("publish", "published"),
        "created_at": ("createdat", "creationdate"),
    },
    families={
        "text": family(rf"(?P<name>{'|'.join(LOCALIZED)})(?:\.(?P<locale>[a-z]{{2,3}}(?:-\w+)*))?"),
    },
    left_out=frozenset({"version", "state", "haspublishedversion", "hasstagedchanges"}),
    required=("product_type",),
    means={"option1_value": "sku"},
    keeps_unknown=True,
)


class CommercetoolsReader(ShopReader):
    system = "commercetools"
    layout = LAYOUT

    def __init__(self, bundle: Bundle, options: ReadOptions) -> None:
        super().__init__(bundle, options)
        self._stock = LineStore()
        self._counts_stock = False

    def prepare(self) -> None:
        columns = self.columns
        found = {
            member.match["locale"]
            for member in columns.family("text")
            if member.match and member.match["locale"]
        }
        suffixes = {
            name.rpartition(".")[2]
            for name in (member.name for member in columns.family("other"))
            if "." in name and locale_of(name.rpartition(".")[2])
        }
        locale = first_locale(sorted(found | suffixes), self.shop.options.locale)
        self.shop.locale = (self.finds.locale(locale) if locale else "") or ""
        for each in sorted(found | suffixes):
            self.finds.locale(each)
        self.shape = Shape(self.finds, locale, found | suffixes)
        for each in self._types():
            self.shape.add_type(each)
        source = other_file(self.bundle, "key", "parentId", named="categor")
        self.shape.add_categories(table_of(source))
        self.shape.understand([member.name for member in columns.family("other")])
        self._read_stock()

    def _types(self) -> list[dict[str, Any]]:
        """Product types, as the API writes them, in a file of their own."""
        for source in self.bundle.others.values():
            if source.name.casefold().endswith(".json"):
                with source.open() as stream:
                    try:
                        found = json.load(stream)
                    except ValueError:
                        continue
                rows = found if isinstance(found, list) else found.get("results", [found])
                return [each for each in rows if isinstance(each, dict) and "attributes" in each]
        return []

    def _read_stock(self) -> None:
        source = other_file(self.bundle, "sku", "quantityOnStock", named="inventory")
        for row in table_of(source):
            cell = {name.casefold(): value for name, value in row.items()}
            channel = cell.get("supplychannel", "")
            self._stock.note("stock", cell["sku"], json.dumps([cell["quantityonstock"], channel]))
            self.shape.has_places = self.shape.has_places or bool(channel)
            self._counts_stock = True
        self._stock.settle()

    def notice(self, line: Line) -> None:
        if self._counts_stock:
            self._stock.note("sku", line.cell("sku"), "")

    def starts(self, line: Line, last: Line) -> bool:
        """A product names its type, a further variant none."""
        if line.cell("product_type"):
            key = line.cell("id") or line.cell("key")
            same = key and key == (last.cell("id") or last.cell("key"))
            return not (same and line.cell("variant_id") not in {"", "1"})
        return False

    def build(self, lines: list[Line]) -> ProductRecord:
        return build_product(self.shop, lines, self.columns, self.shape, self._stock_of)

    def _stock_of(self, sku: str) -> list[tuple[str, str]]:
        return [tuple(json.loads(each)) for each in self._stock.noted("stock", sku)]

    def survey(self) -> Survey:
        survey = super().survey()
        if left := self._stock.count_without("stock", "sku"):
            said = f"{left:,} lines of stock name SKUs that are not in the file."
            remark = Remark("stock-without-product", 0, said, "Import their products as well.")
            return replace(survey, remarks=(*survey.remarks, remark))
        return survey


def _recognise(bundle: Bundle) -> Evidence | None:
    names = names_in(bundle.main)
    signs = names & {"variantid", "prices", "sku"}
    is_named = any(re.fullmatch(r"(name|slug)( \w+)*", name) for name in names)
    if "producttype" not in names or len(signs) < 2 or not is_named:
        return None
    return Evidence(95, f"It has the columns productType and {', '.join(sorted(signs))}.")


FORMAT = Format("commercetools", "commercetools CSV", _recognise, CommercetoolsReader)

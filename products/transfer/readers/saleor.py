"""Saleor's shop as Django dumps it: objects of many models, in any order."""

import json
import re
from collections.abc import Iterator
from typing import Any

from products.transfer.readers.entries import kind_of
from products.transfer.readers.finds import Finds
from products.transfer.readers.items import read_items
from products.transfer.readers.linestore import LineStore
from products.transfer.readers.saleor_products import build_product
from products.transfer.readers.saleor_rows import DERIVED, PARTS, SHAPE, USED, Row, said
from products.transfer.readers.saleor_shape import Shape
from products.transfer.readers.shop import Shop
from products.transfer.records import FileRefused, ProductRecord, RecordRefused, Remark, Survey
from products.transfer.sources import Bundle, Evidence, Format, ReadOptions

PARTNERS = ("product.product", "product.productvariant")
LOOKED_THROUGH = 32 * 1024 * 1024  # bytes in which a product must stand for the file to be known


class SaleorReader:
    def __init__(self, bundle: Bundle, options: ReadOptions) -> None:
        self._source = bundle.main
        self.shop = Shop("saleor", options, Finds())
        self._store = LineStore()
        self._shape = Shape(self.shop.finds)
        self._left_out: dict[str, None] = {}

    def survey(self) -> Survey:
        """Raises FileRefused."""
        rows = 0
        for item in read_items(self._source):
            rows += 1
            self._sort(item.value, item.line, item.last_line)
        self._store.settle()
        self._shape.define()
        products = 0
        for record in self._built():
            products += 1
            if isinstance(record, ProductRecord):
                self.shop.finds.note(record)
        if not products:
            raise FileRefused(
                Remark("no-rows", 1, "There is no product in it.", "Export it again.")
            )
        definitions = self.shop.finds.definitions()
        definitions.brands = self._shape.brands()
        definitions.collections = self._shape.collections()
        return Survey(
            rows,
            products,
            columns_left_out=tuple(self._left_out),
            definitions=definitions,
        )

    def records(self) -> Iterator[ProductRecord | Remark]:
        """Call survey() first."""
        for record in self._built():
            if isinstance(record, ProductRecord):
                self.shop.finds.settle(record)
            yield record

    def parts(self, model: str, key: Any) -> list[Row]:
        """Rows of a model that belong to a product or variant, in their order."""
        rows: list[Row] = [
            json.loads(each, parse_float=str) for each in self._store.noted(model, str(key))
        ]
        return sorted(rows, key=lambda row: (row.get("sort_order") or 0, str(row["pk"]).zfill(20)))

    def _sort(self, value: Any, line: int, last_line: int) -> None:
        if not isinstance(value, dict) or not isinstance(value.get("fields"), dict):
            raise FileRefused(
                Remark("no-fixture", line, "This is no object of a Django fixture.", "Export it.")
            )
        model = str(value.get("model", ""))
        row: Row = {"pk": value.get("pk"), "line": line, "last_line": last_line, **value["fields"]}
        if model in SHAPE:
            self._shape.add(model, row)
        elif model in PARTS:
            key = str(row.get(PARTS[model], "")) if PARTS[model] else ""
            if model == "attribute.assignedproductattributevalue" and not row.get("product"):
                key = f"of {row.get('assignment')}"  # as older versions have it
            self._store.note(model, key, json.dumps(row, default=str))
        else:
            self._left_out.setdefault(model)
            return
        used = {*USED[model].split(), *DERIVED}
        for name, cell in value["fields"].items():
            if name not in used and said(cell):
                self._left_out.setdefault(f"{model}.{name}")

    def _built(self) -> Iterator[ProductRecord | Remark]:
        for text in self._store.each("product.product"):
            row = json.loads(text, parse_float=str)
            try:
                yield build_product(self.shop, row, self._shape, self.parts)
            except RecordRefused as error:
                yield error.remark


def _recognise(bundle: Bundle) -> Evidence | None:
    """Objects of its models, wherever in the file they stand."""
    if kind_of(bundle.main) != "items":
        return None
    wanted, found, looked, rest = set(PARTNERS), set(), 0, b""
    with bundle.main.open() as stream:
        while looked < LOOKED_THROUGH and (piece := stream.read(256 * 1024)):
            text = rest + piece
            named = re.findall(rb'"model"\s*:\s*"([a-z_.]+)"', text)
            found |= {name.decode() for name in named} & wanted
            if found == wanted:
                return Evidence(95, "It has objects of Saleor's models product and variant.")
            looked, rest = looked + len(piece), text[-100:]
    return None


FORMAT = Format("saleor", "Saleor fixture", _recognise, SaleorReader)

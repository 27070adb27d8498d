"""A product of Saleor's that is being read: its attributes, and what is said of it."""

from collections.abc import Callable
from typing import Any

from products.transfer.readers.editorjs import html_of
from products.transfer.readers.finds import code_of, exact_option
from products.transfer.readers.saleor_rows import Row
from products.transfer.readers.saleor_shape import Shape
from products.transfer.readers.shop import Shop
from products.transfer.records import (
    AttributeCell,
    ProductRecord,
    RecordRefused,
    RelationRecord,
    Remark,
    Text,
)

Parts = Callable[[str, Any], list[Row]]  # model and key -> rows


class Goods:
    def __init__(self, shop: Shop, row: Row, shape: Shape, parts: Parts) -> None:
        self.shop, self.row, self.shape, self.parts = shop, row, shape, parts
        self.kept: dict[str, Any] = {}
        self.record = ProductRecord(row["slug"], row["line"], row["last_line"], {})
        self.values = self.record.values
        self.kind = shape.get("product.producttype", row["product_type"])
        self.collections = [
            each["collection"] for each in parts("product.collectionproduct", row["pk"])
        ]
        self.media: dict[Any, str] = {}  # key -> URL

    def assign(
        self, values: list[Any], cells_of: list[AttributeCell], line: int
    ) -> list[tuple[Row, Row]]:
        """Pairs of an attribute and one of its values, where it is a choice."""
        chosen: list[tuple[Row, Row]] = []
        several: dict[str, list[str]] = {}
        for key in values:
            value = self.shape.get("attribute.attributevalue", key)
            attribute = value and self.shape.get("attribute.attribute", value["attribute"])
            if not value or not attribute:
                continue
            code = self.shape.code(attribute["pk"])
            if not code:
                self._refer(attribute, value)
            elif code in several:
                several[code].append(exact_option(value["slug"]))
            elif attribute["input_type"] == "multiselect":
                several[code] = [exact_option(value["slug"])]
                cells_of.append(AttributeCell(code, several[code], line=line))
            else:
                cells_of.append(AttributeCell(code, _value(attribute, value), line=line))
                if attribute["input_type"] in {"dropdown", "swatch"}:
                    chosen.append((attribute, value))
        return chosen

    def _refer(self, attribute: Row, value: Row) -> None:
        """References to pages and products, and files."""
        page = value.get("reference_page_id") or value.get("reference_page")
        product = value.get("reference_product_id") or value.get("reference_product")
        if page and (brand := self.shape.brand(page)) and not self.record.brand:
            self.record.brand = brand["title"][:200]
        elif product:
            finds = self.shop.finds
            kind = finds.relation_kind(code_of(attribute["slug"], 50), attribute["name"])
            self.record.relations.append(
                RelationRecord(self.row["line"], kind, external_id=("saleor", str(product)))
            )
        else:
            found = page and self.shape.get("page.page", page)
            said = found["title"] if found else value.get("file_url") or value["name"]
            self.kept.setdefault(attribute["slug"], []).append(said)

    def warn(self, code: str, message: str, remedy: str) -> None:
        remark = Remark(code, self.row["line"], message, remedy, handle=self.row["slug"])
        self.record.warnings.append(remark)

    def refused(self, code: str, message: str, row: Row) -> RecordRefused:
        remark = Remark(code, row["line"], message, "Correct it.", handle=self.row["slug"])
        return RecordRefused(remark)


def _value(attribute: Row, value: Row) -> Any:
    kind = attribute["input_type"]
    if kind in {"dropdown", "swatch"}:
        return exact_option(value["slug"])
    if kind == "boolean":
        return bool(value.get("boolean"))
    if kind in {"date", "date-time"}:
        text = str(value.get("date_time") or "")
        return Text(text[:10] if kind == "date" else text)
    if kind == "rich-text":
        return Text(html_of(value.get("rich_text")))
    if kind == "plain-text":
        return Text(value.get("plain_text") or value["name"])
    return Text(str(value["name"]))

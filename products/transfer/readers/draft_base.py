"""A product that is being read: its lines, what is said of it, and its pictures."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

from products.services.values import PriceValues, VariantValues
from products.transfer.readers import cells
from products.transfer.readers.sheets import Columns, Line
from products.transfer.readers.shop import Shop
from products.transfer.records import MediaRecord, ProductRecord, VariantRecord


class VariantDraft:
    def __init__(self, line: Line) -> None:
        self.line = line
        self.values: VariantValues = {}
        self.record = VariantRecord(line.number, self.values)
        self.kept: dict[str, Any] = {}

    def price(self, price: PriceValues) -> None:
        self.values.setdefault("prices", []).append(price)


class DraftBase:
    """Everything that raises RecordRefused names line and column."""

    def __init__(self, shop: Shop, lines: Sequence[Line], columns: Columns) -> None:
        self.shop = shop
        self.lines = lines
        self.first = lines[0]
        self.kept: dict[str, Any] = {}
        self.variants: list[VariantDraft] = []
        self.record = ProductRecord(
            slug=None,
            first_line=min(line.number for line in lines),
            last_line=max(line.row.last_line for line in lines),
            values={},
            columns=columns.names(),
        )
        self.values = self.record.values
        self._pictures: dict[str, MediaRecord] = {}

    def named(self, handle: str) -> None:
        """What remarks call the product."""
        for line in self.lines:
            line.handle = handle

    def variant(self, line: Line) -> VariantDraft:
        draft = VariantDraft(line)
        self.variants.append(draft)
        return draft

    def warn(
        self, line: Line, code: str, message: str, remedy: str, key: str = "", **at: str
    ) -> None:
        self.record.warnings.append(line.remark(code, message, remedy, key, **at))

    def line_of(self, key: str) -> Line:
        """The first line on which the cell is not blank; else the first."""
        return next((line for line in self.lines if line.cell(key)), self.first)

    def ensure_same(self, *keys: str) -> None:
        """Lines that repeat what the product is say the same, or it is told which one counts."""
        for key in keys:
            chosen = self.line_of(key)
            for line in self.lines:
                if line.cell(key) not in {"", chosen.cell(key)}:
                    self.warn(
                        line,
                        "product-differs",
                        f"Line {chosen.number} says something else of the same product,"
                        " and that counts.",
                        "Say the same on all lines of a product.",
                        key,
                    )

    # -- pictures ---------------------------------------------------------------------------------

    def picture(
        self,
        line: Line,
        address: str,
        key: str = "",
        *,
        alt: str = "",
        variant: VariantDraft | None = None,
        column: str = "",
    ) -> None:
        """Each address once; a path alone needs the address of the folder."""
        if not address or not (url := self._url(line, address, key, column)):
            return
        found = self._pictures.setdefault(url, MediaRecord(line.number, url))
        if alt and not found.alt:
            found.alt = line.parse(column, cells.text, "image_alt", alt)
        if variant is not None:
            shown = variant.values.setdefault("media", [])
            if url not in shown:
                shown.append(url)

    def _url(self, line: Line, address: str, key: str, column: str) -> str:
        if address.startswith("//"):
            address = f"https:{address}"
        base = self.shop.options.media_base
        is_path = "://" not in address
        if is_path and base:
            address = f"{base.rstrip('/')}/{quote(address.lstrip('/'), safe='/%')}"
        if cells.is_url(address):
            return address
        kept = self.kept.setdefault("images", [])
        if address not in kept:
            kept.append(address)
        code, reason, remedy = (
            ("picture-without-address", "is a path alone", "Say where the pictures lie.")
            if is_path
            else ("invalid-image-url", "is no address", "Give the full address of the picture.")
        )
        if not any(each.code == code for each in self.record.warnings):
            message = f"{address[:80]!r} {reason}: it is kept in the product's metadata."
            self.warn(line, code, message, remedy, key, column=column)
        return ""

"""Oscar's catalogue files, which have no header: nine cells a line, or five without a partner."""

import re

from products.transfer.readers import cells
from products.transfer.readers.amounts import GROUPED, PLAIN
from products.transfer.readers.drafts import Draft
from products.transfer.readers.finds import code_of
from products.transfer.readers.sheets import HeadlessSheet, Layout, Line, Sheet, spelled
from products.transfer.readers.shop import ScatteredReader
from products.transfer.readers.tables import column_names
from products.transfer.records import ProductRecord
from products.transfer.sources import Bundle, Evidence, Format, Source

CELLS = (
    *("product class", "category", "upc", "title", "description"),
    *("partner", "partner sku", "price", "stock"),
)
SHORT = 5
LAYOUT = Layout(
    label="Oscar CSV",
    fields={
        **spelled("category", "upc", "title", "description", "partner", "price", "stock"),
        "kind": ("product class",),
        "sku": ("partner sku",),
    },
    means={"handle": "upc"},
)
COUNT = re.compile(r"-?[0-9]{1,9}")


class OscarReader(ScatteredReader):
    system = "oscar"
    layout = LAYOUT
    numbers = ("price",)

    def open_sheet(self, source: Source) -> Sheet:
        return HeadlessSheet(source, self.layout, CELLS, SHORT)

    def key(self, line: Line) -> str:
        """Further lines of a number are further partners who sell it."""
        upc = line.cell("upc")
        return f"upc:{upc}" if upc else f"title:{line.cell('title')}"

    def build(self, lines: list[Line]) -> ProductRecord:
        draft = Draft(self.shop, lines, self.columns)
        first = lines[0]
        draft.named(first.cell("upc") or first.cell("title"))
        draft.ensure_same("title")
        draft.name(draft.line_of("title"), "title")
        draft.description(first.cell("description"))
        draft.external_id(first.cell("upc"))
        if path := first.read("category", cells.category_path, first.cell("category")):
            draft.record.category = path
        if kind := first.cell("kind"):
            draft.record.product_type = self.finds.product_type(code_of(kind), kind)
        self._add_variant(draft)
        return draft.finish()

    def _add_variant(self, draft: Draft) -> None:
        variant = draft.variant(draft.first)
        draft.gtin(variant, "upc")
        draft.sku(variant)
        for line in draft.lines:
            offer = {key: line.cell(key) for key in ("partner", "sku", "price", "stock")}
            asked = draft.money(line, "price")
            if line is draft.first:
                if asked is not None:
                    variant.price({"currency": asked.currency, "amount": asked.amount})
            else:
                variant.kept.setdefault("offers", []).append(offer)
                draft.warn(
                    line,
                    "another-partner",
                    f"Line {draft.first.number} has the price of this product:"
                    " that of another partner is kept in the metadata.",
                    "Give the partner's prices in a price list.",
                    "price",
                )
            if cell := line.cell("stock"):
                counted = line.read("stock", cells.quantity, cell)
                code = self.finds.location(line.cell("partner") or "default")
                variant.record.stock[code] = max(counted, 0)
                variant.values["track_inventory"] = True


def _recognise(bundle: Bundle) -> Evidence | None:
    """Its first line is a product already: a path of categories, and a price and a count."""
    row = column_names(bundle.main)
    if len(row) != len(CELLS) or not row[3] or not COUNT.fullmatch(row[8]):
        return None
    if not any(pattern.fullmatch(row[7]) for pattern in (*PLAIN.values(), *GROUPED.values())):
        return None
    return Evidence(
        85, "It has no header, and nine cells a line: a price and a count end the first."
    )


FORMAT = Format("oscar", "Oscar CSV", _recognise, OscarReader)

"""Shopify's product files: one line per variant or picture, the product on its first line.

The file is read twice. The survey finds what makes the whole file unusable before anything is
written, and which handles occur in several places; then the records are streamed.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from products.transfer.readers.shopify_columns import Columns, normal, understand
from products.transfer.readers.shopify_products import build_product
from products.transfer.readers.tables import Row, Table, column_names, open_table
from products.transfer.records import FileRefused, ProductRecord, RecordRefused, Remark, Survey
from products.transfer.sources import Bundle, Evidence, Format, ReadOptions

# One of these beside the handle: other shops have handles too.
SIGNS = (
    "variant price",
    "variant sku",
    "option1 name",
    "option1 value",
    "body html",
    "product image url",
    "published on online store",
    "image src",
)


@dataclass(slots=True)
class Block:
    """Neighbouring lines of one handle, with at most one title."""

    handle: str
    title: str
    rows: list[Row] = field(default_factory=list)

    @property
    def line(self) -> int:
        return self.rows[0].line


@dataclass(slots=True)
class Owner:
    """The first block of a handle, and how many lines of it follow further down."""

    line: int
    parts_to_come: int = 0


class ShopifyReader:
    def __init__(self, table: Table, *, currency: str) -> None:
        self._table = table
        self._currency = currency
        self._owners: dict[str, Owner] = {}
        self._strangers: set[str] = set()  # handles with a second product: later parts are unclear

    def survey(self) -> Survey:
        """Raises FileRefused."""
        rows = products = 0
        columns, body = self._open()
        for block in _blocks(body, columns):
            rows += len(block.rows)
            products += self._note(block)
        if not rows:
            raise FileRefused(
                Remark("no-rows", 1, "There is no product in it.", "Export it again.")
            )
        self._strangers.clear()
        return Survey(
            rows,
            products,
            tuple(columns.remarks),
            counts_stock="quantity" in columns.mapped,
            columns_left_out=tuple(columns.left_out),
        )

    def records(self) -> Iterator[ProductRecord | Remark]:
        """Call survey() first."""
        waiting: dict[str, Block] = {}
        columns, body = self._open()
        for block in _blocks(body, columns):
            if (remark := self._refusal(block, columns)) is not None:
                yield remark
                continue
            owner = self._owners[block.handle]
            if block.line == owner.line:
                whole = block
            else:
                whole = waiting.pop(block.handle)
                whole.rows += block.rows
                owner.parts_to_come -= 1
            if owner.parts_to_come:
                waiting[block.handle] = whole
            else:
                yield self._record(whole, columns)

    def _open(self) -> tuple[Columns, Iterator[Row]]:
        header = self._table.header
        return understand(header.cells, header.line), self._table.rows()

    def _note(self, block: Block) -> int:
        """Remember who owns the handle. Answers how many records the block will give."""
        if not block.handle:
            return 1
        owner = self._owners.get(block.handle)
        if owner is None:
            self._owners[block.handle] = Owner(block.line)
            return 1
        if block.title or block.handle in self._strangers:
            self._strangers.add(block.handle)
            return 1
        owner.parts_to_come += 1
        return 0

    def _refusal(self, block: Block, columns: Columns) -> Remark | None:
        column = columns.name("handle")
        if not block.handle:
            return Remark(
                "handle-missing",
                block.line,
                "The line names no product.",
                "Give it the handle of its product.",
                column,
            )
        owner = self._owners[block.handle]
        if block.line == owner.line:
            return None
        if not block.title and block.handle not in self._strangers:
            return None
        self._strangers.add(block.handle)
        return Remark(
            "handle-taken",
            block.line,
            f"Line {owner.line} starts a product with this handle already.",
            "Give one of the two its own handle, on all of its lines.",
            column,
            block.handle,
        )

    def _record(self, block: Block, columns: Columns) -> ProductRecord | Remark:
        try:
            return build_product(block.handle, block.rows, columns, currency=self._currency)
        except RecordRefused as error:
            return error.remark


def _blocks(rows: Iterator[Row], columns: Columns) -> Iterator[Block]:
    handle_at = columns.mapped["handle"]
    title_at = columns.mapped.get("title")
    block: Block | None = None
    for row in rows:
        handle = row.cells[handle_at].strip() if handle_at < len(row.cells) else ""
        if not handle and not any(cell.strip() for cell in row.cells):
            continue  # a spreadsheet's empty line
        title = ""
        if title_at is not None and title_at < len(row.cells):
            title = row.cells[title_at].strip()
        if block is None or handle != block.handle or title not in {"", block.title}:
            if block is not None:
                yield block
            block = Block(handle, title)
        block.rows.append(row)
    if block is not None:
        yield block


def _recognise(bundle: Bundle) -> Evidence | None:
    names = {normal(name): name for name in column_names(bundle.main)}
    handle = names.get("handle") or names.get("url handle")
    sign = next((names[each] for each in SIGNS if each in names), None)
    if not handle or not sign:
        return None
    return Evidence(95, f"It has Shopify's columns {handle!r} and {sign!r}.")


def _open(bundle: Bundle, options: ReadOptions) -> ShopifyReader:
    return ShopifyReader(open_table(bundle.main), currency=options.currency)


FORMAT = Format("shopify", "Shopify CSV", _recognise, _open)

"""What the readers of shops' tables share: two looks at the file, and one product at a time.

A format says its columns, which lines are one product, and how they become a record. Where the
lines of a product may stand apart they wait on disk, not in memory.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from products.transfer.readers.amounts import GROUPED, PLAIN, DecimalMark
from products.transfer.readers.finds import Finds
from products.transfer.readers.linestore import LineStore
from products.transfer.readers.sheets import Columns, Layout, Line, Sheet, names_in, normal
from products.transfer.readers.tables import Row
from products.transfer.records import (
    FileRefused,
    ProductRecord,
    RecordRefused,
    Remark,
    Survey,
)
from products.transfer.sources import Bundle, Evidence, ReadOptions, Source


@dataclass(slots=True)
class Shop:
    """What is known of a file while its products are read."""

    system: str  # woocommerce: of external ids, and the key in metadata
    options: ReadOptions
    finds: Finds
    mark: DecimalMark = "."
    locale: str = ""  # of the texts that become the product's own; "" where the file has one alone


class ShopReader:
    """Products whose lines stand together. `starts` says which line begins one."""

    system = ""
    layout: Layout
    numbers: tuple[str, ...] = ()  # columns and families whose numbers show the decimal mark

    def __init__(self, bundle: Bundle, options: ReadOptions) -> None:
        """Raises FileRefused."""
        self.bundle = bundle
        self.sheet = self.open_sheet(bundle.main)
        self.shop = Shop(self.system, options, Finds())
        self.remarks: list[Remark] = []

    @property
    def columns(self) -> Columns:
        return self.sheet.columns

    @property
    def finds(self) -> Finds:
        return self.shop.finds

    def survey(self) -> Survey:
        """Raises FileRefused."""
        self.prepare()
        rows = self._look()
        products, counts_stock = 0, False
        for record in self._built():
            products += 1
            if isinstance(record, ProductRecord):
                self.finds.note(record)
                counts_stock = counts_stock or _counts_stock(record)
        if not rows:
            raise FileRefused(
                Remark("no-rows", 1, "There is no product in it.", "Export it again.")
            )
        definitions = self.finds.definitions()
        definitions.default_locale = self.shop.locale
        return Survey(
            rows,
            products,
            (*self.columns.remarks, *self.remarks),
            counts_stock=counts_stock,
            columns_left_out=tuple(self.columns.left_out),
            definitions=definitions,
        )

    def records(self) -> Iterator[ProductRecord | Remark]:
        """Call survey() first."""
        for record in self._built():
            if isinstance(record, ProductRecord):
                self.finds.settle(record)
            yield record

    # -- what a format says -----------------------------------------------------------------------

    def open_sheet(self, source: Source) -> Sheet:
        """Raises FileRefused."""
        return Sheet(source, self.layout)

    def prepare(self) -> None:
        """Before the first look: other files of the bundle, and what the columns say."""

    def notice(self, line: Line) -> None:
        """In the first look, each line that is whole."""

    def notice_cut(self, row: Row) -> None:
        """In the first look, each line with too few cells."""

    def starts(self, line: Line, last: Line) -> bool:
        """Whether the line is about another product than the one before it."""
        return True

    def build(self, lines: list[Line]) -> ProductRecord:
        """Raises RecordRefused."""
        raise NotImplementedError

    # ---------------------------------------------------------------------------------------------

    def _look(self) -> int:
        rows = 0
        points = commas = 0
        places = self._number_places()
        for row in self.sheet.rows():
            rows += 1
            for place in places:
                if place < len(row.cells):
                    cell = row.cells[place].strip()
                    points += _only(cell, ".", ",")
                    commas += _only(cell, ",", ".")
            if len(row.cells) >= len(self.columns.header):
                self.notice(self.sheet.line(row))
            else:
                self.notice_cut(row)
        if commas and not points:
            self.shop.mark = ","
            self.remarks.append(
                Remark("decimal-comma", 1, "Its numbers are written with a decimal comma.", "")
            )
        return rows

    def _number_places(self) -> list[int]:
        places = [self.columns.places[key] for key in self.numbers if key in self.columns.places]
        return places + [
            member.index for name in self.numbers for member in self.columns.family(name)
        ]

    def groups(self) -> Iterator[list[Line]]:
        lines: list[Line] = []
        for line in self.sheet.lines():
            if lines and self._starts(line, lines[-1]):
                yield lines
                lines = []
            lines.append(line)
        if lines:
            yield lines

    def _starts(self, line: Line, last: Line) -> bool:
        width = len(self.columns.header)
        if len(line.row.cells) < width or len(last.row.cells) < width:
            return True
        return self.starts(line, last)

    def _built(self) -> Iterator[ProductRecord | Remark]:
        for lines in self.groups():
            try:
                for line in lines:
                    line.ensure_whole()
                yield self.build(lines)
            except RecordRefused as error:
                yield error.remark


class ScatteredReader(ShopReader):
    """Products whose lines may stand anywhere in the file, with a key in common."""

    def __init__(self, bundle: Bundle, options: ReadOptions) -> None:
        super().__init__(bundle, options)
        self.store = LineStore()

    def key(self, line: Line) -> str:
        """Of the product that the line is about; "" where it names none."""
        raise NotImplementedError

    def notice(self, line: Line) -> None:
        self.store.add(self.key(line) or f"line:{line.number}", line.row)

    def notice_cut(self, row: Row) -> None:
        self.store.add(f"line:{row.line}", row)

    def _look(self) -> int:
        rows = super()._look()
        self.store.settle()
        return rows

    def groups(self) -> Iterator[list[Line]]:
        for _, rows in self.store:
            yield [self.sheet.line(row) for row in rows]


def _counts_stock(record: ProductRecord) -> bool:
    """Whether it has quantities that do not say where they lie."""
    return any(each.quantity is not None for each in record.variants)


def _only(cell: str, mark: str, other: str) -> bool:
    """Whether the number can be read with that decimal mark alone."""
    return bool(
        cell
        and (PLAIN[mark].fullmatch(cell) or GROUPED[mark].fullmatch(cell))
        and not (PLAIN[other].fullmatch(cell) or GROUPED[other].fullmatch(cell))
    )


def recognised_by(
    *signs: str, of: Iterable[str], least: int = 1, without: Iterable[str] = ()
) -> Callable[[Bundle], Evidence | None]:
    """A file that has all of the signs, and at least so many of further columns; names as `normal`
    spells them. The more it has, the more certain it is."""
    further, absent = frozenset(of), frozenset(without)

    def recognise(bundle: Bundle) -> Evidence | None:
        names = names_in(bundle.main)
        found = sorted(names & further)
        if not names.issuperset(signs) or len(found) < least or names & absent:
            return None
        named = ", ".join([*signs, *found][:6])
        return Evidence(min(95, 80 + 5 * len(found)), f"It has the columns {named}.")

    return recognise


def other_file(bundle: Bundle, *columns: str, named: str = "") -> Source | None:
    """A further file of the bundle: one whose name holds a word and that has these columns."""
    wanted = {normal(column) for column in columns}
    sources = [each for each in bundle.others.values() if each is not bundle.main]
    for source in sorted(sources, key=lambda each: named not in each.name.casefold()):
        if wanted <= names_in(source):
            return source
    return None


def table_of(source: Source | None) -> Iterator[dict[str, str]]:
    """The rows of a further file by the names of its columns; missing cells are blank."""
    if source is None:
        return
    sheet = Sheet(source, Layout("further file", {}, keeps_unknown=True))
    names = sheet.columns.header
    for row in sheet.rows():
        cells = [cell.strip() for cell in row.cells] + [""] * len(names)
        yield dict(zip(names, cells, strict=False))

"""A table of a shop: its header understood once, its lines asked by our names of the columns.

Spelling is forgiven in case, blanks and punctuation, and columns may stand in any order.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from products.transfer.readers.cells import CellRefused
from products.transfer.readers.tables import Row, column_names, open_table
from products.transfer.records import FileRefused, RecordRefused, Remark
from products.transfer.sources import Source

Value = TypeVar("Value")


@dataclass(frozen=True, slots=True)
class Layout:
    """What the columns of a format are called; names are spelled as `normal` spells them."""

    label: str  # WooCommerce CSV
    fields: Mapping[str, tuple[str, ...]]  # our name -> the columns that hold it
    # Of families of columns: a pattern of the name as the file writes it.
    families: Mapping[str, re.Pattern[str]] = field(default_factory=dict)
    left_out: frozenset[str] = frozenset()  # known, and of no use to a catalog
    required: tuple[str, ...] = ()  # of `fields`: without one of them it is another file
    # What services call things -> our names: errors of theirs name the file's column.
    means: Mapping[str, str] = field(default_factory=lambda: {"title": "name", "handle": "slug"})
    keeps_unknown: bool = False  # every other column is of the family "other"

    def key_of(self, spelling: str) -> str | None:
        return next((key for key, names in self.fields.items() if spelling in names), None)


@dataclass(frozen=True, slots=True)
class Member:
    """A column of a family."""

    index: int
    name: str  # as the file writes it
    match: re.Match[str] | None = None  # None of the family "other"


@dataclass(slots=True)
class Columns:
    """Where each thing stands in a row of this file."""

    header: list[str]
    places: dict[str, int] = field(default_factory=dict)
    families: dict[str, list[Member]] = field(default_factory=dict)
    left_out: list[str] = field(default_factory=list)
    remarks: list[Remark] = field(default_factory=list)
    means: Mapping[str, str] = field(default_factory=dict)
    _names: dict[str, str] = field(default_factory=dict)

    def name(self, key: str) -> str:
        """The file's own name of a column, for messages."""
        return self.header[self.places[key]] if key in self.places else ""

    def names(self) -> dict[str, str]:
        """What services call things -> the file's columns; one and the same each time."""
        if not self._names:
            names = {key: self.header[index] for key, index in self.places.items()}
            for ours, theirs in (("price", "price"), ("option", "option1_value")):
                if members := self.families.get(ours):
                    names[theirs] = members[-1].name
            meant = {theirs: names[key] for theirs, key in self.means.items() if key in names}
            self._names = names | meant
        return self._names

    def family(self, name: str) -> Sequence[Member]:
        return self.families.get(name, ())


class Line:
    """One row, asked for by our names. A column that is not there reads as blank."""

    __slots__ = ("_columns", "handle", "row")

    def __init__(self, row: Row, columns: Columns) -> None:
        self.row = row
        self._columns = columns
        self.handle = ""

    @property
    def number(self) -> int:
        return self.row.line

    def cell(self, key: str) -> str:
        index = self._columns.places.get(key)
        return self.row.cells[index].strip() if index is not None else ""

    def raw(self, key: str) -> str:
        index = self._columns.places.get(key)
        return self.row.cells[index] if index is not None else ""

    def at(self, member: Member) -> str:
        return self.row.cells[member.index].strip()

    def has(self, key: str) -> bool:
        return key in self._columns.places

    def column(self, key: str) -> str:
        """The file's own name of a column."""
        return self._columns.name(key)

    def family(self, name: str) -> Iterator[tuple[Member, str]]:
        """The columns of a family that are not blank here."""
        for member in self._columns.family(name):
            if cell := self.at(member):
                yield member, cell

    def read(self, key: str, parse: Callable[..., Value], *arguments: object) -> Value:
        """Raises RecordRefused that names line and column."""
        return self.parse(self._columns.name(key), parse, *arguments)

    def parse(self, column: str, parse: Callable[..., Value], *arguments: object) -> Value:
        """Raises RecordRefused that names line and column."""
        try:
            return parse(*arguments)
        except CellRefused as error:
            raise RecordRefused(
                self.remark(error.code, error.message, error.remedy, column=column)
            ) from error

    def remark(
        self, code: str, message: str, remedy: str, key: str = "", *, column: str = ""
    ) -> Remark:
        name = column or self._columns.name(key)
        return Remark(code, self.number, message, remedy, name, self.handle)

    def refused(self, code: str, message: str, remedy: str, key: str = "") -> RecordRefused:
        return RecordRefused(self.remark(code, message, remedy, key))

    def ensure_whole(self) -> None:
        """Fewer cells than columns mean a line cut short; more mean a separator too many.

        Raises RecordRefused.
        """
        width, filled = len(self._columns.header), len(self.row.cells)
        if filled < width or any(cell.strip() for cell in self.row.cells[width:]):
            raise self.refused(
                "wrong-number-of-cells",
                f"The line has {filled} cells, the header {width}.",
                "Put cells that hold separators into quotes.",
            )


class Sheet:
    """A file with a header line."""

    def __init__(self, source: Source, layout: Layout) -> None:
        """Raises FileRefused."""
        self._table = open_table(source)
        self.columns = understand(self._table.header, layout)

    def rows(self) -> Iterator[Row]:
        """Those that are not blank, from the start. Raises FileRefused."""
        return (row for row in self._table.rows() if any(cell.strip() for cell in row.cells))

    def line(self, row: Row) -> Line:
        return Line(row, self.columns)

    def lines(self) -> Iterator[Line]:
        return map(self.line, self.rows())


class HeadlessSheet(Sheet):
    """A file whose first line is a row like the others; `names` says what its cells are. A row
    that ends after the first `short` of them is whole, too."""

    def __init__(self, source: Source, layout: Layout, names: Sequence[str], short: int) -> None:
        """Raises FileRefused."""
        self._table = open_table(source)
        self._short, self._width = short, len(names)
        self.columns = understand(Row(0, 0, list(names)), layout)

    def rows(self) -> Iterator[Row]:
        for row in self._table.read():
            if len(row.cells) == self._short:
                row.cells.extend([""] * (self._width - self._short))
            if any(cell.strip() for cell in row.cells):
                yield row


def normal(header: str) -> str:
    """Small letters and digits of any alphabet, single blanks between them."""
    return " ".join(re.sub(r"[\W_]+", " ", header.casefold()).split())


def names_in(source: Source) -> set[str]:
    """The names of the columns, as `normal` spells them; none when it is no table."""
    return {normal(name) for name in column_names(source)}


def understand(header: Row, layout: Layout) -> Columns:
    """Raises FileRefused when it is no header of that format."""
    columns = Columns([name.strip() for name in header.cells], means=layout.means)
    while columns.header and not columns.header[-1]:
        columns.header.pop()
    for index, name in enumerate(columns.header):
        if name:
            _place(columns, Member(index, name), header.line, layout)
    missing = [key for key in layout.required if key not in columns.places]
    if missing:
        names = ", ".join(layout.fields[key][0] for key in missing)
        raise FileRefused(
            Remark(
                "column-missing",
                header.line,
                f"This is no {layout.label}: there is no column {names}.",
                "Export it again with its header line, or name another format.",
            )
        )
    return columns


def _place(columns: Columns, member: Member, line: int, layout: Layout) -> None:
    name, spelling = member.name, normal(member.name)
    if key := layout.key_of(spelling):
        if key in columns.places:
            _say(columns, "column-twice", line, name, f"Column {columns.name(key)!r} says the same")
        else:
            columns.places[key] = member.index
        return
    if spelling in layout.left_out:
        columns.left_out.append(name)
        return
    for family_name, pattern in layout.families.items():
        if found := pattern.fullmatch(name):
            member = Member(member.index, name, found)
            columns.families.setdefault(family_name, []).append(member)
            return
    if layout.keeps_unknown:
        columns.families.setdefault("other", []).append(member)
    else:
        _say(columns, "unknown-column", line, name, "The column is unknown")


def _say(columns: Columns, code: str, line: int, name: str, reason: str) -> None:
    message = f"{reason}: its cells are not imported."
    columns.remarks.append(Remark(code, line, message, "Rename it, or leave it.", column=name))


def spelled(*names: str) -> dict[str, tuple[str, ...]]:
    """Columns whose names are ours already."""
    return {name: (normal(name),) for name in names}


def family(pattern: str) -> re.Pattern[str]:
    """Of the name of a column, whatever its case."""
    return re.compile(pattern, re.IGNORECASE)


def numbered(members: Iterable[tuple[Member, str]], group: str = "n") -> dict[int, dict[str, str]]:
    """Option 1 Name, Option 1 Value -> {1: {"name": …, "value": …, "column": "Option 1 Value"}}.

    In the order of the numbers; `column` is the last of those that are not blank.
    """
    found: dict[int, dict[str, str]] = {}
    for member, cell in members:
        assert member.match is not None
        parts = found.setdefault(int(member.match[group]), {})
        parts[(member.match["part"] or "").casefold()] = cell
        parts["column"] = member.name
    return dict(sorted(found.items()))

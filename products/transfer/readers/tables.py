"""Files of rows: CSV in any dialect and XLSX, as rows with line numbers; strict, and bounded."""

import csv
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import BinaryIO, NoReturn
from weakref import WeakKeyDictionary

from products.transfer.readers.dialects import SAMPLE, Dialect, recognise_dialect
from products.transfer.readers.encodings import Encoding, read_lines, recognise_encoding
from products.transfer.readers.workbooks import read_sheet
from products.transfer.records import FileRefused, Remark
from products.transfer.sources import Source

MAX_ROWS = 1_000_000
MAX_COLUMNS = 500
ZIP, OLD_WORKBOOK = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"


@dataclass(frozen=True, slots=True)
class Row:
    line: int  # the first of the lines it spans
    last_line: int
    cells: list[str]


@dataclass(frozen=True, slots=True)
class Table:
    """A file of rows. Blank lines are left out; rows have the cells that their lines have."""

    header: Row  # cells without blanks around them
    evidence: str  # how its bytes were understood, in sentences for people
    read: Callable[[], Iterator[Row]]  # header included, from the start each time

    @property
    def names(self) -> list[str]:
        return self.header.cells

    def rows(self) -> Iterator[Row]:
        """Those after the header. Raises FileRefused."""
        return islice(self.read(), 1, None)


# What was found out about a file, as long as somebody holds it: each format asks.
_seen: WeakKeyDictionary[Source, Table] = WeakKeyDictionary()


def open_table(source: Source) -> Table:
    """Raises FileRefused when it is no table, or one that is cut, too wide or in no encoding."""
    if source not in _seen:
        with source.open() as stream:
            start = stream.read(len(ZIP))
        if start == OLD_WORKBOOK:
            _refuse(
                "old-workbook", 0, "This is a workbook of old (XLS).", "Save it as XLSX or CSV."
            )
        _seen[source] = open_workbook(source) if start == ZIP else _open_csv(source)
    return _seen[source]


def column_names(source: Source) -> list[str]:
    """Those of its header; none when it is no table that can be read."""
    try:
        return open_table(source).names
    except FileRefused:
        return []


def _open_csv(source: Source) -> Table:
    with source.open() as stream:
        encoding = recognise_encoding(stream)
    return csv_table(source, encoding, dialect_of(source, encoding))


def dialect_of(source: Source, encoding: Encoding, separator: str = "") -> Dialect:
    """Raises FileRefused for what is no text in that encoding."""
    with source.open() as stream:
        pieces: list[str] = []
        length = 0
        for line in read_lines(stream, encoding):
            if length > SAMPLE:
                return recognise_dialect("".join(pieces), is_whole=False, separator=separator)
            pieces.append(line)
            length += len(line)
    return recognise_dialect("".join(pieces), is_whole=True, separator=separator)


def csv_table(source: Source, encoding: Encoding, dialect: Dialect) -> Table:
    """The table as it is read in that encoding and dialect. Raises FileRefused."""

    def read() -> Iterator[Row]:
        with source.open() as stream:
            yield from read_rows(stream, encoding, dialect)

    header = next(read(), None)
    if header is None:
        _refuse("empty-file", 1, "The file is empty.", "Export it again.")
    said = (encoding.reason, dialect.reason)
    evidence = ". ".join(each[:1].upper() + each[1:] for each in said if each) + "."
    return Table(_trimmed(header), evidence, read)


def _trimmed(header: Row) -> Row:
    return Row(header.line, header.last_line, [cell.strip() for cell in header.cells])


def read_rows(
    stream: BinaryIO, encoding: Encoding | None = None, dialect: Dialect | None = None
) -> Iterator[Row]:
    """The rows of a CSV file, header included, blank lines left out. Raises FileRefused."""
    dialect = dialect or Dialect()
    lines = read_lines(stream, encoding or recognise_encoding(stream), end=dialect.end)
    for _ in range(dialect.comments):
        next(lines, None)
    reader = dialect.reader(lines)
    count = 0
    while True:
        line = dialect.comments + reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            _refuse(
                "not-csv",
                line,
                f"This is not CSV: {error}.",
                "Close every quote, double quotes inside of a cell, and keep cells under"
                f" {csv.field_size_limit():,} characters.",
            )
        if not cells:
            continue
        count += 1
        _ensure_within(count, len(cells), line)
        yield Row(line, dialect.comments + reader.line_num, cells)


def open_workbook(source: Source) -> Table:
    """Raises FileRefused."""

    def read() -> Iterator[Row]:
        count = 0
        for line, cells in enumerate(read_sheet(source), start=1):
            if any(cells):
                count += 1
                _ensure_within(count, len(cells), line)
                yield Row(line, line, cells)

    header = next(read(), None)
    if header is None:
        _refuse("empty-file", 1, "The workbook is empty.", "Export it again.")
    return Table(_trimmed(header), "It is a workbook (XLSX).", read)


def _ensure_within(rows: int, columns: int, line: int) -> None:
    if rows > MAX_ROWS + 1:
        _refuse("too-many-rows", line, f"There are more than {MAX_ROWS:,} rows.", "Split it.")
    if columns > MAX_COLUMNS:
        _refuse("too-many-columns", line, f"There are more than {MAX_COLUMNS} columns.", "")


def _refuse(code: str, line: int, message: str, remedy: str) -> NoReturn:
    raise FileRefused(Remark(code, line, message, remedy))

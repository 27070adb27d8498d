"""CSV as rows with line numbers: strict about bytes, and bounded."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO, NoReturn

from products.transfer.records import FileRefused, Remark

MAX_FILE_BYTES = 512 * 1024 * 1024
MAX_ROWS = 1_000_000
MAX_LINE_BYTES = 1024 * 1024
MAX_COLUMNS = 500
BOM = b"\xef\xbb\xbf"


@dataclass(frozen=True, slots=True)
class Row:
    line: int  # the first of the lines it spans
    last_line: int
    cells: list[str]


def read_rows(stream: BinaryIO) -> Iterator[Row]:
    """The rows of a UTF-8 CSV file, header included, blank lines left out. Raises FileRefused."""
    reader = csv.reader(_lines(stream), strict=True)
    count = 0
    while True:
        line = reader.line_num + 1
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
        if count > MAX_ROWS + 1:
            _refuse("too-many-rows", line, f"There are more than {MAX_ROWS:,} rows.", "Split it.")
        if len(cells) > MAX_COLUMNS:
            _refuse("too-many-columns", line, f"There are more than {MAX_COLUMNS} columns.", "")
        yield Row(line, reader.line_num, cells)


def _lines(stream: BinaryIO) -> Iterator[str]:
    offset = 0
    number = 0
    while raw := stream.readline(MAX_LINE_BYTES + 1):
        number += 1
        start = len(BOM) if number == 1 and raw.startswith(BOM) else 0
        if len(raw) > MAX_LINE_BYTES:
            _refuse(
                "line-too-long",
                number,
                f"The line is over {MAX_LINE_BYTES:,} bytes.",
                "Shorten it.",
            )
        if number == 1 and raw[:2] in {b"\xff\xfe", b"\xfe\xff"}:
            _refuse("not-utf-8", 1, "The file is UTF-16.", "Save it as UTF-8.")
        if b"\0" in raw:
            place = offset + raw.index(b"\0")
            _refuse("nul", number, f"There is a NUL at byte {place:,}.", "Remove it.")
        try:
            yield raw[start:].decode()
        except UnicodeDecodeError as error:
            place = offset + start + error.start
            byte = error.object[error.start]
            _refuse(
                "not-utf-8",
                number,
                f"Byte {place:,} (0x{byte:02x}) is not UTF-8.",
                "Save the file as UTF-8.",
            )
        offset += len(raw)


def _refuse(code: str, line: int, message: str, remedy: str) -> NoReturn:
    raise FileRefused(Remark(code, line, message, remedy))

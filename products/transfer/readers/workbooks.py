"""XLSX as rows: the first sheet that has any, every cell as the text that it says.

A workbook is a zip of XML that is read into memory whole. Its size, and the rectangle that its
cells span, are measured before.
"""

import codecs
import re
import zipfile
import zlib
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from io import BytesIO
from typing import IO, NoReturn

from python_calamine import CalamineError, CalamineWorkbook

from products.transfer.records import FileRefused, Remark
from products.transfer.sources import Source

MAX_BYTES = 128 * 1024 * 1024  # of all parts, unpacked
MAX_PARTS = 1_000
MAX_CELLS = 3_000_000  # of the rectangle around all cells of a sheet
PIECE = 1024 * 1024
# A tag may hold > in its attributes' quotes.
_TAG = re.compile(rb"""<(?:\w+:)?(c|row)(\s(?:[^>"']|"[^"]*"|'[^']*')*|/)?>""")
_REFERENCE = re.compile(rb"""\sr\s*=\s*["']\s*([A-Za-z]{0,9})([0-9]{0,9})""")
_LONGEST_TAG = 64 * 1024


def bounded(source: Source) -> BytesIO:
    """The parts of a workbook that were measured, packed anew: nobody reads others.

    Raises FileRefused for one that would not fit into memory.
    """
    packed = BytesIO()
    try:
        with source.open() as stream, zipfile.ZipFile(stream) as archive:
            _repack(archive, packed)
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, EOFError, RuntimeError) as error:
        _refuse("damaged-workbook", f"The workbook cannot be read: {error}.", "Save it again.")
    packed.seek(0)
    return packed


def _repack(archive: zipfile.ZipFile, packed: BytesIO) -> None:
    entries = archive.infolist()
    if len(entries) > MAX_PARTS:
        _refuse("too-large-workbook", f"It has {len(entries):,} parts.", "Save the table alone.")
    total = 0
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as target:
        for entry in {each.filename: each for each in entries}.values():
            if entry.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
                _refuse("damaged-workbook", "It is packed in a rare way.", "Save it again.")
            with archive.open(entry) as stream:
                total += _copy(stream, target, entry.filename, MAX_BYTES - total)


def _copy(stream: IO[bytes], target: zipfile.ZipFile, name: str, most: int) -> int:
    """Copy a part that is XML, as any part may be a sheet; pictures and the like are not needed.

    Answers its size.
    """
    piece = stream.read(PIECE)
    if not piece.removeprefix(codecs.BOM_UTF8).lstrip().startswith(b"<"):
        return 0
    span = _Span()
    size = 0
    with target.open(name, "w") as part:
        while piece:
            size += len(piece)
            if size > most:
                said = f"It is over {MAX_BYTES // 1024 // 1024} MiB unpacked."
                _refuse("too-large-workbook", said, "Use CSV.")
            span.see(piece)
            part.write(piece)
            piece = stream.read(PIECE)
    return size


class _Span:
    """The rectangle that the cells of a sheet reach over, as its XML goes by."""

    def __init__(self) -> None:
        self._row = self._column = 0
        self._rows = self._columns = 0
        self._rest = b""

    def see(self, piece: bytes) -> None:
        xml = self._rest + piece
        end = xml.rfind(b"<")
        if end < 0 or len(xml) - end > _LONGEST_TAG:
            _refuse("damaged-workbook", "A tag of it has no end.", "Save it again.")
        self._rest = xml[end:]
        for tag in _TAG.finditer(xml, 0, end):
            self._step(tag[1] == b"row", _REFERENCE.search(tag[2] or b""))
        if self._rows * self._columns > MAX_CELLS:
            said = f"It spans {self._rows:,} rows and {self._columns:,} columns."
            _refuse("too-large-workbook", said, "Use CSV, or remove what is far away.")

    def _step(self, is_row: bool, reference: re.Match[bytes] | None) -> None:
        """A row or cell without a reference follows the one before it."""
        if is_row:
            self._column = 0
            self._row = int(reference[2]) if reference and reference[2] else self._row + 1
        else:
            self._column += 1
            if reference:
                self._column = _column(reference[1]) or self._column
                self._row = int(reference[2] or self._row)
            self._columns = max(self._columns, self._column)
        self._rows = max(self._rows, self._row)


def _column(letters: bytes) -> int:
    column = 0
    for letter in letters.upper():
        column = column * 26 + letter - 64
    return column


def has_sheet(source: Source, name: str) -> bool:
    """Raises FileRefused."""
    try:
        return name in CalamineWorkbook.from_filelike(bounded(source)).sheet_names
    except (CalamineError, OSError, ValueError):
        return False


def read_sheet(source: Source, sheet_name: str = "") -> Iterator[list[str]]:
    """The rows of that sheet, or of the first one with any, blank ones included. Raises
    FileRefused."""
    content = bounded(source)
    try:
        workbook = CalamineWorkbook.from_filelike(content)
        for name in [sheet_name] if sheet_name else workbook.sheet_names:
            sheet = workbook.get_sheet_by_name(name)
            if sheet.start is not None:
                for row in sheet.iter_rows():
                    yield [_text(cell) for cell in row]
                return
    except (CalamineError, OSError, ValueError) as error:
        _refuse("damaged-workbook", f"The workbook cannot be read: {error}.", "Save it again.")


def _text(cell: object) -> str:
    """A number as a person would type it; a spreadsheet has no other kind than floats."""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 2**53 else _plain(cell)
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == time() else cell.isoformat()
    if isinstance(cell, (date, time)):
        return cell.isoformat()
    if isinstance(cell, timedelta):
        return str(cell.total_seconds())
    return str(cell)


def _plain(number: float) -> str:
    return f"{Decimal(repr(number)):f}"


def _refuse(code: str, message: str, remedy: str) -> NoReturn:
    raise FileRefused(Remark(code, 0, message, remedy))

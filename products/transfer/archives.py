"""Unpacking .gz and .zip: streamed to disk, bounded by what comes out, not by what is promised."""

import gzip
import stat
import zipfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path, PurePosixPath
from typing import NoReturn, Protocol

from products.transfer.records import FileRefused, Remark
from products.transfer.sources import FileSource

MAX_BYTES = 512 * 1024 * 1024  # of all files together, unpacked
MAX_ENTRIES = 50
MAX_DIRECTORY_BYTES = 1024 * 1024  # of a zip's list of entries, which is read into memory
GZIP, ZIPS = b"\x1f\x8b", (b"PK\x03\x04", b"PK\x05\x06")
ENDINGS = {".csv", ".tsv", ".txt", ".json", ".ndjson", ".jsonl", ".xml", ".xlsx", ".yaml", ".yml"}
PIECE = 1024 * 1024
_END, _END_LENGTH, _LONGEST_COMMENT, _ZIP64 = b"PK\x05\x06", 22, 65_535, b"PK\x06\x07"


class Readable(Protocol):
    def read(self, size: int, /) -> bytes: ...


class Room:
    """A folder that files are unpacked into, made when it is needed, and how much more may come."""

    def __init__(self, folder: Callable[[], Path]) -> None:
        self._make_folder = folder
        self._folder: Path | None = None
        self._left = MAX_BYTES
        self._count = 0

    def take(self, size: int, name: str) -> None:
        self._left -= size
        if self._left < 0:
            limit = MAX_BYTES // 1024 // 1024
            _refuse("file-too-large", f"{name} is over {limit} MiB when unpacked.", "Split it.")

    def write(self, stream: Readable, name: str) -> FileSource:
        """Raises FileRefused; what was written goes with the folder."""
        self._count += 1
        try:
            self._folder = self._folder or self._make_folder()
            path = self._folder / str(self._count)  # never a name that somebody else chose
            with path.open("xb") as target:
                while piece := stream.read(PIECE):
                    self.take(len(piece), name)
                    target.write(piece)
        except (EOFError, zlib.error, gzip.BadGzipFile, zipfile.BadZipFile) as error:
            _refuse("damaged-archive", f"{name} cannot be unpacked: {error}.", "Pack it again.")
        except OSError as error:
            _refuse("no-space", f"{name} cannot be unpacked: {error.strerror}.", "Make room.")
        return FileSource(name, path)


def unpack(source: FileSource, room: Room) -> Iterator[FileSource]:
    """The files in an archive, or the file itself when it is none. Raises FileRefused."""
    start = _start(source)
    if start.startswith(GZIP):
        with gzip.open(source.path) as stream:
            inner = room.write(stream, source.name.removesuffix(".gz"))
        yield _plain(inner)
    elif start in ZIPS and not is_workbook(source.path):
        yield from _unzip(source, room)
    else:
        room.take(source.path.stat().st_size, source.name)
        yield source


def _unzip(source: FileSource, room: Room) -> Iterator[FileSource]:
    with open_zip(source.path, source.name) as archive:
        if {"mimetype", "content.xml"} <= set(archive.namelist()):
            said = f"{source.name} is a document of another program."
            _refuse("unknown-workbook", said, "Save it as XLSX or CSV.")
        entries = [each for each in archive.infolist() if not _is_passed_over(each)]
        if not entries:
            _refuse("empty-archive", f"{source.name} holds no file.", "Put the export into it.")
        if len(entries) > MAX_ENTRIES:
            _refuse(
                "too-many-files",
                f"{source.name} holds {len(entries):,} files, more than {MAX_ENTRIES}.",
                "Put only the export's own files into it.",
            )
        for entry in entries:
            _ensure_plain(entry, source.name)
        for entry in entries:
            try:
                with archive.open(entry) as stream:
                    yield _plain(room.write(stream, entry.filename))
            except (zipfile.BadZipFile, NotImplementedError) as error:
                _refuse("damaged-archive", f"{entry.filename}: {error}.", "Pack it again.")


def open_zip(path: Path, name: str) -> zipfile.ZipFile:
    """Its list of entries is bounded before it is read. Raises FileRefused."""
    with path.open("rb") as stream:
        size = stream.seek(0, 2)
        stream.seek(max(0, size - _END_LENGTH - _LONGEST_COMMENT - 20))
        tail = stream.read()
    place = tail.rfind(_END)
    if place < 0 or len(tail) - place < _END_LENGTH:
        _refuse("damaged-archive", f"{name} has no end: it was cut.", "Send it again.")
    listed = int.from_bytes(tail[place + 12 : place + 16], "little")
    if listed > MAX_DIRECTORY_BYTES or tail[max(0, place - 20) : place].startswith(_ZIP64):
        _refuse("too-many-files", f"{name} lists too many files.", "Pack the export alone.")
    try:
        return zipfile.ZipFile(path)
    except (zipfile.BadZipFile, NotImplementedError, OSError, ValueError) as error:
        _refuse("damaged-archive", f"{name} cannot be unpacked: {error}.", "Pack it again.")


def is_workbook(path: Path) -> bool:
    """Whether a zip is a spreadsheet: those say so in their first entries or in their list."""
    with open_zip(path, path.name) as archive:
        return "xl/workbook.xml" in archive.namelist()


def _is_passed_over(entry: zipfile.ZipInfo) -> bool:
    """Folders, and what a Mac or Windows puts beside the files."""
    name = PurePosixPath(entry.filename)
    is_theirs = name.parts[:1] == ("__MACOSX",) or name.name in {".DS_Store", "Thumbs.db"}
    return is_theirs or entry.is_dir()


def _ensure_plain(entry: zipfile.ZipInfo, name: str) -> None:
    said = PurePosixPath(entry.filename.replace("\\", "/"))
    if said.is_absolute() or ".." in said.parts or ":" in entry.filename:
        _refuse("unsafe-name", f"{name} names {entry.filename[:80]!r}.", "Pack plain names.")
    if stat.S_ISLNK(entry.external_attr >> 16):
        _refuse("unsafe-name", f"{entry.filename[:80]} in {name} is a link.", "Pack the file.")
    if entry.flag_bits & 1:
        _refuse("encrypted", f"{name} is encrypted.", "Pack it without a password.")
    if entry.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
        _refuse("unknown-compression", f"{name} is packed in a rare way.", "Use deflate.")


def _plain(source: FileSource) -> FileSource:
    start = _start(source)
    if start.startswith(GZIP) or (start in ZIPS and not is_workbook(source.path)):
        _refuse("nested-archive", f"{source.name} is packed once more.", "Pack the file once.")
    return source


def _start(source: FileSource) -> bytes:
    with source.open() as stream:
        return stream.read(4)


def _refuse(code: str, message: str, remedy: str) -> NoReturn:
    raise FileRefused(Remark(code, 0, message, remedy))

"""Our CSV with the definitions beside it: what an empty catalog needs to take it in."""

from collections.abc import Iterable, Iterator
from io import RawIOBase
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

import orjson

from products.transfer.own.heading import heading
from products.transfer.truth import Truth
from products.transfer.writers import own_csv
from products.transfer.writers.options import WriteOptions

TABLE, STRUCTURE = "products.csv", "structure.json"


class Collected(RawIOBase):
    """Keeps what is written until somebody takes it: an archive as a stream."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self._parts.append(bytes(data))
        return len(data)

    def take(self) -> bytes:
        parts, self._parts = self._parts, []
        return b"".join(parts)


def write(truth: Truth, options: WriteOptions) -> Iterator[bytes]:
    structure = orjson.dumps(heading(truth.definitions()), option=orjson.OPT_INDENT_2)
    yield from zipped({STRUCTURE: [structure], TABLE: own_csv.write(truth, options)})


def zipped(files: dict[str, Iterable[bytes]]) -> Iterator[bytes]:
    """The same files always give the same bytes."""
    stream = Collected()
    with ZipFile(stream, "w", ZIP_DEFLATED) as archive:
        for name, parts in files.items():
            with archive.open(_entry(name), "w", force_zip64=True) as entry:
                for part in parts:
                    entry.write(part)
                    yield stream.take()
    yield stream.take()


def _entry(name: str) -> ZipInfo:
    entry = ZipInfo(name)
    entry.compress_type = ZIP_DEFLATED
    entry.external_attr = 0o644 << 16
    return entry

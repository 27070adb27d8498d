"""Reads what `writers.ndjson` writes."""

from collections.abc import Iterator
from functools import cached_property
from typing import Any

import orjson

from products.transfer.own.definitions import definitions_of, nesting_of
from products.transfer.own.heading import ensure_known_version, is_heading
from products.transfer.own.products import Lines, record_of
from products.transfer.records import (
    Definitions,
    FileRefused,
    ProductRecord,
    RecordRefused,
    Remark,
    Survey,
)
from products.transfer.sources import Bundle, Evidence, Format, ReadOptions, Source

MAX_LINE = 64 * 1024 * 1024  # a product of 5,000 variants has about 3


class NdjsonReader:
    def __init__(self, source: Source) -> None:
        self._source = source

    def survey(self) -> Survey:
        definitions = self._definitions
        lines = products = 0
        end: Any = None
        for number, _, line in self._lines():
            lines = number
            end = _ending(line) if line else end
            products += bool(line) and number > 1 and end is None
        return Survey(
            rows=lines,
            products=products,
            remarks=_about_end(end, products, lines),
            definitions=definitions,
        )

    def records(self) -> Iterator[ProductRecord | Remark]:
        nesting = nesting_of(self._definitions)
        for number, offset, line in self._lines():
            if number == 1 or not line or _ending(line) is not None:
                continue
            try:
                yield record_of(_parsed(line, number, offset), nesting, Lines(number, number))
            except RecordRefused as refused:
                yield refused.remark

    @cached_property
    def _definitions(self) -> Definitions:
        """Raises FileRefused."""
        _, offset, line = next(self._lines(), (1, 0, b""))
        try:
            first = _parsed(line, 1, offset)
        except RecordRefused as refused:
            raise FileRefused(refused.remark) from None
        if not is_heading(first):
            raise FileRefused(
                Remark(
                    "no-heading",
                    1,
                    "The first line does not say that this is an export of a catalog.",
                    'It begins with {"format": "catalog", "version": 1, "definitions": {}}.',
                )
            )
        ensure_known_version(first)
        return definitions_of(first.get("definitions", {}), line=1)

    def _lines(self) -> Iterator[tuple[int, int, bytes]]:
        """Number, offset and text of each line. Raises FileRefused."""
        number = offset = 0
        with self._source.open() as stream:
            while line := stream.readline(MAX_LINE + 1):
                number += 1
                if len(line) > MAX_LINE:
                    limit = MAX_LINE // 1024 // 1024
                    raise FileRefused(
                        Remark("line-too-long", number, f"The line is over {limit} MiB.")
                    )
                yield number, offset, line.strip()
                offset += len(line)


def _parsed(line: bytes, number: int, offset: int) -> Any:
    """Raises RecordRefused."""
    try:
        return orjson.loads(line)
    except orjson.JSONDecodeError as error:
        place = f"byte {offset + error.pos + 1:,} of the file"
        raise RecordRefused(
            Remark("not-json", number, f"This is no JSON near {place}: {error.msg}.", "Mend it.")
        ) from None


def _ending(line: bytes) -> Any:
    """What the last line counts; None for every other line."""
    if len(line) > 40 or not line.startswith(b'{"count":'):
        return None
    try:
        return orjson.loads(line)["count"]
    except (orjson.JSONDecodeError, KeyError):
        return None


def _about_end(end: Any, products: int, lines: int) -> tuple[Remark, ...]:
    """Raises FileRefused where the end is missing."""
    if end is None:
        raise FileRefused(
            Remark(
                "cut-off",
                lines,
                "The file ends before its last line, which counts the products.",
                f'Export it anew; or, if it is meant to end here, add {{"count": {products}}}.',
            )
        )
    if end == products:
        return ()
    return (Remark("count-differs", lines, f"The file counts {end} products, and has {products}."),)


def _recognise(bundle: Bundle) -> Evidence | None:
    with bundle.main.open() as stream:
        start = stream.read(200)
    if not start.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b'{"format":"catalog"'):
        return None
    return Evidence(100, "Its first line says that it is an export of a catalog.")


def _open(bundle: Bundle, options: ReadOptions) -> NdjsonReader:  # noqa: ARG001  # it says all
    return NdjsonReader(bundle.main)


FORMAT = Format("ndjson", "Catalog NDJSON", _recognise, _open)

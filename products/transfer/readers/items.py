"""JSON and NDJSON as items with line numbers, one at a time: a file need not fit into memory.

Numbers are never floats: what the file writes is what is read.
"""

import json
from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, NoReturn

from products.transfer.readers.encodings import read_lines, read_text, recognise_encoding
from products.transfer.records import FileRefused, Remark
from products.transfer.sources import Source

MAX_ITEM = 4 * 1024 * 1024  # characters of one item, and of anything that stands beside the list
MAX_ITEMS = 1_000_000
DEEPEST_LIST = 3  # objects in objects in which a list is looked for
BLANKS = " \t\r\n"


@dataclass(frozen=True, slots=True)
class Item:
    line: int
    last_line: int
    value: Any  # JSON; numbers with a point are Decimals


# Gives items; in the end, whether the list that was looked for was there.
Walk = Generator[Item, None, bool]


def read_items(source: Source, path: str = "") -> Iterator[Item]:
    """The items of a list, or of the list at that path (catalog.products), or one after the other.

    Without a path it is the first list of objects in an object. Raises FileRefused.
    """
    with source.open() as stream:
        encoding = recognise_encoding(stream)
        stream.seek(0)
        is_one_a_line = not path and _is_one_a_line(read_lines(stream, encoding))
        text = _Text(read_text(stream, encoding))
        if text.peek() not in {"[", "{"}:
            text.refuse("not-json", "It begins with neither [ nor {.", "Give JSON or NDJSON.")
        if is_one_a_line:
            found = _one_after_another(text)
        elif text.peek() == "[":
            found = _elements(text)
        else:
            found = _list_in(text, path.split(".") if path else [], path)
        for count, item in enumerate(found, start=1):
            if count > MAX_ITEMS:
                said = f"There are more than {MAX_ITEMS:,} items."
                text.refuse("too-many-rows", said, "Split it.")
            yield item
        if text.peek():
            text.refuse("not-json", "There is more after its end.", "Remove it.")


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no number of JSON")


_decoder = json.JSONDecoder(parse_float=Decimal, parse_constant=_no_constant)


class _Text:
    """The text of a file, as far as it is needed."""

    def __init__(self, pieces: Iterator[str]) -> None:
        self._pieces = pieces
        self._text = ""
        self._at = 0
        self.line = 1

    def peek(self) -> str:
        """The next character that is no blank; "" at the end."""
        while True:
            start = self._at
            while self._at < len(self._text) and self._text[self._at] in BLANKS:
                self._at += 1
            self.line += self._text.count("\n", start, self._at)
            if self._at < len(self._text):
                return self._text[self._at]
            if not self._more():
                return ""

    def take(self, expected: str) -> bool:
        """Whether it was there; then it is behind us."""
        is_there = self.peek() == expected
        self._at += is_there
        return is_there

    def need(self, expected: str) -> None:
        if not self.take(expected):
            said = f"{expected} is missing before {self.peek()!r}." if self.peek() else "It is cut."
            self.refuse("not-json", said, "Export it again.")

    def after_comma(self, end: str) -> None:
        if self.peek() == end:
            self.refuse("not-json", f"A comma stands before {end}.", "Remove it.")

    def value(self) -> Any:
        self.peek()
        while True:
            try:
                value, end = _decoder.raw_decode(self._text, self._at)
            except json.JSONDecodeError as error:
                if not self._more():
                    self._refuse_value(error)
                continue
            except (RecursionError, ValueError) as error:
                self.refuse("not-json", f"A value cannot be read: {error}.", "Correct it.")
            if end == len(self._text) and self._more():
                continue  # A number may go on.
            self.line += self._text.count("\n", self._at, end)
            self._at = end
            return value

    def _refuse_value(self, error: json.JSONDecodeError) -> NoReturn:
        self.line += self._text.count("\n", self._at, error.pos)
        self.refuse(
            "not-json", f"This is not JSON: {error.msg}.", "Correct it, or export it again."
        )

    def _more(self) -> bool:
        piece = next(self._pieces, "")
        self._text = self._text[self._at :] + piece
        self._at = 0
        if len(self._text) > MAX_ITEM:
            limit = f"over {MAX_ITEM:,} characters"
            self.refuse("item-too-long", f"An item is {limit}, or not closed.", "Split it.")
        return bool(piece)

    def refuse(self, code: str, message: str, remedy: str) -> NoReturn:
        raise FileRefused(Remark(code, self.line, message, remedy))


def _is_one_a_line(lines: Iterator[str]) -> bool:
    """Whether its first line is an object, and another follows; or it alone, without a list."""
    filled = (line for line in lines if line.strip())
    try:
        first = json.loads(next(filled, ""))
        second = next(filled, "")
    except (ValueError, RecursionError, FileRefused):
        return False
    if not isinstance(first, dict):
        return False
    return second.lstrip().startswith("{") if second else not _has_list(first, 1)


def _has_list(value: dict[str, Any], depth: int) -> bool:
    return any(
        (isinstance(each, list) and each[:1] and isinstance(each[0], dict))
        or (isinstance(each, dict) and depth < DEEPEST_LIST and _has_list(each, depth + 1))
        for each in value.values()
    )


def _one_after_another(text: _Text) -> Iterator[Item]:
    while text.peek():
        yield _item(text)


def _elements(text: _Text) -> Iterator[Item]:
    yield from _first_objects(text, is_named=True)


def _item(text: _Text) -> Item:
    text.peek()
    line = text.line
    value = text.value()
    return Item(line, text.line, value)


def _list_in(text: _Text, path: Sequence[str], whole: str) -> Iterator[Item]:
    is_found = yield from _walk(text, path, 1)
    if not is_found:
        where = f"no list at {whole!r}" if whole else "no list of objects in it"
        text.refuse("no-list", f"There is {where}.", "Say where the products are: file.list.")


def _walk(text: _Text, path: Sequence[str], depth: int) -> Walk:
    """Go through an object to its end, giving the items of the first list that fits."""
    is_found = False
    text.need("{")
    while not text.take("}"):
        key = text.value()
        text.need(":")
        is_named = bool(path) and key == path[0]
        is_open = not is_found and (is_named or not path)
        if is_open and text.peek() == "[" and len(path) <= 1:
            is_found = yield from _first_objects(text, is_named=is_named)
        elif is_open and text.peek() == "{" and depth < DEEPEST_LIST and len(path) != 1:
            is_found = yield from _walk(text, path[1:], depth + 1)
        else:
            text.value()
        if text.peek() != "}":
            text.need(",")
            text.after_comma("}")
    return is_found


def _first_objects(text: _Text, *, is_named: bool) -> Walk:
    """The items of a list, if it holds objects or was asked for."""
    text.need("[")
    if text.peek() != "{" and not is_named:
        while not text.take("]"):
            text.value()
            if text.peek() != "]":
                text.need(",")
                text.after_comma("]")
        return False
    while not text.take("]"):
        yield _item(text)
        if text.peek() != "]":
            text.need(",")
            text.after_comma("]")
    return True

"""XML as items with line numbers, one at a time; no document type, no entities of its own, bounded.

An item is a dict: names as they are written, with their prefix, to a text, or to a dict where there
are attributes (under @name) or elements in it, or to a list where a name comes several times.
"""

from collections.abc import Iterator
from typing import Any, NoReturn
from xml.parsers import expat

from products.transfer.readers.items import MAX_ITEM, MAX_ITEMS, Item
from products.transfer.records import FileRefused, Remark
from products.transfer.sources import Source

# What lists of products call one of them, without prefix, in lower case.
ITEMS = frozenset({"item", "entry", "product", "offer", "shopitem"})
DEEPEST = 20
MOST_ELEMENTS = 20_000  # in one item
CHUNK = 256 * 1024
TEXT = "#text"


def read_elements(source: Source, name: str = "") -> Iterator[Item]:
    """The elements of that name, or of one of ITEMS; not those in others. Raises FileRefused."""
    handler = _Handler(frozenset({name.casefold()}) if name else ITEMS)
    with source.open() as stream:
        count = 0
        while raw := stream.read(CHUNK):
            handler.feed(raw)
            count += len(handler.found)
            if count > MAX_ITEMS:
                handler.refuse("too-many-rows", f"There are more than {MAX_ITEMS:,}.", "Split it.")
            yield from handler.found
            handler.found.clear()
        handler.feed(b"", is_last=True)


def root_name(source: Source) -> str:
    """The name of the outermost element, without prefix; "" when it is no XML."""
    handler = _Handler(ITEMS)
    with source.open() as stream:
        try:
            while not handler.root and (raw := stream.read(CHUNK)):
                handler.feed(raw)
        except FileRefused:
            return ""
    return handler.root


class _Handler:
    def __init__(self, names: frozenset[str]) -> None:
        self.found: list[Item] = []
        self.root = ""
        self._names = names
        self._parser = expat.ParserCreate()
        self._parser.buffer_text = True
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.CharacterDataHandler = self._data
        self._parser.StartDoctypeDeclHandler = self._doctype
        self._parser.EntityDeclHandler = self._doctype
        self._open: list[tuple[str, dict[str, Any], list[str]]] = []  # within an item
        self._depth = self._line = self._size = self._elements = self._silent = 0

    def feed(self, raw: bytes, *, is_last: bool = False) -> None:
        self._silent += len(raw)
        if self._silent > MAX_ITEM:
            self.refuse("item-too-long", "A tag or a comment has no end.", "Export it again.")
        try:
            self._parser.Parse(raw, is_last)
        except expat.ExpatError as error:
            said = expat.ErrorString(error.code) or "not well-formed"
            line = Remark("not-xml", error.lineno, f"This is not XML: {said}.", "Export it again.")
            raise FileRefused(line) from error

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self._silent = 0
        plain = name.rpartition(":")[2]
        self.root = self.root or plain
        self._depth += 1
        if self._depth > DEEPEST:
            self.refuse("too-deep", f"Elements stand in {DEEPEST} others.", "Export it again.")
        if not self._open:
            if self._depth == 1 or plain.casefold() not in self._names:
                return
            self._line = self._parser.CurrentLineNumber
            self._size = self._elements = 0
        self._elements += 1
        self._size += sum(len(each) for pair in attributes.items() for each in pair)
        content = {f"@{key}": value for key, value in attributes.items() if key[:5] != "xmlns"}
        self._open.append((name, content, []))
        self._ensure_small()

    def _data(self, text: str) -> None:
        self._silent = 0
        if self._open:
            self._size += len(text)
            self._ensure_small()
            self._open[-1][2].append(text)

    def _end(self, _: str) -> None:
        self._silent = 0
        self._depth -= 1
        if not self._open:
            return
        name, content, pieces = self._open.pop()
        text = "".join(pieces).strip()
        value: Any = text
        if content:
            value = {**content, TEXT: text} if text else content
        if self._open:
            _add(self._open[-1][1], name, value)
        else:
            item = value if isinstance(value, dict) else {TEXT: text} if text else {}
            self.found.append(Item(self._line, self._parser.CurrentLineNumber, item))

    def _ensure_small(self) -> None:
        if self._size > MAX_ITEM or self._elements > MOST_ELEMENTS:
            self.refuse("item-too-long", "An item is too large, or not closed.", "Split it.")

    def _doctype(self, *_: object) -> None:
        remedy = "Remove the document type and write its entities out."
        self.refuse("doctype", "XML with a document type is not read.", remedy)

    def refuse(self, code: str, message: str, remedy: str) -> NoReturn:
        raise FileRefused(Remark(code, self._parser.CurrentLineNumber, message, remedy))


def _add(content: dict[str, Any], name: str, value: Any) -> None:
    if name not in content:
        content[name] = value
    elif isinstance(content[name], list):
        content[name].append(value)
    else:
        content[name] = [content[name], value]

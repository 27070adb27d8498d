"""One item of a Google Merchant or Meta feed, asked for by the names of their specifications.

Names come as `g:image_link` in XML, `image link` or `image_link` in a table, and numbered as
`video[0].url`. A remark about a cell names it as the file does.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from typing import Any, TypeVar

from products.transfer.readers.cells import CellRefused
from products.transfer.readers.entries import Cell, Entry
from products.transfer.records import RecordRefused, Remark

Value = TypeVar("Value")
PREFIX = re.compile(r"(?:^|(?<=\.))[\w-]+:(?=[^)]*$)")
NUMBERED = re.compile(r"(\w+)\[([0-9]{1,3})\](.*)", re.ASCII)


@lru_cache(maxsize=4096)
def normal(name: str) -> str:
    """The name as the specifications write it."""
    return re.sub(r"\s+", "_", PREFIX.sub("", name.strip().lower()))


class FeedItem:
    """An item; what is odd about its cells goes to `warnings`."""

    def __init__(self, entry: Entry, warnings: list[Remark]) -> None:
        self._entry = entry
        self._warnings = warnings
        self._cells: dict[str, Cell] = {}
        self._names: dict[str, str] = {}
        for name, cell in entry.cells.items():
            key = normal(name)
            # A feed may have both title, of the page, and g:title, of the product.
            if key not in self._cells or ":" in name:
                self._cells[key], self._names[key] = cell, name
        self._numbered = [key for key in self._cells if "[" in key]

    @property
    def line(self) -> int:
        return self._entry.line

    def cell(self, name: str) -> str:
        """Without blanks around it; the first one of several."""
        cell = self._cells.get(name, "")
        if isinstance(cell, str):
            return cell.strip()
        return next(iter(self.texts(name)), "")

    def texts(self, name: str) -> list[str]:
        cell = self._cells.get(name, "")
        texts = cell if isinstance(cell, list) else [cell]
        return list(dict.fromkeys(text.strip() for text in texts if text.strip()))

    def several(self, name: str) -> list[str]:
        """Each value of a list, or of numbered columns, or between commas of a cell."""
        found = self.texts(name)
        if len(found) == 1 and isinstance(self._cells.get(name), str):
            found = [part.strip() for part in found[0].split(",") if part.strip()]
        found += [text for _, text in self.numbered(name)]
        return list(dict.fromkeys(found))

    def numbered(self, name: str, rest: str = "") -> Iterator[tuple[int, str]]:
        """What stands in name[0], name[1], each followed by `rest`, in that order."""
        places: list[tuple[int, str]] = []
        for key in self._numbered:
            found = NUMBERED.fullmatch(key)
            if found and found[1] == name and found[3] == rest:
                places.append((int(found[2]), key))
        for place, key in sorted(places):
            if text := self.cell(key):
                yield place, text

    def rest(self, said: Callable[[str], bool]) -> dict[str, Any]:
        """What was not said already, by its normal name; several values in their order."""
        found: dict[str, Any] = {}
        for name in self._cells:
            if name and not said(name) and (texts := self.texts(name)):
                found[name] = texts[0] if len(texts) == 1 else self._cells[name]
        return found

    def read(self, name: str, parse: Callable[..., Value], *arguments: Any) -> Value:
        """Raises RecordRefused that names line and column."""
        try:
            return parse(*arguments)
        except CellRefused as error:
            remark = self.remark(name, error.code, error.message, error.remedy)
            raise RecordRefused(remark) from error

    def warn(self, name: str, code: str, message: str, remedy: str) -> None:
        self._warnings.append(self.remark(name, code, message, remedy))

    def remark(self, name: str, code: str, message: str, remedy: str) -> Remark:
        return Remark(code, self.line, message, remedy, self._names.get(name, name))

    def columns(self) -> Mapping[str, str]:
        return self._names

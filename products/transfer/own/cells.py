"""Values as people write them into a cell, and back: exactly, whatever they hold.

Each sort of value has a plain form. A list that the plain form would not give back exactly is
written as JSON, and so is a plain form that would be read as JSON.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import orjson

from products.transfer.own.shapes import Wrong

TRUTHS = {"true": True, "false": False}


@dataclass(frozen=True, slots=True)
class Sort:
    """A sort of values: how the plain form is written and read."""

    write: Callable[[Any], str]
    read: Callable[[str], Any]  # raises Wrong
    is_text: bool = False  # never JSON: the cell is the value

    def cell_of(self, value: Any) -> str:
        """The text of the cell; nothing for None, for an empty text and an empty list."""
        if value is None or value in ("", [], {}):
            return ""
        plain = self.write(value)
        return plain if plain and self._gives(plain, value) else json_of(value)

    def value_of(self, cell: str) -> Any:
        """Raises Wrong. Of a blank cell there is nothing to read."""
        if cell[:1] in ("[", "{") and not self.is_text:
            try:
                return orjson.loads(cell)
            except orjson.JSONDecodeError:
                pass  # a plain form that begins like that
        return self.read(cell)

    def _gives(self, cell: str, value: Any) -> bool:
        try:
            return bool(self.value_of(cell) == value)
        except Wrong:
            return False


def json_of(value: Any) -> str:
    return orjson.dumps(value).decode()


def _read_json(cell: str) -> Any:
    try:
        return orjson.loads(cell)
    except orjson.JSONDecodeError as error:
        raise Wrong(f"This is no JSON: {error}.") from None


def _read_whole(cell: str) -> int:
    text = cell.strip()
    if not text.lstrip("-").isascii() or not text.lstrip("-").isdigit() or len(text) > 19:
        raise Wrong("Give a whole number.")
    return int(text)


def _read_truth(cell: str) -> bool:
    if cell.strip().lower() not in TRUTHS:
        raise Wrong("Give true or false.")
    return TRUTHS[cell.strip().lower()]


def _read_measure(cell: str) -> dict[str, str]:
    value, _, unit = cell.strip().partition(" ")
    if not unit:
        raise Wrong('Give a number and a unit, such as "12.5 cm".')
    return {"value": value, "unit": unit}


def _listed(separator: str, *, escapes: Sequence[str] = ("\\",)) -> Sort:
    """Several texts in one cell; a backslash takes the meaning from what follows it."""

    def write(values: Any) -> str:
        return separator.join(_escaped(str(each), escapes) for each in values)

    def read(cell: str) -> list[str]:
        return [each.strip() for each in _parts(cell, separator.strip() or separator)]

    return Sort(write, read)


def _escaped(text: str, special: Sequence[str]) -> str:
    for each in special:
        text = text.replace(each, f"\\{each}")
    return text


def _parts(cell: str, separator: str) -> list[str]:
    parts, part, is_escaped = [], "", False
    for character in cell:
        if is_escaped or character not in ("\\", separator):
            part, is_escaped = part + character, False
        elif character == "\\":
            is_escaped = True
        else:
            parts.append(part)
            part = ""
    return [*parts, part]


def _write_pairs(values: Any) -> str:
    return "\n".join(f"{each['system']}:{each['id']}" for each in values)


def _read_pairs(cell: str) -> list[dict[str, str]]:
    pairs = [each.strip().partition(":") for each in cell.splitlines() if each.strip()]
    return [{"system": system, "id": value} for system, _, value in pairs]


def _write_paths(values: Any) -> str:
    return "\n".join(" > ".join(_escaped(name, ("\\", ">")) for name in path) for path in values)


def _read_paths(cell: str) -> list[list[str]]:
    lines = [line for line in cell.splitlines() if line.strip()]
    return [[name.strip() for name in _parts(line, ">")] for line in lines]


text = Sort(str, lambda cell: cell, is_text=True)
json = Sort(json_of, _read_json)
whole = Sort(str, _read_whole)
truth = Sort(lambda value: "true" if value else "false", _read_truth)
measure = Sort(lambda value: f"{value['value']} {value['unit']}", _read_measure)
words = Sort(" ".join, str.split)  # of what has no blanks in it
lines = _listed("\n")
tags = _listed(", ", escapes=("\\", ","))
external_ids = Sort(_write_pairs, _read_pairs)
paths = Sort(_write_paths, _read_paths)

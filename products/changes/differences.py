"""What is different between two states of an aggregate, place by place."""

from collections.abc import Iterator, Mapping
from typing import Any, TypeAlias

from catalog_project.api.pointers import escape

# They differ in every change and say nothing about it.
NOISE = frozenset({"version", "updated_at"})

# The JSON pointer of the place, what was there and what is; None where nothing was, or is.
Difference: TypeAlias = tuple[str, Any, Any]


def differences(before: Any, after: Any, pointer: str = "") -> Iterator[Difference]:
    """In the order of their places. Rows in lists are compared by id, and named by it: who was
    moved is not new. Other lists are compared as a whole."""
    rows = _rows(before), _rows(after)
    if rows[0] is not None and rows[1] is not None:
        yield from _of_members(rows[0], rows[1], pointer)
    elif isinstance(before, dict) and isinstance(after, dict):
        yield from _of_members(before, after, pointer)
    elif before != after:
        yield pointer, before, after


def _of_members(
    before: Mapping[str, Any], after: Mapping[str, Any], pointer: str
) -> Iterator[Difference]:
    for name in sorted((before.keys() | after.keys()) - NOISE):
        place = f"{pointer}/{escape(name)}"
        yield from differences(before.get(name), after.get(name), place)


def _rows(value: Any) -> dict[str, Any] | None:
    """The rows of a list by their ids, if that is what it is."""
    if not isinstance(value, list):
        return None
    if not all(isinstance(item, dict) and isinstance(item.get("id"), str) for item in value):
        return None
    found = {item["id"]: item for item in value}
    # Ids of other systems are no ids of rows: two systems may have the same one.
    return found if len(found) == len(value) and not any("system" in i for i in value) else None

"""Values of our own files, judged by their form: each reader gives the value that services take.

What a value means (does the brand exist, may the price be that high) is for the services to say.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from catalog_project.api.serializers import did_you_mean

Reader = Callable[[Any], Any]
AMOUNT = re.compile(r"-?[0-9]{1,30}(\.[0-9]{1,20})?")
MOST_SHOWN = 50


class Wrong(ValueError):
    """The value has another form than the one that is asked for; `place` is a pointer to it."""

    def __init__(self, detail: str, place: str = "") -> None:
        super().__init__(detail)
        self.place = place


def text(value: Any) -> str:
    if not isinstance(value, str):
        raise Wrong("Give a text.")
    if "\0" in value:
        raise Wrong("NUL cannot be stored.")
    return value


def truth(value: Any) -> bool:
    if not isinstance(value, bool):
        raise Wrong("Give true or false.")
    return value


def whole(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise Wrong("Give a whole number.")
    return value


def fraction(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise Wrong("Give a number.")
    return float(value)


def amount(value: Any) -> Decimal:
    """Exact: a text such as "12.50". A JSON number is taken as it was written."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        value = str(value)
    if not isinstance(value, str) or not AMOUNT.fullmatch(value):
        raise Wrong(f'Give an amount such as "12.50", not {_shown(value)}.')
    return Decimal(value)


def instant(value: Any) -> datetime:
    try:
        found = datetime.fromisoformat(text(value))
    except ValueError:
        raise Wrong(f"Give an instant such as 2026-03-01T09:00:00Z, not {_shown(value)}.") from None
    if found.tzinfo is None:
        raise Wrong("Say the offset of the instant: Z is UTC.")
    try:
        return found.astimezone(UTC)
    except OverflowError:
        raise Wrong("There is no such instant.") from None


def identity(value: Any) -> UUID:
    try:
        return UUID(text(value))
    except ValueError:
        raise Wrong(f"Give an id (a UUID), not {_shown(value)}.") from None


def mapping(value: Any) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise Wrong("Give a JSON object.")
    return value


def anything(value: Any) -> Any:
    return value


def optional(read: Reader) -> Reader:
    return lambda value: None if value is None else read(value)


def each(read: Reader) -> Reader:
    """A list of such values."""

    def values(value: Any) -> list[Any]:
        if not isinstance(value, list):
            raise Wrong("Give a JSON list.")
        return [_at(str(n), read, item) for n, item in enumerate(value)]

    return values


def by_name(read: Reader) -> Reader:
    """An object whose members all have this form."""

    def values(value: Any) -> dict[str, Any]:
        return {name: _at(name, read, item) for name, item in mapping(value).items()}

    return values


texts_by_locale = by_name(by_name(text))


def record(members: Mapping[str, Reader], *, needed: Sequence[str] = ()) -> Reader:
    """An object with some of these members, and no others."""

    def values(value: Any) -> dict[str, Any]:
        given = mapping(value)
        for name in given:
            if name not in members:
                raise Wrong(f"There is no such member.{did_you_mean(name[:50], members)}", name)
        for name in needed:
            if name not in given:
                raise Wrong("This is missing.", name)
        return {name: _at(name, members[name], item) for name, item in given.items()}

    return values


def _at(place: str, read: Reader, value: Any) -> Any:
    try:
        return read(value)
    except Wrong as wrong:
        raise Wrong(str(wrong), f"{place}/{wrong.place}".rstrip("/")) from None


def _shown(value: Any) -> str:
    return repr(value if isinstance(value, str | int | float) else type(value).__name__)[
        :MOST_SHOWN
    ]

"""What the look for a caller found, remembered for a minute at most, with the stamp of that moment.

The stamp is a row that triggers write in the transaction of whatever changes a caller. So an old
stamp, read again later, proves that the look would still find the same. Only views that read it
before they answer may take a caller from here: see accounts/proving.py.

What time alone ends (a key, a signing key) ends the memory, too; a token's own end is compared with
the clock for each request.
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from catalog_project.ops.statements import fetch

if TYPE_CHECKING:
    from rest_framework.request import Request

# One row, so it costs a few microseconds of a statement that brings it along.
STAMP = "(SELECT stamp FROM accounts_callerstamp)"
MOST_REMEMBERED = 4096
CHECK = "caller_check"  # the attribute of a request

Row = tuple[bytes | None, ...]


@dataclass(frozen=True, slots=True)
class Found:
    """A look would find this row as long as the stamp is the same, and until this time."""

    row: Row
    stamp: bytes
    until: float


_remembered: dict[tuple[Any, ...], Found] = {}


class CallerCheck:
    """Whether a request relies on what was remembered, and whether that turned out to be right."""

    def __init__(self) -> None:
        self._expected: bytes | None = None
        self._is_right: bool | None = None

    @property
    def is_needed(self) -> bool:
        """Whether statements of this request should bring the stamp along."""
        return self._expected is not None

    def rely_on(self, found: Found) -> None:
        self._expected = found.stamp

    def note(self, stamp: bytes | None) -> None:
        """The stamp as a statement of this request read it. One wrong one is enough."""
        self._is_right = stamp == self._expected and self._is_right is not False

    def holds(self) -> bool:
        """Whether the caller is as remembered. One query where no statement told."""
        if self._expected is None:
            return True
        if self._is_right is None:
            self.note(fetch(f"SELECT {STAMP}", [])[0][0])
        if not self._is_right:
            _remembered.clear()
        return bool(self._is_right)


def check_of(request: "Request") -> CallerCheck | None:
    """What authentication may rely on memory with; None: it has to ask."""
    check: CallerCheck | None = getattr(request._request, CHECK, None)
    return check


def look(sql: str, parameters: Sequence[Any], check: CallerCheck | None) -> Row | None:
    """The one row of this look, without its last columns: until when it holds, and STAMP.

    Out of memory only where there is a check, which then relies on it. Parameters are ids, never
    secrets: what a caller has to know is compared for each request.
    """
    name = (sql, *parameters)
    known = _remembered.get(name) if check is not None else None
    if check is not None and known is not None and time.time() < known.until:
        check.rely_on(known)
        return known.row
    rows = fetch(sql, parameters)
    if not rows:
        return None
    *row, until, stamp = rows[0]
    if stamp is not None:
        _remember(name, Found(tuple(row), stamp, float(until or 0)))
    return tuple(row)


def _remember(name: tuple[Any, ...], found: Found) -> None:
    if len(_remembered) >= MOST_REMEMBERED:
        _remembered.clear()
    _remembered[name] = found

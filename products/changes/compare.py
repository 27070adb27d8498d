"""Does an old snapshot still tell the truth?

A release that adds columns leaves the snapshots of older ones without them, and nobody writes the
log anew. So a snapshot is held against today only in what it says: a member that it does not have
is not compared. That goes for rows, and for rows in the lists of rows. What stands in a jsonb
column (metadata, attributes) is no row: a member that was missing there must be missing now.
"""

from collections.abc import Mapping
from typing import Any


def still_tells(old: Mapping[str, Any], now: Mapping[str, Any]) -> bool:
    """Whether everything that the old snapshot of a row says holds of today's."""
    return all(name in now and _is_same(value, now[name]) for name, value in old.items())


def _is_same(old: Any, now: Any) -> bool:
    if not isinstance(old, list) or not isinstance(now, list):
        return bool(old == now)
    return len(old) == len(now) and all(map(_is_same_item, old, now))


def _is_same_item(old: Any, now: Any) -> bool:
    if isinstance(old, dict) and isinstance(now, dict):
        return still_tells(old, now)
    return bool(old == now)

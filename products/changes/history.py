"""Who changed an aggregate, when, and what: its part of the change log, newest first."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any
from uuid import UUID

from products.changes.differences import Difference, differences
from products.changes.states import whole
from products.errors import NotFound
from products.models import Change

MOST_DIFFERENCES = 200  # told of one change


@dataclass(frozen=True)
class Entry:
    change: Change
    differences: list[Difference]
    is_cut: bool  # there are more


@dataclass(frozen=True)
class Version:
    change: Change
    state: dict[str, Any]


def read_history(
    aggregate: str, aggregate_id: UUID, *, below: int | None, limit: int, as_of: datetime | None
) -> tuple[list[Entry], bool]:
    """The changes below this version, up to that instant, and whether older ones follow. Each is
    compared with the one before it that is kept; the first one has nothing to compare with."""
    rows = Change.objects.filter(aggregate=aggregate, aggregate_id=aggregate_id)
    if below is not None:
        rows = rows.filter(version__lt=below)
    if as_of is not None:
        rows = rows.filter(at__lte=as_of)
    found = list(rows.order_by("-version")[: limit + 1])
    states = whole(found) if found else []
    entries = [
        _entry(change, states[n], states[n + 1] if n + 1 < len(states) else None)
        for n, change in enumerate(found[:limit])
    ]
    return entries, len(found) > limit


def read_versions(aggregate: str, aggregate_id: UUID, versions: Sequence[int]) -> list[Version]:
    """In the order asked for. Raises NotFound."""
    rows = {
        row.version: row
        for row in Change.objects.filter(
            aggregate=aggregate, aggregate_id=aggregate_id, version__in=versions
        )
    }
    for version in versions:
        if version not in rows:
            raise NotFound(f"Version {version} is not in the change log, or no longer.")
    changes = [rows[version] for version in versions]
    return [Version(*pair) for pair in zip(changes, whole(changes), strict=True)]


def compare(before: dict[str, Any], after: dict[str, Any]) -> tuple[list[Difference], bool]:
    """What differs, up to a limit, and whether there is more."""
    found = list(islice(differences(before, after), MOST_DIFFERENCES + 1))
    return found[:MOST_DIFFERENCES], len(found) > MOST_DIFFERENCES


def _entry(change: Change, state: dict[str, Any], before: dict[str, Any] | None) -> Entry:
    told, is_cut = compare(before, state) if before is not None else ([], False)
    return Entry(change, told, is_cut)

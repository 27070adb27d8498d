"""What happened to an aggregate since a caller read it."""

from dataclasses import dataclass
from uuid import UUID

from products.changes.states import whole
from products.models import Change

# They differ in every change and say nothing about it.
NOISE = {"id", "version", "updated_at", "created_at"}
MOST_TOLD = 10


@dataclass(frozen=True)
class Since:
    """The newest changes first, and the names of the members that are different now."""

    changes: list[dict[str, object]]
    members: list[str]


def since(aggregate_id: UUID, version: int) -> Since:
    """What came after this version; empty where the log has no such version."""
    rows = list(
        Change.objects.filter(aggregate_id=aggregate_id, version__gt=version)
        .order_by("-version")
        .only("version", "event", "at", "actor_label")[:MOST_TOLD]
    )
    told: list[dict[str, object]] = [
        {"version": row.version, "event": row.event, "at": row.at, "by": row.actor_label}
        for row in rows
    ]
    ends = Change.objects.filter(
        aggregate_id=aggregate_id, version__in=[version, *(row.version for row in rows[:1])]
    ).order_by("version")
    if len(states := whole(list(ends))) < 2:
        return Since(told, [])
    before, after = states
    names = (before.keys() | after.keys()) - NOISE
    differ = (name for name in names if before.get(name) != after.get(name))
    return Since(told, sorted(name.removesuffix("_id") for name in differ))

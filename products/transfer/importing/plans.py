"""What a plan says of each record, and what was said of lines, page by page."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from products.errors import ImportState
from products.models import ImportJob, ImportOutcome, ImportRemark, ImportRow

Kind, Goal = ImportRemark.Kind, ImportJob.Goal


@dataclass(slots=True)
class PlannedRecord:
    """`differences`: field, before and after, kept of the first 1,000 products that would change;
    `product` is the one that is there already."""

    number: int
    line: int
    last_line: int
    handle: str
    title: str
    outcome: str
    product: UUID | None
    differences: list[dict[str, Any]] | None = None
    remarks: list[ImportRemark] = field(default_factory=list)


def planned_records(
    job: ImportJob, *, outcome: str | None, after: int, limit: int
) -> list[PlannedRecord]:
    """Those behind the record with the number `after`, in the order of the file.

    Raises ImportState unless the import waits with a plan.
    """
    if job.state != ImportJob.State.PLANNED:
        raise ImportState(job.state)
    found = ImportOutcome.objects.filter(job=job, goal=Goal.PLAN, number__gt=after)
    if outcome is not None:
        found = found.filter(outcome=outcome)
    rows = list(found.order_by("number")[:limit])
    numbers = [row.number for row in rows]
    staged = _staged(job, numbers)
    remarks, differences = _said(job, numbers)
    return [
        PlannedRecord(
            number=row.number,
            line=row.first_line,
            last_line=staged[row.number][0],
            handle=staged[row.number][1],
            title=staged[row.number][2],
            outcome=row.outcome,
            product=row.product_id if row.outcome in ("changed", "unchanged") else None,
            differences=differences.get(row.number),
            remarks=remarks[row.number],
        )
        for row in rows
    ]


def remarks_on(job: ImportJob, kind: str | None = None) -> QuerySet[ImportRemark]:
    """Of the plan, or of what was written, whichever the import came to last."""
    rows = ImportRemark.objects.filter(job=job, goal__in=["", job.goal])
    return rows.filter(kind=kind) if kind else rows


def _staged(job: ImportJob, numbers: Sequence[int]) -> dict[int, tuple[int, str, str]]:
    rows = ImportRow.objects.filter(job=job, number__in=numbers).order_by()
    return {
        number: (last, handle, title)
        for number, last, handle, title in rows.values_list(
            "number", "last_line", "handle", "title"
        )
    }


def _said(
    job: ImportJob, numbers: Sequence[int]
) -> tuple[dict[int, list[ImportRemark]], dict[int, list[dict[str, Any]]]]:
    remarks: dict[int, list[ImportRemark]] = defaultdict(list)
    differences: dict[int, list[dict[str, Any]]] = {}
    rows = ImportRemark.objects.filter(job=job, goal__in=["", Goal.PLAN], number__in=numbers)
    for row in rows.order_by("line", "id"):
        number = row.number or 0
        if row.kind == Kind.CHANGE:
            differences[number] = row.details or []
        else:
            remarks[number].append(row)
    return remarks, differences

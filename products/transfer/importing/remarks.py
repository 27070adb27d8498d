"""What there is to say about lines of a file: all of it is counted, a bounded number is kept."""

from collections.abc import Iterable
from typing import Any

import orjson
from django.db import connection

from products.models import ImportJob, ImportRemark
from products.transfer.records import Remark

KEPT_REMARKS = 10_000  # of each kind
KEPT_CHANGES = 1_000  # products of which the differences are told
Kind = ImportRemark.Kind


def keep_remarks(
    job: ImportJob,
    kind: str,
    remarks: Iterable[tuple[int | None, Remark]],
    *,
    is_of_file: bool = False,
) -> None:
    """Each with the number of its record. `is_of_file`: found while reading, so it stands in the
    plan and in the report."""
    remarks = list(remarks)
    tally: dict[str, Any] = (job.survey or {}) if is_of_file else job.counts
    kept = tally.setdefault("kept", {})
    if kind == Kind.WARNING:
        codes = tally.setdefault("warnings", {})
        for _, remark in remarks:
            codes[remark.code] = codes.get(remark.code, 0) + 1
    room = max(0, KEPT_REMARKS - kept.get(kind, 0))
    rows = [
        ImportRemark(
            job=job,
            goal="" if is_of_file else job.goal,
            kind=kind,
            number=number,
            line=remark.line,
            column=remark.column,
            code=remark.code,
            message=remark.message,
            remedy=remark.remedy,
            handle=remark.handle,
        )
        for number, remark in remarks[:room]
    ]
    kept[kind] = kept.get(kind, 0) + len(rows)
    ImportRemark.objects.bulk_create(rows)


def keep_changes(
    job: ImportJob, changes: Iterable[tuple[int, int, str, list[dict[str, Any]]]]
) -> None:
    """Number, line and handle of a record, and what differs: field, before, after."""
    kept = job.counts.setdefault("kept", {})
    room = max(0, KEPT_CHANGES - kept.get(Kind.CHANGE, 0))
    rows = [
        ImportRemark(
            job=job,
            goal=job.goal,
            kind=Kind.CHANGE,
            number=number,
            line=line,
            code="changed",
            handle=handle,
            details=orjson.loads(orjson.dumps(differences, default=str)),
        )
        for number, line, handle, differences in list(changes)[:room]
    ]
    kept[Kind.CHANGE] = kept.get(Kind.CHANGE, 0) + len(rows)
    ImportRemark.objects.bulk_create(rows)


def forget_remarks(job: ImportJob, goal: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM products_importremark WHERE job_id = %s AND goal = %s", [job.pk, goal]
        )

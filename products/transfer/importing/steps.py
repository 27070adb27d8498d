"""The next records of a job, planned or written in one turn."""

from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from typing import Any
from uuid import UUID

from accounts.actors import Actor
from products.models import ImportJob, ImportOutcome, ImportRemark, ImportRow
from products.services.brands import ensure_brands
from products.services.bulk_items import Outcomes
from products.services.categories import ensure_category_paths
from products.services.collections import ensure_collections
from products.services.rows import insert_rows
from products.transfer.importing.chunks import Chunk
from products.transfer.importing.codec import record_of
from products.transfer.importing.digests import source_of
from products.transfer.importing.fitting import is_nameable
from products.transfer.importing.intents import Intent, Staged
from products.transfer.importing.policies import Policy
from products.transfer.importing.remarks import keep_changes, keep_remarks
from products.transfer.importing.telling import refusal_of
from products.transfer.importing.world import load_names
from products.transfer.records import Remark

CHUNK = 500  # records per turn


def next_rows(job: ImportJob) -> list[ImportRow]:
    rows = ImportRow.objects.filter(job=job, number__gt=job.checkpoint).order_by("number")
    return list(rows[:CHUNK])


def do_rows(job: ImportJob, rows: Sequence[ImportRow], *, actor: Actor) -> None:
    """In the caller's turn: plan or write these records, and keep what became of each."""
    survey: dict[str, Any] = job.survey or {}
    staged = [staged_of(row, survey.get("columns", {})) for row in rows if not row.is_refused]
    policy, is_plan = Policy.of(job.policy), job.phase == ImportJob.Phase.PLANNING
    chunk = Chunk(
        policy,
        actor,
        survey.get("location"),
        partial(_lines_of, job),
        source=source_of(policy, job.format),
        is_rehearsal=is_plan,
        definitions=survey.get("definitions", {}) if is_plan else {},
    )
    if not is_plan:
        _ensure_named(staged, actor)
    outcomes = chunk.work(staged)
    _keep_outcomes(job, rows, outcomes, chunk.found)
    _keep_remarks(job, staged, outcomes, chunk)
    if deferred := [n for n, intent in chunk.intents.items() if intent.is_deferred]:
        ImportRow.objects.filter(job=job, number__in=deferred).update(is_deferred=True)
    job.counts["stock_changed"] = job.counts.get("stock_changed", 0) + chunk.stock_changes.total()
    job.checkpoint = rows[-1].number


def staged_of(row: ImportRow, columns: Mapping[str, str]) -> Staged:
    return Staged(
        row.number,
        row.first_line,
        row.last_line,
        row.handle,
        bytes(row.digest),
        record_of(row.record, columns),
    )


def _ensure_named(staged: Iterable[Staged], actor: Actor) -> None:
    """Brands, categories and collections that the records name."""
    records = [each.record for each in staged if is_nameable(each.record)]
    world = load_names(records)
    missing = [record for record in records if record.brand and not world.brand_of(record)]
    if missing:
        ensure_brands({record.brand for record in missing if record.brand}, actor=actor)
    if paths := world.unknown_paths(records) - world.categories.keys():
        ensure_category_paths(paths, actor=actor)
    names = {
        name
        for record in records
        for name, key in zip(record.collections, world.collections_of(record), strict=True)
        if key is None
    }
    if names:
        ensure_collections(names, actor=actor)


def _lines_of(job: ImportJob, products: Iterable[UUID]) -> dict[UUID, int]:
    """The lines of the records before these that were about the products."""
    rows = ImportOutcome.objects.filter(job=job, goal=job.goal, product_id__in=list(products))
    known = rows.exclude(outcome="refused").order_by().values_list("product_id", "first_line")
    return {key: line for key, line in known if key}


def _keep_outcomes(
    job: ImportJob, rows: Sequence[ImportRow], outcomes: Outcomes, found: Mapping[int, UUID]
) -> None:
    kept = []
    for row in rows:
        outcome = outcomes.get(row.number)
        done = outcome.done if outcome else "refused"
        job.counts[done] = job.counts.get(done, 0) + 1
        kept.append(
            ImportOutcome(
                job=job,
                goal=job.goal,
                number=row.number,
                first_line=row.first_line,
                outcome=done,
                product_id=found.get(row.number),
            )
        )
    insert_rows(kept)


def _keep_remarks(
    job: ImportJob,
    staged: Sequence[Staged],
    outcomes: Outcomes,
    chunk: Chunk,
) -> None:
    refusals: list[tuple[int | None, Remark]] = []
    warnings: list[tuple[int | None, Remark]] = []
    changes = []
    for each in staged:
        outcome = outcomes[each.number]
        if outcome.error is not None:
            refusals.append((each.number, refusal_of(each.record, outcome.error, chunk.lines)))
            continue
        intent = chunk.intents.get(each.number)
        found = intent.warnings if intent else each.record.warnings
        warnings += [(each.number, remark) for remark in found]
        if intent and outcome.done == "changed":
            changes.append(_change_of(each, intent))
    keep_remarks(job, ImportRemark.Kind.REFUSED, refusals)
    keep_remarks(job, ImportRemark.Kind.WARNING, warnings)
    keep_changes(job, changes)


def _change_of(staged: Staged, intent: Intent) -> tuple[int, int, str, list[dict[str, Any]]]:
    differences = [each.as_json() for each in intent.differences]
    return staged.number, staged.first_line, staged.handle, differences

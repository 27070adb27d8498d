"""The work on a job, turn by turn: whoever does it, and however often it is interrupted."""

from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import AbstractContextManager
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from accounts.actors import Actor
from catalog_project.errors import DomainError
from products.models import ImportJob, ImportRemark
from products.services.bulk import bulk_transaction, keep_plans_fresh
from products.services.locations import counting_location
from products.services.search_statistics import count_words
from products.transfer.importing.definitions import (
    ensure_definitions,
    make_rule_collections,
    missing_definitions,
)
from products.transfer.importing.ending import end, fail
from products.transfer.importing.kept_files import open_reader
from products.transfer.importing.missing import names_all, next_missing, settle_missing
from products.transfer.importing.policies import Policy
from products.transfer.importing.refused_lines import lines_of_refused
from products.transfer.importing.relating import next_related, relate_rows
from products.transfer.importing.remarks import forget_remarks, keep_remarks
from products.transfer.importing.staging import stage
from products.transfer.importing.steps import do_rows, next_rows
from products.transfer.importing.turns import KEPT, WORKING, Stopped, turn, turn_within
from products.transfer.records import FileRefused, Remark

State, Phase, Goal = ImportJob.State, ImportJob.Phase, ImportJob.Goal
CLEANED = 20_000  # rows per turn
Turn = Callable[[ImportJob], AbstractContextManager[ImportJob]]


def work_on(job_id: UUID) -> Generator[ImportJob, None, None]:
    """Do what the job was asked for, from where it stands. Yields the job after each turn; whoever
    stops asking has stopped the work, which can be taken up again.

    Where the file cannot be read, the job fails and says why. Raises Taken while another runner is
    at it, and what the database raises where that is at fault.
    """
    job = ImportJob.objects.get(pk=job_id)
    if job.state not in WORKING:
        return
    try:
        if not job.is_staged:
            yield from _read(job)
        if job.goal == Goal.PLAN:
            yield from _plan(job)
        else:
            yield from _run(job)
    except Stopped:
        job.refresh_from_db()
    except FileRefused as refused:
        remark = refused.remark
        fail(job, remark.code, remark.message, remark.remedy, remark.line)
    except DomainError as error:
        fail(job, error.code, str(error))


def _read(job: ImportJob) -> Iterator[ImportJob]:
    _enter(job, Phase.READING)
    with open_reader(job) as reader:
        for _ in stage(job, reader):
            yield job


def _plan(job: ImportJob) -> Iterator[ImportJob]:
    _locate(job)
    _enter_unless(job, Phase.PLANNING, (Phase.PLANNING, Phase.MISSING))
    if job.phase == Phase.PLANNING:
        yield from _chunks(job, turn)
        with turn(job):
            _next(job, Phase.MISSING)
    yield from _missing(job, turn, archives=False)
    with turn(job):
        job.counts["to_make"] = missing_definitions(_survey(job).get("definitions", {}))
        job.planned = job.counts
        job.refused_lines = lines_of_refused(job)
    end(job, State.PLANNED)
    yield job


def _run(job: ImportJob) -> Iterator[ImportJob]:
    _locate(job)
    if job.phase != Phase.CLEANING:
        if Policy.of(job.policy).is_whole:
            yield from _run_whole(job)
        else:
            yield from _write(job, turn)
    yield from _clean(job)


def _write(job: ImportJob, take: Turn) -> Iterator[ImportJob]:
    if job.phase not in (Phase.WRITING, Phase.RELATING, Phase.MISSING):
        with take(job):
            _begin(job, Phase.WRITING)
            made = ensure_definitions(_survey(job).get("definitions", {}), actor=_actor(job))
            job.counts["made"] = made
        yield job
    if job.phase == Phase.WRITING:
        yield from _chunks(job, take)
        with take(job):
            _next(job, Phase.RELATING)
    if job.phase == Phase.RELATING:
        yield from _relations(job, take)
        with take(job):
            _make_last(job)
            _next(job, Phase.MISSING)
    if job.phase == Phase.MISSING:
        archives = Policy.of(job.policy).missing == "archive"
        yield from _missing(job, take, archives=archives)
        with take(job):
            _next(job, Phase.CLEANING)
            job.refused_lines = lines_of_refused(job)


def _chunks(job: ImportJob, take: Turn) -> Iterator[ImportJob]:
    grown = 0
    while True:
        with take(job):
            created = job.counts.get("created", 0)
            rows = next_rows(job)
            if rows:
                do_rows(job, rows, actor=_actor(job))
                if job.goal == Goal.RUN and job.counts.get("created", 0) > created:
                    grown += 1
                    keep_plans_fresh(grown)
        if not rows:
            return
        yield job


def _relations(job: ImportJob, take: Turn) -> Iterator[ImportJob]:
    while True:
        with take(job):
            rows = next_related(job)
            if rows:
                relate_rows(job, rows, actor=_actor(job))
        if not rows:
            return
        yield job


def _make_last(job: ImportJob) -> None:
    refused = make_rule_collections(_survey(job).get("definitions", {}), actor=_actor(job))
    remarks = [
        (None, Remark(error.code, 0, f"The collection {slug!r} was left out. {error}"))
        for slug, error in refused.items()
    ]
    keep_remarks(job, ImportRemark.Kind.WARNING, remarks)


def _missing(job: ImportJob, take: Turn, *, archives: bool) -> Iterator[ImportJob]:
    if Policy.of(job.policy).missing == "leave":
        return
    archives = archives and names_all(job)
    after: UUID | None = None
    while True:
        with take(job):
            rows = next_missing(job, after)
            if rows:
                settle_missing(job, rows, archives=archives, actor=_actor(job))
                after = rows[-1][0]
        if not rows:
            return
        yield job


def _enter(job: ImportJob, phase: str) -> None:
    _enter_unless(job, phase, (phase,))


def _enter_unless(job: ImportJob, phase: str, phases: Sequence[str]) -> None:
    with turn(job):
        if job.phase not in phases:
            _begin(job, phase)


def _begin(job: ImportJob, phase: str) -> None:
    """A goal from its start: what an earlier try for it found is forgotten."""
    job.phase, job.checkpoint, job.busy_seconds = phase, 0, 0.0
    job.counts = {}
    forget_remarks(job, job.goal)
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM products_importoutcome WHERE job_id = %s AND goal = %s",
            [job.pk, job.goal],
        )


def _next(job: ImportJob, phase: str) -> None:
    job.phase, job.checkpoint = phase, 0


def _survey(job: ImportJob) -> dict[str, Any]:
    survey: dict[str, Any] = job.survey or {}
    return survey


def _actor(job: ImportJob) -> Actor:
    return Actor(
        user_id=job.actor_id, label=job.actor_label, source="import", request_id=job.request_id
    )


def _locate(job: ImportJob) -> None:
    """Say where quantities lie that do not say so themselves. Raises NotFound, InvalidValue."""
    survey = _survey(job)
    if not survey.get("counts_stock") or survey.get("location"):
        return
    code = counting_location(Policy.of(job.policy).location)
    with turn(job):
        survey = _survey(job)
        survey["location"] = code
        locations = survey["definitions"].setdefault("locations", {})
        locations.setdefault(code, code.replace("-", " ").capitalize())


def _plan_first(job: ImportJob) -> Iterator[ImportJob]:
    """What is refused is known before anything is written."""
    if job.phase == Phase.READING:
        with turn(job):
            _begin(job, Phase.PLANNING)
    if job.phase == Phase.PLANNING:
        yield from _chunks(job, turn)


def _run_whole(job: ImportJob) -> Iterator[ImportJob]:
    """All or nothing is one transaction: whoever takes it up again begins it anew."""
    yield from _plan_first(job)
    if job.counts.get("refused"):
        with turn(job):
            _take_back(job)
        return
    told: list[ImportRemark] = []
    with bulk_transaction():
        with turn(job):
            pass  # Nobody else is at it until the transaction ends.
        yield from _write(job, turn_within)
        if job.counts.get("refused"):
            refused = ImportRemark.objects.filter(job=job, goal=job.goal, kind="refused")
            told = list(refused)
            transaction.set_rollback(True)
        else:
            job.save(update_fields=KEPT)
    if told:
        # Somebody took a name since the plan was made.
        with turn(job):
            job.counts["refused"] = len(told)
            for row in told:
                row.pk = None
            ImportRemark.objects.bulk_create(told)
            _take_back(job)


def _take_back(job: ImportJob) -> None:
    """Nothing was kept, so nothing was created or changed."""
    for name in ("created", "changed", "unchanged", "stock_changed", "related", "archived"):
        job.counts.pop(name, None)
    job.counts["is_rolled_back"] = True
    job.refused_lines = lines_of_refused(job)
    _next(job, Phase.CLEANING)


def _clean(job: ImportJob) -> Iterator[ImportJob]:
    """The rows have done their work."""
    for table in ("products_importrow", "products_importoutcome"):
        while True:
            with turn(job), connection.cursor() as cursor:
                cursor.execute(
                    f"DELETE FROM {table} WHERE ctid IN ("  # noqa: S608 - of our own names
                    f" SELECT ctid FROM {table} WHERE job_id = %s LIMIT {CLEANED})",
                    [job.pk],
                )
                count = cursor.rowcount
            if not count:
                break
            yield job
    count_words()
    end(job, State.DONE)
    yield job

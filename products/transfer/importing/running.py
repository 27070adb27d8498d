"""The work on a job, turn by turn: whoever does it, and however often it is interrupted."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, nullcontext
from typing import Any
from uuid import UUID

import structlog
from django.db import connection, transaction
from django.utils import timezone

from accounts.actors import Actor
from catalog_project.errors import DomainError
from products.models import ImportJob, ImportOutcome, ImportRow
from products.services.bulk import bulk_transaction, keep_plans_fresh
from products.services.locations import counting_location
from products.services.search_statistics import count_words
from products.transfer.importing.definitions import ensure_definitions, missing_definitions
from products.transfer.importing.kept_files import open_reader
from products.transfer.importing.missing import names_all, next_missing, settle_missing
from products.transfer.importing.policies import Policy
from products.transfer.importing.refused_lines import lines_of_refused
from products.transfer.importing.relating import next_related, relate_rows
from products.transfer.importing.remarks import forget_remarks
from products.transfer.importing.staging import stage
from products.transfer.importing.steps import do_rows, next_rows
from products.transfer.importing.turns import WORKING, Stopped, turn, turn_within
from products.transfer.records import FileRefused

log = structlog.get_logger(__name__)
State, Phase, Goal = ImportJob.State, ImportJob.Phase, ImportJob.Goal
Turn = Callable[[ImportJob], AbstractContextManager[ImportJob]]


def work_on(job_id: UUID) -> Iterator[ImportJob]:
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
        _fail(job, remark.code, remark.message, remark.remedy, remark.line)
    except DomainError as error:
        _fail(job, error.code, str(error))


def _read(job: ImportJob) -> Iterator[ImportJob]:
    _enter(job, Phase.READING)
    reader = open_reader(job)
    for _ in stage(job, reader):
        yield job


def _plan(job: ImportJob) -> Iterator[ImportJob]:
    _locate(job)
    if job.phase == Phase.READING:
        _enter(job, Phase.PLANNING, begins=True)
    if job.phase == Phase.PLANNING:
        yield from _chunks(job, turn)
        _enter(job, Phase.MISSING)
    yield from _missing(job, turn, archives=False)
    with turn(job):
        job.counts["to_make"] = missing_definitions(_survey(job).get("definitions", {}))
        job.planned = job.counts
        job.refused_lines = lines_of_refused(job)
    _end(job, State.PLANNED)
    yield job


def _run(job: ImportJob) -> Iterator[ImportJob]:
    """All or nothing is one transaction: whoever takes it up again begins it anew."""
    policy = Policy.of(job.policy)
    _locate(job)
    if not policy.is_whole:
        yield from _write(job, turn)
    else:
        with bulk_transaction():
            _take_whole(job)
            yield from _write(job, turn_within)
            if job.counts.get("refused"):
                transaction.set_rollback(True)
        yield from _settle_whole(job)
    yield from _clean(job)


def _write(job: ImportJob, take: Turn) -> Iterator[ImportJob]:
    if job.phase in (Phase.READING, Phase.PLANNING, ""):
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

"""Imports as jobs: the one door for the API, the admin and the command.

create_import → plan_import → start_import, or start at once. Whoever calls these only says what
shall be done: the worker does it, or `work_on` in the foreground. What a job has come to is in its
row (`ImportJob`), and what there is to say of lines in `ImportRemark`.
"""

from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any, BinaryIO
from uuid import UUID

import structlog
from django.conf import settings
from django.db import transaction
from django.utils import timezone
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from accounts.actors import Actor
from catalog_project.models import uuid7
from products.errors import ImportState, NotFound
from products.models import ImportedRecord, ImportJob, Product
from products.services.prices import ensure_currency
from products.transfer.formats import choose
from products.transfer.importing.kept_files import forget_file, keep_file, open_bundle
from products.transfer.importing.policies import Policy, Reading
from products.transfer.importing.running import work_on
from products.transfer.importing.turns import WORKING, Taken

log = structlog.get_logger(__name__)

RUN_IMPORT = "products.run_import"
STALE = timedelta(minutes=2)  # a turn takes seconds: whoever was silent so long is dead
State, Goal = ImportJob.State, ImportJob.Goal
ENDED = (State.DONE, State.FAILED, State.CANCELLED)
LABEL_LENGTH = 254


def create_import(
    source: Path | BinaryIO,
    *,
    file_name: str,
    others: Sequence[Path] = (),
    reading: Reading,
    policy: Policy,
    file_format: str | None = None,
    actor: Actor,
) -> ImportJob:
    """Keep the file and find out its format; nothing is read of it yet. `others` are files that
    belong to it.

    Raises FileRefused where it cannot be opened or its format is not clear, InvalidValue for a
    currency that is none, StorageFailed.
    """
    ensure_currency(reading.currency)
    job = ImportJob(
        id=uuid7(),
        file_name=file_name[:255],
        options=reading.as_json(),
        policy=policy.as_json(),
        actor_id=actor.user_id,
        actor_label=actor.label[:LABEL_LENGTH],
    )
    job.request_id = str(job.pk)
    path = keep_file(job.pk, source, others)
    try:
        with open_bundle(job) as bundle:
            found, evidence = choose(bundle, file_format, reading.mapping)
        job.format = found.code
        job.evidence = {"certainty": evidence.certainty, "reason": evidence.reason}
        job.file_bytes = path.stat().st_size
        job.save(force_insert=True)
    except BaseException:
        forget_file(job.pk)
        raise
    return job


def import_of(job_id: UUID) -> ImportJob:
    """Raises NotFound."""
    job = ImportJob.objects.filter(pk=job_id).first()
    if job is None:
        raise NotFound(f"There is no import {job_id}.")
    return job


def plan_import(job_id: UUID, *, in_worker: bool = True) -> ImportJob:
    """Find out what it would do: nothing of the catalog is written. Raises NotFound, ImportState
    unless it waits to be planned."""
    return _set_to_work(job_id, Goal.PLAN, (State.UPLOADED, State.PLANNED), in_worker=in_worker)


def start_import(job_id: UUID, *, in_worker: bool = True) -> ImportJob:
    """Write it. Raises NotFound, ImportState unless it is there to be started."""
    return _set_to_work(job_id, Goal.RUN, (State.UPLOADED, State.PLANNED), in_worker=in_worker)


def pause_import(job_id: UUID) -> ImportJob:
    """The turn that is being done ends, and no other begins. Raises NotFound, ImportState."""
    return _move(job_id, WORKING, state=State.PAUSED)


def resume_import(job_id: UUID, *, in_worker: bool = True) -> ImportJob:
    """Go on from where it was paused, or where it was left by whoever died. Raises NotFound,
    ImportState."""
    job = import_of(job_id)
    return _set_to_work(job_id, job.goal or Goal.RUN, (State.PAUSED, *WORKING), in_worker=in_worker)


def cancel_import(job_id: UUID) -> ImportJob:
    """For good. What it has written stays, and can be undone. Raises NotFound, ImportState."""
    waiting = (State.UPLOADED, State.PLANNED, State.PAUSED, *WORKING)
    return _move(job_id, waiting, state=State.CANCELLED, finished_at=timezone.now())


def run_import(job_id: UUID) -> None:
    """In the worker: to its end, or until somebody stops it. Another runner may be at it."""
    try:
        for _ in work_on(job_id):
            pass
    except Taken:
        log.info("import.taken", job=str(job_id))


def resume_imports() -> int:
    """Jobs whose runner has not been heard of: ask the worker for them. Answers how many."""
    silent = ImportJob.objects.filter(state__in=WORKING, seen_at__lt=timezone.now() - STALE)
    keys = list(silent.values_list("pk", flat=True))
    for key in keys:
        _ask_worker(key)
    return len(keys)


def prune_imports() -> int:
    """Forget jobs that ended IMPORT_DAYS ago, and those that nobody started, with their files."""
    before = timezone.now() - timedelta(days=settings.IMPORT_DAYS)
    old = ImportJob.objects.filter(updated_at__lt=before).exclude(state__in=WORKING)
    count = 0
    for key in old.values_list("pk", flat=True).iterator():
        forget_file(key)
        ImportJob.objects.filter(pk=key).delete()
        count += 1
    _forget_gone_products()
    return count


def progress_of(job: ImportJob) -> dict[str, Any]:
    """`done` of `total` records of this phase, `rate` per second, `eta` in seconds where known."""
    survey = job.survey or {}
    is_reading = job.phase == ImportJob.Phase.READING
    total = survey.get("products", 0) if is_reading else job.rows_staged
    done = job.rows_staged if is_reading else job.checkpoint
    rate = done / job.busy_seconds if job.busy_seconds > 0 else 0.0
    left = max(0, total - done)
    return {
        "phase": job.phase,
        "done": done,
        "total": total,
        "rate": round(rate, 1),
        "eta": round(left / rate) if rate and job.state in WORKING else None,
    }


def _set_to_work(job_id: UUID, goal: str, states: tuple[str, ...], *, in_worker: bool) -> ImportJob:
    state = State.PLANNING if goal == Goal.PLAN else State.RUNNING
    with transaction.atomic():
        job = _move(job_id, states, state=state, goal=goal, seen_at=timezone.now())
        if in_worker:
            _ask_worker(job_id)
    return job


def _move(job_id: UUID, states: tuple[str, ...], **fields: Any) -> ImportJob:
    moved = ImportJob.objects.filter(pk=job_id, state__in=states)
    is_moved = moved.update(**fields, updated_at=timezone.now())
    job = import_of(job_id)
    if not is_moved:
        raise ImportState(job.state)
    return job


def _ask_worker(job_id: UUID) -> None:
    """A job of the queue that waits already will do."""
    try:
        with transaction.atomic():
            app.configure_task(RUN_IMPORT, queueing_lock=f"import.{job_id}").defer(
                job_id=str(job_id)
            )
    except AlreadyEnqueued:
        pass


def _forget_gone_products() -> None:
    gone = ImportedRecord.objects.exclude(product_id__in=Product.objects.values("pk"))
    gone.delete()

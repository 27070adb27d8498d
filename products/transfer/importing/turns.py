"""One turn of the work on a job: a transaction that also keeps how far the work has come.

Any number of runners may be at a job, as one that seemed dead may wake up again: a turn is one
runner's alone, and begins with what the last turn has kept.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic
from uuid import UUID

from django.db import connection
from django.utils import timezone

from products.models import ImportJob
from products.services.bulk import bulk_transaction

IMPORT_LOCK = 0x696D7074  # "impt" in ASCII; beside it in the lock: bits of the job's id
WORKING = (ImportJob.State.PLANNING, ImportJob.State.RUNNING)
# The survey holds the definitions of the file, which may be long: it is written while it is made.
WITHOUT_SURVEY = [each.name for each in ImportJob._meta.concrete_fields if each.name != "survey"]
MAKING_SURVEY = ("", ImportJob.Phase.READING)
KEPT = (
    "phase",
    "rows_staged",
    "is_staged",
    "checkpoint",
    "counts",
    "planned",
    "refused_lines",
    "busy_seconds",
    "seen_at",
    "updated_at",
)


class Stopped(Exception):
    """Somebody paused or cancelled the job, or it has ended."""


class Taken(Exception):
    """Another runner is at the job at this moment."""


@contextmanager
def turn(job: ImportJob) -> Iterator[ImportJob]:
    """What the block changes of the job is kept with all that it writes, or nothing is.

    Raises Stopped, Taken.
    """
    began = monotonic()
    with bulk_transaction():
        _take(job.pk)
        job.refresh_from_db(fields=None if job.survey is None else WITHOUT_SURVEY)
        if job.state not in WORKING:
            raise Stopped(job.state)
        is_reading = job.phase in MAKING_SURVEY
        yield job
        job.seen_at = timezone.now()
        job.busy_seconds += monotonic() - began
        job.save(update_fields=[*KEPT, "survey"] if is_reading else KEPT)


@contextmanager
def turn_within(job: ImportJob) -> Iterator[ImportJob]:
    """A turn of work that is one transaction as a whole: it stands in the job when that ends, so
    that whoever cancels the job need not wait for it. Raises Stopped."""
    began = monotonic()
    state = ImportJob.objects.values_list("state", flat=True).get(pk=job.pk)
    if state not in WORKING:
        raise Stopped(state)
    yield job
    job.busy_seconds += monotonic() - began


def _take(job_id: UUID) -> None:
    key = int.from_bytes(job_id.bytes[-4:], signed=True)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s, %s)", [IMPORT_LOCK, key])
        if not cursor.fetchone()[0]:
            raise Taken

"""The end of a job, one way or the other."""

import structlog
from django.utils import timezone

from products.models import ImportJob
from products.transfer.importing.turns import WORKING

log = structlog.get_logger(__name__)


def end(job: ImportJob, state: str) -> None:
    ImportJob.objects.filter(pk=job.pk, state__in=WORKING).update(
        state=state, phase="", finished_at=timezone.now(), updated_at=timezone.now()
    )
    job.refresh_from_db()
    log.info("import.ended", job=str(job.pk), state=job.state, counts=_told(job))


def _told(job: ImportJob) -> dict[str, int]:
    return {name: count for name, count in job.counts.items() if isinstance(count, int)}


def fail(job: ImportJob, code: str, message: str, remedy: str = "", line: int = 0) -> None:
    """For good: the same file would fail again."""
    error = {"code": code, "message": message, "remedy": remedy, "line": line}
    ImportJob.objects.filter(pk=job.pk, state__in=WORKING).update(
        state=ImportJob.State.FAILED,
        error=error,
        finished_at=timezone.now(),
        updated_at=timezone.now(),
    )
    job.refresh_from_db()
    log.info("import.failed", job=str(job.pk), code=code)

"""What the worker does: the file of an export, and feeds at their address. Safe to run twice: what
was begun and not finished is begun anew."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from typing import Any
from uuid import UUID

import structlog
from django.conf import settings
from django.utils import timezone

from catalog_project.errors import DomainError
from products.models import Export, Feed
from products.services.files_out import place_of, remove_files, whole_file
from products.transfer.exporting import WRITERS, Writer
from products.transfer.truth import Wanted, snapshot
from products.transfer.writers.options import WriteOptions

log = structlog.get_logger(__name__)

# Filters, and whether archived products and costs are wanted -> what to read.
Choose = Callable[[str, bool, bool], Wanted]
RETRY_FEED = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Made:
    products: int
    size: int
    etag: str
    lacking: dict[str, Any] | None


def make_export(export_id: UUID, choose: Choose) -> None:
    """Make the file, or write down why there is none."""
    export = Export.objects.filter(pk=export_id, finished_at=None).first()
    if export is None:
        return  # gone, or done
    Export.objects.filter(pk=export_id).update(state=Export.State.RUNNING)
    expires = timezone.now() + timedelta(days=settings.EXPORT_DAYS)
    try:
        wanted = choose(export.filters, export.with_archived, export.with_costs)
        options = WriteOptions(**{"currency": settings.CATALOG_CURRENCY, **export.options})
        made = _write("exports", export_id, WRITERS[export.format], wanted, options)
    except (DomainError, OSError) as error:
        _fail(export_id, _said(error), expires)
        return
    now = timezone.now()
    done = Export.objects.filter(pk=export_id).update(
        state=Export.State.DONE,
        products=made.products,
        size=made.size,
        lacking=made.lacking,
        finished_at=now,
        expires_at=now + timedelta(days=settings.EXPORT_DAYS),
    )
    if not done:  # somebody deleted it meanwhile
        remove_files("exports", [export_id])


def _fail(export_id: UUID, reason: str, expires: Any) -> None:
    log.warning("export.failed", export=str(export_id), reason=reason)
    Export.objects.filter(pk=export_id).update(
        state=Export.State.FAILED,
        error=reason[:500],
        finished_at=timezone.now(),
        expires_at=expires,
    )


def make_feed(feed_id: UUID, choose: Choose) -> None:
    """Make the feed anew if its time has come; what was made before stays where that fails."""
    now = timezone.now()
    feed = Feed.objects.filter(pk=feed_id, is_active=True, next_at__lte=now).first()
    if feed is None:
        return
    options = WriteOptions(settings.CATALOG_CURRENCY, link=feed.link)
    try:
        wanted = choose(feed.filters, False, False)  # see Choose
        made = _write("feeds", feed_id, WRITERS[feed.format], wanted, options)
    except (DomainError, OSError) as error:
        log.warning("feed.failed", feed=str(feed_id), reason=_said(error))
        Feed.objects.filter(pk=feed_id).update(
            error=_said(error)[:500], next_at=now + min(RETRY_FEED, timedelta(minutes=feed.minutes))
        )
        return
    # Unless somebody changed it meanwhile: then it is to be made again at once.
    current = Feed.objects.filter(pk=feed_id, version=feed.version)
    current.update(next_at=now + timedelta(minutes=feed.minutes))
    kept = Feed.objects.filter(pk=feed_id).update(
        etag=made.etag, size=made.size, made_at=now, lacking=made.lacking, error=""
    )
    if not kept:
        remove_files("feeds", [feed_id])


def _write(folder: str, key: UUID, writer: Writer, wanted: Wanted, options: WriteOptions) -> Made:
    path = place_of(folder, key)
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    digest = sha256()
    size = 0
    with whole_file(path) as file, snapshot(wanted, is_long=True) as truth:
        for part in writer.write(truth, options):
            file.write(part)
            digest.update(part)
            size += len(part)
        lacking = truth.lacking.as_json() if writer.is_feed else None
        done = truth.done
    return Made(done, size, digest.hexdigest()[:32], lacking)


def _said(error: Exception) -> str:
    if isinstance(error, OSError):
        return f"The file cannot be written: {error.strerror}."
    return str(error)

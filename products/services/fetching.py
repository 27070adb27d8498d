"""Copies of pictures that somebody else serves, fetched by the worker."""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

import structlog
from django.conf import settings
from django.db import transaction
from django.utils import timezone

from catalog_project.errors import DomainError, pointing_at
from catalog_project.ops import outbound
from catalog_project.ops.outbound import Limits, OutboundError
from products.errors import InvalidValue, StorageFailed
from products.models import Media, MediaFetch, Product
from products.models.media import Kind
from products.services.files import stored_file
from products.services.locking import lock_row
from products.services.media_rows import assign_file
from products.services.queue import ask_for_fetches
from products.services.renditions import WORKER, want_renditions
from products.services.unit_of_work import unit_of_work
from products.services.values import MediaValues

log = structlog.get_logger(__name__)

State = MediaFetch.State
SECONDS = 30.0
REDIRECTS = 3
FORGOTTEN = timedelta(hours=3)  # all tries of a job together take about one
MOST_RESUMED = 1_000
WORTH_ANOTHER_TRY = {408, 425, 429, 500, 502, 503, 504}


class TryLater(Exception):
    """The other side may be in a better mood then."""


def set_to_work(rows: Sequence[tuple[Media, MediaValues]], *, pointer: str = "/media/{}") -> None:
    """After these rows are stored: ask the worker for what they lack, and for what was asked for.

    Raises InvalidValue for an address that will never be contacted; the pointer takes its number.
    """
    ensure_fetchable(rows, pointer=pointer)
    _want_copies([row for row, item in rows if item.get("fetch")])
    want_renditions(
        [row for row, item in rows if (file := item.get("file")) and file.content is not None]
    )


def ensure_fetchable(
    rows: Sequence[tuple[Media, MediaValues]], *, pointer: str = "/media/{}"
) -> None:
    """Raises InvalidValue for an address that shall be fetched and cannot."""
    for n, (row, item) in enumerate(rows):
        if item.get("fetch"):
            with pointing_at(pointer.format(n)):
                _ensure_fetchable(row)


def _want_copies(media: Sequence[Media]) -> None:
    if not media:
        return
    now = timezone.now()
    MediaFetch.objects.bulk_create(
        [MediaFetch(media=row, state=State.PENDING, error="", asked_at=now) for row in media],
        update_conflicts=True,
        unique_fields=["media"],
        update_fields=["state", "error", "asked_at"],
    )
    ask_for_fetches([row.pk for row in media])


def resume_fetches() -> int:
    """Ask again for what has waited so long that its job must have been lost. Answers how many."""
    now = timezone.now()
    with transaction.atomic():
        waiting = MediaFetch.objects.filter(state=State.PENDING, asked_at__lt=now - FORGOTTEN)
        rows = list(waiting.select_for_update(skip_locked=True)[:MOST_RESUMED])
        keys = [row.pk for row in rows]
        MediaFetch.objects.filter(pk__in=keys).update(asked_at=now)
        ask_for_fetches(keys)
    return len(keys)


def _ensure_fetchable(media: Media) -> None:
    if media.file:
        raise InvalidValue("The file is here already: there is nothing to fetch.", pointer="/fetch")
    if media.kind == Kind.EXTERNAL_VIDEO:
        raise InvalidValue("The page of a player cannot be fetched as a file.", pointer="/fetch")
    try:
        outbound.ensure_allowed(media.source_url)
    except OutboundError as error:
        raise InvalidValue(f"It cannot be fetched. {error}", pointer="/url") from None


def fetch_media(media_id: UUID, *, is_last_try: bool) -> None:
    """Make the copy that was asked for, or write down why there is none.

    A product never fails with its picture: until there is a copy, and when there will be none, it
    shows the URL. Raises TryLater, unless it was the last try.
    """
    media = Media.objects.filter(pk=media_id, fetch__state=State.PENDING, file="").first()
    if media is None:
        return  # gone, or done by another job
    try:
        _keep(media, _download(media.source_url))
    except (OutboundError, TryLater, DomainError) as error:
        is_temporary = isinstance(error, TryLater | StorageFailed) or (
            isinstance(error, OutboundError) and error.is_temporary
        )
        _note(media, str(error), is_over=is_last_try or not is_temporary)
        if is_temporary and not is_last_try:
            raise TryLater(str(error)) from None


def _download(url: str) -> bytes:
    limits = Limits(most_bytes=settings.UPLOAD_MAX_BYTES, seconds=SECONDS, redirects=REDIRECTS)
    answer = outbound.get(url, limits=limits, headers={"Accept": "image/*,*/*;q=0.5"})
    if answer.status in WORTH_ANOTHER_TRY:
        raise TryLater(f"The server answered {answer.status}.")
    if answer.status != 200:
        raise InvalidValue(f"The server answered {answer.status}.")
    return answer.body


def _keep(media: Media, content: bytes) -> None:
    with stored_file(content) as file, unit_of_work(WORKER) as work:
        if not Product.objects.filter(pk=media.product_id).exists():
            return
        lock_row(Product, media.product_id, expected_version=None)
        row = Media.objects.filter(
            pk=media.pk, source_url=media.source_url, file="", fetch__state=State.PENDING
        ).first()
        if row is None:
            return  # changed while we fetched: what came is not what it shows now
        assign_file(row, file)
        row.save()
        MediaFetch.objects.filter(media=row).update(state=State.FETCHED, error="")
        want_renditions([row])
        work.changed_variants(row.product_id, [])


def _note(media: Media, reason: str, *, is_over: bool) -> None:
    """No product changes with it, so there is no version and no change row."""
    state = State.FAILED if is_over else State.PENDING
    MediaFetch.objects.filter(media=media, state=State.PENDING).update(
        state=state, error=reason[:500]
    )
    log.warning("media.fetch_failed", media=str(media.pk), reason=reason, is_over=is_over)

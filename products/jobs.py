"""Work on the catalog that no request waits for."""

from datetime import timedelta
from uuid import UUID

import structlog
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import OperationalError
from django.utils import timezone
from procrastinate import JobContext, RetryStrategy
from procrastinate.contrib.django import app
from rest_framework.exceptions import ValidationError

from catalog_project.errors import DomainError
from catalog_project.ops.retries import Patience
from products.api.export_selection import wanted_of
from products.changes import retention
from products.errors import StorageFailed
from products.services import exports, fetching, printing, renditions, search_statistics
from products.services.clock import catch_up
from products.services.fetching import TryLater
from products.services.queue import FETCH_MEDIA, MAKE_EXPORT, MAKE_FEED, MAKE_RENDITIONS
from products.transfer import made_files
from products.transfer.importing import jobs as imports
from products.transfer.importing.jobs import RUN_IMPORT
from products.transfer.importing.running import TEMPORARY
from products.transfer.truth import Wanted

log = structlog.get_logger(__name__)


@app.task(
    name="products.print_pair",
    retry=RetryStrategy(max_attempts=10, exponential_wait=5),
)
def print_pair(pair: int) -> None:
    """Print the documents of a new pair of channel and locale. Safe to run twice."""
    log.info("products.printed", pair=pair, documents=printing.print_pair(pair))


# Half a minute at first, then up to an hour: seven tries within about an hour.
FETCHING = Patience(tries=7, first=timedelta(seconds=30), worth_it=(TryLater, OperationalError))
SHRINKING = Patience(
    tries=5, first=timedelta(seconds=10), worth_it=(OSError, StorageFailed, OperationalError)
)


@app.task(name=FETCH_MEDIA, retry=FETCHING, pass_context=True)
def fetch_media(context: JobContext, media_id: str) -> None:
    is_last_try = FETCHING.is_last(context.job.attempts)
    fetching.fetch_media(UUID(media_id), is_last_try=is_last_try)


@app.task(name=MAKE_RENDITIONS, retry=SHRINKING)
def make_renditions(source: str) -> None:
    renditions.make_renditions(source)


@app.task(name=MAKE_EXPORT, retry=SHRINKING)
def make_export(export_id: str) -> None:
    made_files.make_export(UUID(export_id), _chosen)


@app.task(name=MAKE_FEED, retry=SHRINKING)
def make_feed(feed_id: str) -> None:
    made_files.make_feed(UUID(feed_id), _chosen)


def _chosen(filters: str, with_archived: bool, with_costs: bool) -> Wanted:  # see made_files.Choose
    """Raises DomainError, also for filters that name what is gone."""
    try:
        return wanted_of(
            filters, AnonymousUser(), with_archived=with_archived, with_costs=with_costs
        )
    except ValidationError as error:
        raise DomainError(f"The filters cannot be used any more: {error.detail}") from None


@app.periodic(cron="*/5 * * * *")
@app.task(queueing_lock="products.due_feeds", pass_context=False)
def ask_for_due_feeds(timestamp: int) -> None:  # noqa: ARG001  # the time it was due
    """Feeds whose time has come, also where a job was lost. Safe to run twice."""
    if count := exports.ask_for_due_feeds():
        log.info("feeds.due", count=count)


@app.periodic(cron="47 * * * *")
@app.task(queueing_lock="products.forget_exports", pass_context=False)
def forget_exports(timestamp: int) -> None:  # noqa: ARG001  # the time it was due
    """Files of exports whose time is over. Safe to run twice."""
    log.info("exports.forgotten", exports=exports.forget_exports())


@app.periodic(cron="11 * * * *")
@app.task(queueing_lock="products.resume_fetches", pass_context=False)
def resume_fetches(timestamp: int) -> None:  # noqa: ARG001  # the time it was due
    """A job may be lost with a worker that was killed; what it should do is not."""
    log.info("media.fetches_resumed", count=fetching.resume_fetches())


@app.periodic(cron="*/5 * * * *")
@app.task(queueing_lock="products.count_words", pass_context=False)
def count_words(timestamp: int) -> None:  # noqa: ARG001  # the time it was due
    """How common each word is, where products changed. Safe to run twice."""
    if views := search_statistics.count_words():
        log.info("search.counted", views=views)


@app.periodic(cron="27 2 * * *")
@app.task(queueing_lock="products.forget_changes", pass_context=False)
def forget_changes(timestamp: int) -> None:  # noqa: ARG001  # the time it was due
    """Changes that are older than CHANGES_DAYS, but never the last one of what is there."""
    before = timezone.now() - timedelta(days=settings.CHANGES_DAYS)
    log.info("changes.forgotten", changes=retention.forget_changes(before))


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="products.clock", pass_context=False)
def follow_the_clock(timestamp: int) -> None:  # noqa: ARG001  # the time it was due
    """Rules on prices, and windows of collections. Safe to run twice."""
    done = catch_up()
    if any(done.values()):
        log.info("catalog.caught_up", **done)


# A turn that failed is undone; the next try goes on where the last turn ended.
IMPORTING = Patience(tries=10, first=timedelta(seconds=10), worth_it=TEMPORARY)


@app.task(name=RUN_IMPORT, retry=IMPORTING)
def run_import(job_id: str) -> None:
    imports.run_import(UUID(job_id))


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="products.resume_imports", pass_context=False)
def resume_imports(timestamp: int) -> None:  # noqa: ARG001  # the time it was due
    """A job may be lost with a worker that was killed; the import is not."""
    if count := imports.resume_imports():
        log.info("imports.resumed", count=count)


@app.periodic(cron="51 3 * * *")
@app.task(queueing_lock="products.prune_imports", pass_context=False)
def prune_imports(timestamp: int) -> None:  # noqa: ARG001  # the time it was due
    """Imports that ended IMPORT_DAYS ago, with their files."""
    log.info("imports.pruned", count=imports.prune_imports())

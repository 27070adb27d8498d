"""Work for the worker, asked for in the transaction that makes it necessary.

The jobs themselves are in products/jobs.py, above the services that they call: here they are
known by name. Each may run twice or come too late, and finds out by itself whether anything is
left to do.
"""

from collections.abc import Sequence
from uuid import UUID

from procrastinate.contrib.django import app
from procrastinate.types import JSONValue

FETCH_MEDIA = "products.fetch_media"
MAKE_RENDITIONS = "products.make_renditions"
MAKE_EXPORT = "products.make_export"
MAKE_FEED = "products.make_feed"


def ask_for_fetches(media: Sequence[UUID]) -> None:
    arguments: list[dict[str, JSONValue]] = [{"media_id": str(key)} for key in media]
    if arguments:
        app.configure_task(FETCH_MEDIA).batch_defer(*arguments)


def ask_for_renditions(sources: Sequence[str]) -> None:
    """One at a time for each file."""
    for source in sources:
        app.configure_task(MAKE_RENDITIONS, lock=f"media:{source}").defer(source=source)


def ask_for_export(export_id: UUID) -> None:
    app.configure_task(MAKE_EXPORT, lock=f"export:{export_id}").defer(export_id=str(export_id))


def ask_for_feed(feed_id: UUID) -> None:
    """One at a time for each feed."""
    app.configure_task(MAKE_FEED, lock=f"feed:{feed_id}").defer(feed_id=str(feed_id))

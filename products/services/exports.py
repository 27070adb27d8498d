"""Exports that somebody asks for, and feeds: what is to be made. The worker makes them."""

import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from typing import Any, TypedDict
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.actors import Actor
from products.errors import AddressTaken, NotFound, TooManyFiles
from products.models import Export, Feed
from products.services.files_out import remove_files
from products.services.locking import lock_row
from products.services.queue import ask_for_export, ask_for_feed

MOST_WAITING = 20  # exports that are not done
MOST_FEEDS = 50
SECRET_BYTES = 24  # 32 characters, which logs do not show: see ops/logs.py
# What a feed is made of: another value, and what was made is of yesterday.
SHAPING = {"format", "filters", "link", "is_active"}


class ExportValues(TypedDict, total=False):
    format: str
    filters: str  # a query string
    with_archived: bool
    with_costs: bool
    options: Mapping[str, str]  # currency, location, link


class FeedValues(TypedDict, total=False):
    name: str
    address: str | None  # None: a secret one
    format: str
    filters: str  # a query string
    link: str
    minutes: int
    is_active: bool


@transaction.atomic
def request_export(*, values: ExportValues, actor: Actor) -> Export:
    """Raises TooManyFiles."""
    waiting = Export.objects.filter(state__in=[Export.State.PENDING, Export.State.RUNNING])
    if waiting.count() >= MOST_WAITING:
        raise TooManyFiles(f"{MOST_WAITING} exports are waiting or being made: wait for one.")
    export = Export.objects.create(**values, actor_id=actor.user_id, actor_label=actor.label)
    ask_for_export(export.pk)
    return export


@transaction.atomic
def delete_export(export_id: UUID) -> None:
    """With its file, and also while it is being made. Raises NotFound."""
    deleted, _ = Export.objects.filter(pk=export_id).delete()
    if not deleted:
        raise NotFound("There is no such export.")
    remove_files("exports", [export_id])


def forget_exports() -> int:
    """Those whose time is over, and their files. Answers how many."""
    now = timezone.now()
    with transaction.atomic():
        abandoned = now - timedelta(days=settings.EXPORT_DAYS)
        Export.objects.filter(expires_at=None, created_at__lt=abandoned).update(expires_at=now)
        keys = list(Export.objects.filter(expires_at__lte=now).values_list("pk", flat=True))
        Export.objects.filter(pk__in=keys).delete()
        remove_files("exports", keys)
    return len(keys)


def create_feed(*, values: FeedValues, actor: Actor) -> Feed:  # noqa: ARG001  # as all services
    """Raises AddressTaken, TooManyFiles."""
    if Feed.objects.count() >= MOST_FEEDS:
        raise TooManyFiles(f"There are {MOST_FEEDS} feeds: delete one.")
    plain = {**values, **_address(values.get("address"))}
    with _telling_taken_addresses(), transaction.atomic():
        feed = Feed.objects.create(**plain, next_at=timezone.now())
        ask_for_feed(feed.pk)
    return feed


def update_feed(
    feed_id: UUID,
    *,
    values: FeedValues,
    expected_version: int | None,
    actor: Actor,  # noqa: ARG001  # as all services
) -> Feed:
    """Write what is named; it is made anew where that changes it.

    Raises NotFound, StaleVersion, AddressTaken.
    """
    plain: dict[str, Any] = dict(values)
    if "address" in values:
        plain |= _address(values["address"])
    with _telling_taken_addresses(), transaction.atomic():
        feed = _locked(feed_id, expected_version)
        changed = {name for name, value in plain.items() if getattr(feed, name) != value}
        for name in changed:
            setattr(feed, name, plain[name])
        if changed:
            feed.version += 1
            if SHAPING & changed:
                feed.next_at = timezone.now()
                ask_for_feed(feed.pk)
            feed.save()
    return feed


@transaction.atomic
def delete_feed(feed_id: UUID, *, expected_version: int | None, actor: Actor) -> None:  # noqa: ARG001  # as all services
    """Raises NotFound, StaleVersion."""
    _locked(feed_id, expected_version).delete()
    remove_files("feeds", [feed_id])


def ask_for_due_feeds() -> int:
    """Let the worker make those whose time has come. Answers how many."""
    due = Feed.objects.filter(is_active=True, next_at__lte=timezone.now())
    keys = list(due.values_list("pk", flat=True))
    for key in keys:
        ask_for_feed(key)
    return len(keys)


def _locked(feed_id: UUID, expected_version: int | None) -> Feed:
    return lock_row(Feed, feed_id, expected_version=expected_version)


def _address(chosen: str | None) -> dict[str, Any]:
    if chosen:
        return {"address": chosen, "is_secret": False}
    return {"address": secrets.token_urlsafe(SECRET_BYTES), "is_secret": True}


@contextmanager
def _telling_taken_addresses() -> Iterator[None]:
    try:
        yield
    except IntegrityError as error:
        diagnosis = getattr(error.__cause__, "diag", None)
        if "address" in (getattr(diagnosis, "constraint_name", "") or ""):
            raise AddressTaken from None
        raise

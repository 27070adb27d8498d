"""A record's media, laid over those of the product: found by their address."""

from collections.abc import Sequence
from typing import Any

from catalog_project.errors import pointing_at
from catalog_project.ops import outbound
from catalog_project.ops.outbound import OutboundError
from products.models import Media
from products.services.translations import merge
from products.services.values import MediaValues
from products.transfer.importing.fitting import ensure_fits
from products.transfer.importing.intents import Intent
from products.transfer.records import MediaRecord, Remark


def new_media_of(intent: Intent, *, fetches: bool) -> list[MediaValues]:
    return [
        _new(intent, n, each, n if each.position is not None else None, fetches=fetches)
        for n, each in enumerate(intent.record.media)
    ]


def merge_media(
    intent: Intent, stored: Sequence[Media], *, fetches: bool
) -> list[MediaValues] | None:
    """The whole list as it shall be; None where it stays as it is."""
    by_url = {media.source_url: media for media in stored if media.source_url}
    items: dict[Any, MediaValues] = {
        media.pk: {"id": media.pk, "position": media.position} for media in stored
    }
    is_changed = False
    for n, each in enumerate(intent.record.media):
        media = by_url.get(each.url)
        if media is None:
            position = n if each.position is not None else len(items)
            items[each.url] = _new(intent, n, each, position, fetches=fetches)
            intent.say("media", None, each.url)
            is_changed = True
        elif changes := _changes(each, n, media):
            with pointing_at(f"/media/{n}"):
                ensure_fits("media", changes)
            items[media.pk] |= changes
            for name, value in changes.items():
                intent.say(f"media.{name}", getattr(media, name), value)
            is_changed = True
    return list(items.values()) if is_changed else None


def _changes(record: MediaRecord, position: int, media: Media) -> MediaValues:
    changes: MediaValues = {}
    if record.alt is not None and record.alt != media.alt:
        changes["alt"] = record.alt
    if record.position is not None and position != media.position:
        changes["position"] = position
    if record.kind is not None and record.kind != media.kind and not media.file:
        changes["kind"] = record.kind
    if record.focal_point is not None and record.focal_point != media.focal_point:
        changes["focal_point"] = record.focal_point
    translations = merge(media.translations, record.translations)
    if translations != media.translations:
        changes["translations"] = translations
    return changes


def _new(
    intent: Intent, n: int, record: MediaRecord, position: int | None, *, fetches: bool
) -> MediaValues:
    item: MediaValues = {"url": record.url}
    if position is not None:
        item["position"] = position
    if record.alt is not None:
        item["alt"] = record.alt
    if record.kind is not None:
        item["kind"] = record.kind
    if record.focal_point is not None:
        item["focal_point"] = record.focal_point
    if record.translations:
        item["translations"] = record.translations
    with pointing_at(f"/media/{n}"):
        ensure_fits("media", item)
    if fetches and record.kind != Media.Kind.EXTERNAL_VIDEO:
        try:
            outbound.ensure_allowed(record.url)
            item["fetch"] = True
        except OutboundError as error:
            intent.warnings.append(
                Remark(
                    "not-fetched",
                    record.line,
                    f"{record.url[:200]} cannot be fetched. {error}",
                    "It is shown from where it is.",
                    handle=intent.record.slug or "",
                )
            )
    return item

"""Rows of media from plain values: made and assigned here, stored by whoever writes the product."""

from collections.abc import Sequence
from uuid import UUID

from catalog_project.models import uuid7
from products.errors import InvalidValue
from products.models import Media
from products.models.media import MAX_MEDIA
from products.services.files import claim_file
from products.services.translations import KnownLocales, locales_for, with_translations
from products.services.values import MediaValues, StoredFile

# What assign_media may have changed.
WRITTEN = ["source_url", "kind", "alt", "translations", "position", "focal_x", "focal_y"]


def new_media(
    product_id: UUID,
    items: Sequence[MediaValues],
    *,
    known: KnownLocales | None = None,
    first: int = 0,
) -> list[Media]:
    """Media rows, not stored yet, in the order given; `first` is where the list of the caller has
    the first of them, and `known` what that caller has read already."""
    if len(items) > MAX_MEDIA:
        raise InvalidValue(f"A product has at most {MAX_MEDIA} media.", pointer="/media")
    known = locales_for(items) if known is None else known
    clean = [
        with_translations("media", item, known=known, place=f"/media/{place}")
        for place, item in enumerate(items, first)
    ]
    return [_new_media(product_id, item, position) for position, item in enumerate(clean)]


def _new_media(product_id: UUID, item: MediaValues, position: int) -> Media:
    media = Media(
        id=uuid7(),
        product_id=product_id,
        source_url=item.get("url", ""),
        kind=item.get("kind", Media.Kind.IMAGE),
        alt=item.get("alt", ""),
        translations=item.get("translations", {}),
        position=item.get("position", position),
    )
    assign_focal_point(media, item)
    if file := item.get("file"):
        assign_file(media, file)
    return media


def assign_file(media: Media, file: StoredFile) -> None:
    """In the transaction that will store the row."""
    if file.content is not None:
        claim_file(file)
    media.file.name = file.name
    media.kind = file.kind
    media.content_type = file.content_type
    media.width, media.height = file.width, file.height


def assign_focal_point(media: Media, item: MediaValues) -> None:
    if "focal_point" in item:
        point = item["focal_point"]
        media.focal_x, media.focal_y = (point["x"], point["y"]) if point else (None, None)


def assign_media(media: Media, item: MediaValues, position: int) -> bool:
    """Answers whether any of the values is new to the row, which is not stored yet."""
    before = (media.focal_x, media.focal_y)
    assign_focal_point(media, item)
    wanted = {
        "translations": item.get("translations", media.translations),
        "alt": item.get("alt", media.alt),
        "position": item.get("position", position),
    }
    if not media.file:
        wanted["source_url"] = item.get("url", media.source_url)
        wanted["kind"] = item.get("kind", media.kind)
    elif item.get("kind", media.kind) != media.kind:
        raise InvalidValue("A file is of the kind that its bytes are.", pointer="/kind")
    changed = {name: value for name, value in wanted.items() if getattr(media, name) != value}
    for name, value in changed.items():
        setattr(media, name, value)
    return bool(changed) or before != (media.focal_x, media.focal_y)

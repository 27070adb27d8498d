"""Writes of the pictures of a product, one at a time."""

from typing import TYPE_CHECKING
from uuid import UUID

from accounts.actors import Actor
from products.errors import InvalidValue, NotFound
from products.models import Media, MediaFetch, Product
from products.models.media import MAX_MEDIA
from products.services.fetching import set_to_work
from products.services.files import remove_unused_files, stored_file
from products.services.locking import lock_row
from products.services.media_rows import assign_media, new_media
from products.services.translations import with_translations
from products.services.unit_of_work import unit_of_work
from products.services.values import FocalPoint, MediaValues
from products.services.variant_media import shown_by

if TYPE_CHECKING:
    from products.services.unit_of_work import UnitOfWork


def upload_media(
    product_id: UUID,
    *,
    content: bytes,
    name: str = "",
    alt: str = "",
    position: int | None = None,
    focal_point: FocalPoint | None = None,
    expected_version: int | None,
    actor: Actor,
) -> Media:
    """Keep a file behind the product's others, or at the position that is named.

    Raises NotFound, StaleVersion, StorageFailed, and the refusals of stored_file.
    """
    with stored_file(content, name=name) as file, unit_of_work(actor) as work:
        values: MediaValues = {
            "file": file,
            "alt": alt,
            "focal_point": focal_point,
        }
        if position is not None:
            values["position"] = position
        return _add(product_id, values, expected_version, work)


def add_media_url(
    product_id: UUID, *, values: MediaValues, expected_version: int | None, actor: Actor
) -> Media:
    """Show a picture that somebody else serves.

    Raises NotFound, StaleVersion, InvalidValue.
    """
    with unit_of_work(actor) as work:
        return _add(product_id, values, expected_version, work)


def update_media(
    product_id: UUID,
    media_id: UUID,
    *,
    values: MediaValues,
    expected_version: int | None,
    actor: Actor,
) -> Media:
    """Write what is named; a file of ours stays what it is.

    Raises NotFound, StaleVersion, InvalidValue.
    """
    with unit_of_work(actor) as work:
        product = lock_row(Product, product_id, expected_version=expected_version)
        media = _media_of(product, media_id)
        if "url" in values and media.file:
            raise InvalidValue("An uploaded file has no URL of its own to set.", pointer="/url")
        before = media.source_url
        values = with_translations("media", values, media.translations)
        if assign_media(media, values, media.position):
            media.save()
            work.changed_variants(product_id, [])
        # Who keeps a copy keeps one of the new address, too.
        is_moved = media.source_url != before and MediaFetch.objects.filter(media=media).exists()
        set_to_work([(media, {"fetch": is_moved or values.get("fetch", False)})], pointer="")
    return media


def delete_media(
    product_id: UUID, media_id: UUID, *, expected_version: int | None, actor: Actor
) -> None:
    """The file goes after the commit, unless another row needs it.

    Raises NotFound, StaleVersion.
    """
    with unit_of_work(actor) as work:
        product = lock_row(Product, product_id, expected_version=expected_version)
        media = _media_of(product, media_id)
        remove_unused_files([str(media.file)])
        work.changed_variants(product_id, shown_by([media_id])[product_id])
        media.delete()


def _add(
    product_id: UUID, values: MediaValues, expected_version: int | None, work: "UnitOfWork"
) -> Media:
    product = lock_row(Product, product_id, expected_version=expected_version)
    taken = Media.objects.filter(product=product).order_by("-position")
    positions = list(taken.values_list("position", flat=True))
    if len(positions) >= MAX_MEDIA:
        raise InvalidValue(f"A product has at most {MAX_MEDIA} media.")
    last: MediaValues = {"position": positions[0] + 1 if positions else 0}
    (media,) = new_media(product_id, [{**last, **values}])
    media.save(force_insert=True)
    set_to_work([(media, values)], pointer="")
    work.changed_variants(product_id, [])
    return media


def _media_of(product: Product, media_id: UUID) -> Media:
    media = Media.objects.filter(product=product, pk=media_id).first()
    if media is None:
        raise NotFound(f"The product has no media {media_id}.")
    return media

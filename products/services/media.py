"""Writes of the pictures of a product, one at a time."""

from typing import TYPE_CHECKING
from uuid import UUID

from accounts.actors import Actor
from products.errors import InvalidValue, NotFound
from products.models import Media, Product
from products.models.media import MAX_MEDIA
from products.services.contents import assign_media, ensure_own_variants, new_media
from products.services.files import remove_unused_files, stored_image
from products.services.locking import lock_row
from products.services.unit_of_work import unit_of_work
from products.services.values import MediaValues

if TYPE_CHECKING:
    from products.services.unit_of_work import UnitOfWork


def upload_media(
    product_id: UUID,
    *,
    content: bytes,
    name: str = "",
    alt: str = "",
    variant: UUID | None = None,
    position: int | None = None,
    expected_version: int | None,
    actor: Actor,
) -> Media:
    """Keep a picture behind the product's others, or at the position that is named.

    Raises NotFound, StaleVersion, ImageRefused, ImageTooLarge, StorageFailed, UnknownReference.
    """
    with stored_image(content, name=name) as file, unit_of_work(actor) as work:
        values: MediaValues = {"file": file, "alt": alt, "variant": variant}
        if position is not None:
            values["position"] = position
        return _add(product_id, values, expected_version, work)


def add_media_url(
    product_id: UUID, *, values: MediaValues, expected_version: int | None, actor: Actor
) -> Media:
    """Show a picture that somebody else serves.

    Raises NotFound, StaleVersion, InvalidValue, UnknownReference.
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

    Raises NotFound, StaleVersion, InvalidValue, UnknownReference.
    """
    with unit_of_work(actor) as work:
        product = lock_row(Product, product_id, expected_version=expected_version)
        media = _media_of(product, media_id)
        ensure_own_variants(product_id, [values])
        if "url" in values and media.file:
            raise InvalidValue("An uploaded file has no URL of its own to set.", pointer="/url")
        if assign_media(media, values, media.position):
            media.save()
            work.changed("product", [product_id])
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
        media.delete()
        work.changed("product", [product_id])


def _add(
    product_id: UUID, values: MediaValues, expected_version: int | None, work: "UnitOfWork"
) -> Media:
    product = lock_row(Product, product_id, expected_version=expected_version)
    ensure_own_variants(product_id, [values])
    taken = Media.objects.filter(product=product).order_by("-position")
    positions = list(taken.values_list("position", flat=True))
    if len(positions) >= MAX_MEDIA:
        raise InvalidValue(f"A product has at most {MAX_MEDIA} media.")
    last: MediaValues = {"position": positions[0] + 1 if positions else 0}
    (media,) = new_media(product_id, [{**last, **values}])
    media.save(force_insert=True)
    work.changed("product", [product_id])
    return media


def _media_of(product: Product, media_id: UUID) -> Media:
    media = Media.objects.filter(product=product, pk=media_id).first()
    if media is None:
        raise NotFound(f"The product has no media {media_id}.")
    return media

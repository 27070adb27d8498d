"""Writes of products: the whole aggregate, or the fields that are named."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from uuid import UUID

from accounts.actors import Actor
from catalog_project.errors import AlreadyThere
from products.errors import IdWasUsed, InvalidValue, WrongStatus
from products.models import Change, Media, Product
from products.services.archiving import archive_parts
from products.services.bulk_items import Refusals
from products.services.describing import ensure_complete
from products.services.files import remove_unused_files
from products.services.locking import lock_row
from products.services.naming import with_made_slug
from products.services.product_batches import write_products
from products.services.product_drafts import ProductWrite
from products.services.references import ensure_unreferenced
from products.services.relations import leave_relations, lock_related
from products.services.restoring import ensure_no_clash, naming_clashes
from products.services.rule_references import ensure_no_rule_names
from products.services.unit_of_work import UnitOfWork, unit_of_work
from products.services.values import ProductValues


def create_product(*, values: ProductValues, actor: Actor) -> UUID:
    """Raises InvalidValue, UnknownReference, SlugTaken, SkuTaken, OptionsTaken, CurrencyTwice."""
    return create_products([values], actor=actor)[0]


def create_product_as(product_id: UUID, *, values: ProductValues, actor: Actor) -> None:
    """With an id of the caller's choice.

    Raises InvalidValue, AlreadyThere, IdWasUsed and what create_product raises.
    """
    if product_id.version != 7:
        raise InvalidValue("A new id is a UUID of version 7 (RFC 9562), which sorts by its time.")
    with_made_slug(
        lambda: _create([values], actor, new_id=product_id), is_made=not values.get("slug")
    )


def create_products(items: Sequence[ProductValues], *, actor: Actor) -> list[UUID]:
    """All of them or none, in the same number of statements however many they are."""
    has_made_slugs = not all(item.get("slug") for item in items)
    return with_made_slug(lambda: _create(items, actor), is_made=has_made_slugs)


def _create(
    items: Sequence[ProductValues], actor: Actor, *, new_id: UUID | None = None
) -> list[UUID]:
    with unit_of_work(actor) as work:
        if new_id is not None:
            _ensure_new(new_id)
        drafts = write_products(
            work,
            [ProductWrite(values=item, new_id=new_id) for item in items],
            may_publish=True,
            refusals=Refusals(is_single=True),
        )
    return [draft.key for draft in drafts]


def _ensure_new(product_id: UUID) -> None:
    """The database says so, too, of one that somebody makes at this moment."""
    if Product.objects.filter(pk=product_id).exists():
        raise AlreadyThere(f"There is a product {product_id}.")
    if Change.objects.filter(aggregate_id=product_id).exists():
        raise IdWasUsed(product_id)


def update_product(
    product_id: UUID,
    *,
    values: ProductValues,
    expected_version: int | None,
    may_publish: bool,
    actor: Actor,
    accept_loss: bool = False,
) -> bool:
    """Write what is named, and answer whether anything was new. `variants`, `media` and
    `categories` are named as whole lists.

    Raises NotFound, StaleVersion, MayNotPublish, ValuesWouldBeLost, ProductIncomplete and what
    create_product raises.
    """
    with unit_of_work(actor) as work:
        write = ProductWrite(
            product_id=product_id, values=values, expected_version=expected_version
        )
        (draft,) = write_products(
            work,
            [write],
            may_publish=may_publish,
            accept_loss=accept_loss,
            refusals=Refusals(is_single=True),
        )
    return draft.is_changed


def publish_product(product_id: UUID, *, expected_version: int | None, actor: Actor) -> None:
    """Show the product to shoppers.

    Raises NotFound, StaleVersion, WrongStatus, ProductIncomplete.
    """
    with _changing_status(product_id, expected_version, actor, "published") as product:
        _ensure_live(product)
        product.status = Product.Status.PUBLISHED


def unpublish_product(product_id: UUID, *, expected_version: int | None, actor: Actor) -> None:
    """Hide the product from shoppers. Raises NotFound, StaleVersion, WrongStatus."""
    with _changing_status(product_id, expected_version, actor, "unpublished") as product:
        _ensure_live(product)
        product.status = Product.Status.DRAFT


def archive_product(product_id: UUID, *, expected_version: int | None, actor: Actor) -> None:
    """Take the product out of the shop; its slug, SKUs and external ids are free again.

    Raises NotFound, StaleVersion.
    """
    with _changing_status(product_id, expected_version, actor, "archived") as product:
        product.status = Product.Status.ARCHIVED


def restore_product(
    product_id: UUID, *, expected_version: int | None, actor: Actor, slug: str | None = None
) -> None:
    """Bring an archived product back as a draft, perhaps under another slug.

    Raises NotFound, StaleVersion, WrongStatus, and RestoreClashes when somebody took its slug, SKUs
    or external ids meanwhile.
    """
    with (
        naming_clashes(product_id, slug),
        _changing_status(product_id, expected_version, actor, "restored") as product,
    ):
        if not product.is_archived:
            raise WrongStatus("It is not archived.")
        product.slug = slug or product.slug
        ensure_no_clash(product_id, product.slug)
        product.status = Product.Status.DRAFT


def delete_product(product_id: UUID, *, expected_version: int | None, actor: Actor) -> None:
    """Remove the product and all its parts; a tombstone stays in the change log.

    Raises NotFound, StaleVersion, StillInUse.
    """
    with unit_of_work(actor) as work:
        lock_related([product_id])
        product = lock_row(Product, product_id, expected_version=expected_version)
        remove_products(work, [product])


def remove_products(work: UnitOfWork, products: Sequence[Product]) -> None:
    """Products that are locked, with all that shows them. Raises StillInUse."""
    keys = [product.pk for product in products]
    ensure_unreferenced("product", keys)
    ensure_no_rule_names("product", keys)
    leave_relations(work, keys)
    work.deleting("product", keys)
    files = Media.objects.filter(product__in=keys).exclude(file="")
    remove_unused_files(files.values_list("file", flat=True))
    Product.objects.filter(pk__in=keys).delete()


@contextmanager
def _changing_status(
    product_id: UUID, expected_version: int | None, actor: Actor, event: str
) -> Iterator[Product]:
    """The locked product; stores the status that the block gives it. The same one is no change."""
    with unit_of_work(actor) as work:
        related = lock_related([product_id])
        product = lock_row(Product, product_id, expected_version=expected_version)
        before = product.status
        yield product
        if product.status != before:
            product.save(update_fields=["status", "slug", "updated_at"])
            ensure_complete([product])
            has_moved_variants = bool(archive_parts([product], is_archived=product.is_archived))
            work.follow_slug(product, product.slug, was_archived=before == Product.Status.ARCHIVED)
            work.reprint(related)
            if has_moved_variants:
                work.changed("product", [product_id], event)
            else:
                work.changed_variants(product_id, [], event)


def _ensure_live(product: Product) -> None:
    if product.is_archived:
        raise WrongStatus("It is archived: restore it first.")

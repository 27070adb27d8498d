"""Writes of products: the whole aggregate, or the fields that are named."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import chain
from uuid import UUID

from accounts.actors import Actor
from catalog_project.models import uuid7
from products.errors import MayNotPublish, WrongStatus
from products.models import ExternalId, Media, Price, Product, Variant, VariantMedia
from products.services.archiving import archive_parts
from products.services.contents import (
    add_memberships,
    write_categories,
    write_media,
)
from products.services.describing import (
    described,
    ensure_complete,
    redescribed,
)
from products.services.external_ids import (
    external_ids_of_variants,
    new_external_ids,
    write_external_ids,
)
from products.services.fetching import set_to_work
from products.services.files import remove_unused_files
from products.services.locking import lock_row
from products.services.media_rows import new_media
from products.services.merge_patch import with_metadata
from products.services.naming import free_slugs, with_made_slug
from products.services.naming_rows import with_rows
from products.services.option_texts import ensure_known_options
from products.services.plain import assign_plain, ensure_references, plain_values
from products.services.references import ensure_unreferenced
from products.services.relations import (
    Kinds,
    add_relations,
    leave_relations,
    lock_related,
    write_relations,
)
from products.services.restoring import ensure_no_clash, naming_clashes
from products.services.rule_references import ensure_no_rule_names
from products.services.translations import (
    keep_old_translated_slugs,
    locales_for,
    with_translations,
)
from products.services.unit_of_work import UnitOfWork, unit_of_work
from products.services.values import ProductValues
from products.services.variant_media import OwnMedia, links_of_new
from products.services.variants import (
    all_option_names,
    learn_option_names,
    new_variants,
    write_variants,
)

# Whoever sets these decides what shoppers see.
PUBLISHING = {"status", "publish_at", "unpublish_at"}


def create_product(*, values: ProductValues, actor: Actor) -> UUID:
    """Raises InvalidValue, UnknownReference, SlugTaken, SkuTaken, OptionsTaken, CurrencyTwice."""
    return create_products([values], actor=actor)[0]


def create_products(items: Sequence[ProductValues], *, actor: Actor) -> list[UUID]:
    """All of them or none, in the same number of statements however many they are."""
    has_made_slugs = not all(item.get("slug") for item in items)
    return with_made_slug(lambda: _create(items, actor), is_made=has_made_slugs)


def _create(items: Sequence[ProductValues], actor: Actor) -> list[UUID]:
    with unit_of_work(actor) as work:
        known = locales_for(items)
        items = [with_translations("product", item, known=known) for item in described(items)]
        items = with_rows(items)
        ensure_references(items)
        kinds = Kinds(items) if any("relations" in item for item in items) else None
        slugs = iter(_missing_slugs(items))
        products = [_new_product(item, slugs) for item in items]
        variants: list[Variant] = []
        prices: list[Price] = []
        external_ids: list[ExternalId] = []
        media: list[list[Media]] = []
        shown: list[VariantMedia] = []
        for product, item in zip(products, items, strict=True):
            rows, amounts = new_variants(product, item.get("variants", []))
            product.option_names = all_option_names(product, [row.options for row in rows])
            ensure_known_options(product, {})
            variants += rows
            prices += amounts
            external_ids += new_external_ids(product, None, item.get("external_ids", []))
            external_ids += external_ids_of_variants(product, rows, item.get("variants", []))
            media.append(new_media(product.pk, item.get("media", [])))
            own = OwnMedia(media[-1])
            shown += links_of_new(product.pk, rows, item.get("variants", []), own)
        Product.objects.bulk_create(products)
        Variant.objects.bulk_create(variants)
        Price.objects.bulk_create(prices)
        ExternalId.objects.bulk_create(external_ids)
        Media.objects.bulk_create(chain.from_iterable(media))
        VariantMedia.objects.bulk_create(shown)
        add_memberships(
            (product.pk, item.get("categories", []))
            for product, item in zip(products, items, strict=True)
        )
        if kinds:
            add_relations(work, kinds.rows_of_new(products, items))
        keys = [product.pk for product in products]
        ensure_complete(products)
        for pictures, item in zip(media, items, strict=True):
            set_to_work(list(zip(pictures, item.get("media", []), strict=True)))
        work.created("product", keys)
    return keys


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
        related = lock_related(product_id) if "status" in values else set()
        kinds = Kinds([values], [product_id]) if "relations" in values else None
        product = lock_row(Product, product_id, expected_version=expected_version)
        values = redescribed(work, product, values, accept_loss=accept_loss)
        values = with_metadata(values, product.metadata)
        translations = product.translations
        values = with_translations("product", values, translations)
        ensure_references([values])
        values = with_rows([values])[0]
        before = (product.slug, product.is_archived)
        fields = assign_plain(product, plain_values(values))
        if not may_publish and PUBLISHING & fields:
            raise MayNotPublish
        if fields:
            product.save(update_fields=[*fields, "updated_at"])
        if {"slug", "status"} & fields:
            _follow_slug(work, product, *before)
        if "translations" in fields:
            keep_old_translated_slugs("product", product_id, translations, product.translations)
        if "status" in fields:
            archive_parts([product], is_archived=product.is_archived)
            work.reprint(related)
        is_changed = _write_contents(work, product, values) or bool(fields)
        if "translations" in fields:
            ensure_known_options(product, translations)
        if kinds:
            rows = kinds.rows(product_id, values["relations"])
            is_changed |= write_relations(work, product_id, rows)
        if is_changed:
            ensure_complete([product])
            if {"variants", "product_type"} & values.keys() or "status" in fields:
                work.changed("product", [product_id])
            else:
                work.changed_variants(product_id, [])
    return is_changed


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
        lock_related(product_id)
        product = lock_row(Product, product_id, expected_version=expected_version)
        ensure_unreferenced("product", product_id)
        ensure_no_rule_names("product", product_id)
        leave_relations(work, product_id)
        work.deleting("product", [product_id])
        remove_unused_files(product.media.exclude(file="").values_list("file", flat=True))
        product.delete()


@contextmanager
def _changing_status(
    product_id: UUID, expected_version: int | None, actor: Actor, event: str
) -> Iterator[Product]:
    """The locked product; stores the status that the block gives it. The same one is no change."""
    with unit_of_work(actor) as work:
        related = lock_related(product_id)
        product = lock_row(Product, product_id, expected_version=expected_version)
        before = product.status
        yield product
        if product.status != before:
            product.save(update_fields=["status", "slug", "updated_at"])
            ensure_complete([product])
            has_moved_variants = bool(archive_parts([product], is_archived=product.is_archived))
            _follow_slug(work, product, product.slug, before == Product.Status.ARCHIVED)
            work.reprint(related)
            if has_moved_variants:
                work.changed("product", [product_id], event)
            else:
                work.changed_variants(product_id, [], event)


def _ensure_live(product: Product) -> None:
    if product.is_archived:
        raise WrongStatus("It is archived: restore it first.")


def _follow_slug(work: UnitOfWork, product: Product, old: str, was_archived: bool) -> None:
    """A live product's old slug leads to it; what an archived one was called, leads nowhere."""
    if product.is_archived:
        return
    if was_archived:
        work.takes_slug("product", [product.pk])
    elif old != product.slug:
        work.reslugged("product", {product.pk: old})


def _missing_slugs(items: Sequence[ProductValues]) -> list[str]:
    names = [item["name"] for item in items if not item.get("slug")]
    live = Product.objects.exclude(status=Product.Status.ARCHIVED)
    return free_slugs(live, names) if names else []


def _new_product(item: ProductValues, slugs: Iterator[str]) -> Product:
    plain = plain_values(item)
    plain["slug"] = plain.get("slug") or next(slugs)
    return Product(id=uuid7(), **plain)


def _write_contents(work: UnitOfWork, product: Product, values: ProductValues) -> bool:
    is_changed = False
    if "external_ids" in values:
        is_changed |= write_external_ids(product, {None: values["external_ids"]})
    if "media" in values:  # before the variants, which name them
        is_changed |= write_media(work, product.pk, values["media"])
    if "variants" in values:
        is_changed |= write_variants(product, values["variants"], gone=values.get("variants_gone"))
        is_changed |= learn_option_names(
            product, [v.get("options", {}) for v in values["variants"]]
        )
    if "categories" in values:
        is_changed |= bool(write_categories({product.pk: values["categories"]}))
    return is_changed

"""Writes of products: the whole aggregate, or the fields that are named."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any
from uuid import UUID

from accounts.actors import Actor
from catalog_project.models import uuid7
from products.errors import MayNotPublish, WrongStatus
from products.models import Brand, Category, Media, Price, Product, Variant
from products.services.contents import (
    add_memberships,
    clean_tags,
    ensure_own_variants,
    new_media,
    write_categories,
    write_media,
)
from products.services.describing import (
    described,
    ensure_complete,
    redescribed,
)
from products.services.files import remove_unused_files
from products.services.locking import ensure_exist, lock_row
from products.services.naming import free_slugs, with_made_slug
from products.services.references import ensure_unreferenced
from products.services.sizes import ensure_metadata
from products.services.unit_of_work import unit_of_work
from products.services.values import ProductValues
from products.services.variants import (
    all_option_names,
    learn_option_names,
    new_variants,
    write_variants,
)

PLAIN = (
    "name",
    "slug",
    "description",
    "status",
    "publish_at",
    "unpublish_at",
    "option_names",
    "attributes",
    "metadata",
    "seo_title",
    "seo_description",
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
        items = described(items)
        _ensure_references(items)
        slugs = iter(_missing_slugs(items))
        products = [_new_product(item, slugs) for item in items]
        variants: list[Variant] = []
        prices: list[Price] = []
        media: list[Media] = []
        for product, item in zip(products, items, strict=True):
            rows, amounts = new_variants(product, item.get("variants", []))
            product.option_names = all_option_names(product, [row.options for row in rows])
            variants += rows
            prices += amounts
            ensure_own_variants(product.pk, item.get("media", []))
            media += new_media(product.pk, item.get("media", []))
        Product.objects.bulk_create(products)
        Variant.objects.bulk_create(variants)
        Price.objects.bulk_create(prices)
        Media.objects.bulk_create(media)
        add_memberships(
            (product.pk, item.get("categories", []))
            for product, item in zip(products, items, strict=True)
        )
        keys = [product.pk for product in products]
        ensure_complete(products)
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
        product = lock_row(Product, product_id, expected_version=expected_version)
        values = redescribed(work, product, values, accept_loss=accept_loss)
        _ensure_references([values])
        fields = assign_plain(product, plain_values(values))
        if not may_publish and PUBLISHING & fields:
            raise MayNotPublish
        if fields:
            product.save(update_fields=[*fields, "updated_at"])
        if "status" in fields:
            _archive_variants(product)
        is_changed = _write_contents(product, values) or bool(fields)
        if is_changed:
            ensure_complete([product])
            work.changed("product", [product_id])
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
    """Take the product out of the shop; its slug and SKUs are free again.

    Raises NotFound, StaleVersion.
    """
    with _changing_status(product_id, expected_version, actor, "archived") as product:
        product.status = Product.Status.ARCHIVED


def restore_product(product_id: UUID, *, expected_version: int | None, actor: Actor) -> None:
    """Bring an archived product back as a draft.

    Raises NotFound, StaleVersion, SlugTaken and SkuTaken when somebody took them meanwhile.
    """
    with _changing_status(product_id, expected_version, actor, "restored") as product:
        if not product.is_archived:
            raise WrongStatus("It is not archived.")
        product.status = Product.Status.DRAFT


def delete_product(product_id: UUID, *, expected_version: int | None, actor: Actor) -> None:
    """Remove the product and all its parts; a tombstone stays in the change log.

    Raises NotFound, StaleVersion, StillInUse.
    """
    with unit_of_work(actor) as work:
        product = lock_row(Product, product_id, expected_version=expected_version)
        ensure_unreferenced("product", product_id)
        work.deleting("product", [product_id])
        remove_unused_files(product.media.exclude(file="").values_list("file", flat=True))
        product.delete()


@contextmanager
def _changing_status(
    product_id: UUID, expected_version: int | None, actor: Actor, event: str
) -> Iterator[Product]:
    """The locked product; stores the status that the block gives it. The same one is no change."""
    with unit_of_work(actor) as work:
        product = lock_row(Product, product_id, expected_version=expected_version)
        before = product.status
        yield product
        if product.status != before:
            product.save(update_fields=["status", "updated_at"])
            ensure_complete([product])
            _archive_variants(product)
            work.changed("product", [product_id], event)


def _ensure_live(product: Product) -> None:
    if product.is_archived:
        raise WrongStatus("It is archived: restore it first.")


def _archive_variants(product: Product) -> None:
    """SKUs are unique among variants that are not archived, so the variants follow."""
    variants = Variant.objects.filter(product=product, is_archived=not product.is_archived)
    variants.update(is_archived=product.is_archived)


def _ensure_references(items: Sequence[ProductValues]) -> None:
    brands = {brand for item in items if (brand := item.get("brand"))}
    ensure_exist(Brand, brands, pointer=lambda _: "/brand")
    first = {
        key: n for item in items for n, key in reversed(list(enumerate(item.get("categories", []))))
    }
    ensure_exist(Category, set(first), pointer=lambda key: f"/categories/{first[key]}")


def plain_values(values: ProductValues) -> dict[str, Any]:
    """The named fields of the product row itself, in the form in which they are stored."""
    plain: dict[str, Any] = {name: values[name] for name in PLAIN if name in values}  # type: ignore[literal-required]  # PLAIN are keys of the TypedDict
    if "brand" in values:
        plain["brand_id"] = values["brand"]
    if "product_type" in values:
        plain["product_type_id"] = values["product_type"]
    if "tags" in values:
        plain["tags"] = clean_tags(values["tags"])
    ensure_metadata(plain.get("metadata", {}))
    return plain


def assign_plain(product: Product, plain: Mapping[str, Any]) -> set[str]:
    changed = {name for name, value in plain.items() if getattr(product, name) != value}
    for name in changed:
        setattr(product, name, plain[name])
    return changed


def _missing_slugs(items: Sequence[ProductValues]) -> list[str]:
    names = [item["name"] for item in items if not item.get("slug")]
    live = Product.objects.exclude(status=Product.Status.ARCHIVED)
    return free_slugs(live, names) if names else []


def _new_product(item: ProductValues, slugs: Iterator[str]) -> Product:
    plain = plain_values(item)
    plain["slug"] = plain.get("slug") or next(slugs)
    return Product(id=uuid7(), **plain)


def _write_contents(product: Product, values: ProductValues) -> bool:
    is_changed = False
    if "variants" in values:
        is_changed |= write_variants(product, values["variants"])
        is_changed |= learn_option_names(
            product, [v.get("options", {}) for v in values["variants"]]
        )
    if "media" in values:
        is_changed |= write_media(product.pk, values["media"])
    if "categories" in values:
        is_changed |= bool(write_categories({product.pk: values["categories"]}))
    return is_changed

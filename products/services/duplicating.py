"""A copy of a product, as the start of another one.

Rows are copied with whatever columns they have; what names one thing in the world is left behind.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar
from uuid import UUID

from django.db import models

from accounts.actors import Actor
from catalog_project.models import uuid7
from products.errors import InvalidValue
from products.models import (
    Media,
    MediaFetch,
    Price,
    Product,
    ProductCategory,
    Relation,
    Variant,
    VariantMedia,
)
from products.services.fetching import set_to_work
from products.services.locking import lock_row
from products.services.naming import free_slugs, with_made_slug
from products.services.relations import add_relations, lock_related
from products.services.translations import merge
from products.services.unit_of_work import unit_of_work
from products.services.values import Translations

Row = TypeVar("Row", bound=models.Model)
NAME_LENGTH, SKU_LENGTH = 500, 100


@dataclass(frozen=True, slots=True)
class Copying:
    """What the copy is called. Without a suffix its variants have no SKUs."""

    name: str = ""
    slug: str = ""
    sku_suffix: str = ""
    with_media: bool = True


def duplicate_product(
    product_id: UUID, *, copying: Copying, expected_version: int | None, actor: Actor
) -> UUID:
    """A draft with the variants, prices, pictures, categories and relations of the product.

    Pictures share their files. GTINs, external ids, publication windows and old slugs stay with the
    product. Raises NotFound, StaleVersion, SlugTaken, SkuTaken, InvalidValue.
    """

    def make() -> UUID:
        return _duplicate(product_id, copying, expected_version, actor)

    return with_made_slug(make, is_made=not copying.slug)


def _duplicate(
    product_id: UUID, copying: Copying, expected_version: int | None, actor: Actor
) -> UUID:
    with unit_of_work(actor) as work:
        lock_related([product_id], with_targets=True)
        source = lock_row(Product, product_id, expected_version=expected_version)
        product = _copied_product(source, copying)
        product.save(force_insert=True)
        variants = _copied_variants(source, product, copying)
        Variant.objects.bulk_create(variants.values())
        prices = Price.objects.filter(variant__in=variants)
        _copy_all(prices, lambda row: {"variant_id": variants[row.variant_id].pk})
        memberships = ProductCategory.objects.filter(product=source)
        _copy_all(memberships, lambda _: {"product_id": product.pk})
        rows = Relation.objects.filter(product=source).select_related("kind")
        add_relations(work, [_copied(row, product_id=product.pk) for row in rows])
        if copying.with_media:
            _copy_media(source, product, variants)
        work.created("product", [product.pk])
    return product.pk


def _copy_media(source: Product, product: Product, variants: Mapping[UUID, Variant]) -> None:
    """What the worker shall still copy for the product, it shall copy for the other one, too."""
    rows = list(Media.objects.filter(product=source).select_related("fetch"))
    copies = [_copied(row, product_id=product.pk) for row in rows]
    Media.objects.bulk_create(copies)
    keys = {row.pk: copy.pk for row, copy in zip(rows, copies, strict=True)}
    _copy_all(
        VariantMedia.objects.filter(variant__in=variants),
        lambda row: {
            "product_id": product.pk,
            "variant_id": variants[row.variant_id].pk,
            "media_id": keys[row.media_id],
        },
    )
    waiting = {
        row.pk
        for row in rows
        if hasattr(row, "fetch") and row.fetch.state == MediaFetch.State.PENDING
    }
    set_to_work(
        [(copy, {"fetch": row.pk in waiting}) for row, copy in zip(rows, copies, strict=True)]
    )


def _copied_product(source: Product, copying: Copying) -> Product:
    name = copying.name or f"{source.name[: NAME_LENGTH - 7]} (copy)"
    live = Product.objects.exclude(status=Product.Status.ARCHIVED)
    return _copied(
        source,
        name=name,
        slug=copying.slug or free_slugs(live, [name])[0],
        status=Product.Status.DRAFT,
        publish_at=None,
        unpublish_at=None,
        translations=_without_slugs(source.translations),
        version=1,
    )


def _without_slugs(translations: Translations) -> Translations:
    """A slug leads to one product, in each locale."""
    return merge(translations, {locale: {"slug": None} for locale in translations})


def _copied_variants(source: Product, product: Product, copying: Copying) -> dict[UUID, Variant]:
    """Id of the variant that was copied -> its copy, not stored yet."""
    return {
        row.pk: _copied(
            row,
            product_id=product.pk,
            sku=_sku(row.sku, copying.sku_suffix),
            gtin=None,
            is_archived=False,
        )
        for row in Variant.objects.filter(product=source)
    }


def _sku(old: str | None, suffix: str) -> str | None:
    if not old or not suffix:
        return None
    if len(old) + len(suffix) > SKU_LENGTH:
        raise InvalidValue(
            f"With the suffix, the SKU {old!r} is longer than {SKU_LENGTH} characters.",
            pointer="/sku_suffix",
        )
    return old + suffix


def _copied(row: Row, **changed: Any) -> Row:
    """A new row, not stored yet, with all columns of the old one but these."""
    fields = [field for field in row._meta.concrete_fields if not field.primary_key]
    values = {field.attname: getattr(row, field.attname) for field in fields}
    key = {"id": uuid7()} if isinstance(row._meta.pk, models.UUIDField) else {}
    return type(row)(**{**values, **changed, **key})


def _copy_all(rows: "models.QuerySet[Row]", changed: Callable[[Row], dict[str, Any]]) -> None:
    rows.model._default_manager.bulk_create([_copied(row, **changed(row)) for row in rows])

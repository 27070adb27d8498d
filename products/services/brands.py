"""Writes of brands."""

from collections.abc import Iterable
from uuid import UUID

from accounts.actors import Actor
from catalog_project.models import uuid7
from products.errors import StillInUse
from products.models import Brand, Product
from products.services.locking import lock_row
from products.services.naming import free_slug, free_slugs, with_made_slug
from products.services.rule_references import ensure_no_rule_names
from products.services.translated_slugs import ensure_free_in_locales
from products.services.translations import keep_old_translated_slugs, with_translations
from products.services.unit_of_work import unit_of_work
from products.services.values import BrandValues

# What documents of its products show.
SHOWN = {"name", "slug", "translations", "translation_changes"}


def create_brand(*, values: BrandValues, actor: Actor) -> Brand:
    """Raises SlugTaken."""
    return with_made_slug(lambda: _create(values, actor), is_made=not values.get("slug"))


def _create(values: BrandValues, actor: Actor) -> Brand:
    with unit_of_work(actor, renames="translations" in values) as work:
        values = with_translations("brand", values)
        slug = values.get("slug") or free_slug(Brand, values["name"])
        ensure_free_in_locales(Brand, None, {**values, "slug": slug})
        brand = Brand.objects.create(**{**values, "slug": slug})
        work.created("brand", [brand.pk])
    return brand


def ensure_brands(names: Iterable[str], *, actor: Actor) -> dict[str, UUID]:
    """The brands of these names, made where they are missing, in a fixed number of statements."""
    wanted = sorted(set(names))
    with unit_of_work(actor) as work:
        rows = Brand.objects.filter(name__in=wanted).order_by("-id").values_list("name", "pk")
        found = dict(rows)  # the oldest of several that share a name
        missing = [name for name in wanted if name not in found]
        slugs = free_slugs(Brand.objects.all(), missing)
        made = Brand.objects.bulk_create(
            Brand(id=uuid7(), name=name, slug=slug)
            for name, slug in zip(missing, slugs, strict=True)
        )
        work.created("brand", [brand.pk for brand in made])
    return found | {brand.name: brand.pk for brand in made}


def update_brand(
    brand_id: UUID, *, values: BrandValues, expected_version: int | None, actor: Actor
) -> Brand:
    """Write what is named; the documents of its products follow.

    Raises NotFound, StaleVersion, SlugTaken.
    """
    with unit_of_work(actor, renames=bool(values.keys() & SHOWN)) as work:
        brand = lock_row(Brand, brand_id, expected_version=expected_version)
        values = with_translations("brand", values, brand.translations)
        changed = [name for name, value in values.items() if getattr(brand, name) != value]
        ensure_free_in_locales(Brand, brand_id, {name: values[name] for name in changed})  # type: ignore[literal-required]  # names come from the same TypedDict
        if "translations" in changed:
            keep_old_translated_slugs("brand", brand_id, brand.translations, values["translations"])
        if "slug" in changed:
            work.reslugged("brand", {brand_id: brand.slug})
        if changed:
            Brand.objects.filter(pk=brand_id).update(**{name: values[name] for name in changed})  # type: ignore[literal-required]  # names come from the same TypedDict
            work.changed("brand", [brand_id])
            if SHOWN & set(changed):
                work.reprint(brand.products.values_list("pk", flat=True))
    brand.refresh_from_db()
    return brand


def delete_brand(brand_id: UUID, *, expected_version: int | None, actor: Actor) -> None:
    """Raises NotFound, StaleVersion, StillInUse."""
    with unit_of_work(actor) as work:
        brand = lock_row(Brand, brand_id, expected_version=expected_version)
        if Product.objects.filter(brand_id=brand_id).exists():
            raise StillInUse("Products have this brand: give them another one first.")
        ensure_no_rule_names("brand", [brand_id])
        work.deleting("brand", [brand_id])
        brand.delete()

"""The variants of a product as a whole list: what it says is planned, then stored, for any number
of products in the same statements."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from catalog_project.errors import pointing_at
from products.documents.variants import SHOWN
from products.models import ExternalId, Media, Price, Product, Variant
from products.services.external_ids import new_external_ids, write_all_external_ids
from products.services.prices import new_prices, store_prices, write_all_prices
from products.services.relations import ensure_unrelated_variants
from products.services.rows import insert_rows
from products.services.values import VariantValues
from products.services.variant_finder import Finder
from products.services.variant_media import OwnMedia, write_all_links
from products.services.variants import (
    assign,
    clean_variant,
    ensure_count,
    ensure_distinct,
    new_variant,
    store_changed,
)


@dataclass(slots=True)
class VariantPlan:
    """What a list of variants changes; nothing of it is stored yet."""

    product: Product
    created: list[Variant] = field(default_factory=list)
    changed: list[Variant] = field(default_factory=list)
    gone: set[UUID] = field(default_factory=set)
    new_prices: list[Price] = field(default_factory=list)  # of those that are created
    new_external_ids: list[ExternalId] = field(default_factory=list)  # likewise
    prices: dict[UUID, Sequence[Any]] = field(default_factory=dict)
    external_ids: dict[UUID | None, Sequence[Any]] = field(default_factory=dict)
    media: dict[UUID, Sequence[UUID]] = field(default_factory=dict)


def plan_variants(
    product: Product,
    items: Sequence[VariantValues],
    stored: Iterable[Variant],
    *,
    gone: Collection[UUID] | None = None,
    media: Iterable[Media] = (),
) -> VariantPlan:
    """Make these the product's variants, matched by id, SKU or options. `stored` are those that it
    has, in their order, and `media` the media that it shall have.

    The list speaks of the variants that the product's document shows. Those behind them, and those
    that are not active, stay unless they are named: whoever writes back what they read loses
    nothing. Who says which ones are `gone` names by id those that
    change, and no others.

    Raises UnknownReference, InvalidValue, OptionsTaken.
    """
    existing = {variant.pk: variant for variant in stored}
    active = [key for key, variant in existing.items() if variant.status == Variant.Status.ACTIVE]
    shown = set(active[:SHOWN])
    finder = Finder(existing)
    variants: list[Variant] = []
    plan = VariantPlan(product)
    own: OwnMedia | None = None
    for position, item in enumerate(items):
        with pointing_at(f"/variants/{position}"):
            clean = {"position": position, **clean_variant(item)}
            is_found = gone is None or "id" in item
            variant = finder.take(item.get("id"), clean) if is_found else None
            if variant is None:
                variant = new_variant(product, clean, item.get("new_id"))
                plan.created.append(variant)
            elif assign(variant, clean):
                plan.changed.append(variant)
            variants.append(variant)
            _plan_parts(plan, variant, item, is_new=variant.pk not in existing)
            if "media" in item:
                own = own or OwnMedia(media)
                plan.media[variant.pk] = own.named(item["media"])
    plan.gone = finder.left & (shown if gone is None else set(gone))
    ensure_count(len(existing) - len(plan.gone) + len(plan.created))
    kept = finder.left - plan.gone
    ensure_distinct(variants, others=[existing[key] for key in kept])
    return plan


def _plan_parts(plan: VariantPlan, variant: Variant, item: VariantValues, *, is_new: bool) -> None:
    prices = new_prices(variant.pk, item.get("prices", []))
    external_ids = new_external_ids(plan.product, variant.pk, item.get("external_ids", []))
    if is_new:
        plan.new_prices += prices
        plan.new_external_ids += external_ids
        return
    if "prices" in item:
        plan.prices[variant.pk] = item["prices"]
    if "external_ids" in item:
        plan.external_ids[variant.pk] = item["external_ids"]


def store_variants(plans: Sequence[VariantPlan]) -> set[UUID]:
    """Any number of products in the same statements. Answers those that changed."""
    if gone := {key for plan in plans for key in plan.gone}:
        ensure_unrelated_variants(gone)
        Variant.objects.filter(pk__in=gone).delete()
    store_changed([variant for plan in plans for variant in plan.changed])
    created = [variant for plan in plans for variant in plan.created]
    # In one order everywhere: writers of the same SKUs wait for each other, and not in a circle.
    created.sort(key=lambda row: row.sku or "")
    insert_rows(created)
    store_prices([price for plan in plans for price in plan.new_prices])
    priced = write_all_prices({key: each for plan in plans for key, each in plan.prices.items()})
    new_ids = [row for plan in plans for row in plan.new_external_ids]
    named = [(plan.product, plan.external_ids) for plan in plans if plan.external_ids]
    changed = write_all_external_ids(named, new=new_ids)
    changed |= write_all_links({plan.product.pk: plan.media for plan in plans})
    return changed | {
        plan.product.pk
        for plan in plans
        if plan.gone or plan.created or plan.changed or not priced.isdisjoint(plan.prices)
    }

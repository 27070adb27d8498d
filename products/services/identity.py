"""Which product of the catalog an item of a file is about.

By external id, else by slug, else by an old slug: a file that was written before somebody renamed
a product is still about that product. Live ones come before archived ones.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q

from catalog_project.errors import DomainError
from products.errors import InvalidValue
from products.models import ExternalId, Product, SlugRedirect, Variant
from products.services.external_ids import Pair
from products.services.values import ExternalIdValues


def pairs_of(items: Iterable[ExternalIdValues]) -> set[Pair]:
    return {(item["system"], item["id"].strip()) for item in items}


@dataclass(frozen=True, slots=True)
class Naming:
    """What a record calls its product."""

    key: UUID | None
    pairs: frozenset[Pair]
    slug: str | None
    skus: frozenset[str]  # asked only where there is no slug


def find_named(namings: Sequence[Naming]) -> list[UUID | DomainError | None]:
    """The product that each is about: by id, else by external id, else by slug, else by an old
    slug; without a slug by SKU. None where there is none; an error where they are several. At most
    five queries however many there are. Nothing is locked."""
    owners = owners_of({pair for each in namings for pair in each.pairs})
    slugs = {each.slug for each in namings if each.slug}
    redirects = SlugRedirect.objects.filter(noun="product", locale=None, slug__in=slugs)
    moved = dict(redirects.order_by().values_list("slug", "target_id"))
    by_sku = live_variants_by_sku({sku for each in namings if not each.slug for sku in each.skus})
    keys = {*owners.values(), *moved.values(), *(each.key for each in namings if each.key)}
    rows = Product.objects.filter(Q(slug__in=slugs) | Q(pk__in=keys)).order_by("pk")
    is_live: dict[UUID, bool] = {}
    by_slug: dict[str, UUID] = {}
    for key, slug, status in rows.values_list("pk", "slug", "status"):
        is_live[key] = status != Product.Status.ARCHIVED
        # Only one product of a slug is live; of archived ones the newest counts.
        if slug not in by_slug or not is_live[by_slug[slug]]:
            by_slug[slug] = key

    def find(naming: Naming) -> UUID | DomainError | None:
        if naming.key in is_live:
            return naming.key
        named = {owners[pair] for pair in naming.pairs if pair in owners}
        if not named and not naming.slug:
            named = {by_sku[sku][1] for sku in naming.skus if sku in by_sku}
        if len(named) > 1:
            what = "external ids" if naming.pairs else "SKUs"
            return InvalidValue(
                f"Its {what} name different products: leave one of them out.",
                pointer="/external_ids" if naming.pairs else "/sku",
            )
        if named:
            return named.pop()
        own, heir = by_slug.get(naming.slug or ""), moved.get(naming.slug or "")
        if own is not None and is_live[own]:
            return own
        return heir if heir is not None and is_live.get(heir) else own

    return [find(naming) for naming in namings]


def live_variants_by_sku(skus: Collection[str]) -> dict[str, tuple[UUID, UUID]]:
    """The live variant that has each of these SKUs, and its product."""
    if not skus:
        return {}
    rows = Variant.objects.filter(sku__any_of=skus, is_archived=False).order_by()
    return {
        sku: (key, owner) for sku, key, owner in rows.values_list("sku", "pk", "product") if sku
    }


def owners_of(pairs: set[Pair]) -> dict[Pair, UUID]:
    """The live products that have these external ids."""
    if not pairs:
        return {}
    rows = ExternalId.objects.filter(
        variant=None,
        is_archived=False,
        system__in={system for system, _ in pairs},
        value__any_of={value for _, value in pairs},
    )
    return {
        (system, value): key
        for system, value, key in rows.values_list("system", "value", "product")
        if (system, value) in pairs
    }

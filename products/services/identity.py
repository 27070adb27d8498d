"""Which product of the catalog an item of a file is about.

By external id, else by slug, else by an old slug: a file that was written before somebody renamed
a product is still about that product. Live ones come before archived ones.
"""

from collections.abc import Collection, Iterable, Sequence
from uuid import UUID

from django.db.models import Q

from products.errors import InvalidValue
from products.models import ExternalId, Product, SlugRedirect, Variant
from products.services.external_ids import Pair
from products.services.values import ExternalIdValues, ProductValues


def pairs_of(items: Iterable[ExternalIdValues]) -> set[Pair]:
    return {(item["system"], item["id"].strip()) for item in items}


class Identities:
    """Read in three queries however many items there are; the products are locked, by id."""

    def __init__(self, items: Sequence[ProductValues]) -> None:
        slugs = {item["slug"] for item in items}
        self._owners = owners_of(
            {p for item in items for p in pairs_of(item.get("external_ids", []))}
        )
        redirects = SlugRedirect.objects.filter(noun="product", locale=None, slug__in=slugs)
        self._moved = dict(redirects.values_list("slug", "target_id"))
        keys = {*self._owners.values(), *self._moved.values()}
        rows = Product.objects.filter(Q(slug__in=slugs) | Q(pk__in=keys)).order_by("pk")
        self._by_id: dict[UUID, Product] = {}
        self._by_slug: dict[str, Product] = {}
        for product in rows.select_for_update(no_key=True):
            self._by_id[product.pk] = product
            # Only one product of a slug is live; of archived ones the newest counts.
            if product.slug not in self._by_slug or self._by_slug[product.slug].is_archived:
                self._by_slug[product.slug] = product

    @property
    def product_ids(self) -> list[UUID]:
        return list(self._by_id)

    def product_of(self, item: ProductValues) -> Product | None:
        """Raises InvalidValue when its external ids belong to different products."""
        pairs = pairs_of(item.get("external_ids", []))
        owners = {self._owners[pair] for pair in pairs if pair in self._owners}
        if len(owners) > 1:
            raise InvalidValue(
                "Its external ids name different products: leave one of them out.",
                pointer="/external_ids",
            )
        for key in owners:
            if key in self._by_id:
                return self._by_id[key]
        named = self._by_slug.get(item["slug"])
        if named is not None and not named.is_archived:
            return named
        moved = self._by_id.get(self._moved.get(item["slug"], UUID(int=0)))
        return named if moved is None or moved.is_archived else moved


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

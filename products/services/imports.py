"""Many products at once, from a file: created, or merged into what the catalog has."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from accounts.actors import Actor
from catalog_project.errors import DomainError
from products.errors import SameProduct, SkuTaken
from products.models import ExternalId, Media, Price, Product, Variant, VariantMedia
from products.services.archiving import archive_parts
from products.services.contents import add_memberships, write_categories
from products.services.costs import write_costs
from products.services.counting import counting
from products.services.identity import Identities, live_variants_by_sku
from products.services.locations import ensure_counting_location
from products.services.merging import (
    Draft,
    ProductUpsert,
    Status,
    Stored,
    create_draft,
    merge_draft,
)
from products.services.prices import write_prices
from products.services.relations import related_to
from products.services.unit_of_work import UnitOfWork, unit_of_work
from products.services.values import CostValues
from products.services.variant_media import links
from products.services.variants import store_changed


@dataclass(frozen=True, slots=True)
class Outcome:
    status: Status  # of the product; stock is no part of it
    product_id: UUID | None = None
    error: DomainError | None = None
    stock_changed: int = 0  # variants of which there is another quantity now


def upsert_products(
    items: Sequence[ProductUpsert],
    *,
    location: str | None = None,
    written: Collection[UUID] = (),
    actor: Actor,
) -> list[Outcome]:
    """One outcome per item. A refused item leaves no trace; the others are written. `location` is
    the code of where their stock lies; the default one is made if it is not there. `written` are
    products that earlier items were about: one more is refused with SameProduct.

    Raises a DomainError when only the database saw a broken rule: then nothing is written.
    """
    with unit_of_work(actor) as work:
        identities = Identities([item.values for item in items])
        stored = Stored(identities.product_ids)
        owners = _sku_owners(items)
        batch = _Batch(written)
        outcomes = [_plan(item, identities, stored, owners, batch) for item in items]
        batch.write(work, location)
    return [
        replace(outcome, stock_changed=batch.stock_changes[outcome.product_id])
        if outcome.product_id in batch.stock_changes
        else outcome
        for outcome in outcomes
    ]


def _plan(
    item: ProductUpsert,
    identities: Identities,
    stored: Stored,
    owners: Mapping[str, UUID],
    batch: "_Batch",
) -> Outcome:
    try:
        product = identities.product_of(item.values)
        if product is not None and product.pk in batch.planned:
            raise SameProduct(product.pk)
        draft = create_draft(item) if product is None else merge_draft(item, product, stored)
        _ensure_own_skus(draft, owners)
    except DomainError as error:
        return Outcome("refused", error=error)
    batch.add(draft, item.variant_stock, item.variant_costs)
    return Outcome(draft.status, draft.product.pk)


def _sku_owners(items: Sequence[ProductUpsert]) -> dict[str, UUID]:
    skus = {sku for item in items for v in item.values.get("variants", []) if (sku := v.get("sku"))}
    return {sku: owner for sku, (_, owner) in live_variants_by_sku(skus).items()}


def _ensure_own_skus(draft: Draft, owners: Mapping[str, UUID]) -> None:
    """The constraint has the last word, but it cannot say which item of many it is."""
    if draft.product.is_archived:
        return
    for n, variant in enumerate(draft.variants):
        if variant.sku and owners.get(variant.sku, draft.product.pk) != draft.product.pk:
            raise SkuTaken(
                f"Another product has the SKU {variant.sku!r}. Choose another one.",
                pointer=f"/variants/{n}/sku",
            )


class _Batch:
    """The drafts of all products, written table by table."""

    def __init__(self, written: Collection[UUID]) -> None:
        self.drafts: list[Draft] = []
        self.planned = set(written)
        self.costs: dict[UUID, Sequence[CostValues]] = {}  # also of products that stay the same
        self.counts: dict[UUID, int] = {}  # likewise
        self.stock_changes: Counter[UUID | None] = Counter()  # by product

    def add(self, draft: Draft, stock: Mapping[int, int], costs: Mapping[int, CostValues]) -> None:
        self.costs |= {draft.variants[n].pk: [cost] for n, cost in costs.items()}
        self.planned.add(draft.product.pk)
        self.counts |= {draft.variants[n].pk: quantity for n, quantity in stock.items()}
        if draft.status != "unchanged":
            self.drafts.append(draft)

    def write(self, work: UnitOfWork, location: str | None) -> None:
        if not self.counts or location is None:
            self._write_products_and_parts(work)
            return
        with counting(work, self.counts, ensure_counting_location(location, work)) as changed:
            self._write_products_and_parts(work)
        self.stock_changes.update(changed)

    def _write_products_and_parts(self, work: UnitOfWork) -> None:
        new = [draft for draft in self.drafts if draft.is_new]
        old = [draft for draft in self.drafts if not draft.is_new]
        Product.objects.bulk_create(draft.product for draft in new)
        self._write_products(old, work)
        store_changed(self._all("changed_variants"))
        Variant.objects.bulk_create(self._all("new_variants"))
        Price.objects.bulk_create(self._all("new_prices"))
        ExternalId.objects.bulk_create(self._all("new_external_ids"))
        prices = {key: items for draft in old for key, items in draft.prices.items()}
        if prices:
            write_prices(prices)
        if self.costs:
            write_costs(work, self.costs)
        self._write_media()
        add_memberships((draft.product.pk, draft.categories or []) for draft in new)
        write_categories(
            {draft.product.pk: draft.categories for draft in old if draft.categories is not None}
        )
        work.created("product", [draft.product.pk for draft in new])
        work.changed("product", [draft.product.pk for draft in old])

    def _all(self, name: str) -> list[Any]:
        return [row for draft in self.drafts for row in getattr(draft, name)]

    def _write_products(self, old: Sequence[Draft], work: UnitOfWork) -> None:
        fields = {name for draft in old for name in draft.fields}
        if fields:
            rows = [draft.product for draft in old if draft.fields]
            Product.objects.bulk_update(rows, sorted(fields))
        if "status" in fields:
            moved = [draft.product for draft in old if "status" in draft.fields]
            work.takes_slug("product", [product.pk for product in moved])
            archive_parts(moved, is_archived=True)
            archive_parts(moved, is_archived=False)
            work.reprint(related_to([product.pk for product in moved]))

    def _write_media(self) -> None:
        changed: list[Media] = self._all("changed_media")
        for media in changed:
            media.updated_at = datetime.now(UTC)
        Media.objects.bulk_create(self._all("new_media"))
        if changed:
            Media.objects.bulk_update(changed, ["alt", "position", "updated_at"])
        shown = [row for draft in self.drafts for row in links(draft.product.pk, draft.shown_by)]
        if shown:
            variants = {row.variant_id for row in shown}
            VariantMedia.objects.filter(variant__in=variants).delete()
            VariantMedia.objects.bulk_create(shown)

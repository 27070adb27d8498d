"""Many products at once, from a file: created, or merged into what the catalog has."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from accounts.actors import Actor
from catalog_project.errors import DomainError
from products.errors import SkuTaken
from products.models import Media, Price, Product, Variant
from products.services.contents import add_memberships, write_categories
from products.services.merging import (
    Draft,
    ProductUpsert,
    Status,
    Stored,
    create_draft,
    merge_draft,
)
from products.services.prices import write_prices
from products.services.unit_of_work import UnitOfWork, unit_of_work
from products.services.variants import store_changed


@dataclass(frozen=True, slots=True)
class Outcome:
    status: Status
    product_id: UUID | None = None
    error: DomainError | None = None


def upsert_products(items: Sequence[ProductUpsert], *, actor: Actor) -> list[Outcome]:
    """One outcome per item. A refused item leaves no trace; the others are written.

    Raises a DomainError when only the database saw a broken rule: then nothing is written.
    """
    with unit_of_work(actor) as work:
        stored = Stored([item.values["slug"] for item in items])
        owners = _sku_owners(items)
        batch = _Batch()
        outcomes = [_plan(item, stored, owners, batch) for item in items]
        batch.write(work)
    return outcomes


def _plan(
    item: ProductUpsert, stored: "Stored", owners: Mapping[str, UUID], batch: "_Batch"
) -> Outcome:
    product = stored.products.get(item.values["slug"])
    try:
        draft = create_draft(item) if product is None else merge_draft(item, product, stored)
        _ensure_own_skus(draft, owners)
    except DomainError as error:
        return Outcome("refused", error=error)
    batch.add(draft)
    return Outcome(draft.status, draft.product.pk)


def _sku_owners(items: Sequence[ProductUpsert]) -> dict[str, UUID]:
    skus = {sku for item in items for v in item.values.get("variants", []) if (sku := v.get("sku"))}
    rows = Variant.objects.filter(sku__in=skus, is_archived=False)
    return {sku: owner for sku, owner in rows.values_list("sku", "product_id") if sku}


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

    def __init__(self) -> None:
        self.drafts: list[Draft] = []

    def add(self, draft: Draft) -> None:
        if draft.status != "unchanged":
            self.drafts.append(draft)

    def write(self, work: UnitOfWork) -> None:
        new = [draft for draft in self.drafts if draft.is_new]
        old = [draft for draft in self.drafts if not draft.is_new]
        Product.objects.bulk_create(draft.product for draft in new)
        self._write_products(old)
        store_changed(self._all("changed_variants"))
        Variant.objects.bulk_create(self._all("new_variants"))
        Price.objects.bulk_create(self._all("new_prices"))
        prices = {key: items for draft in old for key, items in draft.prices.items()}
        if prices:
            write_prices(prices)
        self._write_media()
        add_memberships((draft.product.pk, draft.categories or []) for draft in new)
        write_categories(
            {draft.product.pk: draft.categories for draft in old if draft.categories is not None}
        )
        work.created("product", [draft.product.pk for draft in new])
        work.changed("product", [draft.product.pk for draft in old])

    def _all(self, name: str) -> list[Any]:
        return [row for draft in self.drafts for row in getattr(draft, name)]

    def _write_products(self, old: Sequence[Draft]) -> None:
        fields = {name for draft in old for name in draft.fields}
        if fields:
            rows = [draft.product for draft in old if draft.fields]
            Product.objects.bulk_update(rows, sorted(fields))
        if "status" in fields:
            moved = [draft.product for draft in old if "status" in draft.fields]
            _archive_variants(moved, is_archived=True)
            _archive_variants(moved, is_archived=False)

    def _write_media(self) -> None:
        changed: list[Media] = self._all("changed_media")
        for media in changed:
            media.updated_at = datetime.now(UTC)
        Media.objects.bulk_create(self._all("new_media"))
        if changed:
            Media.objects.bulk_update(changed, ["alt", "position", "variant", "updated_at"])


def _archive_variants(products: Iterable[Product], *, is_archived: bool) -> None:
    keys = [product.pk for product in products if product.is_archived == is_archived]
    rows = Variant.objects.filter(product__in=keys).exclude(is_archived=is_archived)
    rows.update(is_archived=is_archived)

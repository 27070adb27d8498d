"""A product becomes again what it was: one version, or whatever one request or import changed."""

import json
from collections.abc import Iterable
from typing import Any
from uuid import UUID

from accounts.actors import Actor
from products.changes.states import exact_state
from products.errors import NotFound, RevertClashes, StaleVersion
from products.models import Change, Media, Product, Relation, Variant
from products.services.describing import ensure_complete
from products.services.files import remove_unused_files
from products.services.locking import lock_products, lock_row
from products.services.queue import ask_for_renditions
from products.services.relations import (
    ensure_no_circle,
    ensure_unrelated_variants,
    lock_related,
    related_to,
)
from products.services.revert_clashes import clashes_of
from products.services.revert_rows import write_rows
from products.services.stock_bounds import bound_levels
from products.services.translations import keep_old_translated_slugs
from products.services.unit_of_work import UnitOfWork, unit_of_work


def revert_product(
    product_id: UUID, *, number: int, expected_version: int | None, actor: Actor
) -> None:
    """Make the product, with all its parts, what it was at this version: also one that was deleted.

    It gets a new version; nothing is taken from its history. Stock, costs and the membership in
    collections by hand are no parts of a product: of a variant that was gone they do not come back.

    Raises NotFound, StaleVersion, RevertClashes, ProductIncomplete, StillInUse.
    """
    with unit_of_work(actor) as work:
        revert_within(work, product_id, number=number, expected_version=expected_version)


def revert_within(
    work: UnitOfWork, product_id: UUID, *, number: int, expected_version: int | None
) -> None:
    """The same, as part of more work."""
    related = lock_related([product_id], with_targets=True)
    product = _locked(product_id, expected_version)
    state = exact_state(product_id, number)
    if state is None or not Change.objects.filter(
        aggregate="product", aggregate_id=product_id, version=number
    ):
        raise NotFound(f"Version {number} is not in the change log, or no longer.")
    facts: dict[str, Any] = json.loads(state)
    lock_products(related | {UUID(row["product"]) for row in facts.get("relations", [])})
    if clashes := clashes_of(product_id, state):
        raise RevertClashes(clashes)
    files = _files(product_id)
    _ensure_may_lose(product_id, facts)
    write_rows(product_id, state, exists=product is not None, version=_last_version(product_id))
    _follow(work, product, product_id, related)
    remove_unused_files(files - _files(product_id))
    ask_for_renditions(sorted(_files(product_id) - files))


def _locked(product_id: UUID, expected_version: int | None) -> Product | None:
    """The product, if it is there. Raises NotFound where it never was, StaleVersion."""
    if Product.objects.filter(pk=product_id).exists():
        return lock_row(Product, product_id, expected_version=expected_version)
    last = _last_version(product_id)
    if not last:
        raise NotFound(f"There is no product {product_id}.")
    if expected_version is not None and expected_version != last:
        raise StaleVersion(expected=expected_version, current=last)
    return None


def _last_version(product_id: UUID) -> int:
    rows = Change.objects.filter(aggregate="product", aggregate_id=product_id)
    return rows.order_by("-version").values_list("version", flat=True).first() or 0


def _ensure_may_lose(product_id: UUID, facts: dict[str, Any]) -> None:
    kept = [row["id"] for row in facts["variants"]]
    gone = Variant.objects.filter(product=product_id).exclude(pk__in=kept)
    ensure_unrelated_variants(gone.values_list("pk", flat=True))


def _files(product_id: UUID) -> set[str]:
    rows = Media.objects.filter(product=product_id).exclude(file="")
    return set(rows.values_list("file", flat=True))


def _follow(
    work: UnitOfWork, before: Product | None, product_id: UUID, related: Iterable[UUID]
) -> None:
    """What hangs on the rows of a product: addresses, bounds of stock, documents of others."""
    product = Product.objects.get(pk=product_id)
    bound_levels(list(product.variants.all()))
    ensure_complete([product])
    if Relation.objects.filter(product=product_id, kind__is_bundle=True).exists():
        ensure_no_circle([product_id])
    was_archived = before is None or before.is_archived
    work.follow_slug(product, before.slug if before else "", was_archived=was_archived)
    if not product.is_archived and before is not None:
        keep_old_translated_slugs("product", product_id, before.translations, product.translations)
    work.reprint({*related, *related_to([product_id])} - {product_id})
    work.changed("product", [product_id], "reverted")

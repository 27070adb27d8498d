"""Many writes of products in one request: each is done, or refused with its reason."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal
from uuid import UUID

from accounts.actors import Actor
from catalog_project.errors import DomainError
from products.errors import (
    InvalidValue,
    ItemsRefused,
    MayNotPublish,
    NotFound,
    RepeatedItem,
    StaleVersion,
)
from products.models import Product
from products.services.bulk_items import Bulk, BulkOutcome, Done, Outcomes, Refusals
from products.services.locking import Versions
from products.services.product_batches import write_products
from products.services.product_drafts import ProductWrite
from products.services.product_keys import ProductKey, find_products
from products.services.products import remove_products
from products.services.relations import lock_related
from products.services.unit_of_work import UnitOfWork, unit_of_work
from products.services.values import ProductValues, VariantValues

Operation = Literal["create", "update", "upsert", "publish", "unpublish", "archive", "delete"]
# Operation -> the status that it gives, and the event that the change log calls it.
MOVES = {
    "publish": ("published", "published"),
    "unpublish": ("draft", "unpublished"),
    "archive": ("archived", "archived"),
}
PUBLISHERS = {*MOVES, "delete"}


@dataclass(frozen=True, slots=True, kw_only=True)
class BulkItem:
    """`values` of a create are a whole product; else they are what changes. `key` names the product
    of all other operations."""

    operation: Operation
    values: ProductValues
    key: ProductKey | None = None
    expected_version: int | None = None


def write_in_bulk(
    items: Mapping[int, BulkItem], *, is_whole: bool, may_publish: bool, actor: Actor
) -> Outcomes:
    """The outcome of each item, by its number. `is_whole`: all of them or none.

    Raises ItemsRefused where all must succeed and some do not.
    """
    batch = _Batch(is_whole=is_whole, may_publish=may_publish, actor=actor)
    return Bulk(batch.write_once, _located, is_whole).write(items)


@dataclass(frozen=True, slots=True)
class _Batch:
    is_whole: bool
    may_publish: bool
    actor: Actor
    # Key or product -> the first item about it. Of halves, too, the first one counts.
    first: dict[ProductKey | UUID, int] = field(default_factory=dict)

    def write_once(self, items: Mapping[int, BulkItem]) -> Outcomes:
        with unit_of_work(self.actor) as work:
            refusals = Refusals()
            named = [item.key for item in items.values() if item.key]
            upserts = [item.key for item in items.values() if item.key and _may_make(item)]
            found = find_products(named, moved=upserts)
            passed = self._passing(items, found, refusals)
            doomed = {n for n in passed if items[n].operation == "delete"}
            others = {key for key in passed.values() if key}
            deleted = _delete(work, {n: (passed[n], items[n]) for n in doomed}, others, refusals)
            numbers = [n for n in passed if n not in doomed]
            batch = Refusals()
            try:
                drafts = write_products(
                    work,
                    [_write_of(items[n], passed[n]) for n in numbers],
                    may_publish=self.may_publish,
                    refusals=batch,
                    is_whole=self.is_whole,
                    is_rehearsal=self.is_whole and bool(refusals.errors),
                )
            except ItemsRefused as refused:
                raise ItemsRefused(_renumbered(refused.refused, numbers, items)) from None
            refusals.errors |= _renumbered(batch.errors, numbers, items)
            outcomes = refusals.outcomes(is_whole=self.is_whole)
        outcomes |= {n: BulkOutcome("deleted", key) for n, key in deleted.items()}
        for draft in drafts:
            done: Done = "created" if draft.is_new else "changed"
            outcome = BulkOutcome(done if draft.is_changed else "unchanged", draft.key)
            outcomes[numbers[draft.number]] = outcome
        return outcomes

    def _passing(
        self,
        items: Mapping[int, BulkItem],
        found: Mapping[ProductKey, UUID],
        refusals: Refusals,
    ) -> dict[int, UUID | None]:
        """The items that may be tried, in order, with their products; None is a new one."""
        passed: dict[int, UUID | None] = {}
        for n, item in sorted(items.items()):
            with refusals.judging(n):
                product_id = found.get(item.key) if item.key else None
                self._ensure_first(n, [each for each in (item.key, product_id) if each])
                if item.operation in PUBLISHERS and not self.may_publish:
                    raise MayNotPublish(f"To {item.operation} needs a publisher.")
                if item.key and product_id is None:
                    _ensure_makeable(item)
                passed[n] = product_id
        return passed

    def _ensure_first(self, number: int, subjects: Sequence[ProductKey | UUID]) -> None:
        """Raises RepeatedItem."""
        for subject in subjects:
            if self.first.setdefault(subject, number) != number:
                raise RepeatedItem(self.first[subject])


def _renumbered(
    errors: Mapping[int, DomainError], numbers: Sequence[int], items: Mapping[int, BulkItem]
) -> dict[int, DomainError]:
    """By the number of the item."""
    return {numbers[n]: _located(error, items[numbers[n]]) for n, error in errors.items()}


def _located(error: DomainError, item: BulkItem) -> DomainError:
    """With the part of the item that it is about."""
    if isinstance(error, NotFound):
        error.pointer = f"/{item.key.kind}" if item.key else ""
    elif isinstance(error, StaleVersion):
        error.pointer = "/if_match"
    elif error.pointer is not None or "errors" in error.members():
        error.within = "/product"
    return error


def _may_make(item: BulkItem) -> bool:
    return item.operation == "upsert"


def _ensure_makeable(item: BulkItem) -> None:
    """Raises NotFound for what only an upsert by another key than the id would make, InvalidValue
    for a new product without a name."""
    assert item.key
    if not _may_make(item):
        raise NotFound(f"There is no live product with {item.key}.", pointer=f"/{item.key.kind}")
    if "name" not in item.values:
        raise InvalidValue("The product is new and has no name.", pointer="/product/name")
    if item.key.kind == "sku":
        variants = item.values.get("variants", [])
        if variants and all(each.get("sku") != item.key.value for each in variants):
            raise InvalidValue(
                f"The product is new, and none of its variants has {item.key}.",
                pointer="/product/variants",
            )


def _write_of(item: BulkItem, product_id: UUID | None) -> ProductWrite:
    values, event = item.values, "updated"
    if item.operation in MOVES:
        status, event = MOVES[item.operation]
        values = ProductValues(status=status)
    elif product_id is None and item.key:
        values = _whole(values, item.key)
    return ProductWrite(
        values=values,
        product_id=product_id,
        expected_version=item.expected_version,
        event=event,
    )


def _whole(values: ProductValues, key: ProductKey) -> ProductValues:
    """The values of an upsert that makes the product: it has what it is named by."""
    whole = values.copy()
    if key.kind == "slug":
        whole.setdefault("slug", str(key.value))
    elif key.kind == "external_id" and isinstance(key.value, tuple):
        system, value = key.value
        others = [
            each
            for each in whole.get("external_ids", [])
            if (each["system"], each["id"].strip()) != key.value
        ]
        whole["external_ids"] = [{"system": system, "id": value}, *others]
    elif key.kind == "sku" and not whole.get("variants"):
        whole["variants"] = [VariantValues(sku=str(key.value))]
    return whole


def _delete(
    work: UnitOfWork,
    doomed: Mapping[int, tuple[UUID | None, BulkItem]],
    others: Collection[UUID],
    refusals: Refusals,
) -> dict[int, UUID]:
    """Remove the products; answers those that went. `others` are all that the batch is about:
    they are locked together, by id."""
    keys = [key for key, _ in doomed.values() if key]
    if not keys:
        return {}
    lock_related(keys, others=others)
    rows = {row.pk: row for row in _locked(keys)}
    going: dict[int, Product] = {}
    versions = Versions()
    for n, (key, item) in doomed.items():
        with refusals.judging(n):
            if key not in rows:
                raise NotFound(f"There is no product {key}.", pointer="/id")
            versions.ensure(rows[key], item.expected_version)
            going[n] = rows[key]
    if going:
        remove_products(work, list(going.values()))
    return {n: row.pk for n, row in going.items()}


def _locked(keys: Iterable[UUID]) -> Iterable[Product]:
    return Product.objects.select_for_update(no_key=True).filter(pk__in=keys).order_by("pk")

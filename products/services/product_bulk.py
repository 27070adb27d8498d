"""Many writes of products in one request: each is done, or refused with its reason.

All items are one batch, and so the same statements however many they are. Where the database
refuses a batch that the rules let pass, the batch is halved until the item is found: what that
costs is bounded.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal
from uuid import UUID

from django.db import Error, transaction

from accounts.actors import Actor
from catalog_project.api.database_errors import problem_of_database
from catalog_project.api.problem_types import INVALID_VALUE
from catalog_project.errors import DomainError
from products.errors import (
    BulkGivenUp,
    ExternalIdTaken,
    InvalidValue,
    ItemsRefused,
    MayNotPublish,
    NotFound,
    RepeatedItem,
    SkuTaken,
    SlugTaken,
    StaleVersion,
)
from products.models import Product
from products.services.locking import ensure_version
from products.services.product_batches import write_products
from products.services.product_drafts import ProductWrite, Refusals
from products.services.product_keys import ProductKey, find_products
from products.services.products import remove_products
from products.services.relations import lock_related
from products.services.unit_of_work import UnitOfWork, unit_of_work
from products.services.values import ProductValues, VariantValues

Operation = Literal["create", "update", "upsert", "publish", "unpublish", "archive", "delete"]
Done = Literal["created", "changed", "unchanged", "deleted", "refused"]
# Operation -> the status that it gives, and the event that the change log calls it.
MOVES = {
    "publish": ("published", "published"),
    "unpublish": ("draft", "unpublished"),
    "archive": ("archived", "archived"),
}
PUBLISHERS = {*MOVES, "delete"}
MOST_TRIES = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class BulkItem:
    """`values` of a create are a whole product; else they are what changes. `key` names the product
    of all other operations."""

    operation: Operation
    values: ProductValues
    key: ProductKey | None = None
    expected_version: int | None = None


@dataclass(frozen=True, slots=True)
class BulkOutcome:
    done: Done
    product_id: UUID | None = None
    error: DomainError | None = None


Outcomes = dict[int, BulkOutcome]


def write_in_bulk(
    items: Mapping[int, BulkItem], *, is_whole: bool, may_publish: bool, actor: Actor
) -> Outcomes:
    """The outcome of each item, by its number. `is_whole`: all of them or none.

    Raises ItemsRefused where all must succeed and some do not.
    """
    bulk = _Bulk(is_whole=is_whole, may_publish=may_publish, actor=actor)
    with transaction.atomic():
        return bulk.write(dict(items))


@dataclass(slots=True)
class _Bulk:
    is_whole: bool
    may_publish: bool
    actor: Actor
    tries: int = 0

    def write(self, items: dict[int, BulkItem]) -> Outcomes:
        if self.tries >= MOST_TRIES:
            return self._refused(dict.fromkeys(items, BulkGivenUp()))
        self.tries += 1
        try:
            return self._write_or_look_again(items)
        except ItemsRefused as refused:
            # The rules named the items; the others may be right.
            if self.is_whole:
                raise
            rest = {n: item for n, item in items.items() if n not in refused.refused}
            return self._refused(refused.refused) | (self.write(rest) if rest else {})
        except (DomainError, Error) as error:
            error = _in_words(error)
            if len(items) == 1:
                return self._refused(_located({0: error}, list(items), items))
            numbers = sorted(items)
            half = numbers[: len(numbers) // 2]
            first = self.write({n: items[n] for n in half})
            return first | self.write({n: items[n] for n in items if n not in first})

    def _write_or_look_again(self, items: Mapping[int, BulkItem]) -> Outcomes:
        """What somebody takes or makes at this moment is there when it is looked for again."""
        try:
            return self._write_once(items)
        except (SlugTaken, SkuTaken, ExternalIdTaken):
            return self._write_once(items)

    def _refused(self, errors: Mapping[int, DomainError]) -> Outcomes:
        if self.is_whole:
            raise ItemsRefused(errors)
        return {n: BulkOutcome("refused", error=error) for n, error in errors.items()}

    def _write_once(self, items: Mapping[int, BulkItem]) -> Outcomes:
        with unit_of_work(self.actor) as work:
            refusals = Refusals()
            named = [item.key for item in items.values() if item.key]
            upserts = [item.key for item in items.values() if item.key and _may_make(item)]
            found = find_products(named, moved=upserts)
            passed = self._passing(items, found, refusals)
            doomed = {n for n in passed if items[n].operation == "delete"}
            deleted = _delete(work, {n: (passed[n], items[n]) for n in doomed}, refusals)
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
                raise ItemsRefused(_located(refused.refused, numbers, items)) from None
            refusals.errors |= _located(batch.errors, numbers, items)
            outcomes = self._refused(refusals.errors) if refusals.errors else {}
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
        seen: dict[object, int] = {}
        for n, item in sorted(items.items()):
            with refusals.judging(n):
                product_id = found.get(item.key) if item.key else None
                subject = product_id or item.key
                if subject is not None and subject in seen:
                    raise RepeatedItem(seen[subject])
                if item.operation in PUBLISHERS and not self.may_publish:
                    raise MayNotPublish(f"To {item.operation} needs a publisher.")
                if item.key and product_id is None:
                    _ensure_makeable(item)
                passed[n] = product_id
                if subject is not None:
                    seen[subject] = n
        return passed


def _in_words(error: DomainError | Error) -> DomainError:
    """Raises it again where the database is at fault, and not a value."""
    if isinstance(error, DomainError):
        return error
    if problem_of_database(error) is not INVALID_VALUE:
        raise error
    return InvalidValue(INVALID_VALUE.meaning)


def _located(
    errors: Mapping[int, DomainError], numbers: Sequence[int], items: Mapping[int, BulkItem]
) -> dict[int, DomainError]:
    """By the number of the item, each with the part of the item that it is about."""
    for n, error in errors.items():
        key = items[numbers[n]].key
        if isinstance(error, NotFound):
            error.pointer = f"/{key.kind}" if key else ""
        elif isinstance(error, StaleVersion):
            error.pointer = "/if_match"
        elif error.pointer is not None or "errors" in error.members():
            error.within = "/product"
    return {numbers[n]: error for n, error in errors.items()}


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
    refusals: Refusals,
) -> dict[int, UUID]:
    """Remove the products; answers those that went."""
    keys = [key for key, _ in doomed.values() if key]
    if not keys:
        return {}
    lock_related(keys)
    rows = {row.pk: row for row in _locked(keys)}
    going: dict[int, Product] = {}
    for n, (key, item) in doomed.items():
        with refusals.judging(n):
            if key not in rows:
                raise NotFound(f"There is no product {key}.", pointer="/id")
            ensure_version(rows[key], item.expected_version)
            going[n] = rows[key]
    if going:
        remove_products(work, list(going.values()))
    return {n: row.pk for n, row in going.items()}


def _locked(keys: Iterable[UUID]) -> Iterable[Product]:
    return Product.objects.select_for_update(no_key=True).filter(pk__in=keys).order_by("pk")

"""Writes of stock: any number of levels in one transaction and a fixed number of statements.

Stock changes often, and rarely what shoppers see. So a write locks the variants it is about, and
their products only where a variant becomes available or ceases to be: then it starts over with
the products locked first, because locks are taken in one order everywhere.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from uuid import UUID

from django.db import transaction

from accounts.actors import Actor
from catalog_project.errors import pointing_at
from products.changes.record import record_changes
from products.errors import InvalidValue, NotFound, RepeatedItem, StockMoved, StockTooLow
from products.models import Location, StockLevel, Variant
from products.models.stock import MOST
from products.services.bulk_items import Bulk, BulkOutcome, Outcomes, Refusals
from products.services.identity import live_variants_by_sku
from products.services.locking import lock_products
from products.services.stock_rows import (
    Place,
    availability_of,
    lock_levels,
    lock_variants,
    products_that_differ,
    store_quantities,
)
from products.services.unit_of_work import UnitOfWork, unit_of_work


@dataclass(frozen=True, slots=True)
class StockItem:
    """`number` is what is added, or what there is from now on. A variant is named by its id or
    else by its SKU, a location by its code."""

    location: str
    number: int
    variant: UUID | None = None
    sku: str = ""
    expected: int | None = None  # what the caller believes there is
    is_added: bool = False  # the number, to what there is

    @property
    def event(self) -> str:
        return "stock.adjusted" if self.is_added else "stock.counted"


class _ProductsNeeded(Exception):
    def __init__(self, products: set[UUID]) -> None:
        super().__init__()
        self.products = products


def adjust_stock(items: Sequence[StockItem], *, actor: Actor) -> list[StockLevel]:
    """Add to what there is, or take away. All of it or nothing; answers the levels in order.

    Raises NotFound, InvalidValue, StockTooLow.
    """
    added = [replace(item, is_added=True) for item in items]
    return list(_write(dict(enumerate(added)), Refusals(is_single=True), actor).values())


def set_stock(items: Sequence[StockItem], *, actor: Actor) -> list[StockLevel]:
    """Say what there is. All of it or nothing; answers the levels in order.

    Raises NotFound, InvalidValue, StockMoved, StockTooLow.
    """
    return list(_write(dict(enumerate(items)), Refusals(is_single=True), actor).values())


def write_stock_in_bulk(
    items: Mapping[int, StockItem], *, is_whole: bool, actor: Actor
) -> Outcomes:
    """The outcome of each item, by its number. `is_whole`: all of them or none.

    Raises ItemsRefused where all must succeed and some do not.
    """

    def write_once(items: Mapping[int, StockItem]) -> Outcomes:
        with transaction.atomic():
            refusals = Refusals()
            levels = _write(items, refusals, actor)
            refused = refusals.outcomes(is_whole=is_whole)
        return refused | {
            n: BulkOutcome("changed", level.pk, level.version) for n, level in levels.items()
        }

    return Bulk(write_once, lambda error, _: error, is_whole).write(items)


def _write(
    items: Mapping[int, StockItem], refusals: Refusals, actor: Actor
) -> dict[int, StockLevel]:
    """Answers the levels by number. Of single writes a level counts once."""
    products: set[UUID] = set()
    while True:
        try:
            with unit_of_work(actor) as work:
                if products:
                    lock_products(products)
                return _write_once(work, items, refusals, products)
        except _ProductsNeeded as needed:
            products |= needed.products


def _write_once(
    work: UnitOfWork, items: Mapping[int, StockItem], refusals: Refusals, locked: set[UUID]
) -> dict[int, StockLevel]:
    places = _places(items, refusals)
    variants = sorted({variant for variant, _ in places.values()})
    before = lock_variants(variants)
    levels = lock_levels(list(places.values()))
    after: dict[UUID, int] = {}
    numbers: dict[UUID, int] = {}  # the first item of each level
    for n, place in places.items():
        level = levels[place]
        with _judging(refusals, n):
            if level.pk in numbers and not refusals.is_single:
                raise RepeatedItem(numbers[level.pk])
            quantity = after.get(level.pk, level.quantity)
            after[level.pk] = _checked(items[n], level, quantity)
            numbers.setdefault(level.pk, n)
    if refused := {level.pk for level in levels.values()} - after.keys():
        StockLevel.objects.filter(pk__in=refused, version=0).delete()  # made for them alone
    changed = store_quantities(after)
    events = {key: items[numbers[key]].event for key in changed}
    record_changes("stock", events, actor=work.actor)
    flipped = products_that_differ(before, availability_of(variants))
    if flipped - locked:
        raise _ProductsNeeded(flipped)
    work.reprint(flipped)
    stored = StockLevel.objects.select_related("variant", "location").in_bulk(after)
    return {n: stored[key] for key, n in numbers.items()}


@contextmanager
def _judging(refusals: Refusals, number: int) -> Iterator[None]:
    """Alone, an error points into the list of items; in bulk the place of the item is added."""
    place = f"/items/{number}" if refusals.is_single else ""
    with refusals.judging(number), pointing_at(place):
        yield


def _checked(item: StockItem, level: StockLevel, before: int) -> int:
    """The new quantity. Raises StockMoved, StockTooLow, InvalidValue."""
    quantity = before + item.number if item.is_added else item.number
    if item.expected is not None and item.expected != before:
        raise StockMoved(
            f"You expected {item.expected}, there are {before}: read it again.",
            pointer="/expected_quantity",
        )
    if quantity < before and level.lowest is not None and quantity < level.lowest:
        raise StockTooLow(
            f"There are {before} at {item.location}; it may not fall below {level.lowest}.",
            pointer="",
        )
    if abs(quantity) > MOST or (level.lowest is not None and quantity < level.lowest):
        raise InvalidValue(f"A quantity is from {level.lowest} to {MOST:,}.", pointer="")
    return quantity


def _places(items: Mapping[int, StockItem], refusals: Refusals) -> dict[int, Place]:
    """Where each item points to, in three queries. What points nowhere is refused: NotFound."""
    codes = {item.location for item in items.values()}
    locations = dict(Location.objects.filter(code__in=codes).values_list("code", "pk"))
    skus = {item.sku for item in items.values() if item.variant is None}
    by_sku = {sku: key for sku, (key, _) in live_variants_by_sku(skus).items()}
    wanted = {item.variant for item in items.values() if item.variant}
    known = set(Variant.objects.filter(pk__in=wanted).values_list("pk", flat=True))
    places: dict[int, Place] = {}
    for n, item in items.items():
        with _judging(refusals, n):
            if item.variant is None and item.sku not in by_sku:
                raise NotFound(f"No variant has the SKU {item.sku!r}.", pointer="/sku")
            if item.variant is not None and item.variant not in known:
                raise NotFound(f"There is no variant {item.variant}.", pointer="/variant")
            if item.location not in locations:
                raise NotFound(f"There is no location {item.location!r}.", pointer="/location")
            places[n] = (item.variant or by_sku[item.sku], locations[item.location])
    return places

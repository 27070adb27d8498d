"""Writes of stock: any number of levels in one transaction and a fixed number of statements.

Stock changes often, and rarely what shoppers see. So a write locks the variants it is about, and
their products only where a variant becomes available or ceases to be: then it starts over with
the products locked first, because locks are taken in one order everywhere.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from uuid import UUID

from accounts.actors import Actor
from products.changes.record import record_changes
from products.errors import InvalidValue, NotFound, StockMoved, StockTooLow
from products.models import Location, StockLevel, Variant
from products.models.stock import MOST
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


class _ProductsNeeded(Exception):
    def __init__(self, products: set[UUID]) -> None:
        super().__init__()
        self.products = products


def adjust_stock(items: Sequence[StockItem], *, actor: Actor) -> list[StockLevel]:
    """Add to what there is, or take away. All of it or nothing; answers the levels in order.

    Raises NotFound, InvalidValue, StockTooLow.
    """
    return _write(items, "adjusted", lambda before, number: before + number, actor)


def set_stock(items: Sequence[StockItem], *, actor: Actor) -> list[StockLevel]:
    """Say what there is. All of it or nothing; answers the levels in order.

    Raises NotFound, InvalidValue, StockMoved, StockTooLow.
    """
    return _write(items, "counted", lambda _, number: number, actor)


def _write(
    items: Sequence[StockItem], event: str, reckon: Callable[[int, int], int], actor: Actor
) -> list[StockLevel]:
    products: set[UUID] = set()
    while True:
        try:
            with unit_of_work(actor) as work:
                if products:
                    lock_products(products)
                return _write_once(work, items, event, reckon, products)
        except _ProductsNeeded as needed:
            products |= needed.products


def _write_once(
    work: UnitOfWork,
    items: Sequence[StockItem],
    event: str,
    reckon: Callable[[int, int], int],
    locked: set[UUID],
) -> list[StockLevel]:
    places = _places(items)
    variants = sorted({variant for variant, _ in places})
    before = lock_variants(variants)
    levels = lock_levels(places)
    after: dict[UUID, int] = {}
    for n, (item, place) in enumerate(zip(items, places, strict=True)):
        level = levels[place]
        quantity = after.get(level.pk, level.quantity)
        after[level.pk] = _checked(n, item, level, quantity, reckon(quantity, item.number))
    changed = store_quantities(after)
    record_changes("stock", dict.fromkeys(changed, f"stock.{event}"), actor=work.actor)
    flipped = products_that_differ(before, availability_of(variants))
    if flipped - locked:
        raise _ProductsNeeded(flipped)
    work.reprint(flipped)
    stored = StockLevel.objects.select_related("variant", "location").in_bulk(after)
    return [stored[key] for key in after]


def _checked(n: int, item: StockItem, level: StockLevel, before: int, quantity: int) -> int:
    if item.expected is not None and item.expected != before:
        raise StockMoved(
            f"You expected {item.expected}, there are {before}: read it again.",
            pointer=f"/items/{n}/expected_quantity",
        )
    if quantity < before and level.lowest is not None and quantity < level.lowest:
        raise StockTooLow(
            f"There are {before} at {item.location}; it may not fall below {level.lowest}.",
            pointer=f"/items/{n}",
        )
    if abs(quantity) > MOST or (level.lowest is not None and quantity < level.lowest):
        raise InvalidValue(f"A quantity is from {level.lowest} to {MOST:,}.", pointer=f"/items/{n}")
    return quantity


def _places(items: Sequence[StockItem]) -> list[Place]:
    """Where each item points to, in two queries. Raises NotFound."""
    codes = {item.location for item in items}
    locations = dict(Location.objects.filter(code__in=codes).values_list("code", "pk"))
    skus = {item.sku for item in items if item.variant is None}
    named = Variant.objects.filter(sku__in=skus, is_archived=False).values_list("sku", "pk")
    by_sku: dict[str, UUID] = {sku: key for sku, key in named if sku}
    places: list[Place] = []
    for n, item in enumerate(items):
        variant = item.variant or by_sku.get(item.sku)
        if variant is None:
            raise NotFound(f"No variant has the SKU {item.sku!r}.", pointer=f"/items/{n}/sku")
        if item.location not in locations:
            raise NotFound(
                f"There is no location {item.location!r}.", pointer=f"/items/{n}/location"
            )
        places.append((variant, locations[item.location]))
    known = set(
        Variant.objects.filter(pk__in={key for key, _ in places}).values_list("pk", flat=True)
    )
    for n, (variant, _) in enumerate(places):
        if variant not in known:
            raise NotFound(f"There is no variant {variant}.", pointer=f"/items/{n}/variant")
    return places

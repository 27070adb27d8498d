"""What a file's count of stock changes, around a change of the products in the same file."""

from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from uuid import UUID

from django.db import connection

from products.changes.record import record_changes
from products.models import StockLevel
from products.services.stock_rows import (
    Place,
    availability_of,
    lock_levels,
    lock_variants,
    products_that_differ,
    store_quantities,
)
from products.services.unit_of_work import UnitOfWork

LEVEL = ("variant_id", "location_id", "quantity")


@contextmanager
def counting(work: UnitOfWork, counts: Mapping[Place, int]) -> Iterator[Counter[UUID]]:
    """Make these the quantities at their places; the products are locked. The block writes the
    variants. What it yields holds, afterwards, in how many places of a product something changed.

    Quantities that rise are written before the block, and those that fall behind it: a policy that
    becomes stricter then finds enough, and one that becomes looser is there when it is needed.
    """
    changed: Counter[UUID] = Counter()
    if not counts:
        yield changed
        return
    variants = sorted({variant for variant, _ in counts})
    lock_variants(variants)
    raised = _raise_quantities(counts)
    yield changed
    before = lock_variants(variants)
    levels = lock_levels(list(counts))
    wanted = {levels[place].pk: quantity for place, quantity in counts.items()}
    written = {*raised, *store_quantities(wanted)}
    record_changes("stock", dict.fromkeys(sorted(written), "stock.counted"), actor=work.actor)
    work.reprint(products_that_differ(before, availability_of(variants)))
    touched = StockLevel.objects.filter(pk__in=written).order_by()
    changed.update(touched.values_list("variant__product_id", flat=True))


def _raise_quantities(counts: Mapping[Place, int]) -> list[UUID]:
    with connection.cursor() as cursor:
        cursor.execute(
            """
            UPDATE products_stocklevel level
               SET quantity = wanted.quantity, version = level.version + 1, updated_at = now()
              FROM unnest(%s::uuid[], %s::uuid[], %s::int[])
                AS wanted(variant_id, location_id, quantity)
             WHERE level.variant_id = wanted.variant_id AND level.location_id = wanted.location_id
               AND level.quantity < wanted.quantity
            RETURNING level.id
            """,
            [
                [variant for variant, _ in counts],
                [location for _, location in counts],
                list(counts.values()),
            ],
        )
        return [row[0] for row in cursor.fetchall()]


def differing_stock(counts: Mapping[Place, int]) -> Counter[UUID]:
    """In how many places of each variant another quantity lies, or none yet. One query."""
    differing: Counter[UUID] = Counter()
    if not counts:
        return differing
    variants = {variant for variant, _ in counts}
    rows = StockLevel.objects.filter(variant__in=variants).order_by()
    known = {(row[0], row[1]): row[2] for row in rows.values_list(*LEVEL)}
    for place, quantity in counts.items():
        if known.get(place) != quantity:
            differing[place[0]] += 1
    return differing

"""What a file's count of stock changes, around a change of the products in the same file."""

from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from uuid import UUID

from django.db import connection

from products.changes.record import record_changes
from products.models import StockLevel, Variant
from products.services.stock_rows import (
    availability_of,
    lock_levels,
    lock_variants,
    products_that_differ,
    store_quantities,
)
from products.services.unit_of_work import UnitOfWork


@contextmanager
def counting(
    work: UnitOfWork, counts: Mapping[UUID, int], location: UUID
) -> Iterator[Counter[UUID]]:
    """Make these the quantities at the location; the products are locked. The block writes the
    variants. What it yields holds, afterwards, in how many variants of a product something changed.

    Quantities that rise are written before the block, and those that fall behind it: a policy that
    becomes stricter then finds enough, and one that becomes looser is there when it is needed.
    """
    changed: Counter[UUID] = Counter()
    lock_variants(sorted(counts))
    raised = _raise_quantities(counts, location)
    yield changed
    before = lock_variants(sorted(counts))
    levels = lock_levels([(variant, location) for variant in sorted(counts)])
    wanted = {level.pk: counts[variant] for (variant, _), level in levels.items()}
    written = {*raised, *store_quantities(wanted)}
    record_changes("stock", dict.fromkeys(sorted(written), "stock.counted"), actor=work.actor)
    work.reprint(products_that_differ(before, availability_of(sorted(counts))))
    variants = StockLevel.objects.filter(pk__in=written).values_list("variant", flat=True)
    owners = Variant.objects.filter(pk__in=variants)
    changed.update(owners.values_list("product_id", flat=True))


def _raise_quantities(counts: Mapping[UUID, int], location: UUID) -> list[UUID]:
    with connection.cursor() as cursor:
        cursor.execute(
            """
            UPDATE products_stocklevel level
               SET quantity = wanted.quantity, version = level.version + 1, updated_at = now()
              FROM unnest(%s::uuid[], %s::int[]) AS wanted(variant_id, quantity)
             WHERE level.variant_id = wanted.variant_id AND level.location_id = %s
               AND level.quantity < wanted.quantity
            RETURNING level.id
            """,
            [list(counts), list(counts.values()), location],
        )
        return [row[0] for row in cursor.fetchall()]

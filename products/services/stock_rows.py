"""Levels of stock, many at once, and whether their variants can be bought: what writes share."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from django.db import connection

from catalog_project.models import uuid7
from products.documents.stock import AVAILABILITY
from products.models import StockLevel, Variant
from products.services.stock_bounds import LOWEST

Place = tuple[UUID, UUID]  # variant and location


def lock_variants(keys: Sequence[UUID]) -> dict[UUID, tuple[UUID, str]]:
    """Their totals are nobody else's until the transaction ends."""
    rows = Variant.objects.select_for_update(no_key=True).filter(pk__in=keys).order_by("pk")
    for _ in rows.values_list("pk").iterator():
        pass  # Only the locks are wanted: what is read below must be newer than they are.
    return availability_of(keys)


def availability_of(keys: Sequence[UUID]) -> dict[UUID, tuple[UUID, str]]:
    """Of the variants that shoppers see: the product, and whether they can be bought."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT v.id, v.product_id, {AVAILABILITY} FROM products_variant v"  # noqa: S608 - of our own words
            " WHERE v.id = ANY(%s) AND v.status = 'active'",
            [list(keys)],
        )
        return {key: (product, said) for key, product, said in cursor.fetchall()}


def products_that_differ(
    before: Mapping[UUID, tuple[UUID, str]], after: Mapping[UUID, tuple[UUID, str]]
) -> set[UUID]:
    return {product for key, (product, said) in after.items() if before.get(key) != (product, said)}


def lock_levels(places: Sequence[Place]) -> dict[Place, StockLevel]:
    """The levels of these places, made where they are missing. The variants are locked."""
    wanted = sorted(set(places))
    variants, locations = [key for key, _ in wanted], [key for _, key in wanted]
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            INSERT INTO products_stocklevel
                   (id, variant_id, location_id, quantity, lowest, version, created_at, updated_at)
            SELECT place.id, v.id, place.location_id, 0, {LOWEST}, 0, now(), now()
              FROM unnest(%s::uuid[], %s::uuid[], %s::uuid[]) AS place(id, variant_id, location_id)
              JOIN products_variant v ON v.id = place.variant_id
             WHERE NOT EXISTS (SELECT FROM products_stocklevel level
                                WHERE level.variant_id = v.id
                                  AND level.location_id = place.location_id)
            """,  # noqa: S608 - of our own words
            [[uuid7() for _ in wanted], variants, locations],
        )
    rows = StockLevel.objects.filter(variant__in=variants, location__in=set(locations))
    found = {(row.variant_id, row.location_id): row for row in rows}
    return {place: found[place] for place in wanted}


def store_quantities(after: Mapping[UUID, int]) -> list[UUID]:
    """Write the quantities that are new; answers the levels that changed, or are new."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            UPDATE products_stocklevel level
               SET quantity = wanted.quantity, version = level.version + 1, updated_at = now()
              FROM unnest(%s::uuid[], %s::int[]) AS wanted(id, quantity)
             WHERE level.id = wanted.id
               AND (level.quantity <> wanted.quantity OR level.version = 0)
            RETURNING level.id
            """,
            [list(after), list(after.values())],
        )
        return [row[0] for row in cursor.fetchall()]

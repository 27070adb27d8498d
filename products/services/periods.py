"""When prices hold, as callers say it, and how often they may change."""

from collections.abc import Iterable
from datetime import UTC, datetime
from uuid import UUID

from django.db import connection

from products.errors import InvalidValue, TooManyPeriods

# A document is kept for each stretch of time ahead; this bounds what one write costs.
MAX_BOUNDARIES = 100
FIRST, LAST = datetime(1000, 1, 1, tzinfo=UTC), datetime(9000, 1, 1, tzinfo=UTC)


def ensure_period(start: datetime | None, end: datetime | None) -> None:
    """Raises InvalidValue for a period without an instant, or outside of the calendar."""
    for name, instant in (("valid_from", start), ("valid_until", end)):
        if instant is not None and not FIRST <= instant <= LAST:
            raise InvalidValue("Give a year from 1000 to 9000.", pointer=f"/{name}")
    if start and end and end <= start:
        raise InvalidValue("valid_until must be later than valid_from.", pointer="/valid_until")


def ensure_few_periods(variant_ids: Iterable[UUID]) -> None:
    """Raises TooManyPeriods for products whose prices change too often from now on."""
    _ensure_few("SELECT product_id FROM products_variant WHERE id = ANY(%s)", [*variant_ids])


def ensure_few_periods_of_list(list_id: UUID) -> None:
    """The same for all products that have a price in the list."""
    _ensure_few(
        """
        SELECT own.product_id FROM products_variant own
          JOIN products_price listed ON listed.variant_id = own.id WHERE listed.price_list_id = %s
        """,
        list_id,
    )


def _ensure_few(products: str, wanted: UUID | list[UUID]) -> None:
    """`products` selects their ids. Lists of all channels and customer groups count together."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            SELECT count(DISTINCT edge.instant), p.slug
              FROM products_product p
              JOIN products_variant v ON v.product_id = p.id
              JOIN products_price price ON price.variant_id = v.id
              LEFT JOIN products_pricelist list ON list.id = price.price_list_id AND list.is_active
             CROSS JOIN LATERAL (VALUES (lower(price.valid)), (upper(price.valid)),
                                        (lower(list.valid)), (upper(list.valid))) edge(instant)
             WHERE p.id IN ({products}) AND edge.instant > now()
             GROUP BY p.id ORDER BY 1 DESC, p.slug LIMIT 1
            """,  # noqa: S608 - of our own text
            [wanted],
        )
        row = cursor.fetchone()
    if row and row[0] > MAX_BOUNDARIES:
        raise TooManyPeriods(
            f"Those of {row[1]!r} would change at {row[0]} instants ahead; at most "
            f"{MAX_BOUNDARIES} are planned. Let prices and price lists begin and end together, or "
            "plan the rest later."
        )

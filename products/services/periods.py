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
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT count(DISTINCT edge.instant)
              FROM products_variant v
              JOIN products_price price ON price.variant_id = v.id
             CROSS JOIN LATERAL (VALUES (lower(price.valid)), (upper(price.valid))) edge(instant)
             WHERE v.product_id IN (SELECT product_id FROM products_variant WHERE id = ANY(%s))
               AND edge.instant > now()
             GROUP BY v.product_id ORDER BY 1 DESC LIMIT 1
            """,
            [list(variant_ids)],
        )
        row = cursor.fetchone()
    if row and row[0] > MAX_BOUNDARIES:
        raise TooManyPeriods(
            f"They would change at {row[0]} instants ahead; at most {MAX_BOUNDARIES} are planned. "
            "Let prices begin and end together, or plan the rest later."
        )

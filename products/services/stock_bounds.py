"""How low stock may fall: what the variant's policy says, written where the database checks it."""

from collections.abc import Sequence

from django.db import connection

from products.models import Variant

LOWEST = """
    CASE v.backorder_policy WHEN 'allow' THEN NULL WHEN 'limit' THEN -v.backorder_limit ELSE 0 END
"""


def bound_levels(variants: Sequence[Variant]) -> None:
    """Call it after the policy of these variants may have changed.

    The database refuses a policy under which a location already holds too little.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            UPDATE products_stocklevel level SET lowest = {LOWEST}
              FROM products_variant v
             WHERE v.id = level.variant_id AND v.id = ANY(%s)
               AND level.lowest IS DISTINCT FROM {LOWEST}
            """,  # noqa: S608 - of our own words
            [[variant.pk for variant in variants]],
        )

"""Products and categories that attributes refer to."""

from collections.abc import Collection
from uuid import UUID

from django.db import connection

from products.errors import StillInUse
from products.services.attribute_schema import TARGETS

_REFERRERS = """
    WITH reference AS (
        SELECT assigned.product_type_id, assigned.is_variant, a.code
          FROM products_attribute a
          JOIN products_producttypeattribute assigned ON assigned.attribute_id = a.id
         WHERE a.type = %(noun)s)
    SELECT p.slug FROM reference JOIN products_product p USING (product_type_id)
     WHERE NOT is_variant AND p.attributes ->> code = ANY(%(keys)s)
       AND p.id::text <> ALL(%(keys)s)
     UNION
    SELECT p.slug FROM reference JOIN products_product p USING (product_type_id)
      JOIN products_variant v ON v.product_id = p.id
     WHERE is_variant AND v.attributes ->> code = ANY(%(keys)s) AND p.id::text <> ALL(%(keys)s)
     ORDER BY 1 LIMIT 5
"""


def ensure_unreferenced(noun: str, keys: Collection[UUID]) -> None:
    """Raises StillInUse while an attribute of another product refers to one of these rows, which
    are about to be deleted. Nobody can begin to refer to it until the transaction ends."""
    with connection.cursor() as cursor:
        # Whoever writes a reference holds the row with FOR KEY SHARE until it is committed.
        cursor.execute(
            f"SELECT FROM {TARGETS[noun]} WHERE id = ANY(%s) ORDER BY id FOR UPDATE",
            [list(keys)],
        )
        cursor.execute(_REFERRERS, {"noun": noun, "keys": [str(key) for key in keys]})
        if slugs := [row[0] for row in cursor.fetchall()]:
            raise StillInUse(
                f"Attributes of products refer to it ({', '.join(slugs)}): change them first."
            )

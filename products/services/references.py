"""Products and categories that attributes refer to."""

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
     WHERE NOT is_variant AND p.attributes ->> code = %(key)s AND p.id::text <> %(key)s
     UNION
    SELECT p.slug FROM reference JOIN products_product p USING (product_type_id)
      JOIN products_variant v ON v.product_id = p.id
     WHERE is_variant AND v.attributes ->> code = %(key)s AND p.id::text <> %(key)s
     ORDER BY 1 LIMIT 5
"""


def ensure_unreferenced(noun: str, key: UUID) -> None:
    """Raises StillInUse while an attribute of another product refers to this row, which is about to
    be deleted. Nobody can begin to refer to it until the transaction ends."""
    with connection.cursor() as cursor:
        # Whoever writes a reference holds the row with FOR KEY SHARE until it is committed.
        cursor.execute(f"SELECT FROM {TARGETS[noun]} WHERE id = %s FOR UPDATE", [key])
        cursor.execute(_REFERRERS, {"noun": noun, "key": str(key)})
        if slugs := [row[0] for row in cursor.fetchall()]:
            raise StillInUse(
                f"Attributes of products refer to it ({', '.join(slugs)}): change them first."
            )

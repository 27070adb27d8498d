"""Are the values of attributes what their types say? Part of `check_catalog`; reads only."""

from collections.abc import Iterator
from uuid import UUID

from django.db import connection

_STRANGE = """
    SELECT p.id, NULL::uuid, given.code
      FROM products_product p, jsonb_object_keys(p.attributes) given(code)
     WHERE p.id = ANY(%(ids)s) AND NOT EXISTS (
           SELECT FROM products_producttypeattribute assigned
             JOIN products_attribute a ON a.id = assigned.attribute_id
            WHERE assigned.product_type_id = p.product_type_id AND a.code = given.code
              AND NOT assigned.is_variant)
    UNION ALL
    SELECT p.id, v.id, given.code
      FROM products_product p JOIN products_variant v ON v.product_id = p.id,
           jsonb_object_keys(v.attributes) given(code)
     WHERE p.id = ANY(%(ids)s) AND NOT EXISTS (
           SELECT FROM products_producttypeattribute assigned
             JOIN products_attribute a ON a.id = assigned.attribute_id
            WHERE assigned.product_type_id = p.product_type_id AND a.code = given.code
              AND assigned.is_variant)
"""
_DANGLING = """
    WITH referring AS (
        SELECT p.id, a.code, a.type, p.attributes ->> a.code AS target
          FROM products_product p
          JOIN products_producttypeattribute assigned
            ON assigned.product_type_id = p.product_type_id AND NOT assigned.is_variant
          JOIN products_attribute a
            ON a.id = assigned.attribute_id AND a.type IN ('product', 'category')
         WHERE p.id = ANY(%(ids)s) AND p.attributes ? a.code
        UNION ALL
        SELECT p.id, a.code, a.type, v.attributes ->> a.code
          FROM products_product p JOIN products_variant v ON v.product_id = p.id
          JOIN products_producttypeattribute assigned
            ON assigned.product_type_id = p.product_type_id AND assigned.is_variant
          JOIN products_attribute a
            ON a.id = assigned.attribute_id AND a.type IN ('product', 'category')
         WHERE p.id = ANY(%(ids)s) AND v.attributes ? a.code)
    SELECT id, code, target FROM referring
     WHERE NOT CASE type WHEN 'product'
               THEN EXISTS (SELECT FROM products_product WHERE id::text = target)
               ELSE EXISTS (SELECT FROM products_category WHERE id::text = target) END
"""


def strange_values(product_ids: list[UUID]) -> Iterator[tuple[str, str]]:
    """Subject and detail of each value that no type of the product's asks for, or that refers to
    nothing."""
    with connection.cursor() as cursor:
        cursor.execute(_STRANGE, {"ids": product_ids})
        for product_id, variant_id, code in cursor.fetchall():
            subject = f"variant {variant_id}" if variant_id else f"product {product_id}"
            yield subject, f"It has a value of {code}, which its type does not have there."
        cursor.execute(_DANGLING, {"ids": product_ids})
        for product_id, code, target in cursor.fetchall():
            yield f"product {product_id}", f"Its {code} refers to {target}, which is gone."

"""Versions and snapshots, written in the transaction of the truth."""

from collections.abc import Mapping
from uuid import UUID

from django.db import connection

from accounts.actors import Actor

PRODUCT_SNAPSHOT = """
    to_jsonb(p) || jsonb_build_object(
        'categories', ARRAY(
            SELECT pc.category_id FROM products_productcategory pc
             WHERE pc.product_id = p.id ORDER BY pc.position, pc.category_id),
        'variants', ARRAY(
            SELECT to_jsonb(v) || jsonb_build_object('prices', ARRAY(
                       SELECT to_jsonb(price) FROM products_price price
                        WHERE price.variant_id = v.id ORDER BY price.currency))
              FROM products_variant v WHERE v.product_id = p.id ORDER BY v.position, v.id),
        'media', ARRAY(
            SELECT to_jsonb(m) FROM products_media m
             WHERE m.product_id = p.id ORDER BY m.position, m.id))
"""
ATTRIBUTE_SNAPSHOT = """
    to_jsonb(p) || jsonb_build_object('options', ARRAY(
        SELECT to_jsonb(o) - 'id' - 'attribute_id' FROM products_attributeoption o
         WHERE o.attribute_id = p.id ORDER BY o.position, o.code))
"""
PRODUCT_TYPE_SNAPSHOT = """
    to_jsonb(p) || jsonb_build_object('attributes', ARRAY(
        SELECT jsonb_build_object('attribute', a.attribute_id, 'is_required', a.is_required,
                                  'is_variant', a.is_variant)
          FROM products_producttypeattribute a
         WHERE a.product_type_id = p.id ORDER BY a.position, a.attribute_id))
"""
SNAPSHOTS = {
    "product": ("products_product", PRODUCT_SNAPSHOT),
    "category": ("products_category", "to_jsonb(p)"),
    "brand": ("products_brand", "to_jsonb(p)"),
    "attribute": ("products_attribute", ATTRIBUTE_SNAPSHOT),
    "product_type": ("products_producttype", PRODUCT_TYPE_SNAPSHOT),
}


def bump_versions(aggregate: str, ids: list[UUID]) -> None:
    """Give each of these rows its next version."""
    table, _ = SNAPSHOTS[aggregate]
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE {table} SET version = version + 1, updated_at = now() WHERE id = ANY(%s)",
            [ids],
        )


def record_changes(aggregate: str, events: Mapping[UUID, str], *, actor: Actor) -> None:
    """Append one row per aggregate, with the snapshot of what it is now."""
    table, snapshot = SNAPSHOTS[aggregate]
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            INSERT INTO products_change (at, event, aggregate, aggregate_id, version, snapshot,
                                         actor_id, actor_label, source, request_id)
            SELECT now(), event.name, %(aggregate)s, p.id,
                   p.version + CASE WHEN event.name LIKE '%%.deleted' THEN 1 ELSE 0 END,
                   {snapshot}, %(actor_id)s, %(actor_label)s, %(source)s, %(request_id)s
              FROM unnest(%(ids)s::uuid[], %(names)s::text[]) AS event(id, name)
              JOIN {table} p ON p.id = event.id
             ORDER BY p.id
            """,
            {
                "ids": list(events),
                "names": list(events.values()),
                "aggregate": aggregate,
                "actor_id": actor.user_id,
                "actor_label": actor.label,
                "source": actor.source,
                "request_id": actor.request_id,
            },
        )

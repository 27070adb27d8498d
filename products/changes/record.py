"""Versions and snapshots, written in the transaction of the truth."""

from collections.abc import Mapping
from functools import cache
from uuid import UUID

from django.db import connection

from accounts.actors import Actor
from catalog_project.ops.statements import FEW, array_of, execute, numbered

VARIANT_SNAPSHOT = """
    to_jsonb(v) || jsonb_build_object(
        'prices', ARRAY(
            SELECT to_jsonb(price) FROM products_price price
             WHERE price.variant_id = v.id
             ORDER BY price.currency, price.price_list_id, price.min_quantity, price.valid),
        'external_ids', ARRAY(
            SELECT jsonb_build_object('system', e.system, 'id', e.value)
              FROM products_externalid e WHERE e.variant_id = v.id ORDER BY e.system, e.value),
        'media', ARRAY(
            SELECT shown.media_id FROM products_variantmedia shown
             WHERE shown.variant_id = v.id ORDER BY shown.position, shown.id))
"""
# What a product has besides its variants.
OWN_SNAPSHOT = """
    to_jsonb(p) || jsonb_build_object(
        'categories', ARRAY(
            SELECT pc.category_id FROM products_productcategory pc
             WHERE pc.product_id = p.id ORDER BY pc.position, pc.category_id),
        'external_ids', ARRAY(
            SELECT jsonb_build_object('system', e.system, 'id', e.value)
              FROM products_externalid e WHERE e.product_id = p.id AND e.variant_id IS NULL
             ORDER BY e.system, e.value),
        'listings', ARRAY(
            SELECT to_jsonb(l) - 'id' - 'product_id' FROM products_listing l
             WHERE l.product_id = p.id ORDER BY l.channel_id),
        'relations', ARRAY(
            SELECT jsonb_build_object('kind', r.kind_id, 'product', r.target_id,
                                      'variant', r.variant_id, 'quantity', r.quantity)
              FROM products_relation r WHERE r.product_id = p.id ORDER BY r.position, r.id),
        'media', ARRAY(
            SELECT to_jsonb(m) - 'variant_id' FROM products_media m
             WHERE m.product_id = p.id ORDER BY m.position, m.id))
"""
PRODUCT_SNAPSHOT = f"""
    {OWN_SNAPSHOT} || jsonb_build_object('variants', ARRAY(
        SELECT {VARIANT_SNAPSHOT}
          FROM products_variant v WHERE v.product_id = p.id ORDER BY v.position, v.id))
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
LOCALE_SNAPSHOT = """
    to_jsonb(p) || jsonb_build_object(
        'fallback', (SELECT f.code FROM products_locale f WHERE f.id = p.fallback_id))
"""
CHANNEL_SNAPSHOT = """
    to_jsonb(p) || jsonb_build_object('locales', ARRAY(
        SELECT locale.code FROM products_channellocale pair
          JOIN products_locale locale ON locale.id = pair.locale_id
         WHERE pair.channel_id = p.id ORDER BY pair.position))
"""
# A path changes with any category above: it is derived, and no change of the category itself.
CATEGORY_SNAPSHOT = "to_jsonb(p) - 'path'"
COLLECTION_SNAPSHOT = """
    to_jsonb(p) - ARRAY['matcher', 'matcher_values', 'is_shown'] || jsonb_build_object(
        'products', ARRAY(
            SELECT m.product_id FROM products_collectionproduct m
             WHERE m.collection_id = p.id AND m.source = 'manual'
             ORDER BY m.position, m.product_id DESC))
"""
CURATION_SNAPSHOT = """
    to_jsonb(p) || jsonb_build_object('products', ARRAY(
        SELECT jsonb_build_object('product', c.product_id, 'place', c.place)
          FROM products_curatedproduct c WHERE c.curation_id = p.id ORDER BY c.position, c.id))
"""
SNAPSHOTS = {
    "product": ("products_product", PRODUCT_SNAPSHOT),
    "category": ("products_category", CATEGORY_SNAPSHOT),
    "brand": ("products_brand", "to_jsonb(p)"),
    "relation_kind": ("products_relationkind", "to_jsonb(p)"),
    "collection": ("products_collection", COLLECTION_SNAPSHOT),
    "attribute": ("products_attribute", ATTRIBUTE_SNAPSHOT),
    "price_list": ("products_pricelist", "to_jsonb(p)"),
    "tax_class": ("products_taxclass", "to_jsonb(p)"),
    "cost": ("products_cost", "to_jsonb(p)"),
    "product_type": ("products_producttype", PRODUCT_TYPE_SNAPSHOT),
    "location": ("products_location", "to_jsonb(p)"),
    # What it may fall to follows from the variant.
    "stock": ("products_stocklevel", "to_jsonb(p) - 'lowest'"),
    "locale": ("products_locale", LOCALE_SNAPSHOT),
    "channel": ("products_channel", CHANNEL_SNAPSHOT),
    "synonym": ("products_synonym", "to_jsonb(p)"),
    "curation": ("products_curation", CURATION_SNAPSHOT),
}


def bump_versions(aggregate: str, ids: list[UUID]) -> None:
    """Give each of these rows its next version."""
    table, _ = SNAPSHOTS[aggregate]
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE {table} SET version = version + 1, updated_at = now()"
            " WHERE id = ANY(%s::uuid[])",
            [array_of(ids)],
        )


def record_changes(aggregate: str, events: Mapping[UUID, str], *, actor: Actor) -> None:
    """Append one row per aggregate, with the snapshot of what it is now."""
    if not events:
        return
    values = {"ids": array_of(events), "names": array_of(events.values()), **who(actor)}
    if len(events) <= FEW:
        execute(_record_few(aggregate), [values[name] for name in _PARAMETERS])
        return
    with connection.cursor() as cursor:
        cursor.execute(_record(aggregate), values)


_PARAMETERS = ("ids", "names", "actor_id", "actor_label", "source", "request_id")


def _record(aggregate: str) -> str:
    table, snapshot = SNAPSHOTS[aggregate]
    return f"""
        INSERT INTO products_change (at, event, aggregate, aggregate_id, version, snapshot,
                                     actor_id, actor_label, source, request_id)
        SELECT now(), event.name, '{aggregate}', p.id,
               p.version + CASE WHEN event.name LIKE '%%.deleted' THEN 1 ELSE 0 END,
               {snapshot}, %(actor_id)s::uuid, %(actor_label)s, %(source)s, %(request_id)s
          FROM unnest(%(ids)s::uuid[], %(names)s::text[]) AS event(id, name)
          JOIN {table} p ON p.id = event.id
         ORDER BY p.id
    """


@cache
def _record_few(aggregate: str) -> str:
    """As sessions keep it prepared: to plan it takes longer than to run it for a few rows."""
    return numbered(_record(aggregate), *_PARAMETERS)


def who(actor: Actor) -> dict[str, UUID | str | None]:
    return {
        "actor_id": actor.user_id,
        "actor_label": actor.label,
        "source": actor.source,
        "request_id": actor.request_id,
    }

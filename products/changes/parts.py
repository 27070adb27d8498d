"""Snapshots in parts: what a change of a product with very many variants costs.

A product with at most `WHOLE` variants is written down whole in each change. Of a larger one a
change holds the product's own fields, and of the variants only those that were touched: those
that are there now in `variants`, those that are not in `variants_gone`. It names the version with
the whole snapshot that it builds on. As soon as the parts since then are as many as the variants,
the next snapshot is a whole one: a change costs what it touches, and any state is put together
from rows that hold at most twice what it holds. See docs/adr/0008-snapshots-in-parts.md.
"""

from collections.abc import Mapping, Set
from uuid import UUID

from django.db import connection

from accounts.actors import Actor
from products.changes.record import OWN_SNAPSHOT, VARIANT_SNAPSHOT, record_changes, who

WHOLE = 100

# Each product with the last change of it, if that can be built upon.
_PLAN = f"""
    SELECT p.id, last.version, last.base_version, last.parts, size.variants
      FROM unnest(%s::uuid[]) AS wanted(id)
      JOIN products_product p ON p.id = wanted.id
     CROSS JOIN LATERAL (
         SELECT count(*) AS variants FROM products_variant v WHERE v.product_id = p.id) size
      JOIN LATERAL (
          SELECT change.version, change.base_version, change.parts FROM products_change change
           WHERE change.aggregate_id = p.id ORDER BY change.version DESC LIMIT 1) last ON true
     WHERE size.variants > {WHOLE}
"""

_RECORD = f"""
    INSERT INTO products_change (at, event, aggregate, aggregate_id, version, snapshot,
                                 base_version, parts, actor_id, actor_label, source, request_id)
    SELECT now(), event.name, 'product', p.id, p.version,
           {OWN_SNAPSHOT} || jsonb_build_object(
               'variants', ARRAY(
                   SELECT {VARIANT_SNAPSHOT}
                     FROM products_variant v JOIN touched ON touched.variant_id = v.id
                    WHERE v.product_id = p.id AND touched.product_id = p.id
                    ORDER BY v.position, v.id),
               'variants_gone', ARRAY(
                   SELECT touched.variant_id FROM touched
                    WHERE touched.product_id = p.id AND NOT EXISTS (
                          SELECT FROM products_variant v WHERE v.id = touched.variant_id)
                    ORDER BY 1)),
           event.base, event.parts,
           %(actor_id)s, %(actor_label)s, %(source)s, %(request_id)s
      FROM unnest(%(ids)s::uuid[], %(names)s::text[], %(bases)s::int[], %(parts)s::int[])
           AS event(id, name, base, parts)
      JOIN products_product p ON p.id = event.id
     ORDER BY p.id
"""
_TOUCHED = """
    WITH touched(product_id, variant_id) AS (
        SELECT * FROM unnest(%(owners)s::uuid[], %(variants)s::uuid[]))
"""


def record_products(
    events: Mapping[UUID, str], touched: Mapping[UUID, Set[UUID]], *, actor: Actor
) -> None:
    """Append one row per product. `touched` names the products of which all touched variants are
    known; of every other one the snapshot is whole."""
    plan = _bases({key: touched[key] for key in events.keys() & touched.keys()})
    record_changes(
        "product", {key: name for key, name in events.items() if key not in plan}, actor=actor
    )
    if plan:
        pairs = [(key, variant) for key in plan for variant in sorted(touched[key])]
        with connection.cursor() as cursor:
            cursor.execute(
                _TOUCHED + _RECORD,
                {
                    "ids": list(plan),
                    "names": [events[key] for key in plan],
                    "bases": [base for base, _ in plan.values()],
                    "parts": [parts for _, parts in plan.values()],
                    "owners": [key for key, _ in pairs],
                    "variants": [variant for _, variant in pairs],
                    **who(actor),
                },
            )


def _bases(touched: Mapping[UUID, Set[UUID]]) -> dict[UUID, tuple[int, int]]:
    """The products that are recorded in parts: the version they build on, and the parts since."""
    plan: dict[UUID, tuple[int, int]] = {}
    if not touched:
        return plan
    with connection.cursor() as cursor:
        cursor.execute(_PLAN, [list(touched)])
        for key, version, base, parts_before, variants in cursor.fetchall():
            parts = parts_before + 1 + len(touched[key])
            if parts <= variants:
                plan[key] = (version if base is None else base, parts)
    return plan

"""Which products the rules of collections find, in one statement for any number of both.

A rule is compiled when it is written (`services.collection_rules`): here PostgreSQL compares it
with the facts of a product. Facts change by writes alone, but for the price: when a validity
period begins or ends, a job looks again (`crossed_a_boundary`).
"""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import connection

from catalog_project.ops.statements import FEW, array_of, fetch, numbered
from products.models.channels import DEFAULT_VIEW

_INSTANT = """'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'"""
# Each fact is a list, so that one form of condition fits them all.
FACTS = f"""
    WITH asked AS MATERIALIZED (
        SELECT a.code, a.type,
               (CASE WHEN a.is_localizable AND a.is_per_channel THEN '$.*.*'
                     WHEN a.is_localizable OR a.is_per_channel THEN '$.*' ELSE '$' END
                || CASE a.type WHEN 'multi_choice' THEN '[*]' ELSE '' END)::jsonpath AS leaves
          FROM products_attribute a
         WHERE a.code IN (SELECT jsonb_array_elements_text(values -> 'attributes') FROM rule)),
    fact AS MATERIALIZED (
        SELECT p.id, jsonb_build_object(
            'status', jsonb_build_array(p.status),
            'product_type', array_remove(ARRAY[p.product_type_id], NULL),
            'brand', array_remove(ARRAY[p.brand_id], NULL),
            'category', ARRAY(
                SELECT DISTINCT step.id FROM products_productcategory pc
                  JOIN products_category c ON c.id = pc.category_id, unnest(c.path) step(id)
                 WHERE pc.product_id = p.id),
            'tag', p.tags,
            'price', array_remove(ARRAY[(
                SELECT d.price_min FROM products_document d
                 WHERE d.product_id = p.id AND d.view_id = {DEFAULT_VIEW}
                   AND d.holds_from <= now() AND d.holds_until > now() LIMIT 1)], NULL),
            'created_at', ARRAY[to_char(p.created_at AT TIME ZONE 'UTC', {_INSTANT})],
            'publish_at', array_remove(
                ARRAY[to_char(p.publish_at AT TIME ZONE 'UTC', {_INSTANT})], NULL),
            'attribute', CASE WHEN NOT EXISTS (SELECT FROM asked) THEN '{{}}' ELSE (
                SELECT coalesce(jsonb_object_agg(found.code, found.leaves), '{{}}') FROM (
                    SELECT a.code, jsonb_agg(CASE a.type
                               WHEN 'decimal' THEN to_jsonb((leaf #>> '{{}}')::numeric)
                               WHEN 'measurement' THEN jsonb_build_object(
                                   'unit', leaf -> 'unit', 'value', (leaf ->> 'value')::numeric)
                               ELSE leaf END) AS leaves
                      FROM (SELECT p.attributes AS given UNION ALL
                            SELECT v.attributes FROM products_variant v
                             WHERE v.product_id = p.id) own
                      JOIN asked a ON own.given ? a.code
                     CROSS JOIN LATERAL jsonb_path_query(own.given -> a.code, a.leaves) leaf
                     GROUP BY a.code) found) END) AS facts
          FROM products_product p WHERE p.id = ANY(%(ids)s::uuid[]) AND EXISTS (SELECT FROM rule))
"""
_RULES = """
    SELECT id, matcher AS path, matcher_values AS values FROM products_collection
     WHERE matcher IS NOT NULL
       AND (%(collection)s::uuid IS NULL OR id = %(collection)s::uuid)
"""
_FOUND = f"""
    WITH rule AS MATERIALIZED ({_RULES}),
    found AS MATERIALIZED ({{facts}}
        SELECT rule.id AS collection_id, fact.id AS product_id FROM fact, rule
         WHERE jsonb_path_match(fact.facts, rule.path, rule.values, true))
""".replace("{facts}", FACTS)
_STORED = """
    SELECT m.collection_id, m.product_id FROM products_collectionproduct m
      JOIN rule ON rule.id = m.collection_id
     WHERE m.product_id = ANY(%(ids)s::uuid[])
"""
EVALUATE = f"""
    {_FOUND},
    gone AS (
        DELETE FROM products_collectionproduct m USING rule
         WHERE rule.id = m.collection_id AND m.source = 'rule'
           AND m.product_id = ANY(%(ids)s::uuid[])
           AND (m.collection_id, m.product_id) NOT IN (SELECT * FROM found)
     RETURNING m.product_id),
    made AS (
        INSERT INTO products_collectionproduct (collection_id, product_id, source, position)
        SELECT found.collection_id, found.product_id, 'rule', 0 FROM found
         ORDER BY 1, 2 ON CONFLICT DO NOTHING
     RETURNING product_id)
    SELECT product_id FROM gone UNION SELECT product_id FROM made ORDER BY 1
"""
DRIFT = f"""
    {_FOUND}, stored AS MATERIALIZED ({_STORED})
    SELECT coalesce(found.collection_id, stored.collection_id),
           coalesce(found.product_id, stored.product_id)
      FROM found FULL JOIN stored USING (collection_id, product_id)
     WHERE (found.product_id IS NULL OR stored.product_id IS NULL)
       AND NOT EXISTS (
           SELECT FROM products_document d
            WHERE d.product_id = coalesce(found.product_id, stored.product_id)
              AND d.view_id = {DEFAULT_VIEW} AND d.holds_from <= now()
              AND d.holds_from > (SELECT at FROM products_watermark WHERE name = 'prices'))
     ORDER BY 1, 2
"""


_EVALUATE_FEW = numbered(EVALUATE, "ids", "collection")


def evaluate(product_ids: Sequence[UUID], *, collection: UUID | None = None) -> list[UUID]:
    """Let all rules, or one, look at these products; answers those that came or went.

    Their documents must be right but for the collections: the price is read from there.
    """
    if 0 < len(product_ids) <= FEW:
        rows = fetch(_EVALUATE_FEW, [array_of(product_ids), collection])
        return [UUID(str(key, "ascii")) for (key,) in rows if key]
    return [row[0] for row in _run(EVALUATE, product_ids, collection)]


def drifted(product_ids: Sequence[UUID]) -> list[tuple[UUID, UUID]]:
    """Pairs of collection and product that are stored and should not be, or the other way round.

    A product whose price changed by time alone counts from the moment the job has seen it.
    """
    return _run(DRIFT, product_ids, None)


def found_by(path: str, values: str, product_ids: Sequence[UUID]) -> list[UUID]:
    """The products among these that a rule would find, which is stored nowhere."""
    rule = "SELECT NULL::uuid AS id, %(path)s::jsonpath AS path, %(values)s::jsonb AS values"
    sql = f"{_FOUND.replace(_RULES, rule)} SELECT product_id FROM found ORDER BY 1 DESC"
    with connection.cursor() as cursor:
        cursor.execute(sql, {"ids": array_of(product_ids), "path": path, "values": values})
        return [row[0] for row in cursor.fetchall()]


def crossed_a_boundary(since: datetime, until: datetime) -> list[UUID]:
    """The products of which another document began to hold between these instants."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            SELECT DISTINCT product_id FROM products_document
             WHERE view_id = {DEFAULT_VIEW} AND holds_from > %s AND holds_from <= %s ORDER BY 1
            """,
            [since, until],
        )
        return [row[0] for row in cursor.fetchall()]


def _run(sql: str, product_ids: Sequence[UUID], collection: UUID | None) -> list[tuple[UUID, UUID]]:
    if not product_ids:
        return []
    with connection.cursor() as cursor:
        cursor.execute(sql, {"ids": array_of(product_ids), "collection": collection})
        rows: list[tuple[UUID, UUID]] = cursor.fetchall()
        return rows

"""Truth -> document, in set-based SQL: one product or 100,000 take the same statements.

The body is built with `row_to_json`, not `json_build_object`: it writes no blanks, and keeps
the order of the columns. The same truth always gives the same bytes.
"""

from collections.abc import Iterator, Sequence
from uuid import UUID

from django.conf import settings
from django.db import connection

from products.documents.attributes import LOCALES, PRODUCT_TYPE, attributes_of

BATCH = 2_000


def _money(amount: str) -> str:
    """At least two decimals, and no zeros beyond what the amount needs."""
    return (
        f"CASE WHEN scale(trim_scale({amount})) < 2 THEN round({amount}, 2)"
        f" ELSE trim_scale({amount}) END::text"
    )


def _instant(column: str) -> str:
    """RFC 3339, UTC, microseconds."""
    return f"""to_char({column} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')"""


def _list(select: str) -> str:
    return f"array_to_json(ARRAY(SELECT row_to_json(item) FROM ({select}) item))"


PRICES = _list(f"""
    SELECT price.currency, {_money("price.amount")} AS amount,
           {_money("price.compare_at")} AS compare_at
      FROM products_price price WHERE price.variant_id = v.id ORDER BY price.currency
""")

# jsonb forgets the order of keys, so the options are written in the product's order.
OPTIONS = """
    (SELECT ('{' || coalesce(string_agg(
                to_json(o.name)::text || ':' || (v.options -> o.name)::text, ',' ORDER BY o.n
            ), '') || '}')::json
       FROM unnest(p.option_names) WITH ORDINALITY o(name, n) WHERE v.options ? o.name)
"""

VARIANTS = _list(f"""
    SELECT v.id, v.sku, v.gtin, {OPTIONS} AS options, {attributes_of("v.attributes")} AS attributes,
           {PRICES} AS prices, v.metadata, v.position
      FROM products_variant v WHERE v.product_id = p.id ORDER BY v.position, v.id
""")

MEDIA = _list("""
    SELECT m.id, CASE WHEN m.file = '' THEN m.source_url ELSE %(media_url)s || m.file END AS url,
           m.alt, m.position, m.variant_id AS variant, m.width, m.height
      FROM products_media m WHERE m.product_id = p.id ORDER BY m.position, m.id
""")

BREADCRUMBS = _list("""
    SELECT a.id, a.slug, a.name
      FROM unnest(c.path) WITH ORDINALITY step(id, n)
      JOIN products_category a ON a.id = step.id ORDER BY step.n
""")

CATEGORIES = _list(f"""
    SELECT c.id, c.slug, c.name, {BREADCRUMBS} AS path
      FROM products_productcategory pc JOIN products_category c ON c.id = pc.category_id
     WHERE pc.product_id = p.id ORDER BY pc.position, c.id
""")

PRICE_RANGE = f"""
    (SELECT row_to_json(item) FROM (
        SELECT view.currency, {_money("spread.lowest")} AS min,
               {_money("spread.highest")} AS max
    ) item WHERE spread.lowest IS NOT NULL)
"""

BODY = f"""
    (SELECT row_to_json(item)::text FROM (SELECT
        p.id, p.slug, p.name, p.description, p.status,
        {_instant("p.publish_at")} AS publish_at, {_instant("p.unpublish_at")} AS unpublish_at,
        (SELECT row_to_json(item) FROM (SELECT b.id, b.slug, b.name) item WHERE b.id IS NOT NULL)
            AS brand,
        {PRODUCT_TYPE} AS product_type, {attributes_of("p.attributes")} AS attributes,
        {CATEGORIES} AS categories, to_json(p.tags) AS tags,
        {PRICE_RANGE} AS price_range, to_json(p.option_names) AS option_names,
        {VARIANTS} AS variants, {MEDIA} AS media, p.metadata,
        (SELECT row_to_json(item) FROM (
            SELECT p.seo_title AS title, p.seo_description AS description) item) AS seo,
        p.version,
        {_instant("p.created_at")} AS created_at, {_instant("p.updated_at")} AS updated_at
    ) item)
"""

COLUMNS = (
    "product_id",
    "view_id",
    "holds_from",
    "holds_until",
    "slug",
    "sort_name",
    "status",
    "visible_from",
    "visible_until",
    "brand_id",
    "category_ids",
    "tags",
    "skus",
    "gtins",
    "price_min",
    "price_max",
    "created_at",
    "updated_at",
    "version",
    "etag",
    "body",
)

# A datetime of Python holds no infinity.
BEGINNING = "'0001-01-01T00:00:00Z'::timestamptz"
END = "'9999-12-31T00:00:00Z'::timestamptz"

# One document per product, and per pair of channel and locale that the shop has.
VIEWS = f"""
    (SELECT pair.id, coalesce(nullif(channel.currency, ''), %(currency)s) AS currency,
            channel.slug::text AS channel, {LOCALES} AS locales
       FROM products_channellocale pair
       JOIN products_channel channel ON channel.id = pair.channel_id)
"""

COMPUTE = f"""
SELECT p.id, view.id, {BEGINNING}, {END}, p.slug, lower(p.name), p.status,
       coalesce(p.publish_at, {BEGINNING}),
       coalesce(p.unpublish_at, {END}),
       p.brand_id,
       ARRAY(SELECT DISTINCT step.id FROM products_productcategory pc
               JOIN products_category c ON c.id = pc.category_id, unnest(c.path) step(id)
              WHERE pc.product_id = p.id ORDER BY 1),
       p.tags::text[],
       ARRAY(SELECT v.sku::text FROM products_variant v
              WHERE v.product_id = p.id AND v.sku IS NOT NULL ORDER BY v.position, v.id),
       ARRAY(SELECT v.gtin::text FROM products_variant v
              WHERE v.product_id = p.id AND v.gtin IS NOT NULL ORDER BY v.position, v.id),
       spread.lowest, spread.highest, p.created_at, p.updated_at, p.version,
       p.version || '-' || left(md5(written.body), 16), written.body
  FROM products_product p
 CROSS JOIN {VIEWS} view
  LEFT JOIN products_brand b ON b.id = p.brand_id
  CROSS JOIN LATERAL (
      SELECT min(price.amount) AS lowest, max(price.amount) AS highest
        FROM products_price price JOIN products_variant v ON v.id = price.variant_id
       WHERE v.product_id = p.id AND price.currency = view.currency) spread
  CROSS JOIN LATERAL (SELECT {BODY} AS body OFFSET 0) written
 WHERE p.id = ANY(%(ids)s)
"""

_NAMES = ", ".join(COLUMNS)
_STORED = ", ".join(f"document.{name}" for name in COLUMNS)
_NEW = ", ".join(f"excluded.{name}" for name in COLUMNS)

UPSERT = f"""
WITH computed ({_NAMES}) AS MATERIALIZED ({COMPUTE}),
gone AS (
    DELETE FROM products_document document
     WHERE product_id = ANY(%(ids)s) AND NOT EXISTS (
           SELECT FROM computed
            WHERE computed.product_id = document.product_id
              AND computed.view_id = document.view_id
              AND computed.holds_from = document.holds_from))
INSERT INTO products_document AS document ({_NAMES}) SELECT * FROM computed
ON CONFLICT (product_id, view_id, holds_from) DO UPDATE SET ({_NAMES}) = ({_NEW})
WHERE ({_STORED}) IS DISTINCT FROM ({_NEW})
"""

DRIFT = f"""
WITH computed ({_NAMES}) AS ({COMPUTE})
SELECT DISTINCT coalesce(computed.product_id, document.product_id)
  FROM computed
  FULL JOIN (SELECT * FROM products_document WHERE product_id = ANY(%(ids)s)) document
    ON document.product_id = computed.product_id AND document.view_id = computed.view_id
   AND document.holds_from = computed.holds_from
 WHERE ({", ".join(f"computed.{name}" for name in COLUMNS)}) IS DISTINCT FROM ({_STORED})
"""


def rebuild(product_ids: Sequence[UUID]) -> int:
    """Write the documents of these products; answers how many were not right before."""
    if not product_ids:
        return 0
    with connection.cursor() as cursor:
        cursor.execute(UPSERT, _parameters(product_ids))
        count: int = cursor.rowcount
        return count


def drifted(product_ids: Sequence[UUID]) -> list[UUID]:
    """The products whose stored document is not what their truth gives."""
    with connection.cursor() as cursor:
        cursor.execute(DRIFT, _parameters(product_ids))
        return [row[0] for row in cursor.fetchall()]


def product_batches(size: int = BATCH) -> Iterator[list[UUID]]:
    """The ids of all products in order, a bounded batch at a time."""
    last = UUID(int=0)
    while True:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT id FROM products_product WHERE id > %s ORDER BY id LIMIT %s", [last, size]
            )
            batch = [row[0] for row in cursor.fetchall()]
        if not batch:
            return
        yield batch
        last = batch[-1]


def _parameters(product_ids: Sequence[UUID]) -> dict[str, str | list[UUID]]:
    return {
        "ids": list(product_ids),
        "currency": settings.CATALOG_CURRENCY,
        "media_url": settings.MEDIA_URL,
    }

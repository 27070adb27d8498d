"""Truth -> document, in set-based SQL: one product or 100,000 take the same statements.

The body is built with `row_to_json`, not `json_build_object`: it writes no blanks, and keeps
the order of the columns. The same truth always gives the same bytes.
"""

import hashlib
import json
from collections.abc import Iterator, Sequence
from uuid import UUID

from django.conf import settings
from django.db import connection

from catalog_project.ops.statements import (
    FEW,
    array_of,
    execute,
    fetch,
    fetch_planned_anew,
    numbered,
)
from products.documents import collections
from products.documents.attributes import LOCALES, PRODUCT_TYPE, attributes_of
from products.documents.completeness import COMPLETENESS
from products.documents.facts import FACTS
from products.documents.media import MEDIA
from products.documents.prices import PRICE_RANGE, SEGMENTS, prices_of, spread
from products.documents.printing import instant, list_of
from products.documents.publication import LISTING, VISIBLE_FROM, VISIBLE_UNTIL
from products.documents.relations import RELATIONS
from products.documents.stock import AVAILABILITY, PRODUCT_AVAILABILITY
from products.documents.tax_classes import tax_class_of
from products.documents.translations import TEXTS, text_of
from products.documents.variants import LABELLED_OPTIONS, MORE, SUMMARIES, first_variants

BATCH = 2_000

VARIANTS = first_variants(prices_of(), AVAILABILITY)

BREADCRUMBS = list_of(f"""
    SELECT a.id, {text_of("a", "slug")} AS slug, {text_of("a", "name")} AS name
      FROM unnest(c.path) WITH ORDINALITY step(id, n)
      JOIN products_category a ON a.id = step.id ORDER BY step.n
""")

CATEGORIES = list_of(f"""
    SELECT c.id, {text_of("c", "slug")} AS slug, {text_of("c", "name")} AS name,
           {BREADCRUMBS} AS path
      FROM products_productcategory pc JOIN products_category c ON c.id = pc.category_id
     WHERE pc.product_id = p.id ORDER BY pc.position, c.id
""")

BODY = f"""
    (SELECT row_to_json(item)::text FROM (SELECT
        p.id, text.slug, text.name, text.description, p.status,
        {instant("p.publish_at")} AS publish_at, {instant("p.unpublish_at")} AS unpublish_at,
        (SELECT row_to_json(item) FROM (SELECT b.id, {text_of("b", "slug")} AS slug,
            {text_of("b", "name")} AS name) item WHERE b.id IS NOT NULL) AS brand,
        {PRODUCT_TYPE} AS product_type, {attributes_of("p.attributes")} AS attributes,
        {CATEGORIES} AS categories, {collections.SUMMARIES} AS collections,
        to_json(p.tags) AS tags,
        {PRICE_RANGE} AS price_range, {tax_class_of("p")} AS tax_class, stock.availability,
        to_json(p.option_names) AS option_names,
        {LABELLED_OPTIONS} AS options, summary.variant_count,
        {VARIANTS} AS variants, {MORE} AS more_variants,
        {MEDIA} AS media, p.metadata,
        (SELECT row_to_json(item) FROM (
            SELECT text.seo_title AS title, text.seo_description AS description) item) AS seo,
        {RELATIONS} AS relations, p.version,
        {instant("p.created_at")} AS created_at, {instant("p.updated_at")} AS updated_at
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
    "product_type_id",
    "category_ids",
    "collection_ids",
    "tags",
    "price_min",
    "price_max",
    "availability",
    "completeness",
    "missing",
    "facts",
    "numbers",
    "number_keys",
    "created_at",
    "updated_at",
    "version",
    "etag",
    "body",
)

# One document per product, stretch of time, and pair of channel and locale that the shop has.
VIEWS = f"""
    (SELECT pair.id, coalesce(nullif(channel.currency, ''), %(currency)s) AS currency,
            channel.id AS channel_id, channel.slug::text AS channel, {LOCALES} AS locales
       FROM products_channellocale pair
       JOIN products_channel channel ON channel.id = pair.channel_id
     OFFSET 0)
"""

COMPUTE = f"""
WITH summary AS MATERIALIZED ({SUMMARIES})
SELECT p.id, view.id, segment.holds_from, segment.holds_until, text.slug, lower(text.name),
       p.status, greatest({VISIBLE_FROM}, segment.holds_from),
       least({VISIBLE_UNTIL}, segment.holds_until),
       p.brand_id, p.product_type_id,
       ARRAY(SELECT DISTINCT step.id FROM products_productcategory pc
               JOIN products_category c ON c.id = pc.category_id, unnest(c.path) step(id)
              WHERE pc.product_id = p.id ORDER BY 1),
       {collections.IDS},
       p.tags::text[],
       spread.lowest, spread.highest, stock.availability,
       complete.percent, complete.missing, facts.tokens, facts.numbers, facts.keys,
       p.created_at, p.updated_at, p.version,
       p.version || '-' || left(md5(written.body), 16), written.body
  FROM products_product p
  JOIN summary ON summary.product_id = p.id
 CROSS JOIN LATERAL (SELECT {PRODUCT_AVAILABILITY} AS availability OFFSET 0) stock
 CROSS JOIN {VIEWS} view
 CROSS JOIN LATERAL (SELECT {TEXTS} OFFSET 0) text
 {LISTING}
 CROSS JOIN LATERAL {SEGMENTS} segment
  LEFT JOIN products_brand b ON b.id = p.brand_id
  CROSS JOIN LATERAL ({spread()}) spread
  {COMPLETENESS}
  {FACTS}
  CROSS JOIN LATERAL (SELECT {BODY} AS body OFFSET 0) written
 WHERE p.id = ANY(%(ids)s::uuid[])
"""

_NAMES = ", ".join(COLUMNS)
_STORED = ", ".join(f"document.{name}" for name in COLUMNS)
_NEW = ", ".join(f"excluded.{name}" for name in COLUMNS)

UPSERT = f"""
WITH computed ({_NAMES}) AS MATERIALIZED ({COMPUTE}),
gone AS (
    DELETE FROM products_document document
     WHERE product_id = ANY(%(ids)s::uuid[]) AND NOT EXISTS (
           SELECT FROM computed
            WHERE computed.product_id = document.product_id
              AND computed.view_id = document.view_id
              AND computed.holds_from = document.holds_from))
INSERT INTO products_document AS document ({_NAMES}) SELECT * FROM computed
ON CONFLICT (product_id, view_id, holds_from) DO UPDATE SET ({_NAMES}) = ({_NEW})
WHERE ({_STORED}) IS DISTINCT FROM ({_NEW})
"""

_PARAMETERS = ("ids", "currency", "media_url")
_UPSERT_FEW = numbered(UPSERT, *_PARAMETERS)

DRIFT = numbered(
    f"""
WITH computed ({_NAMES}) AS ({COMPUTE})
SELECT DISTINCT coalesce(computed.product_id, document.product_id)
  FROM computed
  FULL JOIN (SELECT * FROM products_document WHERE product_id = ANY(%(ids)s::uuid[])) document
    ON document.product_id = computed.product_id AND document.view_id = computed.view_id
   AND document.holds_from = computed.holds_from
 WHERE ({", ".join(f"computed.{name}" for name in COLUMNS)}) IS DISTINCT FROM ({_STORED})
""",
    *_PARAMETERS,
)


def rebuild(product_ids: Sequence[UUID]) -> int:
    """Write the documents of these products; answers how many were not right before."""
    if not product_ids:
        return 0
    parameters = _parameters(product_ids)
    if len(product_ids) <= FEW:
        return execute(_UPSERT_FEW, [parameters[name] for name in _PARAMETERS])
    with connection.cursor() as cursor:
        cursor.execute(UPSERT, parameters)
        count: int = cursor.rowcount
        return count


def drifted(product_ids: Sequence[UUID]) -> list[UUID]:
    """The products whose stored document is not what their truth gives."""
    parameters = _parameters(product_ids)
    read = fetch if len(product_ids) <= FEW else fetch_planned_anew
    rows = read(DRIFT, [parameters[name] for name in _PARAMETERS])
    return [UUID((key or b"").decode()) for (key,) in rows]


def print_digest() -> str:
    """Changes with whatever decides how the same truth is printed: this release, its settings."""
    settled = {name: value for name, value in _parameters([]).items() if name != "ids"}
    text = json.dumps([COMPUTE, COLUMNS, settled], sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


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


def _parameters(product_ids: Sequence[UUID]) -> dict[str, str]:
    return {
        "ids": array_of(product_ids),
        "currency": settings.CATALOG_CURRENCY,
        "media_url": settings.MEDIA_URL,
    }

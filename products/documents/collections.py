"""Collections in documents, and documents in the order of a collection.

The fragments stand in the statement in `build`: `p` is the product.
"""

from collections.abc import Sequence
from functools import lru_cache
from uuid import UUID

from catalog_project.ops.statements import fetch
from products.documents.listing import Page, body_of, place_of
from products.documents.publication import in_any_status, visible
from products.documents.stamps import ensure_current
from products.documents.translations import text_of
from products.documents.views import STAMP

IDS = """
    ARRAY(SELECT m.collection_id FROM products_collectionproduct m
           WHERE m.product_id = p.id ORDER BY 1)
"""
SUMMARIES = f"""
    array_to_json(ARRAY(SELECT row_to_json(item) FROM (
        SELECT c.id, {text_of("c", "slug")} AS slug, {text_of("c", "name")} AS name
          FROM products_collectionproduct m JOIN products_collection c ON c.id = m.collection_id
         WHERE m.product_id = p.id AND c.is_shown ORDER BY c.position, c.name, c.id) item))
"""


def read_collection(
    collection_id: UUID,
    *,
    limit: int,
    after: Sequence[str] | None,
    fields: tuple[str, ...] = (),
    visible_only: bool,
    view: int,
) -> Page:
    """Documents in the collection's own order: by hand, or what a rule found, newest first.

    Raises ViewsChanged where the number of the view came from an old map.
    """
    sql = _page_sql(fields, visible_only, after is not None, view)
    rows = fetch(sql, [collection_id, *(after or ()), limit + 1])
    ensure_current(rows, view, None)
    is_cut = len(rows) > limit
    rows = rows[:limit]
    return Page(
        bodies=[row[0] or b"" for row in rows],
        etags=[row[1] or b"" for row in rows],
        next=place_of(rows[-1]) if is_cut else None,
        previous=None,
    )


@lru_cache(maxsize=256)
def _page_sql(fields: tuple[str, ...], visible_only: bool, after: bool, view: int) -> str:
    behind = (
        "AND (m.position > $2::text::bigint"
        " OR m.position = $2::text::bigint AND m.product_id < $3::uuid)"
        if after
        else ""
    )
    return f"""
        SELECT {body_of(fields)}, etag, m.position, m.product_id, {STAMP}
          FROM products_collectionproduct m
         CROSS JOIN LATERAL (
               SELECT * FROM products_document own
                WHERE own.product_id = m.product_id
                  AND {visible(view) if visible_only else in_any_status(view)} LIMIT 1) document
         WHERE m.collection_id = $1::uuid {behind}
         ORDER BY m.position, m.product_id DESC LIMIT ${4 if after else 2}::int
    """

"""Which collection a filter means, and which of them shoppers see."""

from functools import lru_cache

from catalog_project.ops.statements import fetch
from products.documents.attributes import LOCALES
from products.documents.redirects import redirect_holds, redirects_in

_OPEN = """
    {0}.status = 'published' AND coalesce({0}.publish_at, '-infinity') <= now()
    AND coalesce({0}.unpublish_at, 'infinity') > now()
"""


def open_collection(row: str) -> str:
    """What shoppers see now of the collections, which the statement calls `row`."""
    return _OPEN.format(row)


def collection_of(seen: str) -> str:
    """The id of the collection with this slug or id; `seen` is a condition on `c`. A format: {0} is
    the text. No slug looks like an id. What is not there is NULL, which no array contains."""
    return f"""
    coalesce(
        (SELECT c.id FROM products_collection c WHERE c.slug = {{0}}::text AND {seen}),
        (SELECT c.id FROM products_collection c WHERE c.id::text = {{0}}::text AND {seen}))
    """


def renamed_collection(text: str, *, view: int, visible_only: bool) -> str | None:
    """The id of the collection that is called so in the locale of the view, or was called so
    before; if the caller may see it."""
    rows = fetch(_renamed(view, open_collection("c") if visible_only else "true"), [text])
    key = rows[0][0]
    return key.decode() if key else None


@lru_cache(maxsize=256)
def _renamed(view: int, seen: str) -> str:
    return f"""
    SELECT coalesce(
        (SELECT c.id
           FROM products_channellocale pair
          CROSS JOIN LATERAL unnest({LOCALES}) WITH ORDINALITY wanted(code, n)
           JOIN products_collection c ON c.translations -> wanted.code ->> 'slug' = $1::text
          WHERE pair.id = {view:d} AND {seen} ORDER BY wanted.n LIMIT 1),
        (SELECT c.id FROM {redirects_in(str(view))}
           JOIN products_collection c ON c.id = known.target_id
          WHERE known.noun = 'collection' AND {redirect_holds("$1::text", seen)} LIMIT 1))::text
    """

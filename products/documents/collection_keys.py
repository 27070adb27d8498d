"""Which collection a filter means, and which of them shoppers see."""

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
    """The id of the collection with this slug, its own or in the locale, with this old slug, or
    with this id; `seen` is a condition on `c`. A format: {0} is the text, {view} the view's number.

    No slug looks like an id, and the first that finds a row stops the rest. What is not there is
    NULL, which no array contains.
    """
    return f"""
    coalesce(
        (SELECT c.id FROM products_collection c WHERE c.slug = {{0}}::text AND {seen}),
        (SELECT c.id
           FROM products_channellocale pair
          CROSS JOIN LATERAL unnest({LOCALES}) WITH ORDINALITY wanted(code, n)
           JOIN products_collection c ON c.translations -> wanted.code ->> 'slug' = {{0}}::text
          WHERE pair.id = {{view}} AND {seen} ORDER BY wanted.n LIMIT 1),
        (SELECT c.id FROM {redirects_in("{view}")}
           JOIN products_collection c ON c.id = known.target_id
          WHERE known.noun = 'collection' AND {redirect_holds("{0}::text", seen)} LIMIT 1),
        (SELECT c.id FROM products_collection c WHERE c.id::text = {{0}}::text AND {seen}))
    """

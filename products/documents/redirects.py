"""Where an old slug leads now: one statement, asked only after the slug itself found nothing."""

from functools import lru_cache

from catalog_project.ops.statements import fetch
from products.documents.publication import in_any_status, visible
from products.models.channels import DEFAULT_VIEW

_PLAIN = """
    SELECT row.slug FROM products_slugredirect known JOIN {table} row ON row.id = known.target_id
     WHERE known.noun = '{noun}' AND known.slug = $1::text AND {seen}
       AND (known.locale_id IS NULL OR known.locale_id = (
            SELECT id FROM products_locale WHERE code = $2::text))
     ORDER BY known.locale_id NULLS LAST LIMIT 1
"""
_PRODUCT = """
    SELECT slug FROM products_document
     WHERE product_id = coalesce(
           (SELECT target_id FROM products_slugredirect known
             WHERE known.noun = 'product' AND known.slug = $1::text
               AND (known.locale_id IS NULL OR known.locale_id = (
                    SELECT locale_id FROM products_channellocale WHERE id = {view}))
             ORDER BY known.locale_id NULLS LAST LIMIT 1),
           (SELECT id FROM products_product p
             WHERE p.slug = $1::text AND p.status <> 'archived' AND {view} <> {default}))
       AND {seen} LIMIT 1
"""


def newer_product_slug(slug: str, *, visible_only: bool, view: int = DEFAULT_VIEW) -> str | None:
    """The slug, in the view, of the product that had this one there, or that has it as its own; if
    the caller may see it."""
    return _first(_product(view, visible_only), slug)


def newer_slug(
    noun: str, table: str, slug: str, *, locale: str = "", seen: str = "true"
) -> str | None:
    """The slug of the row that had this one, itself or in the locale; `seen` is a condition on
    `row`, of our own text."""
    return _first(_plain(noun, table, seen), slug, locale)


@lru_cache(maxsize=256)
def _product(view: int, visible_only: bool) -> str:
    seen = visible(view) if visible_only else in_any_status(view)
    return _PRODUCT.format(seen=seen, view=view, default=DEFAULT_VIEW)


@lru_cache(maxsize=32)
def _plain(noun: str, table: str, seen: str) -> str:
    return _PLAIN.format(noun=noun, table=table, seen=seen)


def _first(sql: str, *named: str) -> str | None:
    rows = fetch(sql, named)
    return (rows[0][0] or b"").decode() if rows else None

"""Where an old slug leads now: one statement, asked only after the slug itself found nothing."""

from collections.abc import Sequence
from functools import lru_cache

from catalog_project.ops.statements import fetch
from products.documents.attributes import LOCALES
from products.documents.publication import in_any_status, visible
from products.models.channels import DEFAULT_VIEW

# Of a row's own old slugs and those of its translations: the first locale of the chain that knows
# one, so that whatever a fallback showed leads on, too.
_PLAIN = """
    SELECT row.slug FROM products_slugredirect known JOIN {table} row ON row.id = known.target_id
      LEFT JOIN products_locale locale ON locale.id = known.locale_id
     WHERE known.noun = '{noun}' AND known.slug = $1::text AND {seen}
       AND (known.locale_id IS NULL OR locale.code = ANY($2::text[]))
     ORDER BY array_position($2::text[], locale.code::text) NULLS LAST LIMIT 1
"""
_PRODUCT = """
    SELECT slug FROM products_document
     WHERE product_id = coalesce(
           (SELECT target_id FROM {redirects} WHERE known.noun = 'product' AND {holds} LIMIT 1),
           (SELECT id FROM products_product p
             WHERE p.slug = $1::text AND p.status <> 'archived' AND {view} <> {default}))
       AND {seen} LIMIT 1
"""


def redirects_in(view: str) -> str:
    """The rows of old slugs, for FROM: `known`, with `chain.locales` of the view."""
    return f"""
        products_slugredirect known LEFT JOIN products_locale locale ON locale.id = known.locale_id
         CROSS JOIN (SELECT {LOCALES} AS locales FROM products_channellocale pair
                      WHERE pair.id = {view}) chain
    """


def redirect_holds(slug: str, more: str = "true") -> str:
    """The condition and the order that go with them, up to LIMIT."""
    return f"""
        known.slug = {slug} AND {more}
        AND (known.locale_id IS NULL OR locale.code = ANY(chain.locales))
        ORDER BY array_position(chain.locales, locale.code::text) NULLS LAST
    """


def newer_product_slug(slug: str, *, visible_only: bool, view: int = DEFAULT_VIEW) -> str | None:
    """The slug, in the view, of the product that had this one there, or that has it as its own; if
    the caller may see it."""
    return _first(_product(view, visible_only), slug)


def newer_slug(
    noun: str, table: str, slug: str, *, chain: Sequence[str] = (), seen: str = "true"
) -> str | None:
    """The slug of the row that had this one, itself or in a locale of the chain; `seen` is a
    condition on `row`, of our own text."""
    return _first(_plain(noun, table, seen), slug, [*chain])


@lru_cache(maxsize=256)
def _product(view: int, visible_only: bool) -> str:
    seen = visible(view) if visible_only else in_any_status(view)
    return _PRODUCT.format(
        redirects=redirects_in(str(view)),
        holds=redirect_holds("$1::text"),
        seen=seen,
        view=view,
        default=DEFAULT_VIEW,
    )


@lru_cache(maxsize=32)
def _plain(noun: str, table: str, seen: str) -> str:
    return _PLAIN.format(noun=noun, table=table, seen=seen)


def _first(sql: str, *named: str | list[str]) -> str | None:
    rows = fetch(sql, named)
    return (rows[0][0] or b"").decode() if rows else None

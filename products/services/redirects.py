"""Old slugs, kept in the transaction that gives a row another one.

Two statements at most for any number of rows. A row that takes a slug is written before the old
owner's redirect is removed, so the unique index of live slugs lets the two writers see each other.
"""

from collections.abc import Iterable, Mapping
from uuid import UUID

from django.db import connection

from catalog_project.ops.statements import array_of

# Noun -> its table, and which of its rows live. A row that does not live holds no slug.
LIVING = {
    "product": ("products_product", "row.status <> 'archived'"),
    "category": ("products_category", "true"),
    "brand": ("products_brand", "true"),
    "collection": ("products_collection", "true"),
}


def keep_old_slugs(noun: str, old: Mapping[UUID, str], *, locale_id: UUID | None = None) -> None:
    """Send whoever asks for these slugs on to the rows that had them until now.

    A slug that a live row has by now is left alone; an older redirect of the slug gives way.
    """
    table, lives = LIVING[noun]
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            INSERT INTO products_slugredirect AS known (noun, locale_id, slug, target_id, since)
            SELECT %(noun)s, %(locale)s, old.slug, old.id, now()
              FROM unnest(%(ids)s::uuid[], %(slugs)s::text[]) old(id, slug)
             WHERE %(locale)s::uuid IS NOT NULL OR NOT EXISTS (
                   SELECT FROM {table} row WHERE row.slug = old.slug AND {lives})
             ORDER BY old.slug
            ON CONFLICT (noun, slug, locale_id) DO UPDATE
               SET target_id = excluded.target_id, since = excluded.since
            """,  # noqa: S608 - of our own names
            {
                "noun": noun,
                "locale": locale_id,
                "ids": list(old),
                "slugs": list(old.values()),
            },
        )


def drop_redirects_of_live_slugs(noun: str, ids: Iterable[UUID]) -> None:
    """The slugs that these rows have now lead to them, and nowhere else."""
    table, lives = LIVING[noun]
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            DELETE FROM products_slugredirect known USING {table} row
             WHERE row.id = ANY(%s::uuid[]) AND {lives}
               AND known.noun = %s AND known.locale_id IS NULL AND known.slug = row.slug
            """,  # noqa: S608 - of our own names
            [array_of(ids), noun],
        )


def forget_redirects(noun: str, ids: Iterable[UUID]) -> None:
    """Nothing leads to these rows any more: they are about to be deleted."""
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM products_slugredirect WHERE noun = %s AND target_id = ANY(%s)",
            [noun, list(ids)],
        )

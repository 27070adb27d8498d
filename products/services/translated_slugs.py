"""Slugs of brands, categories and collections in all locales: one slug leads to one row.

Products need no such look: their documents have the slug of each locale, and the database refuses
two with the same one. Whoever writes a translated slug holds the names alone, so no other writer
takes one between the look and the commit.
"""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.db import connection

from products.errors import SlugTaken
from products.models import Brand, Category, Collection


def ensure_free_in_locales(
    model: type[Brand] | type[Category] | type[Collection],
    key: UUID | None,
    values: Mapping[str, Any],
) -> None:
    """Raises SlugTaken where another row has the slug, or one of the translated ones."""
    wanted = [(None, values["slug"])] if "slug" in values else []
    wanted += [
        (locale, texts["slug"])
        for locale, texts in values.get("translations", {}).items()
        if "slug" in texts
    ]
    if not wanted:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            SELECT wanted.locale, wanted.slug
              FROM unnest(%s::text[], %s::text[]) wanted(locale, slug)
             WHERE EXISTS (
                SELECT FROM {model._meta.db_table} other
                 WHERE other.id IS DISTINCT FROM %s
                   AND (wanted.locale IS NOT NULL AND other.slug = wanted.slug
                        OR other.translations <> '{{}}' AND EXISTS (
                           SELECT FROM jsonb_each(other.translations) each(locale, texts)
                            WHERE each.texts ->> 'slug' = wanted.slug
                              AND each.locale = coalesce(wanted.locale, each.locale))))
             ORDER BY 1, 2 LIMIT 1
            """,  # noqa: S608 - of our own names
            [[locale for locale, _ in wanted], [slug for _, slug in wanted], key],
        )
        for locale, slug in cursor.fetchall():
            pointer = f"/translations/{locale}/slug" if locale else "/slug"
            raise SlugTaken(f"Another one has the slug {slug!r}: choose another.", pointer=pointer)

"""Attribute values that become smaller, or go, because what they name goes."""

from collections.abc import Collection
from typing import Any, TypeAlias
from uuid import UUID

from django.db import connection
from psycopg.types.json import Jsonb

# Product, variant (None: a value of the product itself), code, and what is left; None: nothing.
Left: TypeAlias = tuple[UUID, UUID | None, str, Any]


def rewrite_values(values: Collection[Left]) -> None:
    """Write what is left of these values of locked products, in a statement for each table."""
    for table, column in (("products_product", 0), ("products_variant", 1)):
        chosen = [each for each in values if (each[1] is None) == (column == 0)]
        if not chosen:
            continue
        with connection.cursor() as cursor:
            cursor.execute(
                f"""
                UPDATE {table} subject
                   SET attributes = (subject.attributes - change.gone) || change.kept,
                       updated_at = now()
                  FROM (SELECT id, array_agg(code) AS gone,
                               coalesce(jsonb_object_agg(code, value)
                                            FILTER (WHERE value IS NOT NULL), '{{}}') AS kept
                          FROM unnest(%s::uuid[], %s::text[], %s::jsonb[]) each(id, code, value)
                         GROUP BY id) change
                 WHERE subject.id = change.id
                """,  # noqa: S608 - of our own names
                [
                    [each[column] for each in chosen],
                    [each[2] for each in chosen],
                    [None if each[3] is None else Jsonb(each[3]) for each in chosen],
                ],
            )

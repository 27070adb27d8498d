"""The rows of a product, written as a snapshot has them: exactly, in a fixed number of statements.

What the snapshot does not name, because an older release wrote it, stays as it is, or gets the
default of the database.
"""

import json
from collections.abc import Set
from typing import Any
from uuid import UUID

from django.db import connection, models

from products.models import Listing, Media, Price, Product, Variant

_STAYS = {"id", "version", "created_at", "updated_at"}
_IDS = """
    INSERT INTO products_externalid (product_id, variant_id, system, value, is_archived)
    SELECT %(id)s, NULL, e ->> 'system', e ->> 'id', %(is_archived)s
      FROM jsonb_array_elements(coalesce(%(state)s::jsonb -> 'external_ids', '[]')) e
    UNION ALL
    SELECT %(id)s, (v ->> 'id')::uuid, e ->> 'system', e ->> 'id', %(is_archived)s
      FROM jsonb_array_elements(%(state)s::jsonb -> 'variants') v,
           jsonb_array_elements(coalesce(v -> 'external_ids', '[]')) e
"""
_CATEGORIES = """
    INSERT INTO products_productcategory (product_id, category_id, position)
    SELECT %(id)s, c.id::uuid, c.n - 1
      FROM jsonb_array_elements_text(%(state)s::jsonb -> 'categories') WITH ORDINALITY c(id, n)
"""
_RELATIONS = """
    INSERT INTO products_relation (product_id, kind_id, target_id, variant_id, quantity, position)
    SELECT %(id)s, (l.x ->> 'kind')::uuid, (l.x ->> 'product')::uuid, (l.x ->> 'variant')::uuid,
           (l.x ->> 'quantity')::int, l.n - 1
      FROM jsonb_array_elements(coalesce(%(state)s::jsonb -> 'relations', '[]'))
           WITH ORDINALITY l(x, n)
"""
# Pictures of variants: in older snapshots each picture says itself which one it shows.
_SHOWN = """
    INSERT INTO products_variantmedia (product_id, variant_id, media_id, position)
    SELECT %(id)s, (v ->> 'id')::uuid, m.id::uuid, m.n - 1
      FROM jsonb_array_elements(%(state)s::jsonb -> 'variants') v,
           jsonb_array_elements_text(coalesce(v -> 'media', '[]')) WITH ORDINALITY m(id, n)
    UNION ALL
    SELECT %(id)s, (m ->> 'variant_id')::uuid, (m ->> 'id')::uuid, 0
      FROM jsonb_array_elements(coalesce(%(state)s::jsonb -> 'media', '[]')) m
     WHERE m ->> 'variant_id' IS NOT NULL
"""


def write_rows(product_id: UUID, state: str, *, exists: bool, version: int) -> None:
    """Make the product and its parts what the state says; `version` is that of a new row.

    Raises IntegrityError where the database refuses a row.
    """
    facts: dict[str, Any] = json.loads(state)
    values = {
        "id": product_id,
        "state": state,
        "is_archived": facts["status"] == Product.Status.ARCHIVED,
        "version": version,
    }
    with connection.cursor() as cursor:
        cursor.execute(_product(facts, exists=exists), values)
        for table in ("productcategory", "externalid", "relation", "listing", "variantmedia"):
            cursor.execute(f"DELETE FROM products_{table} WHERE product_id = %(id)s", values)  # noqa: S608 - of our own names
    _drop_others(product_id, facts)
    with connection.cursor() as cursor:
        # SKUs and options may change hands: nobody has any until all have theirs.
        cursor.execute(
            "UPDATE products_variant SET sku = NULL, options = jsonb_build_object('', id)"
            " WHERE product_id = %(id)s",
            values,
        )
        for statement in (
            *_upsert(Variant, "%(state)s::jsonb -> 'variants'", facts["variants"]),
            "UPDATE products_variant SET is_archived = %(is_archived)s"
            " WHERE product_id = %(id)s AND is_archived <> %(is_archived)s",
            *_prices(facts),
            *_upsert(Media, "%(state)s::jsonb -> 'media'", facts.get("media", [])),
            _IDS,
            _CATEGORIES,
            _RELATIONS,
            _SHOWN,
            *_listings(facts),
        ):
            cursor.execute(statement, values)


def _drop_others(product_id: UUID, facts: dict[str, Any]) -> None:
    """Parts that were not there then, and what belongs to them."""
    variants = [row["id"] for row in facts["variants"]]
    Variant.objects.filter(product=product_id).exclude(pk__in=variants).delete()
    Price.objects.filter(variant__product=product_id).delete()
    media = [row["id"] for row in facts.get("media", [])]
    Media.objects.filter(product=product_id).exclude(pk__in=media).delete()


def _product(facts: dict[str, Any], *, exists: bool) -> str:
    if not exists:
        names = _columns(Product, [facts], leave={"version"})
        return (
            f"INSERT INTO products_product ({names}, version)"  # noqa: S608 - of our own names
            f" SELECT {names}, %(version)s"
            " FROM jsonb_populate_record(NULL::products_product, %(state)s::jsonb)"
        )
    names = _columns(Product, [facts], leave=_STAYS)
    return (
        f"UPDATE products_product p SET ({names}, updated_at) = (SELECT {names}, now()"  # noqa: S608 - of our own names
        " FROM jsonb_populate_record(NULL::products_product, %(state)s::jsonb)) WHERE p.id = %(id)s"
    )


def _upsert(model: type[models.Model], rows: str, known: list[dict[str, Any]]) -> list[str]:
    if not known:
        return []
    table, names = model._meta.db_table, _columns(model, known)
    updates = ", ".join(f"{name} = excluded.{name}" for name in names.split(", ") if name != "id")
    return [
        f"INSERT INTO {table} ({names}) SELECT {names}"  # noqa: S608 - of our own names
        f" FROM jsonb_populate_recordset(NULL::{table}, {rows})"
        f" ON CONFLICT (id) DO UPDATE SET {updates}"
    ]


def _prices(facts: dict[str, Any]) -> list[str]:
    known = [row for variant in facts["variants"] for row in variant["prices"]]
    if not known:
        return []
    names = _columns(Price, known)
    return [
        f"INSERT INTO products_price ({names}) SELECT {names}"  # noqa: S608 - of our own names
        " FROM jsonb_array_elements(%(state)s::jsonb -> 'variants') v,"
        " jsonb_populate_recordset(NULL::products_price, v -> 'prices')"
    ]


def _listings(facts: dict[str, Any]) -> list[str]:
    if not (known := facts.get("listings")):
        return []
    names = _columns(Listing, known, leave={"id", "product_id"})
    return [
        f"INSERT INTO products_listing (product_id, {names}) SELECT %(id)s, {names}"  # noqa: S608 - of our own names
        " FROM jsonb_populate_recordset(NULL::products_listing, %(state)s::jsonb -> 'listings')"
    ]


def _columns(
    model: type[models.Model], rows: list[dict[str, Any]], leave: Set[str] = frozenset()
) -> str:
    """Those of the table that every row of the snapshot names."""
    names = [field.column for field in model._meta.concrete_fields if not field.generated]
    said = set.intersection(*(set(row) for row in rows))
    return ", ".join(name for name in names if name in said and name not in leave)

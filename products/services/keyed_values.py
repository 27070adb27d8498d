"""Values and texts that are kept under the slug of a channel or the code of a locale.

Whoever renames or deletes one must know of them: first the report, then, with consent, the change.
"""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import orjson
from django.db import connection

from products.errors import StillInUse, ValuesWouldBeLost
from products.services.locking import lock_products
from products.services.rewriting import rewrite_values
from products.services.unit_of_work import UnitOfWork

# Attributes whose values are keyed: by channel, by locale, or by channel and then by locale.
_KEYED = """
    WITH keyed AS (
        SELECT assigned.product_type_id, assigned.is_variant, a.code,
               a.is_per_channel AND NOT %(by_channel)s AS is_below
          FROM products_attribute a
          JOIN products_producttypeattribute assigned ON assigned.attribute_id = a.id
         WHERE CASE WHEN %(by_channel)s THEN a.is_per_channel ELSE a.is_localizable END),
    placed AS (
        SELECT p.id AS product_id, NULL::uuid AS variant_id, keyed.code, keyed.is_below,
               p.attributes -> keyed.code AS value
          FROM keyed JOIN products_product p USING (product_type_id)
         WHERE NOT keyed.is_variant AND p.attributes ? keyed.code
        UNION ALL
        SELECT p.id, v.id, keyed.code, keyed.is_below, v.attributes -> keyed.code
          FROM keyed JOIN products_product p USING (product_type_id)
          JOIN products_variant v ON v.product_id = p.id
         WHERE keyed.is_variant AND v.attributes ? keyed.code)
    SELECT product_id, variant_id, code, is_below, value FROM placed
     WHERE CASE WHEN is_below
                THEN EXISTS (SELECT FROM jsonb_each(value) below WHERE below.value ? %(key)s)
                ELSE value ? %(key)s END
     ORDER BY product_id, variant_id NULLS FIRST, code
"""
# Rows with texts in a locale: the table, and the aggregate whose version counts them.
TRANSLATED = {
    "products_attribute": ("attribute", "id"),
    "products_attributeoption": ("attribute", "attribute_id"),
    "products_brand": ("brand", "id"),
    "products_category": ("category", "id"),
    "products_collection": ("collection", "id"),
    "products_producttype": ("product_type", "id"),
    "products_relationkind": ("relation_kind", "id"),
    "products_taxclass": ("tax_class", "id"),
    "products_product": ("product", "id"),
    "products_media": ("product", "product_id"),
}
EXAMPLES = 10


def settle_keyed_losses(
    work: UnitOfWork | None,
    *,
    channel: str = "",
    locale: str = "",
    accept_loss: bool = False,
    refusal: str = "",
) -> None:
    """Take away what is kept under the channel or the locale, or raise ValuesWouldBeLost where
    somebody must consent first; StillInUse in the words of `refusal`, where no consent will do."""
    key = channel or locale
    values = _rows(_KEYED, by_channel=bool(channel), key=key)
    texts = _texts(locale) if locale else []
    if not values and not texts:
        return
    losses = _report(values, texts, key)
    if refusal:
        raise StillInUse(refusal.format(**losses))
    if not accept_loss or work is None:
        raise ValuesWouldBeLost(losses)
    _take_values_away(work, values, key)
    _take_texts_away(work, texts, locale)


def _rows(sql: str, **parameters: Any) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return list(cursor.fetchall())


def _texts(locale: str) -> list[tuple[str, str, UUID, int | UUID]]:
    """Table, aggregate, its key, and the key of the row."""
    return [
        (table, aggregate, owner, row)
        for table, (aggregate, column) in TRANSLATED.items()
        for owner, row in _rows(
            f"SELECT {column}, id FROM {table} WHERE translations ? %(key)s ORDER BY 1, 2",  # noqa: S608 - of our own names
            key=locale,
        )
    ]


def _report(values: Sequence[Any], texts: Sequence[Any], key: str) -> dict[str, Any]:
    codes = sorted({row[2] for row in values})
    touched = {row[0] for row in values}
    touched |= {owner for _, aggregate, owner, _ in texts if aggregate == "product"}
    return {
        "values": len(values) + len(texts),
        "products": len(touched),
        "texts": len(texts),
        "attributes": [
            {
                "code": code,
                "values": sum(row[2] == code for row in values),
                "products": len({row[0] for row in values if row[2] == code}),
            }
            for code in codes[:100]
        ],
        "examples": [
            {
                "product": str(row[0]),
                "variant": None if row[1] is None else str(row[1]),
                "attribute": row[2],
                "value": _below(_value(row), key, is_below=row[3]),
            }
            for row in values[:EXAMPLES]
        ],
    }


def _value(row: Any) -> Any:
    return orjson.loads(row[4])


def _below(value: Any, key: str, *, is_below: bool) -> Any:
    if not is_below:
        return value[key]
    return {outer: inner[key] for outer, inner in value.items() if key in inner}


def without_key(value: dict[str, Any], key: str, *, is_below: bool) -> dict[str, Any]:
    """The value without what stands under the key; empty where nothing is left of it."""
    if not is_below:
        return {name: inner for name, inner in value.items() if name != key}
    left = {name: without_key(inner, key, is_below=False) for name, inner in value.items()}
    return {name: inner for name, inner in left.items() if inner}


def _take_values_away(work: UnitOfWork, rows: Sequence[Any], key: str) -> None:
    products = {row[0] for row in rows}
    lock_products(products)
    rewrite_values(
        [
            (*row[:3], without_key(_value(row), key, is_below=row[3]) or None)  # nothing is left
            for row in rows
        ]
    )
    work.changed("product", products)


def _take_texts_away(work: UnitOfWork, texts: Sequence[Any], locale: str) -> None:
    for table in {each[0] for each in texts}:
        with connection.cursor() as cursor:
            cursor.execute(
                f"UPDATE {table} SET translations = translations - %s WHERE id = ANY(%s)",  # noqa: S608 - of our own names
                [locale, [row for name, _, _, row in texts if name == table]],
            )
    for aggregate in {each[1] for each in texts}:
        work.changed(aggregate, {owner for _, noun, owner, _ in texts if noun == aggregate})

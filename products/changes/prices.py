"""The history of prices: what the catalog held, and from when until when.

One statement compares the prices with the open records, so that it does not matter how a price
was written, and nothing that came and went within one transaction is in it.
"""

from collections.abc import Iterable
from uuid import UUID

from django.db import connection

from catalog_project.ops.statements import FEW, array_of, execute, numbered

_OPEN = "'9999-12-31T00:00:00Z'::timestamptz"

# The locks are held by now, so this instant is later than that of any writer before.
_RECORD = """
WITH present AS ({present}),
     moment AS MATERIALIZED (SELECT clock_timestamp() AS instant),
     closed AS (
         UPDATE {history} record SET recorded_until = greatest(record.recorded_from, moment.instant)
           FROM moment
          WHERE record.recorded_until = {open} AND record.{owner} = ANY(%(ids)s::uuid[])
            AND NOT EXISTS (SELECT FROM present
                             WHERE present.{key} = record.{key}
                               AND ({same_present}) IS NOT DISTINCT FROM ({same_record}))
         RETURNING record.{key})
INSERT INTO {history} ({columns}, recorded_from, recorded_until)
SELECT {same_present}, moment.instant, {open} FROM present CROSS JOIN moment
 WHERE NOT EXISTS (SELECT FROM {history} record
                    WHERE record.recorded_until = {open} AND record.{key} = present.{key}
                      AND ({same_record}) IS NOT DISTINCT FROM ({same_present}))
   -- One record of a price is open: the old one is closed before a new one is written.
   AND (SELECT count(*) FROM closed) >= 0
 ORDER BY present.{key}
"""


def _statement(history: str, present: str, owner: str, columns: tuple[str, ...]) -> tuple[str, str]:
    """As cursors take it, and as sessions keep it prepared."""
    statement = _RECORD.format(
        history=history,
        present=present,
        owner=owner,
        key=columns[0],
        open=_OPEN,
        columns=", ".join(columns),
        same_present=", ".join(f"present.{name}" for name in columns),
        same_record=", ".join(f"record.{name}" for name in columns),
    )
    return statement, numbered(statement, "ids")


PRICE_COLUMNS = (
    "price_id",
    "product_id",
    "variant_id",
    "price_list_id",
    "currency",
    "min_quantity",
    "valid",
    "amount",
    "compare_at",
)
# Prices are found by their variant, one variant after the other: of many the planner would rather
# read the whole table. OFFSET 0 forbids it.
_PRESENT_PRICES = """
    SELECT price.id AS price_id, variant.product_id, price.variant_id, price.price_list_id,
           price.currency, price.min_quantity, price.valid, price.amount, price.compare_at
      FROM products_variant variant
     CROSS JOIN LATERAL (
           SELECT * FROM products_price each WHERE each.variant_id = variant.id OFFSET 0) price
     WHERE variant.{owner} = ANY(%(ids)s::uuid[])
"""
_OF_PRODUCTS, _OF_VARIANTS = (
    _statement("products_pricerecord", _PRESENT_PRICES.format(owner=key), column, PRICE_COLUMNS)
    for key, column in (("product_id", "product_id"), ("id", "variant_id"))
)

LIST_COLUMNS = (
    "price_list_id",
    "code",
    "channel_id",
    "customer_group",
    "priority",
    "valid",
    "is_active",
)
_PRESENT_LISTS = """
    SELECT list.id AS price_list_id, list.code, list.channel_id, list.customer_group, list.priority,
           list.valid, list.is_active
      FROM products_pricelist list WHERE list.id = ANY(%(ids)s::uuid[])
"""
_LISTS = _statement("products_pricelistrecord", _PRESENT_LISTS, "price_list_id", LIST_COLUMNS)


def record_prices(product_ids: Iterable[UUID]) -> None:
    """The prices of these products are, from now on, what they are. They may be gone."""
    _execute(*_OF_PRODUCTS, product_ids)


def record_prices_of_variants(variant_ids: Iterable[UUID]) -> None:
    """The same of these variants. They may be gone."""
    _execute(*_OF_VARIANTS, variant_ids)


def record_price_lists(list_ids: Iterable[UUID]) -> None:
    _execute(*_LISTS, list_ids)


def _execute(statement: str, of_few: str, ids: Iterable[UUID]) -> None:
    wanted = list(ids)
    if 0 < len(wanted) <= FEW:
        execute(of_few, [array_of(wanted)])
    elif wanted:
        with connection.cursor() as cursor:
            cursor.execute(statement, {"ids": array_of(wanted)})

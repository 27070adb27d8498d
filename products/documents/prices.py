"""Which price holds: the one rule, as SQL, and what documents print by it.

Fragments of the statement in `build`: `p` is the product, `v` a variant, `view` the pair of channel
and locale with `view.currency` and `view.channel_id`, and `segment` a stretch of time.
"""

from dataclasses import dataclass
from datetime import datetime

from products.documents.printing import BEGINNING, END, instant, money
from products.documents.variants import ACTIVE


@dataclass(frozen=True, slots=True)
class Source:
    """Where prices and lists are read: what the catalog holds now, or held at an instant."""

    prices: str
    lists: str


NOW = Source("products_price", "products_pricelist")


def recorded(at: str) -> Source:
    """What the catalog held at that instant; of the future, what it holds now."""
    held = f"recorded_from <= {at} AND recorded_until > {at}"
    return Source(
        f"(SELECT * FROM products_pricerecord WHERE {held})",
        "(SELECT price_list_id AS id, code, channel_id, customer_group, priority, valid, is_active"
        f" FROM products_pricelistrecord WHERE {held})",
    )


def fitting(
    *, channel: str, quantity: str, at: str, customer_group: str = "''", source: Source = NOW
) -> str:
    """All prices that this customer may get then and there, as FROM and WHERE."""
    return f"""
          FROM {source.prices} price LEFT JOIN {source.lists} list ON list.id = price.price_list_id
         WHERE price.min_quantity <= {quantity} AND price.valid @> {at}
           AND (price.price_list_id IS NULL
                OR (list.is_active AND list.valid @> {at}
                    AND (list.channel_id IS NULL OR list.channel_id = {channel})
                    AND list.customer_group IN ('', {customer_group})))
    """


# The first of those is the one: see docs/prices.md. Every price that anybody is told is chosen by
# `fitting` and this. Of the lists, the one of the highest priority that has a price (of equal ones,
# the first code), else the base list; in it the greatest minimum quantity that is reached; of that
# slot the dated price, else the lasting one.
FIRST = """
    price.price_list_id IS NULL, list.priority DESC, list.code COLLATE "C",
    price.min_quantity DESC, price.valid = '(,)'::tstzrange
"""


def effective(
    *,
    variant: str,
    currency: str,
    channel: str,
    quantity: str,
    at: str,
    customer_group: str = "''",
    source: Source = NOW,
) -> str:
    """The price of a variant, as a SELECT of one row or none."""
    fits = fitting(
        channel=channel, quantity=quantity, at=at, customer_group=customer_group, source=source
    )
    return f"""
        SELECT price.currency, price.amount, price.compare_at, price.min_quantity, price.valid,
               list.code AS price_list {fits}
           AND price.variant_id = {variant} AND price.currency = {currency}
         ORDER BY {FIRST} LIMIT 1
    """


def prices_of(
    *,
    variant: str = "v.id",
    channel: str = "view.channel_id",
    at: str = "segment.at",
    customer_group: str = "''",
    source: Source = NOW,
) -> str:
    """A JSON list: in each currency what one costs, then the tiers that differ.

    A plain price has three members; a tier, a dated price and one of a list say what they are.
    """
    chosen = effective(
        variant=variant,
        currency="step.currency",
        channel=channel,
        quantity="step.min_quantity",
        at=at,
        customer_group=customer_group,
        source=source,
    )
    return f"""
    array_to_json(ARRAY(
        SELECT CASE WHEN chosen.price_list IS NULL AND chosen.min_quantity = 1
                     AND chosen.valid = '(,)'::tstzrange
                    THEN (SELECT row_to_json(item) FROM (SELECT {_PLAIN}) item)
                    ELSE (SELECT row_to_json(item) FROM (
                        SELECT {_PLAIN}, chosen.min_quantity, chosen.price_list,
                               {instant("lower(chosen.valid)")} AS valid_from,
                               {instant("upper(chosen.valid)")} AS valid_until) item) END
          FROM (SELECT DISTINCT each.currency, each.min_quantity FROM {source.prices} each
                 WHERE each.variant_id = {variant}) step
         CROSS JOIN LATERAL ({chosen}) chosen
         WHERE chosen.min_quantity = step.min_quantity
         ORDER BY step.currency, step.min_quantity))
    """


_PLAIN = f"""
    chosen.currency, {money("chosen.amount")} AS amount, {money("chosen.compare_at")} AS compare_at
"""


def spread(*, at: str = "segment.at", source: Source = NOW) -> str:
    """The lowest and the highest price of one piece of any active variant, in the view's currency.

    The same rule as `effective`, for thousands of variants in one pass.
    """
    fits = fitting(channel="view.channel_id", quantity="1", at=at, source=source)
    return f"""
        SELECT min(one.amount) AS lowest, max(one.amount) AS highest
          FROM (SELECT DISTINCT ON (price.variant_id) price.amount {fits}
                   AND price.currency = view.currency
                   AND price.variant_id IN (SELECT v.id FROM products_variant v
                                             WHERE v.product_id = p.id AND {ACTIVE})
                 ORDER BY price.variant_id, {FIRST}) one
    """


PRICE_RANGE = f"""
    (SELECT row_to_json(item) FROM (
        SELECT view.currency, {money("spread.lowest")} AS min,
               {money("spread.highest")} AS max
    ) item WHERE spread.lowest IS NOT NULL)
"""

# When a price that this view's shoppers may get begins or ends, after the product was last written.
# Not after now: a document may not depend on when it is computed, only on the truth.
BOUNDARIES = f"""
    SELECT DISTINCT edge.instant
      FROM products_variant v
      JOIN products_price price ON price.variant_id = v.id
      LEFT JOIN products_pricelist list ON list.id = price.price_list_id
     CROSS JOIN LATERAL (VALUES (lower(price.valid)), (upper(price.valid)),
                                (lower(list.valid)), (upper(list.valid))) edge(instant)
     WHERE v.product_id = p.id AND {ACTIVE} AND edge.instant > p.updated_at
       AND (list.id IS NULL
            OR (list.is_active AND list.customer_group = ''
                AND (list.channel_id IS NULL OR list.channel_id = view.channel_id)))
"""

# One row for each stretch of time in which the product's prices do not change. The first one
# begins with the time, and shows what held when the product was last written.
SEGMENTS = f"""
    (SELECT coalesce(lag(ends.instant) OVER in_time, {BEGINNING}) AS holds_from,
            ends.instant AS holds_until,
            coalesce(lag(ends.instant) OVER in_time, p.updated_at) AS at
       FROM ({BOUNDARIES} UNION SELECT {END}) ends(instant)
     WINDOW in_time AS (ORDER BY ends.instant))
"""


def of_variant_row(view: int, at: datetime | None) -> tuple[str, tuple[datetime, ...]]:
    """What a row of `products_variant` costs in this view, as an expression; and what its
    placeholders stand for. None is now."""
    instant_of = "%s::timestamptz" if at else "now()"
    of_row = prices_of(
        variant='"products_variant"."id"',
        channel=f"(SELECT channel_id FROM products_channellocale WHERE id = {view:d})",
        at=instant_of,
        source=recorded(instant_of) if at else NOW,
    )
    return f"({of_row}::jsonb)", (at,) * of_row.count("%s") if at else ()

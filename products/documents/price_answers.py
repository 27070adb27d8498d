"""What a variant costs, cost and was lowest at, for one customer: computed when asked, from the
history of prices. All of it goes through `prices.effective`."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import orjson
from django.conf import settings
from django.db import connection

from products.documents.prices import PRICE_RANGE, effective, prices_of, recorded, spread
from products.documents.printing import list_of
from products.documents.variants import ACTIVE, SHOWN
from products.models.channels import DEFAULT_VIEW

LOOKS_BACK = timedelta(days=400)
OMNIBUS = timedelta(days=30)  # Directive 98/6/EC, article 6a (2)


@dataclass(frozen=True, slots=True)
class Shopper:
    """Who asks for a price, and where."""

    channel_id: UUID
    currency: str
    customer_group: str = ""
    quantity: int = 1


@dataclass(frozen=True, slots=True)
class Step:
    """From this instant, and until the next step, the price was this one; None: there was none."""

    start: datetime
    amount: Decimal | None
    compare_at: Decimal | None
    min_quantity: int | None
    price_list: str | None


_SOURCE = recorded("edge.instant")
_CHOSEN = effective(
    variant="edge.variant_id",
    currency="%(currency)s",
    channel="%(channel)s::uuid",
    quantity="%(quantity)s",
    at="edge.instant",
    customer_group="%(customer_group)s",
    source=_SOURCE,
)
# At each of these instants the price may have become another one.
_STEPS = f"""
WITH record AS (
    SELECT * FROM products_pricerecord
     WHERE variant_id = ANY(%(variants)s::uuid[]) AND currency = %(currency)s
       AND recorded_until > %(first)s),
edge AS (
    SELECT variant.id AS variant_id, %(first)s::timestamptz AS instant
      FROM unnest(%(variants)s::uuid[]) variant(id)
     UNION
    SELECT variant_id, each.instant FROM record, LATERAL (VALUES
        (recorded_from), (recorded_until), (lower(valid)), (upper(valid))) each(instant)
     UNION
    SELECT record.variant_id, each.instant
      FROM record JOIN products_pricelistrecord list USING (price_list_id), LATERAL (VALUES
        (list.recorded_from), (list.recorded_until), (lower(list.valid)), (upper(list.valid))
      ) each(instant))
SELECT edge.variant_id, edge.instant, chosen.amount, chosen.compare_at, chosen.min_quantity,
       chosen.price_list
  FROM edge LEFT JOIN LATERAL ({_CHOSEN}) chosen ON true
 WHERE edge.instant BETWEEN %(first)s AND %(last)s
 ORDER BY edge.variant_id, edge.instant
"""


def steps_of(
    variant_ids: Sequence[UUID], shopper: Shopper, at: datetime
) -> Mapping[UUID, list[Step]]:
    """What each variant cost in the time before an instant, in one query; equal steps are one."""
    found: dict[UUID, list[Step]] = defaultdict(list)
    with connection.cursor() as cursor:
        cursor.execute(
            _STEPS,
            {
                "variants": list(variant_ids),
                "currency": shopper.currency,
                "channel": shopper.channel_id,
                "customer_group": shopper.customer_group,
                "quantity": shopper.quantity,
                "first": at - LOOKS_BACK,
                "last": at,
            },
        )
        for variant_id, start, *price in cursor.fetchall():
            step = Step(start, *price)
            steps = found[variant_id]
            if not steps or _price(steps[-1]) != _price(step):
                steps.append(step)
    return found


def _price(step: Step) -> tuple[object, ...]:
    return step.amount, step.compare_at, step.min_quantity, step.price_list


def lowest(steps: Sequence[Step], start: datetime, end: datetime) -> Decimal | None:
    """The lowest price that held at any instant from start until before end."""
    ends = [step.start for step in steps[1:]] + [datetime.max.replace(tzinfo=end.tzinfo)]
    amounts = [
        step.amount
        for step, until in zip(steps, ends, strict=True)
        if step.amount is not None and step.start < end and until > start
    ]
    return min(amounts, default=None)


def lowest_before(steps: Sequence[Step]) -> Decimal | None:
    """The lowest price of the 30 days before the present one began to apply: what an announcement
    of a reduction has to name. None where there was none."""
    if not steps or steps[-1].amount is None:
        return None
    first = len(steps) - 1
    while first and steps[first - 1].amount == steps[-1].amount:
        first -= 1
    began = steps[first].start
    return lowest(steps[:first], began - OMNIBUS, began) if first else None


_AS_OF = recorded("%(at)s::timestamptz")
_VARIANTS = list_of(f"""
    SELECT v.id, {prices_of(at="%(at)s::timestamptz", source=_AS_OF)} AS prices
      FROM products_variant v WHERE v.product_id = p.id AND {ACTIVE}
     ORDER BY v.position, v.id LIMIT {SHOWN}
""")
_MEMBERS = f"""
SELECT p.id, {PRICE_RANGE}::text, {_VARIANTS}::text
  FROM products_product p
 CROSS JOIN (
     SELECT coalesce(nullif(channel.currency, ''), %(currency)s) AS currency, pair.channel_id
       FROM products_channellocale pair JOIN products_channel channel
         ON channel.id = pair.channel_id
      WHERE pair.id = %(view)s) view
 CROSS JOIN LATERAL ({spread(at="%(at)s::timestamptz", source=_AS_OF)}) spread
 WHERE p.id = ANY(%(ids)s::uuid[])
"""


def with_prices_of(
    products: Sequence[dict[str, Any]], at: datetime, view: int = DEFAULT_VIEW
) -> None:
    """Put the prices of that instant into these bodies of documents, in one query."""
    by_id = {UUID(product["id"]): product for product in products}
    with connection.cursor() as cursor:
        cursor.execute(
            _MEMBERS,
            {
                "ids": list(by_id),
                "at": at,
                "currency": settings.CATALOG_CURRENCY,
                "view": view,
            },
        )
        for key, price_range, variants in cursor.fetchall():
            by_id[key]["price_range"] = orjson.loads(price_range) if price_range else None
            prices = {each["id"]: each["prices"] for each in orjson.loads(variants)}
            for variant in by_id[key]["variants"]:
                variant["prices"] = prices.get(variant["id"], [])

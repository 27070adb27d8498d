"""The rule of docs/prices.md, one price at a time, as slow and obvious as it can be."""

from datetime import datetime
from typing import Any
from uuid import UUID

from products.models import Channel, Price, Variant


def chosen_price(
    variant: Variant,
    currency: str,
    at: datetime,
    *,
    quantity: int = 1,
    customer_group: str = "",
    channel_id: UUID | None = None,
) -> Price | None:
    """What each piece costs whoever buys so many at that instant."""
    channel_id = channel_id or Channel.objects.get(slug="default").pk
    fitting = [
        price
        for price in variant.prices.select_related("price_list")
        if price.currency == currency
        and price.min_quantity <= quantity
        and holds(price, at)
        and is_for(price, at, channel_id, customer_group)
    ]
    lists = sorted(
        {price.price_list for price in fitting if price.price_list},
        key=lambda each: (-each.priority, each.code.encode()),
    )
    for wanted in [*lists, None]:
        of_list = [price for price in fitting if price.price_list == wanted]
        if of_list:
            most = max(price.min_quantity for price in of_list)
            tier = [price for price in of_list if price.min_quantity == most]
            dated = [price for price in tier if not price.is_lasting]
            return (dated or tier)[0]
    return None


def holds(row: Any, at: datetime) -> bool:
    start, end = row.valid.lower, row.valid.upper
    return (start is None or start <= at) and (end is None or at < end)


def is_for(price: Price, at: datetime, channel_id: UUID, customer_group: str) -> bool:
    row = price.price_list
    return row is None or (
        row.is_active
        and holds(row, at)
        and row.channel_id in (None, channel_id)
        and row.customer_group in ("", customer_group)
    )


def shown_prices(variant: Variant, at: datetime) -> list[dict[str, Any]]:
    """What a document prints: each step at which another price begins."""
    steps = sorted({(price.currency, price.min_quantity) for price in variant.prices.all()})
    shown = []
    for currency, quantity in steps:
        price = chosen_price(variant, currency, at, quantity=quantity)
        if price and price.min_quantity == quantity:
            shown.append(printed(price))
    return shown


def printed(price: Price) -> dict[str, Any]:
    plain = {"currency": price.currency, "amount": price.amount, "compare_at": price.compare_at}
    if price.is_lasting and price.price_list is None and price.min_quantity == 1:
        return plain
    return {
        **plain,
        "min_quantity": price.min_quantity,
        "price_list": price.price_list.code if price.price_list else None,
        "valid_from": price.valid_from,
        "valid_until": price.valid_until,
    }

"""A record's prices, laid over those of the variant: each in its place of list, currency, quantity
and period."""

from collections.abc import Mapping, Sequence
from typing import Any

from products.models import Price
from products.services.values import PriceValues
from products.transfer.importing.intents import Intent
from products.transfer.importing.suspicions import is_jump
from products.transfer.importing.world import World
from products.transfer.records import Remark, VariantRecord

Slot = tuple[str | None, str, int, Any, Any]  # list, currency, least, from, until


def merge_prices(
    intent: Intent, record: VariantRecord, label: str, stored: Sequence[Price], world: World
) -> list[PriceValues] | None:
    """The lasting base prices, and those of other places that change; None where nothing does. A
    former price stays while it is not below the new one."""
    lists = {row.pk: code for code, row in world.lists.items()}
    before: dict[Slot, Price] = {_slot_of(price, lists): price for price in stored}
    wanted: dict[Slot, PriceValues] = {
        slot: _values_of(price)
        for slot, price in before.items()
        if slot[0] is None and price.is_lasting
    }
    is_changed = False
    for item in record.values.get("prices", []):
        slot = _slot(item)
        old = before.get(slot)
        known = old.compare_at if old else None
        kept = known if known is not None and known >= item["amount"] else None
        new = (item["amount"], item.get("compare_at", kept))
        if old is not None and (old.amount, old.compare_at) == new:
            continue
        is_changed = True
        wanted[slot] = {**item, "amount": new[0], "compare_at": new[1]}
        intent.say(f"variants.{label}.price {slot[1]}", old and old.amount, new[0])
        if old is not None and is_jump(old.amount, new[0]):
            intent.warnings.append(_jump(intent, record, slot[1], old, item))
    return list(wanted.values()) if is_changed else None


def _jump(
    intent: Intent, record: VariantRecord, currency: str, old: Price, item: PriceValues
) -> Remark:
    return Remark(
        "price-jump",
        record.line,
        f"The price goes from {old.amount.normalize():f} to {item['amount']:f} {currency}.",
        "See that the decimal point of the file is where it should be.",
        intent.record.columns.get("price", ""),
        intent.record.slug or "",
    )


def _slot(item: PriceValues) -> Slot:
    code = item.get("price_list")
    return (
        code if isinstance(code, str) else None,
        item["currency"],
        item.get("min_quantity", 1),
        item.get("valid_from"),
        item.get("valid_until"),
    )


def _slot_of(price: Price, lists: Mapping[Any, str]) -> Slot:
    code = lists.get(price.price_list_id) if price.price_list_id else None
    return (code, price.currency, price.min_quantity, price.valid_from, price.valid_until)


def _values_of(price: Price) -> PriceValues:
    return {
        "currency": price.currency,
        "amount": price.amount,
        "compare_at": price.compare_at,
        "min_quantity": price.min_quantity,
    }

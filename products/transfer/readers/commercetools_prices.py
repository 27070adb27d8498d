"""Prices that commercetools packs in a cell: DE-EUR 1200|999 b2b#berlin$2026-03-01~2026-04-01."""

import re
from datetime import datetime
from decimal import Decimal

from iso4217 import Currency

from products.services.prices import CURRENCIES
from products.services.values import PriceValues
from products.transfer.readers import cells
from products.transfer.readers.cells import CellRefused
from products.transfer.readers.finds import Finds, code_of

PRICE = re.compile(
    r"(?:(?P<country>[A-Za-z]{2})-)?(?P<currency>[A-Z]{3})\s+(?P<cents>[0-9]{1,15})"
    r"(?:\|(?P<reduced>[0-9]{1,15}))?"
    r"(?:\s+(?P<group>[^~$#]*[^~$#\s]))?\s*(?:#(?P<channel>[^~$]+))?"
    r"(?:\$(?P<starts>[^~]+))?(?:~(?P<ends>.+))?"
)


def price_of(cell: str, finds: Finds) -> PriceValues:
    """Raises CellRefused."""
    found = PRICE.fullmatch(cell)
    if not found or found["currency"] not in CURRENCIES:
        raise CellRefused(
            "invalid-amount",
            f"{cell[:60]!r} is no price.",
            "Write it like EUR 1299, in cents, or DE-EUR 1299 group#channel.",
        )
    currency = found["currency"]
    amount = _units(found["cents"], currency)
    price: PriceValues = {"currency": currency, "amount": amount}
    if found["reduced"] is not None and _units(found["reduced"], currency) < amount:
        price["amount"], price["compare_at"] = _units(found["reduced"], currency), amount
    if starts := _instant(found["starts"]):
        price["valid_from"] = starts
    if ends := _instant(found["ends"]):
        price["valid_until"] = ends
    if code := _list(found, finds):
        price["price_list"] = code
    return price


def _units(cents: str, currency: str) -> Decimal:
    """Of 1299 EUR: 12.99; of 1299 JPY: 1299."""
    return Decimal(cents).scaleb(-(Currency(currency).exponent or 0))


def _instant(text: str | None) -> datetime | None:
    return cells.instant(text.strip()) if text and text.strip() else None


def _list(found: re.Match[str], finds: Finds) -> str | None:
    """A price for a country, a customer group or a channel is one of a price list."""
    country, group = (found["country"] or "").upper(), (found["group"] or "").strip()
    channel, currency = (found["channel"] or "").strip(), found["currency"]
    parts = [part for part in (country, channel, group) if part]
    if not parts:
        return None
    place = None
    if channel or country:
        name = channel or country
        place = finds.channel(code_of(name), name, currency)
    name = " ".join([*parts, currency])
    return finds.price_list(
        code_of(name), name, currency, channel=place, group=code_of(group) if group else ""
    )

"""Writes of prices: always as the whole list of one or many variants."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from uuid import UUID

from iso4217 import Currency

from catalog_project.errors import pointing_at
from catalog_project.models import uuid7
from products.errors import CurrencyTwice, InvalidValue
from products.models import Price
from products.models.prices import DECIMAL_PLACES, MAX_DIGITS
from products.services.values import PriceValues

CURRENCIES = frozenset(currency.code for currency in Currency)  # ISO 4217


def ensure_currency(code: str) -> str:
    """Raises InvalidValue for a code that ISO 4217 does not list."""
    if code not in CURRENCIES:
        raise InvalidValue(f"{code!r} is no ISO 4217 currency code, such as EUR or USD.")
    return code


def new_prices(variant_id: UUID, items: Iterable[PriceValues]) -> list[Price]:
    """Price rows, not stored yet. Raises CurrencyTwice and InvalidValue."""
    prices: dict[str, Price] = {}
    for position, item in enumerate(items):
        with pointing_at(f"/prices/{position}"):
            price = _new_price(variant_id, item)
            if price.currency in prices:
                raise CurrencyTwice(f"{price.currency} is given twice.", pointer="/currency")
        prices[price.currency] = price
    return list(prices.values())


def _new_price(variant_id: UUID, item: PriceValues) -> Price:
    with pointing_at("/currency"):
        currency = ensure_currency(item["currency"])
    amount, compare_at = item["amount"], item.get("compare_at")
    with pointing_at("/amount"):
        _ensure_exact(amount)
    if compare_at is not None:
        with pointing_at("/compare_at"):
            _ensure_exact(compare_at)
    return Price(
        id=uuid7(), variant_id=variant_id, currency=currency, amount=amount, compare_at=compare_at
    )


def write_prices(wanted: Mapping[UUID, Sequence[PriceValues]]) -> bool:
    """Make the prices of these variants exactly these. Answers whether anything changed."""
    before = {
        (price.variant_id, price.currency): price
        for price in Price.objects.filter(variant__in=wanted)
    }
    after = {
        (price.variant_id, price.currency): price
        for variant_id, items in wanted.items()
        for price in new_prices(variant_id, items)
    }
    gone = [before[key].pk for key in before.keys() - after.keys()]
    changed = [
        price
        for key, price in after.items()
        if key not in before or _values(price) != _values(before[key])
    ]
    now = datetime.now(UTC)
    for price in changed:
        price.updated_at = now
    if gone:
        Price.objects.filter(pk__in=gone).delete()
    if changed:
        Price.objects.bulk_create(
            changed,
            update_conflicts=True,
            unique_fields=["variant", "currency"],
            update_fields=["amount", "compare_at", "updated_at"],
        )
    return bool(gone or changed)


def _values(price: Price) -> tuple[object, object]:
    return price.amount, price.compare_at


def _ensure_exact(amount: Decimal) -> None:
    """The column would round what it cannot hold, so refuse it here: money never changes."""
    if not amount.is_finite():
        raise InvalidValue(f"{amount} is not an amount of money.")
    exponent = amount.normalize().as_tuple().exponent
    if isinstance(exponent, int) and -exponent > DECIMAL_PLACES:
        raise InvalidValue(f"{amount} has more than {DECIMAL_PLACES} decimal places.")
    if amount.adjusted() >= MAX_DIGITS - DECIMAL_PLACES:
        raise InvalidValue(f"{amount} has more than {MAX_DIGITS - DECIMAL_PLACES} digits.")

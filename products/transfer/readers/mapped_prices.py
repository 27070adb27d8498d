"""The prices that a line of a mapped file says: base prices and those of lists, with sales."""

from collections.abc import Iterable
from dataclasses import dataclass

from products.services.values import PriceValues
from products.transfer.mapping_fields import Target
from products.transfer.readers.amounts import Money
from products.transfer.readers.mapped_cells import Line

FIELDS = ("price", "sale_price", "compare_at")


@dataclass(slots=True)
class _Columns:
    """Those that are about one price."""

    price: Target | None = None
    sale_price: Target | None = None
    compare_at: Target | None = None


def prices_of(line: Line, targets: Iterable[Target], currency: str) -> list[PriceValues]:
    """`currency` is that of cells and columns that say none. Raises RecordRefused."""
    found: dict[tuple[str, str, int], _Columns] = {}
    for target in targets:
        if target.field in FIELDS:
            key = (target.price_list, target.currency, target.min_quantity)
            setattr(found.setdefault(key, _Columns()), target.field, target)
    prices: list[PriceValues] = []
    for (price_list, own, min_quantity), columns in found.items():
        price = _price(line, columns, own or currency)
        if price is not None:
            if price_list:
                price["price_list"] = price_list
            if min_quantity > 1:
                price["min_quantity"] = min_quantity
            prices.append(price)
    return prices


def _price(line: Line, columns: _Columns, currency: str) -> PriceValues | None:
    """A cell without a currency has that of the price beside it. A sale ends where it is blank."""
    regular = line.money(columns.price, currency) if columns.price else None
    currency = regular.currency if regular else currency
    sale = line.money(columns.sale_price, currency) if columns.sale_price else None
    former = line.money(columns.compare_at, currency) if columns.compare_at else None
    if sale and regular and sale.currency == regular.currency and sale.amount >= regular.amount:
        sale = None
    now = sale or regular
    if now is None:
        return None
    price: PriceValues = {"currency": now.currency, "amount": now.amount}
    before = regular if sale and regular else former
    if columns.sale_price or columns.compare_at:
        price["compare_at"] = None
    if before is not None:
        _add_former(line, columns, price, before)
    return price


def _add_former(line: Line, columns: _Columns, price: PriceValues, before: Money) -> None:
    target = columns.compare_at or columns.price
    if before.currency == price["currency"] and before.amount > price["amount"]:
        price["compare_at"] = before.amount
    elif before.amount and before != (price["currency"], price["amount"]) and target:
        said = f"The former price {before.amount} {before.currency} is not above the price."
        line.warn(target, "compare-at-below-price", said, "Give the higher, former price, or none.")

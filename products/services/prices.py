"""Writes of prices: the lasting base prices as a whole list, others slot by slot.

`prices` of a product or variant are what its reader is shown: lasting base prices. So the list
names all of them, and leaving one out removes it. Dated prices and prices of lists are set beside
them: they go only when somebody deletes them (services.single_prices).
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from uuid import UUID

from iso4217 import Currency

from catalog_project.errors import pointing_at
from products.errors import CurrencyTwice, InvalidValue, PricesOverlap
from products.errors.prices import in_words
from products.models import Price, PriceList
from products.models.periods import period
from products.models.prices import DECIMAL_PLACES, MAX_DIGITS
from products.services.periods import ensure_few_periods, ensure_period
from products.services.rows import insert_rows, new_row, update_rows
from products.services.values import PriceValues

CURRENCIES = frozenset(currency.code for currency in Currency)  # ISO 4217


def ensure_currency(code: str) -> str:
    """Raises InvalidValue for a code that ISO 4217 does not list."""
    if code not in CURRENCIES:
        raise InvalidValue(f"{code!r} is no ISO 4217 currency code, such as EUR or USD.")
    return code


def new_prices(variant_id: UUID, items: Iterable[PriceValues]) -> list[Price]:
    """Price rows, not stored yet. Raises CurrencyTwice, PricesOverlap and InvalidValue."""
    prices: list[Price] = []
    for position, item in enumerate(items):
        with pointing_at(f"/prices/{position}"):
            price = new_price(variant_id, item)
            ensure_apart(price, prices)
        prices.append(price)
    return prices


def new_price(variant_id: UUID, item: PriceValues) -> Price:
    """One price row, not stored yet. The list is named by its row here: see services.naming_rows.

    Raises InvalidValue.
    """
    with pointing_at("/currency"):
        currency = ensure_currency(item["currency"])
    amount, compare_at = item["amount"], item.get("compare_at")
    with pointing_at("/amount"):
        ensure_exact(amount)
    if compare_at is not None:
        with pointing_at("/compare_at"):
            ensure_exact(compare_at)
    price_list = item.get("price_list")
    if isinstance(price_list, PriceList) and price_list.currency != currency:
        raise InvalidValue(
            f"The prices of the list {price_list.code} are in {price_list.currency}.",
            pointer="/currency",
        )
    assert not isinstance(price_list, str), "services.price_lists.with_lists comes first"
    start, end = item.get("valid_from"), item.get("valid_until")
    ensure_period(start, end)
    price = new_row(
        Price,
        variant_id=variant_id,
        currency=currency,
        min_quantity=item.get("min_quantity", 1),
        valid=period(start, end),
        amount=amount,
        compare_at=compare_at,
    )
    if price_list is not None:
        price.price_list = price_list
    return price


def ensure_apart(price: Price, others: Iterable[Price]) -> None:
    """The constraints would say it too, but not as clearly. Raises CurrencyTwice, PricesOverlap."""
    for other in others:
        if price.slot != other.slot or price.pk == other.pk:
            continue
        if price.is_lasting and other.is_lasting:
            raise CurrencyTwice(f"{price.currency} is given twice.", pointer="/currency")
        if not price.is_lasting and not other.is_lasting and _meet(price, other):
            raise PricesOverlap(
                in_words(other.valid_from, other.valid_until), pointer="/valid_from"
            )


def _meet(one: Price, other: Price) -> bool:
    return _before(one.valid_from, other.valid_until) and _before(other.valid_from, one.valid_until)


def _before(start: datetime | None, end: datetime | None) -> bool:
    return start is None or end is None or start < end


def write_prices(wanted: Mapping[UUID, Sequence[PriceValues]]) -> bool:
    """Write the prices of these variants. Answers whether anything changed."""
    return bool(write_all_prices(wanted))


def write_all_prices(wanted: Mapping[UUID, Sequence[PriceValues]]) -> set[UUID]:
    """The same; answers the variants whose prices changed."""
    if not wanted:
        return set()
    stored: dict[UUID, list[Price]] = {variant_id: [] for variant_id in wanted}
    for price in Price.objects.filter(variant__any_of=wanted).defer("created_at", "updated_at"):
        stored[price.variant_id].append(price)
    gone: list[Price] = []
    changed: list[Price] = []
    created: list[Price] = []
    for variant_id, items in wanted.items():
        named = new_prices(variant_id, items)
        leaving = left_out(stored[variant_id], named)
        gone += leaving
        staying = [price for price in stored[variant_id] if price not in leaving]
        for position, price in enumerate(named):
            same = next((row for row in staying if is_same_place(row, price)), None)
            if same is None:
                with pointing_at(f"/prices/{position}"):
                    ensure_apart(price, staying)
                created.append(price)
            elif _values(same) != _values(price):
                same.amount, same.compare_at = price.amount, price.compare_at
                changed.append(same)
    store_all_prices(gone, changed, created)
    if any(may_change_in_time(price) for price in created):
        ensure_few_periods(wanted)
    return {price.variant_id for price in (*gone, *changed, *created)}


def store_prices(created: Sequence[Price]) -> None:
    """Of variants that have no others yet."""
    insert_rows(created)
    if changing := {price.variant_id for price in created if may_change_in_time(price)}:
        ensure_few_periods(changing)


def left_out(stored: Iterable[Price], named: Sequence[Price]) -> list[Price]:
    """The lasting base prices that a list does not name any more.

    One that another price hides stays: who reads a product during a sale and sends it back has
    not seen the price that comes after it.
    """
    plain = {price.slot for price in named if _is_plain(price)}
    hidden = {(price.currency, price.min_quantity) for price in named if not _is_plain(price)}
    with_plain = {currency for _, currency, _ in plain}
    only_others = {currency for currency, _ in hidden} - with_plain
    return [
        price
        for price in stored
        if _is_plain(price)
        and price.slot not in plain
        and (price.currency, price.min_quantity) not in hidden
        and price.currency not in only_others
    ]


def merged_prices(
    stored: Iterable[Price], named: Iterable[PriceValues]
) -> list[PriceValues] | None:
    """All lasting base prices of a variant, once these are laid over those that are stored; None
    where that changes nothing. A former price stays while it is not below the new one."""
    before = {(row.currency, row.min_quantity): (row.amount, row.compare_at) for row in stored}
    wanted = dict(before)
    for price in named:
        place = price["currency"], price.get("min_quantity", 1)
        known = wanted.get(place, (None, None))[1]
        kept = known if known is not None and known >= price["amount"] else None
        wanted[place] = (price["amount"], price.get("compare_at", kept))
    if wanted == before:
        return None
    return [
        {"currency": currency, "min_quantity": least, "amount": amount, "compare_at": compare_at}
        for (currency, least), (amount, compare_at) in wanted.items()
    ]


def store_all_prices(
    gone: Sequence[Price], changed: Sequence[Price], created: Sequence[Price]
) -> None:
    if gone:
        Price.objects.filter(pk__in=[price.pk for price in gone]).delete()
    if changed:
        now = datetime.now(UTC)
        for price in changed:
            price.updated_at = now
        update_rows(changed, ["amount", "compare_at", "updated_at"])
    insert_rows(created)


def may_change_in_time(price: Price) -> bool:
    """Whether it begins or ends, or may do so with its list."""
    return not _is_plain(price)


def _is_plain(price: Price) -> bool:
    return price.is_lasting and price.price_list_id is None


def is_same_place(one: Price, other: Price) -> bool:
    return one.slot == other.slot and one.valid == other.valid


def _values(price: Price) -> tuple[object, object]:
    return price.amount, price.compare_at


def ensure_exact(amount: Decimal) -> None:
    """The column would round what it cannot hold, so refuse it here: money never changes."""
    if not amount.is_finite():
        raise InvalidValue(f"{amount} is not an amount of money.")
    exponent = amount.normalize().as_tuple().exponent
    if isinstance(exponent, int) and -exponent > DECIMAL_PLACES:
        raise InvalidValue(f"{amount} has more than {DECIMAL_PLACES} decimal places.")
    if amount.adjusted() >= MAX_DIGITS - DECIMAL_PLACES:
        raise InvalidValue(f"{amount} has more than {MAX_DIGITS - DECIMAL_PLACES} digits.")

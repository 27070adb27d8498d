"""Rules of prices, price lists, tax classes and costs."""

import re
from datetime import datetime

from catalog_project.errors import DomainError
from products.errors.general import CodeTaken, Constraints, InvalidValue

PERIODS_APART = "price_periods_apart"


class CurrencyTwice(DomainError):
    code = "currency-twice"
    title = "A variant has at most one lasting price per list, currency and minimum quantity"


class CostsMoved(DomainError):
    code = "costs-moved"
    title = "The costs are not what you expected"


class PricesOverlap(DomainError):
    """`other` is the period that is there already."""

    code = "prices-overlap"
    title = "Two prices of the same list, currency and minimum quantity hold at once"

    def __init__(self, other: str, *, pointer: str | None = None) -> None:
        super().__init__(
            f"There is a price {other}: end it first, or begin when it ends.", pointer=pointer
        )
        self.other = other

    def members(self) -> dict[str, object]:
        return {"other_period": self.other}


class TooManyPeriods(DomainError):
    code = "too-many-periods"
    title = "The prices of a product begin and end too often"


class MaySeeNoCosts(DomainError):
    status = 403
    code = "may-see-no-costs"
    title = "Costs are for managers"

    def __init__(self) -> None:
        super().__init__("Leave costs out: only a manager reads and writes them.")


def in_words(start: datetime | None, end: datetime | None) -> str:
    """from 2026-11-27T00:00:00+00:00 until 2026-12-01T00:00:00+00:00"""
    parts = {"from": start, "until": end}
    said = [f"{word} {instant.isoformat()}" for word, instant in parts.items() if instant]
    return " ".join(said) or "without dates"


def overlap_of(detail: str) -> PricesOverlap:
    """What PostgreSQL says of the exclusion constraint, without the keys that mean nothing."""
    periods = re.findall(r"=\(.*?, ([\[(][^\])]*[\])])\)", detail)
    return PricesOverlap(f"of the period {periods[-1]}" if periods else "in this period")


_CODE = "A code begins with a letter or digit and has letters, digits, _ and - only."
_CURRENCY = "Give a currency of ISO 4217, such as EUR or USD."
_PERIOD = "A period ends after it begins, both between the years 1000 and 9000."

CONSTRAINTS: Constraints = {
    "price_slot_unique": (
        CurrencyTwice,
        "Send one price per list, currency and minimum quantity.",
        None,
    ),
    "price_not_negative": (InvalidValue, "A price is zero or more.", None),
    "price_is_a_number": (InvalidValue, "NaN is not an amount of money.", None),
    "price_compare_at_not_below_amount": (
        InvalidValue,
        "The compare-at price is the higher, former price: it is never below the amount.",
        None,
    ),
    "price_currency_code": (InvalidValue, _CURRENCY, None),
    "price_min_quantity_range": (InvalidValue, "A minimum quantity is 1 or more.", None),
    "price_period_form": (InvalidValue, _PERIOD, None),
    "price_of_its_list": (
        InvalidValue,
        "A price has the currency of its list, and a list with prices stays.",
        "/currency",
    ),
    "products_pricelist_code_key": (CodeTaken, "Choose another code.", "/code"),
    "price_list_code_form": (InvalidValue, _CODE, "/code"),
    "price_list_currency_code": (InvalidValue, _CURRENCY, "/currency"),
    "price_list_customer_group_form": (InvalidValue, _CODE, "/customer_group"),
    "price_list_period_form": (InvalidValue, _PERIOD, "/valid_until"),
    "products_taxclass_code_key": (CodeTaken, "Choose another code.", "/code"),
    "tax_class_code_form": (InvalidValue, _CODE, "/code"),
    "cost_currency_unique": (CurrencyTwice, "Send one cost per currency.", None),
    "cost_amount_range": (InvalidValue, "A cost is zero or more.", None),
    "cost_currency_code": (InvalidValue, _CURRENCY, None),
}

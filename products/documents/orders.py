"""Orders of lists, and places in them: where a page begins.

Every order ends with the product's id, so that it is total: no product is shown twice or left out
because another one has the same name or price.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any
from uuid import UUID


class WrongPlace(ValueError):
    """The place is in no list of this order."""


@dataclass(frozen=True, slots=True)
class Order:
    key: str
    type: str
    descending: bool = False

    def sql(self) -> str:
        way = "DESC" if self.descending else "ASC"
        return f"{self.key} {way}, product_id {way}"

    def behind(self, first: int) -> str:
        sign = "<" if self.descending else ">"
        return f"({self.key}, product_id) {sign} (${first}::text::{self.type}, ${first + 1}::uuid)"

    def reversed(self) -> "Order":
        return replace(self, descending=not self.descending)


@dataclass(frozen=True, slots=True)
class Place:
    """Behind the row with this sort key and id, as PostgreSQL prints them; or before it."""

    key: tuple[str, str]
    is_back: bool = False


# A product without a price comes last, whichever way prices are sorted.
PRICE_UP, PRICE_DOWN = "coalesce(price_min, 99999999999999.9999)", "coalesce(price_min, -1)"
ORDERS: Mapping[str, Order] = {
    "-created_at": Order("created_at", "timestamptz", descending=True),
    "created_at": Order("created_at", "timestamptz"),
    "-updated_at": Order("updated_at", "timestamptz", descending=True),
    "updated_at": Order("updated_at", "timestamptz"),
    "name": Order("sort_name", "text"),
    "-name": Order("sort_name", "text", descending=True),
    "price": Order(PRICE_UP, "numeric"),
    "-price": Order(PRICE_DOWN, "numeric", descending=True),
}
DEFAULT_ORDER = "-created_at"

_READ: Mapping[str, Callable[[str], Any]] = {
    "timestamptz": datetime.fromisoformat,
    "text": str,
    "numeric": Decimal,
}


def ensure_place(place: Place, order: str) -> None:
    """Raises WrongPlace for what PostgreSQL would not read: a key may come from a stranger."""
    first, last = place.key
    try:
        _READ[ORDERS[order].type](first)
        UUID(last)
    except (ValueError, InvalidOperation):
        raise WrongPlace(first) from None

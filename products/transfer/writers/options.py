"""What formats of other shops must be told: they have one price and one stock for each variant."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, localcontext
from fractions import Fraction
from typing import Any

from products.models.units import convert

Product = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class WriteOptions:
    currency: str  # of the prices
    location: str = ""  # whose stock it is; "": that of all locations together
    link: str = ""  # of feeds: the address of a product's page, with {slug}, {id}, {sku}, {variant}


def base_price(variant: Product, currency: str) -> Product:
    """What one piece always costs everybody; empty where it has no such price."""
    for price in variant["prices"]:
        is_plain = price["price_list"] is None and price["min_quantity"] == 1
        is_lasting = price["valid_from"] is None and price["valid_until"] is None
        if is_plain and is_lasting and price["currency"] == currency:
            return dict(price)
    return {}


def cost(variant: Product, currency: str) -> str:
    costs = {each["currency"]: each["amount"] for each in variant.get("costs", ())}
    return str(costs.get(currency, ""))


def stock(variant: Product, location: str) -> int | None:
    """None where nobody has counted."""
    counted: Mapping[str, int] = variant["stock"]
    if location:
        return counted.get(location)
    return sum(counted.values()) if counted else None


def converted(dimension: str, value: str, unit: str, to: str, places: int) -> str:
    """The measure in another unit, rounded to so many places, without superfluous zeros."""
    exact: Fraction = convert(dimension, value, unit, to)
    with localcontext(prec=60):
        rounded = round(exact, places)
        text = f"{Decimal(rounded.numerator) / Decimal(rounded.denominator):f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def short_gtin(gtin: str | None) -> str:
    """As it stands on the package: 8, 12, 13 or 14 digits."""
    if not gtin:
        return ""
    digits = gtin.lstrip("0")
    return digits.zfill(next(n for n in (8, 12, 13, 14) if n >= len(digits)))

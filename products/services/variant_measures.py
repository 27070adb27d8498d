"""Weight and dimensions of a variant, as its row stores them."""

from collections.abc import Mapping
from decimal import Decimal, localcontext
from typing import Any

from products.errors import InvalidValue
from products.models.measured import DECIMALS, DIGITS, GRAMS, MILLIMETRES
from products.services.values import DimensionsValues, VariantValues, WeightValues

SIDES = ("length", "width", "height")
COLUMNS = (
    "weight",
    "weight_unit",
    "weight_g",
    *SIDES,
    "size_unit",
    *(f"{side}_mm" for side in SIDES),
)


def measured(item: VariantValues) -> dict[str, Any]:
    """The columns of what is named. Raises InvalidValue."""
    columns: dict[str, Any] = {}
    if "weight" in item:
        columns |= _weight(item["weight"])
    if "dimensions" in item:
        columns |= _dimensions(item["dimensions"])
    return columns


def _weight(given: WeightValues | None) -> dict[str, Any]:
    if given is None:
        return {"weight": None, "weight_unit": "", "weight_g": None}
    factor = _factor(GRAMS, given["unit"], "/weight/unit")
    exact = _exact(given["value"], factor, "/weight/value")
    return {"weight": given["value"], "weight_unit": given["unit"], "weight_g": exact}


def _dimensions(given: DimensionsValues | None) -> dict[str, Any]:
    if given is None:
        empty = dict.fromkeys((*SIDES, *(f"{side}_mm" for side in SIDES)))
        return {**empty, "size_unit": ""}
    factor = _factor(MILLIMETRES, given["unit"], "/dimensions/unit")
    columns: dict[str, Any] = {"size_unit": given["unit"]}
    for side in SIDES:
        value: Decimal = given[side]  # type: ignore[literal-required]  # SIDES are keys of it
        columns[side] = value
        columns[f"{side}_mm"] = _exact(value, factor, f"/dimensions/{side}")
    return columns


def _factor(factors: Mapping[str, Decimal], unit: str, pointer: str) -> Decimal:
    if unit not in factors:
        raise InvalidValue(f"There are the units {', '.join(factors)}.", pointer=pointer)
    return factors[unit]


def _exact(value: Decimal, factor: Decimal, pointer: str) -> Decimal:
    digits = value.normalize().as_tuple()
    if not value.is_finite() or value < 0 or value.adjusted() >= DIGITS - DECIMALS:
        raise InvalidValue("Give a number from 0 to 999,999,999.", pointer=pointer)
    if isinstance(digits.exponent, int) and -digits.exponent > DECIMALS:
        raise InvalidValue(f"Give at most {DECIMALS} decimal places.", pointer=pointer)
    with localcontext(prec=60):
        return value * factor

"""Units convert exactly, there and back."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from products.models.units import DIMENSIONS, convert, unit_of

PAIRS = [(dimension, unit) for dimension, units in DIMENSIONS.items() for unit in units]


@pytest.mark.parametrize(
    ("dimension", "value", "unit", "to", "expected"),
    [
        ("length", "1", "in", "mm", "25.4"),
        ("length", "1", "mi", "m", "1609.344"),
        ("length", "3", "ft", "yd", "1"),
        ("mass", "1", "lb", "g", "453.59237"),
        ("mass", "16", "oz", "lb", "1"),
        ("volume", "1", "gal", "l", "3.785411784"),
        ("volume", "20", "fl_oz_imp", "pt_imp", "1"),
        ("area", "1", "ac", "m2", "4046.8564224"),
        ("temperature", "100", "°C", "°F", "212"),
        ("temperature", "-40", "°F", "°C", "-40"),
        ("temperature", "0", "K", "°C", "-273.15"),
        ("energy", "1", "kWh", "kJ", "3600"),
        ("speed", "36", "km/h", "m/s", "10"),
        ("data", "1", "GiB", "MiB", "1024"),
        ("data", "1", "GB", "MB", "1000"),
        ("charge", "1000", "mAh", "Ah", "1"),
        ("pressure", "1", "bar", "hPa", "1000"),
    ],
)
def test_known_amounts(dimension: str, value: str, unit: str, to: str, expected: str) -> None:
    assert convert(dimension, value, unit, to) == Fraction(expected)


@given(
    pair=st.sampled_from(PAIRS),
    other=st.integers(0, 100),
    value=st.decimals(-(10**9), 10**9, places=6),
)
def test_every_conversion_is_undone_by_its_inverse(
    pair: tuple[str, str], other: int, value: Decimal
) -> None:
    dimension, unit = pair
    units = list(DIMENSIONS[dimension])
    to = units[other % len(units)]
    there = convert(dimension, f"{value:f}", unit, to)
    assert convert(dimension, str(there), to, unit) == Fraction(value)


def test_the_first_unit_is_the_base() -> None:
    for dimension, units in DIMENSIONS.items():
        base = unit_of(dimension, next(iter(units)))
        assert base is not None
        assert base.offset == 0
    assert unit_of("length", "kg") is None
    assert unit_of("beauty", "kg") is None

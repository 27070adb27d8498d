"""A range of numbers is found by few keys, and every number in it has one of them."""

import pytest
from django.db import connection
from hypothesis import given, settings
from hypothesis import strategies as st

from products.documents.facts import FEWEST_DIGITS, MOST_DIGITS, _ordered_bits, keys_between

numbers = st.floats(-1e60, 1e60) | st.integers(-100_000, 100_000).map(float)
SQL = "SELECT encode(float8send(%s::numeric::float8), 'hex')"


def keys_of(number: float) -> set[str]:
    digits = f"{_ordered_bits(number):016x}"
    return {f"x~{digits[:n]}" for n in range(FEWEST_DIGITS, MOST_DIGITS + 1)}


@settings(max_examples=300, deadline=None)
@given(st.tuples(numbers, numbers, numbers).map(sorted))
def test_a_number_between_has_a_key(three: list[float]) -> None:
    least, number, most = three
    keys = keys_between("x", least, most)
    assert keys_of(number) & {*keys}
    assert len(keys) == len({*keys}) <= 256 + 2 * 15 * (MOST_DIGITS - FEWEST_DIGITS)


def test_a_range_without_an_end_has_keys_too() -> None:
    keys = {*keys_between("x", -1e99, 5.0)}
    assert keys_of(-1e50) & keys
    assert keys_of(5.0) & keys
    assert not keys_of(6.0) & keys


@pytest.mark.django_db
@pytest.mark.parametrize("number", ["-17.25", "-0.001", "0", "0.45", "19900", "1e40"])
def test_postgresql_orders_the_digits_alike(number: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(SQL, [number])
        sent = int(cursor.fetchone()[0], 16)
    turned = sent ^ (2**64 - 1) if float(number) < 0 else sent | 2**63
    assert turned == _ordered_bits(float(number))

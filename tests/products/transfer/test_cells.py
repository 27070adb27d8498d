"""What single cells mean: numbers, money, measures, GTINs, dates, words of HTML."""

from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from products.transfer.readers import amounts, cells
from products.transfer.readers.cells import CellRefused


@pytest.mark.parametrize(
    ("cell", "mark", "value"),
    [
        ("1385", ".", "1385"),
        ("1,385", ".", "1385"),
        ("1,385", ",", "1.385"),
        ("1.385", ",", "1385"),
        ("1.385,50", ",", "1385.50"),
        ("1,385,000.5", ".", "1385000.5"),
        ("12 345,60", ",", "12345.60"),
        ("12\u202f345,60", ",", "12345.60"),
        ("12'345.60", ".", "12345.60"),
        ("1,00,000.00", ".", "100000.00"),
        ("-5,5", ",", "-5.5"),
    ],
)
def test_a_number_is_read_with_its_files_decimal_mark(
    cell: str, mark: amounts.DecimalMark, value: str
) -> None:
    assert str(amounts.number(cell, mark)) == value


@pytest.mark.parametrize(
    ("cell", "mark"),
    [
        *[("9.99", ","), ("9,99", "."), ("1,38", "."), ("1.385.50", "."), ("1,385,5", ".")],
        *[("1,385.50", ","), ("1e3", "."), ("", "."), ("1 2", "."), ("1" * 41, "."), ("٣", ".")],
    ],
)
def test_a_number_that_does_not_fit_the_mark_is_refused_and_not_multiplied(
    cell: str, mark: amounts.DecimalMark
) -> None:
    with pytest.raises(CellRefused) as caught:
        amounts.number(cell, mark)
    assert caught.value.code == "invalid-number"


@pytest.mark.parametrize(
    ("cell", "mark", "money"),
    [
        ("9.99 GBP", ".", ("GBP", "9.99")),
        ("GBP 9.99", ".", ("GBP", "9.99")),
        ("9.99", ".", ("EUR", "9.99")),
        ("SR 1,385", ".", ("SAR", "1385")),
        ("12,50 €", ",", ("EUR", "12.50")),
        ("€12,50", ",", ("EUR", "12.50")),
        ("1.299,- €", ",", ("EUR", "1299")),
        ("US$ 5", ".", ("USD", "5")),
        ("£5", ".", "currency-unclear"),
        ("$5", ".", "currency-unclear"),
        ("9.99 Taler", ".", "unknown-currency"),
        ("25.00 GB", ".", "unknown-currency"),
        ("EUR 5 USD", ".", "unknown-currency"),
        ("-5", ".", "invalid-amount"),
        ("free", ".", "invalid-amount"),
        ("5.12345", ".", "invalid-amount"),
        ("9,99", ".", "invalid-number"),
    ],
)
def test_money_names_its_currency_or_has_that_of_the_file(
    cell: str, mark: amounts.DecimalMark, money: tuple[str, str] | str
) -> None:
    if isinstance(money, str):
        with pytest.raises(CellRefused) as caught:
            amounts.money(cell, "EUR", mark)
        assert caught.value.code == money
    else:
        assert amounts.money(cell, "EUR", mark) == (money[0], Decimal(money[1]))


def test_a_sign_of_several_currencies_is_the_files_own() -> None:
    assert amounts.money("$5", "CAD") == ("CAD", Decimal(5))
    assert amounts.money("25 kr.", "DKK") == ("DKK", Decimal(25))


@pytest.mark.parametrize(
    ("cell", "unit", "mark", "weight"),
    [
        ("1,5 kg", "", ",", ("1.5", "kg")),
        ("1.5", "kg", ".", ("1.5", "kg")),
        ("900 Grams", "kg", ".", ("900", "g")),
        ("3 lbs.", "", ".", ("3", "lb")),
        ("0 kg", "", ".", None),
        ("1.5", "", ".", "unknown-unit"),
        ("5 cm", "", ".", "unknown-unit"),
        ("-1 kg", "", ".", "invalid-measure"),
        ("heavy", "kg", ".", "invalid-measure"),
    ],
)
def test_a_weight_has_a_unit(
    cell: str, unit: str, mark: amounts.DecimalMark, weight: tuple[str, str] | str | None
) -> None:
    if isinstance(weight, str):
        with pytest.raises(CellRefused) as caught:
            amounts.weight(cell, unit, mark)
        assert caught.value.code == weight
    else:
        expected = weight and {"value": Decimal(weight[0]), "unit": weight[1]}
        assert amounts.weight(cell, unit, mark) == expected


@pytest.mark.parametrize(
    ("cell", "code", "hint"),
    [
        ("9.78E+12", "spreadsheet-number", "as text"),
        ("8,80609E+12", "spreadsheet-number", "as text"),
        ("439023483", "zeros-lost", "0439023483"),
        ("12345670.0", "zeros-lost", "12345670"),
        ("4006381333932", "wrong-check-digit", "Correct"),
        ("12345", "invalid-gtin", "Correct"),
        ("n/a", "invalid-gtin", "Correct"),
    ],
)
def test_what_became_of_a_gtin_is_said(cell: str, code: str, hint: str) -> None:
    with pytest.raises(CellRefused) as caught:
        cells.gtin(cell)
    assert caught.value.code == code
    assert hint in caught.value.remedy


def test_a_right_gtin_is_itself() -> None:
    assert cells.gtin("4006381333931") == "4006381333931"
    assert cells.gtin("978-0-306-40615-7") == "978-0-306-40615-7"


@pytest.mark.parametrize(
    ("read", "cell", "expected"),
    [
        (cells.quantity, "100.0000", 100),
        (cells.quantity, "-3", -3),
        (cells.quantity, "1.5", "invalid-quantity"),
        (cells.quantity, "many", "invalid-quantity"),
        (cells.flag, "Ja", True),
        (cells.flag, "0", False),
        (cells.flag, "maybe", "invalid-flag"),
        (cells.instant, "2016-03-01T13:00-0800", datetime(2016, 3, 1, 21, tzinfo=UTC)),
        (cells.instant, "2026-03-01", datetime(2026, 3, 1, tzinfo=UTC)),
        (cells.instant, "01.03.2026", "invalid-date"),
        (cells.words_of_html, "<p>a<b>b</b> &amp; c</p><p>d<br>e</p>", "ab & c\nd\ne"),
        (cells.words_of_html, "<style>p{}</style>x<script>y</script>", "x"),
        (cells.category_path, "A > B > ", ("A", "B")),
        (cells.category_path, "A > " + "x" * 201, "too-long"),
        (cells.tags, "a, b,,a", ["a", "b"]),
        (cells.tags, "x" * 101, "too-long"),
    ],
)
def test_other_cells(read: Callable[[str], Any], cell: str, expected: Any) -> None:
    if isinstance(expected, str) and "-" in expected:
        with pytest.raises(CellRefused) as caught:
            read(cell)
        assert caught.value.code == expected
    else:
        assert read(cell) == expected

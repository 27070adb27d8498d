"""Amounts as people of a locale write them."""

import pytest

from products.storefront.money import money, written


@pytest.mark.parametrize(
    ("amount", "currency", "locale", "text"),
    [
        ("49.90", "USD", "en", "$49.90"),
        ("49.90", "EUR", "de", "49,90\xa0€"),
        ("1234567.5", "EUR", "de", "1.234.567,50\xa0€"),
        ("1234.50", "USD", "en-GB", "$1,234.50"),
        ("49.90", "EUR", "nl", "€\xa049,90"),
        ("100.00", "JPY", "ja", "¥100"),
        ("0.0125", "USD", "en", "$0.0125"),  # no digit is lost
        ("5.000", "KWD", "en", "KWD\xa05.000"),
        ("49.90", "CHF", "fr", "49,90\xa0CHF"),
        ("0.00", "USD", "en", "$0.00"),
        ("49.90", "USD", "tlh", "49.90\xa0$"),  # a language that Django does not know
    ],
)
def test_money_is_written_as_in_the_locale(
    amount: str, currency: str, locale: str, text: str
) -> None:
    assert money(amount, currency, locale) == text


def test_numbers_have_as_many_digits_as_they_need() -> None:
    assert written("10000", "en") == "10,000"
    assert written("45.50", "de") == "45,5"

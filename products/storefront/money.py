"""Amounts of money as people of a locale write them: separators, decimals, the sign's place."""

from decimal import Decimal
from functools import lru_cache

from django.utils.formats import get_format
from django.utils.numberformat import format as format_number
from iso4217 import Currency

NO_BREAK = "\N{NO-BREAK SPACE}"
SIGNS = {
    "BRL": "R$",
    "CZK": "Kč",
    "EUR": "€",
    "GBP": "£",
    "ILS": "₪",
    "INR": "₹",
    "JPY": "¥",
    "KRW": "₩",
    "PLN": "zł",
    "TRY": "₺",
    "UAH": "₴",
    "USD": "$",
    "VND": "₫",
}
# Languages, or locales, that write the sign first; with a blank behind it, or without one.
SIGN_FIRST = {"en", "es-mx", "hi", "ja", "ko", "th", "tr", "zh"}
SIGN_AND_BLANK = {"de-at", "de-ch", "nl", "pt-br"}


@lru_cache(maxsize=4096)
def money(amount: str, currency: str, locale: str) -> str:
    """`49.90`, `EUR` -> `€49.90` in en, `49,90 €` in de. No digit of the amount is lost."""
    number = written(amount, locale, least=Currency(currency).exponent or 0)
    sign = SIGNS.get(currency, currency)
    names = {locale.lower(), locale.lower().partition("-")[0]}
    if names & SIGN_AND_BLANK or (names & SIGN_FIRST and sign == currency):
        return f"{sign}{NO_BREAK}{number}"
    return f"{sign}{number}" if names & SIGN_FIRST else f"{number}{NO_BREAK}{sign}"


def written(amount: str, locale: str, *, least: int = 0) -> str:
    """A decimal number, with at least so many digits behind the separator."""
    number = Decimal(amount)
    digits = -int(number.normalize().as_tuple().exponent)
    language = locale.lower()
    return format_number(
        number,
        get_format("DECIMAL_SEPARATOR", lang=language, use_l10n=True),
        decimal_pos=max(least, digits),
        grouping=get_format("NUMBER_GROUPING", lang=language, use_l10n=True),
        thousand_sep=get_format("THOUSAND_SEPARATOR", lang=language, use_l10n=True),
        force_grouping=True,
        use_l10n=True,
    )

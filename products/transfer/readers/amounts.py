"""Numbers as people write them: prices, with or without their currency, and measures.

The decimal mark is never guessed from one cell: 1,385 is either. Readers and mappings say which
mark their file has, and a number that does not fit it is refused instead of multiplied by 100.
"""

import re
from decimal import Decimal
from typing import Literal, NamedTuple

from products.services.prices import CURRENCIES
from products.services.values import WeightValues
from products.transfer.readers.cells import CellRefused

DecimalMark = Literal[".", ","]
AMOUNT = re.compile(r"[0-9]{1,14}(\.[0-9]{1,4})?", re.ASCII)
# Thousands stand in threes, or as in India in twos above the last three.
GROUPED = {
    ".": re.compile(r"-?[0-9]{1,3}((?P<mark>[,' ])[0-9]{3})((?P=mark)[0-9]{3})*(\.[0-9]+)?"),
    ",": re.compile(r"-?[0-9]{1,3}((?P<mark>[.' ])[0-9]{3})((?P=mark)[0-9]{3})*(,[0-9]+)?"),
}
INDIAN = re.compile(r"-?[0-9]{1,2}(,[0-9]{2})+,[0-9]{3}(\.[0-9]+)?")
PLAIN = {".": re.compile(r"-?[0-9]+(\.[0-9]+)?"), ",": re.compile(r"-?[0-9]+(,[0-9]+)?")}
BLANKS = str.maketrans(dict.fromkeys("\u00a0\u202f\u2009\u2007", " ") | {"\u2019": "'"})
LONGEST = 40
# A sign, and the currencies that are written with it.
SIGNS: dict[str, tuple[str, ...]] = {
    "€": ("EUR",),
    "£": ("GBP", "EGP", "LBP", "GIP", "FKP", "SHP"),
    "$": ("USD", "CAD", "AUD", "NZD", "SGD", "HKD", "TWD", "MXN", "ARS", "CLP", "COP", "BRL"),
    "us$": ("USD",),
    "c$": ("CAD",),
    "ca$": ("CAD",),
    "a$": ("AUD",),
    "au$": ("AUD",),
    "nz$": ("NZD",),
    "s$": ("SGD",),
    "hk$": ("HKD",),
    "nt$": ("TWD",),
    "mx$": ("MXN",),
    "r$": ("BRL",),
    "¥": ("JPY", "CNY"),
    "円": ("JPY",),
    "元": ("CNY",),
    "₹": ("INR",),
    "rs": ("INR", "PKR", "LKR", "NPR", "MUR"),
    "rs.": ("INR", "PKR", "LKR", "NPR", "MUR"),
    "sr": ("SAR",),
    "ر.س": ("SAR",),
    "د.إ": ("AED",),
    "dh": ("AED", "MAD"),
    "dhs": ("AED", "MAD"),
    "kr": ("SEK", "NOK", "DKK", "ISK"),
    "kr.": ("SEK", "NOK", "DKK", "ISK"),
    "zł": ("PLN",),
    "kč": ("CZK",),
    "ft": ("HUF",),
    "lei": ("RON",),
    "лв": ("BGN",),
    "₽": ("RUB",),
    "₴": ("UAH",),
    "₺": ("TRY",),
    "tl": ("TRY",),
    "₪": ("ILS",),
    "₩": ("KRW",),
    "฿": ("THB",),
    "₫": ("VND",),
    "₱": ("PHP",),
    "₦": ("NGN",),
    "rm": ("MYR",),
    "rp": ("IDR",),
    "fr.": ("CHF",),
    "sfr.": ("CHF",),
}
WEIGHT_UNITS = {
    **dict.fromkeys(("mg", "milligram", "milligrams"), "mg"),
    **dict.fromkeys(("g", "gr", "gram", "grams", "gramm", "grammes"), "g"),
    **dict.fromkeys(("kg", "kgs", "kilo", "kilogram", "kilograms", "kilogramm"), "kg"),
    **dict.fromkeys(("t", "tonne", "tonnes", "ton (metric)"), "t"),
    **dict.fromkeys(("oz", "ounce", "ounces"), "oz"),
    **dict.fromkeys(("lb", "lbs", "pound", "pounds"), "lb"),
    **dict.fromkeys(("st", "stone"), "st"),
}
LENGTH_UNITS = {
    **dict.fromkeys(("mm", "millimeter", "millimeters", "millimetre", "millimetres"), "mm"),
    **dict.fromkeys(("cm", "centimeter", "centimeters", "centimetre", "centimetres"), "cm"),
    **dict.fromkeys(("dm",), "dm"),
    **dict.fromkeys(("m", "meter", "meters", "metre", "metres"), "m"),
    **dict.fromkeys(("in", "inch", "inches", '"', "zoll"), "in"),
    **dict.fromkeys(("ft", "foot", "feet"), "ft"),
    **dict.fromkeys(("yd", "yard", "yards"), "yd"),
}
_MONEY = re.compile(r"(?P<before>[^0-9\-]*)(?P<number>-?[0-9][0-9.,' ]*)(?P<after>[^0-9]*)")
_MEASURE = re.compile(r"(-?[0-9][0-9.,' ]*)(\D.*)?", re.DOTALL)


class Money(NamedTuple):
    currency: str  # ISO 4217
    amount: Decimal


def amount(cell: str) -> Decimal:
    """An amount of money as programs write it: a point, up to four decimals, no sign."""
    if not AMOUNT.fullmatch(cell):
        raise CellRefused(
            "invalid-amount",
            f"{cell[:LONGEST]!r} is no amount of money.",
            "Write it like 1299.95: a point, no thousands separator, no currency sign.",
        )
    return Decimal(cell)


def number(cell: str, mark: DecimalMark = ".") -> Decimal:
    """A number with that decimal mark; thousands are separated by the other one, a blank or '."""
    digits = cell.translate(BLANKS).strip()
    is_indian = mark == "." and INDIAN.fullmatch(digits)
    if len(digits) <= LONGEST and (
        PLAIN[mark].fullmatch(digits) or GROUPED[mark].fullmatch(digits) or is_indian
    ):
        for separator in {".", ",", "'", " "} - {mark}:
            digits = digits.replace(separator, "")
        return Decimal(digits.replace(mark, "."))
    other: DecimalMark = "," if mark == "." else "."
    looks_other = PLAIN[other].fullmatch(digits) or GROUPED[other].fullmatch(digits)
    name = {".": "point", ",": "comma"}
    raise CellRefused(
        "invalid-number",
        f"{cell[:LONGEST]!r} is no number whose decimal mark is a {name[mark]}.",
        f"Its decimal mark seems to be a {name[other]}: say so." if looks_other else "Correct it.",
    )


def money(cell: str, currency: str, mark: DecimalMark = ".") -> Money:
    """An amount that may name its currency by code or sign: 9.99 GBP, SR 1,385, 12,50 €.

    `currency` is that of a cell without any, and decides signs that several currencies share.
    """
    found = _MONEY.fullmatch(cell.translate(BLANKS).strip())
    if found is None:
        raise CellRefused(
            "invalid-amount",
            f"{cell[:LONGEST]!r} is no amount of money.",
            "Write it like 1299.95 or 1299.95 EUR.",
        )
    words = [word for word in (found["before"].strip(), found["after"].strip(" -")) if word]
    code = _currency(words, currency) if words else currency
    value = number(found["number"].strip().rstrip(".,"), mark)
    if not AMOUNT.fullmatch(f"{value:f}"):
        raise CellRefused(
            "invalid-amount",
            f"{cell[:LONGEST]!r} is no price.",
            "Prices are not below zero and have up to 14 digits and 4 decimals.",
        )
    return Money(code, value)


def _currency(words: list[str], own: str) -> str:
    if len(words) == 1:
        word = words[0].casefold()
        if word.upper() in CURRENCIES:
            return word.upper()
        known = SIGNS.get(word, ())
        if own in known:
            return own
        if len(known) == 1:
            return known[0]
        if known:
            raise CellRefused(
                "currency-unclear",
                f"{words[0]!r} is the sign of {', '.join(known)}.",
                "Say which one the file's currency is.",
            )
    raise CellRefused(
        "unknown-currency",
        f"{' '.join(words)[:LONGEST]!r} is no currency.",
        "Write its ISO 4217 code, such as EUR.",
    )


def measure(
    cell: str, units: dict[str, str], unit: str = "", mark: DecimalMark = "."
) -> tuple[Decimal, str]:
    """A number and its unit, which is `unit` where the cell names none."""
    value, named = number_and_unit(cell, mark)
    named = named.casefold().removesuffix(".") or unit
    if named not in units:
        raise CellRefused(
            "unknown-unit",
            f"{cell[:LONGEST]!r} has no unit that is known." if named else "The unit is missing.",
            f"Use one of {', '.join(sorted(set(units.values())))}.",
        )
    return value, units[named]


def number_and_unit(cell: str, mark: DecimalMark = ".") -> tuple[Decimal, str]:
    """Any unit, as it is written; "" where there is none."""
    found = _MEASURE.fullmatch(cell.translate(BLANKS).strip())
    if found is None:
        raise CellRefused(
            "invalid-measure", f"{cell[:LONGEST]!r} is no measure.", "Write it like 1.5 kg."
        )
    return number(found[1].strip(), mark), (found[2] or "").strip()


def weight(cell: str, unit: str = "", mark: DecimalMark = ".") -> WeightValues | None:
    """None for zero, which stands for nothing."""
    value, known = measure(cell, WEIGHT_UNITS, unit, mark)
    if value < 0:
        raise CellRefused("invalid-measure", f"{cell[:LONGEST]!r} is below zero.", "Correct it.")
    return {"value": value, "unit": known} if value else None

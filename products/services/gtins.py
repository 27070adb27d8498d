"""Numbers that name a product all over the world."""

from stdnum import ean, isbn
from stdnum.exceptions import ValidationError

from products.errors import InvalidValue

LENGTHS = {8, 12, 13, 14}


def normal_gtin(code: str) -> str:
    """A GTIN-8, -12, -13 or -14 or an ISBN as 14 digits; blanks and hyphens do not count.

    The check digit is that of the GS1 General Specifications, section 7.9. An ISBN-13 is a GTIN-13;
    an ISBN-10 becomes one with 978 before it and a new check digit (ISO 2108).

    Raises InvalidValue, with the right check digit where only that is wrong.
    """
    digits = ean.compact(code)
    if not code.isascii() or not digits.strip("0"):
        raise _no_gtin(code)
    try:
        if len(digits) == 10:
            return isbn.to_isbn13(isbn.validate(digits)).zfill(14)
        return ean.validate(digits).zfill(14)
    except ValidationError:
        pass
    if digits.isdigit() and len(digits) in LENGTHS:
        right = ean.calc_check_digit(digits[:-1])
        raise InvalidValue(f"{code!r} ends with a wrong check digit; {right} would be right.")
    raise _no_gtin(code)


def _no_gtin(code: str) -> InvalidValue:
    return InvalidValue(
        f"{code!r} is no GTIN: give 8, 12, 13 or 14 digits, or an ISBN, with its check digit."
    )

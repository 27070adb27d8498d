"""What a single cell means, whatever the format. What has no meaning raises CellRefused.

Money and measures stand in `amounts`. A blank cell says nothing: readers do not ask about it.
"""

import re
from datetime import datetime
from html.parser import HTMLParser

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator, validate_unicode_slug
from django.utils import timezone

from products.errors import InvalidValue
from products.models.shapes import SLUG_LENGTH, UUID_SHAPE
from products.services.gtins import normal_gtin

LENGTHS = {
    "title": 500,
    "brand": 200,
    "seo_title": 200,
    "seo_description": 500,
    "sku": 100,
    "mpn": 100,
    "image_alt": 500,
    "tag": 100,
    "option_name": 100,
    "option": 255,
    "category": 200,
}
LONGEST_URL = 2_000
NUMBER = re.compile(r"[0-9]{1,6}", re.ASCII)
QUANTITY = re.compile(r"(-?[0-9]{1,9})(?:[.,]0{1,6})?", re.ASCII)
# What a spreadsheet makes of a long number: digits are lost for good.
SCIENTIFIC = re.compile(r"[0-9]+([.,][0-9]+)?e\+?[0-9]{1,3}", re.ASCII | re.IGNORECASE)
YES = {"true", "yes", "y", "1", "on", "ja", "oui", "si", "sí", "sim", "da", "tak", "はい"}
NO = {"false", "no", "n", "0", "off", "nein", "non", "não", "nao", "nie", "ne", "いいえ"}
_url = URLValidator(schemes=["http", "https"])


class CellRefused(Exception):
    """The cell has no meaning that we could store."""

    def __init__(self, code: str, message: str, remedy: str) -> None:
        super().__init__(message)
        self.code, self.message, self.remedy = code, message, remedy


def text(key: str, cell: str) -> str:
    """The cell, if it is not too long for that field; see LENGTHS."""
    limit = LENGTHS[key]
    if len(cell) > limit:
        raise CellRefused(
            "too-long", f"It has {len(cell):,} characters.", f"Shorten it to {limit} characters."
        )
    return cell


def handle(cell: str) -> str:
    """A slug."""
    try:
        validate_unicode_slug(cell)
    except ValidationError:
        is_slug = False
    else:
        is_slug = len(cell) <= SLUG_LENGTH and not re.fullmatch(UUID_SHAPE[1:-1], cell)
    if not is_slug:
        raise CellRefused(
            "invalid-handle",
            f"{cell[:60]!r} cannot stand in a URL.",
            f"Use up to {SLUG_LENGTH} letters, digits, hyphens and underscores.",
        )
    return cell


def parts(cell: str, separator: str) -> list[str]:
    """What stands between separators, each once, without blanks around it."""
    return list(dict.fromkeys(part.strip() for part in cell.split(separator) if part.strip()))


def tags(cell: str, separator: str = ",") -> list[str]:
    found = parts(cell, separator)
    limit = LENGTHS["tag"]
    if long := next((tag for tag in found if len(tag) > limit), None):
        raise CellRefused(
            "too-long",
            f"The tag {long[:40]!r}... has {len(long):,} characters.",
            f"Shorten it to {limit} characters, or separate the tags by {separator!r}.",
        )
    return found


def category_path(cell: str, separator: str = ">") -> tuple[str, ...]:
    """Names from the root down. A name may come twice."""
    path = tuple(part.strip() for part in cell.split(separator) if part.strip())
    if any(len(name) > LENGTHS["category"] for name in path):
        raise CellRefused(
            "too-long",
            "A category's name is too long.",
            f"Shorten it to {LENGTHS['category']} characters.",
        )
    return path


def option(name: str, value: str) -> None:
    longest_name, longest = LENGTHS["option_name"], LENGTHS["option"]
    if len(name) > longest_name or len(value) > longest:
        raise CellRefused(
            "too-long",
            f"The option {name[:40]!r} or its value is too long.",
            f"Names have up to {longest_name} characters, values {longest}.",
        )


def flag(cell: str) -> bool:
    """Yes or no, in the languages of most exports."""
    word = cell.casefold()
    if word in YES:
        return True
    if word in NO:
        return False
    raise CellRefused("invalid-flag", f"{cell[:40]!r} is no flag.", "Use true or false.")


def quantity(cell: str) -> int:
    """A whole number, which may be below none; 15.0000 is one as well."""
    if not (found := QUANTITY.fullmatch(cell)):
        raise CellRefused(
            "invalid-quantity",
            f"{cell[:40]!r} is no quantity.",
            "Write a whole number of at most nine digits.",
        )
    return int(found[1])


def position(cell: str) -> int | None:
    """None where it is no whole number: the order of the lines decides then."""
    return int(cell) if NUMBER.fullmatch(cell) else None


def instant(cell: str) -> datetime:
    """ISO 8601; without an offset it is in the shop's time zone, without a time midnight there."""
    try:
        moment = datetime.fromisoformat(cell)
    except ValueError as error:
        raise CellRefused(
            "invalid-date",
            f"{cell[:40]!r} is no date.",
            "Write it like 2026-03-01 or 2026-03-01T13:00+01:00.",
        ) from error
    return moment if timezone.is_aware(moment) else timezone.make_aware(moment)


def is_gtin(cell: str) -> bool:
    try:
        normal_gtin(cell)
    except InvalidValue:
        return False
    return True


def gtin(cell: str) -> str:
    """The cell, if it is a GTIN or an ISBN. Else the code says what became of it:

    spreadsheet-number (9.78E+12), zeros-lost, wrong-check-digit or invalid-gtin.
    """
    if is_gtin(cell):
        return cell
    if SCIENTIFIC.fullmatch(cell):
        raise CellRefused(
            "spreadsheet-number",
            f"{cell!r} is what a spreadsheet makes of a long number: its last digits are lost.",
            "Export it again, with this column as text.",
        )
    if padded := with_zeros(cell):
        raise CellRefused(
            "zeros-lost",
            f"{cell!r} is no GTIN; with the zeros that spreadsheets drop it would be {padded}.",
            f"If so, write {padded}, and keep the column as text.",
        )
    try:
        normal_gtin(cell)
    except InvalidValue as error:
        is_digit_wrong = "check digit;" in str(error)
        code = "wrong-check-digit" if is_digit_wrong else "invalid-gtin"
        raise CellRefused(code, str(error), "Correct the digits.") from error
    return cell


def with_zeros(cell: str) -> str:
    """The GTIN or ISBN that this was before its leading zeros went; "" when it was none."""
    digits = cell.removesuffix(".0")
    if not digits[:-1].isdigit() or not digits.isascii():
        return ""
    lengths = [n for n in (8, 10, 12, 13, 14) if n > len(digits) or digits != cell]
    candidates = (digits.zfill(n) for n in lengths if n - len(digits) <= 4)
    return next((found for found in candidates if is_gtin(found)), "")


def is_url(cell: str) -> bool:
    if len(cell) > LONGEST_URL:
        return False
    try:
        _url(cell)
    except ValidationError:
        return False
    return True


class _Words(HTMLParser):
    BREAKS = {"p", "br", "div", "li", "tr", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "table"}
    SILENT = {"script", "style"}

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.pieces: list[str] = []
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._silent += tag in self.SILENT
        if tag in self.BREAKS:
            self.pieces.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in self.SILENT and self._silent:
            self._silent -= 1
        elif tag in self.BREAKS:
            self.pieces.append("\n")

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.pieces.append(re.sub(r"\s+", " ", data))


def words_of_html(cell: str) -> str:
    """The text that a browser shows, a line per paragraph."""
    words = _Words()
    words.feed(cell)
    words.close()
    lines = (line.strip() for line in "".join(words.pieces).splitlines())
    return "\n".join(line for line in lines if line)

"""What single cells of a Shopify file mean. A blank cell says nothing."""

import re
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator, validate_unicode_slug

from products.errors import InvalidValue
from products.models.shapes import SLUG_LENGTH, UUID_SHAPE
from products.services.gtins import normal_gtin
from products.services.values import WeightValues

AMOUNT = re.compile(r"[0-9]{1,14}(\.[0-9]{1,4})?", re.ASCII)
GRAMS = re.compile(r"[0-9]{1,9}(\.[0-9]{1,3})?", re.ASCII)
NUMBER = re.compile(r"[0-9]{1,6}", re.ASCII)
STATUSES = {"active": "published", "draft": "draft", "archived": "archived", "unlisted": "draft"}
YES, NO = {"true"}, {"false"}
LENGTHS = {
    "title": 500,
    "brand": 200,
    "seo_title": 200,
    "seo_description": 500,
    "sku": 100,
    "image_alt": 500,
}
LONGEST_TAG, LONGEST_OPTION_NAME, LONGEST_OPTION, LONGEST_CATEGORY = 100, 100, 255, 200
LONGEST_URL = 2_000
_url = URLValidator(schemes=["http", "https"])


class CellRefused(Exception):
    """The cell has no meaning that we could store."""

    def __init__(self, code: str, message: str, remedy: str) -> None:
        super().__init__(message)
        self.code, self.message, self.remedy = code, message, remedy


def text(key: str, cell: str) -> str:
    limit = LENGTHS[key]
    if len(cell) > limit:
        raise CellRefused(
            "too-long", f"It has {len(cell):,} characters.", f"Shorten it to {limit} characters."
        )
    return cell


def handle(cell: str) -> str:
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


def amount(cell: str) -> Decimal:
    if not AMOUNT.fullmatch(cell):
        raise CellRefused(
            "invalid-amount",
            f"{cell[:40]!r} is no amount of money.",
            "Write it like 1299.95: a point, no thousands separator, no currency sign.",
        )
    return Decimal(cell)


def status(status_cell: str, published_cell: str) -> str | None:
    """What both columns together say; None when both are blank."""
    word, published = status_cell.casefold(), published_cell.casefold()
    if word and word not in STATUSES:
        raise CellRefused(
            "invalid-status",
            f"{status_cell[:40]!r} is no status.",
            "Use active, draft or archived.",
        )
    if published and published not in YES | NO:
        raise CellRefused(
            "invalid-flag", f"{published_cell[:40]!r} is no flag.", "Use true or false."
        )
    if word:
        meant = STATUSES[word]
        return "draft" if meant == "published" and published in NO else meant
    if published:
        return "published" if published in YES else "draft"
    return None


def tags(cell: str) -> list[str]:
    found = list(dict.fromkeys(tag.strip() for tag in cell.split(",") if tag.strip()))
    if long := next((tag for tag in found if len(tag) > LONGEST_TAG), None):
        raise CellRefused(
            "too-long",
            f"The tag {long[:40]!r}... has {len(long):,} characters.",
            f"Shorten it to {LONGEST_TAG} characters, or separate the tags by commas.",
        )
    return found


def category(product_category: str, product_type: str) -> tuple[str, ...]:
    """The path in the category tree: Shopify's own, or else the shop's type as a root.

    A bare number is an id of Shopify's taxonomy, whose names are not in the file.
    """
    path = tuple(part.strip() for part in product_category.split(">") if part.strip())
    if not path or path == ("Uncategorized",) or path[0].isdigit():
        path = (product_type,) if product_type else ()
    if any(len(name) > LONGEST_CATEGORY for name in path):
        raise CellRefused(
            "too-long",
            "A category's name is too long.",
            f"Shorten it to {LONGEST_CATEGORY} characters.",
        )
    return path


def option(name: str, value: str) -> None:
    if len(name) > LONGEST_OPTION_NAME or len(value) > LONGEST_OPTION:
        raise CellRefused(
            "too-long",
            f"The option {name[:40]!r} or its value is too long.",
            f"Names have up to {LONGEST_OPTION_NAME} characters, values {LONGEST_OPTION}.",
        )


def weight(cell: str, unit: str) -> WeightValues | None:
    """Grams, said in kilograms where the shop does; in ounces and pounds they would be rounded."""
    if not GRAMS.fullmatch(cell):
        return None
    grams = Decimal(cell)
    return {"value": grams / 1000, "unit": "kg"} if unit == "kg" else {"value": grams, "unit": "g"}


def is_gtin(cell: str) -> bool:
    try:
        normal_gtin(cell)
    except InvalidValue:
        return False
    return True


def is_url(cell: str) -> bool:
    if len(cell) > LONGEST_URL:
        return False
    try:
        _url(cell)
    except ValidationError:
        return False
    return True


def position(cell: str) -> int | None:
    """None where it is no whole number: the order of the lines decides then."""
    return int(cell) if NUMBER.fullmatch(cell) else None

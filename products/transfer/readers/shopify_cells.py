"""What cells of a Shopify file mean that mean something else elsewhere."""

import re
from decimal import Decimal

from products.services.values import WeightValues
from products.transfer.readers.cells import CellRefused, category_path

GRAMS = re.compile(r"[0-9]{1,9}(\.[0-9]{1,3})?", re.ASCII)
STATUSES = {"active": "published", "draft": "draft", "archived": "archived", "unlisted": "draft"}
YES, NO = {"true"}, {"false"}


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


def category(product_category: str, product_type: str) -> tuple[str, ...]:
    """The path in the category tree: Shopify's own, or else the shop's type as a root.

    A bare number is an id of Shopify's taxonomy, whose names are not in the file.
    """
    names = tuple(part.strip() for part in product_category.split(">") if part.strip())
    if not names or names == ("Uncategorized",) or names[0].isdigit():
        # The type is one name, whatever stands in it.
        return category_path(product_type, "\0")
    return category_path(product_category)


def weight(cell: str, unit: str) -> WeightValues | None:
    """Grams, said in kilograms where the shop does; in ounces and pounds they would be rounded."""
    if not GRAMS.fullmatch(cell):
        return None
    grams = Decimal(cell)
    return {"value": grams / 1000, "unit": "kg"} if unit == "kg" else {"value": grams, "unit": "g"}

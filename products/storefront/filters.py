"""What narrows the list: groups of links, each with the list that it leads to."""

from typing import Any

from products.documents.stock import AVAILABILITIES
from products.storefront.shop import Shop


def filter_groups(shop: Shop) -> list[dict[str, Any]]:
    return [_availability(shop)]


def chosen_filters(shop: Shop) -> list[dict[str, str]]:
    """Each filter that holds but the category, with the link to the list without it."""
    return [
        {"text": _text(name, value, shop), "url": shop.address.toggled(name, value)}
        for name, values in shop.address.filters.items()
        for value in values
        if name != "category"
    ]


def _text(name: str, value: str, shop: Shop) -> str:
    if name == "availability":
        return str(shop.plain.get(value, value))
    if name == "price_min":
        return f"≥ {shop.number(value)}"
    if name == "price_max":
        return f"≤ {shop.number(value)}"
    return f"{shop.plain.get(name, name)}: {value}"


def _availability(shop: Shop) -> dict[str, Any]:
    current = shop.address.get("availability")
    return {
        "heading": shop.words["availability"],
        "options": [
            {
                "name": shop.words[code],
                "count": None,
                "is_chosen": code == current,
                "url": shop.address.changed(availability=None if code == current else code),
            }
            for code in AVAILABILITIES
        ],
    }

"""What staff see and do. Every write is a call of a service."""

from products.admin import (
    attributes,
    brands,
    categories,
    changes,
    channels,
    collections,
    imports,
    locales,
    locations,
    prices,
    products,
    relations,
    search_rules,
)

__all__ = [
    "attributes",
    "brands",
    "categories",
    "changes",
    "channels",
    "collections",
    "imports",
    "locales",
    "locations",
    "prices",
    "products",
    "relations",
    "search_rules",
]

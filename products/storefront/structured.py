"""Structured data (schema.org) as JSON-LD: what search engines read of a product's page."""

from collections.abc import Mapping, Sequence
from typing import Any

AVAILABILITIES = {
    "in_stock": "https://schema.org/InStock",
    "backorder": "https://schema.org/BackOrder",
    "out_of_stock": "https://schema.org/OutOfStock",
}
LONGEST = 5_000  # characters of a description
Document = Mapping[str, Any]


def product_data(document: Document, url: str, pictures: Sequence[str]) -> dict[str, Any]:
    """The product with an offer for each variant that its document prints and that has a price."""
    variants = document["variants"]
    only = variants[0] if document["variant_count"] == 1 else {}
    brand, currency = document["brand"], (document["price_range"] or {}).get("currency")
    said = {
        "@context": "https://schema.org",
        "@type": "Product",
        "@id": url,
        "url": url,
        "name": document["name"],
        "description": document["description"][:LONGEST],
        "image": list(pictures),
        "brand": {"@type": "Brand", "name": brand["name"]} if brand else None,
        "category": " > ".join(step["name"] for step in path_of(document)),
        **_codes(only),
        "offers": [
            _offer(variant, price, url, is_only=bool(only))
            for variant in variants
            if (price := unit_price(variant, currency))
        ],
    }
    return {name: value for name, value in said.items() if value}


def breadcrumb_data(steps: Sequence[tuple[str, str]]) -> dict[str, Any]:
    """`steps` are names with their addresses, from the whole catalog down to the page itself."""
    return {
        "@context": "https://schema.org",
        "@type": "BreadcrumbList",
        "itemListElement": [
            {"@type": "ListItem", "position": n, "name": name, "item": url}
            for n, (name, url) in enumerate(steps, 1)
        ],
    }


def path_of(document: Document) -> list[dict[str, str]]:
    """From the root down to the product's first category."""
    categories = document["categories"]
    return list(categories[0]["path"]) if categories else []


def unit_price(variant: Document, currency: str | None) -> dict[str, Any] | None:
    """What one piece costs in this currency."""
    fitting = (each for each in variant["prices"] if each["currency"] == currency)
    return next((each for each in fitting if each.get("min_quantity", 1) == 1), None)


def _offer(variant: Document, price: Document, url: str, *, is_only: bool) -> dict[str, Any]:
    said = {
        "@type": "Offer",
        "url": url,
        **({} if is_only else _codes(variant)),
        "name": None if is_only else ", ".join(variant["options"].values()),
        "price": price["amount"],
        "priceCurrency": price["currency"],
        "priceValidUntil": price.get("valid_until"),
        "availability": AVAILABILITIES[variant["availability"]],
    }
    return {name: value for name, value in said.items() if value}


def _codes(variant: Document) -> dict[str, str]:
    return {name: variant[name] for name in ("sku", "gtin", "mpn") if variant.get(name)}

"""A document -> what a card of the grid shows."""

import html
import re
from collections.abc import Mapping, Sequence
from typing import Any

from products.storefront.shop import Shop

FIELDS = ("id", "slug", "name", "brand", "price_range", "availability", "media")
MARK = re.compile("</?mark>")
SIDE = 640  # of pictures elsewhere, whose size nobody knows
Document = Mapping[str, Any]


def cards(
    documents: Sequence[Document], shop: Shop, highlights: Sequence[Document] | None = None
) -> list[dict[str, Any]]:
    """With what search found of each, if it was search."""
    shown = [card(document, shop) for document in documents]
    for each, highlight in zip(shown, highlights or (), strict=bool(highlights)):
        each["name_parts"] = parts(highlight["name"])
        each["snippet"] = parts(" ".join(highlight["description"][:1]))
    return shown


def parts(marked: str) -> list[dict[str, Any]]:
    """Text with `<mark>`, as search answers it, in parts that a template escapes again."""
    return [
        {"text": html.unescape(text), "is_match": n % 2 == 1}
        for n, text in enumerate(MARK.split(marked))
        if text
    ]


def card(document: Document, shop: Shop) -> dict[str, Any]:
    pictures = pictures_of(document)
    return {
        "url": shop.address.product(document["slug"]),
        "name": document["name"],
        "brand": document["brand"],
        "price": price(document["price_range"], shop),
        "availability": availability(document["availability"], shop),
        "picture": pictures[0] if pictures else None,
    }


def price(spread: Mapping[str, str] | None, shop: Shop) -> dict[str, Any] | None:
    """The lowest price, and whether there are others."""
    if spread is None:
        return None
    text = shop.money(spread["min"], spread["currency"])
    return {"text": text, "is_lowest": spread["min"] != spread["max"]}


def availability(code: str, shop: Shop) -> dict[str, str]:
    return {"code": code, "text": shop.words[code]}


def pictures_of(document: Document) -> list[dict[str, Any]]:
    return [_picture(medium) for medium in document["media"] if medium["kind"] == "image"]


def _picture(medium: Mapping[str, Any]) -> dict[str, Any]:
    renditions = medium["renditions"]
    copies = [f"{each['url']} {each['width']}w" for each in renditions]
    if copies and medium["width"]:
        copies.append(f"{medium['url']} {medium['width']}w")
    return {
        "id": medium["id"],
        "url": medium["url"],
        "source": renditions[len(renditions) // 2]["url"] if renditions else medium["url"],
        "small": renditions[0]["url"] if renditions else medium["url"],
        "copies": ", ".join(copies),
        "alt": medium["alt"],
        "width": medium["width"] or SIDE,
        "height": medium["height"] or SIDE,
    }

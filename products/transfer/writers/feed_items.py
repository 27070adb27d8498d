"""What a variant is called in the feeds of Google Merchant Center and Meta, and what it lacks."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from products.transfer.lacking import LONGEST_DESCRIPTION, LONGEST_TITLE, Lacking
from products.transfer.readers.cells import words_of_html
from products.transfer.writers.options import short_gtin

Item = dict[str, Any]  # additional_image_link is a list, everything else a text
Body = Mapping[str, Any]
LONGEST_ID = 50
MOST_IMAGES = 10  # besides the first
UNITS = ("g", "kg", "lb", "oz")
# Whatever the shop calls the option or attribute.
FACETS = {
    "color": ("color", "colour", "farbe", "couleur"),
    "size": ("size", "grösse", "größe", "taille"),
    "material": ("material", "matériau"),
    "pattern": ("pattern", "muster"),
    "gender": ("gender",),
    "age_group": ("age_group", "age group"),
}


@dataclass(frozen=True, slots=True)
class Market:
    """Where the feed is made for."""

    currency: str
    link: str  # with {slug}, {id}, {sku} and {variant}; "": none
    media: str = ""  # what addresses of our own files begin with


def items_of(product: Body, market: Market, lacking: Lacking) -> Iterator[Item]:
    for variant in product["variants"]:
        item = _item(product, variant, market)
        if lacking.note(product, variant, list(_lacks(item))):
            yield item


def _item(product: Body, variant: Body, market: Market) -> Item:
    images = _images(product, variant, market)
    several = len(product["variants"]) > 1
    sku = variant["sku"] or ""
    return {
        "id": sku if 0 < len(sku) <= LONGEST_ID else variant["id"],
        "item_group_id": _group(product) if several else "",
        "title": _title(product, variant) if several else product["name"],
        "description": words_of_html(product["description"]),
        "link": _link(product, variant, market.link),
        "image_link": images[0] if images else "",
        "additional_image_link": images[1 : MOST_IMAGES + 1],
        "availability": variant["availability"],
        **_prices(variant, market.currency),
        "brand": (product["brand"] or {}).get("name", ""),
        "gtin": short_gtin(variant["gtin"]),
        "mpn": variant["mpn"] or "",
        "condition": _kept(product, "google_condition").lower() or "new",
        "product_type": _category(product),
        "google_product_category": _kept(product, "google_product_category"),
        **_facets(product, variant),
        "shipping_weight": _weight(variant),
    }


def _lacks(item: Item) -> Iterator[str]:
    if not item["price"]:
        yield "no-price"
    elif float(item["price"].split()[0]) == 0:
        yield "price-is-zero"
    if not item["image_link"]:
        yield "no-image"
    elif not item["image_link"].startswith(("http://", "https://")):
        yield "local-image"
    if not item["link"]:
        yield "no-link"
    if not item["brand"]:
        yield "no-brand"
    if not item["gtin"]:
        yield "no-gtin" if item["brand"] and item["mpn"] else "no-identifier"
    if not item["description"]:
        yield "no-description"
    elif len(item["description"]) > LONGEST_DESCRIPTION:
        yield "description-too-long"
    if len(item["title"]) > LONGEST_TITLE:
        yield "title-too-long"


def _group(product: Body) -> str:
    return str(product["slug"] if len(product["slug"]) <= LONGEST_ID else product["id"])


def _title(product: Body, variant: Body) -> str:
    chosen = " / ".join(variant["options"].values())
    return f"{product['name']} - {chosen}" if chosen else str(product["name"])


def _link(product: Body, variant: Body, template: str) -> str:
    named = {"slug": product["slug"], "id": product["id"], "variant": variant["id"]}
    for name, value in {**named, "sku": variant["sku"] or ""}.items():
        template = template.replace(f"{{{name}}}", quote(value, safe=""))
    return template


def _images(product: Body, variant: Body, market: Market) -> list[str]:
    """Those of the variant first, then the others of the product."""
    pictures = {each["id"]: each["url"] for each in product["media"] if each["kind"] == "image"}
    keys = dict.fromkeys([*(key for key in variant["media"] if key in pictures), *pictures])
    urls = (pictures[key] for key in keys)
    return [f"{market.media}{url}" if url.startswith("/") else url for url in urls]


def _prices(variant: Body, currency: str) -> dict[str, str]:
    """The former price is the price, and what it costs now the sale price."""
    for each in variant["prices"]:
        if each["currency"] == currency and each.get("min_quantity", 1) == 1:
            now, former = f"{each['amount']} {currency}", each["compare_at"]
            if former and former != each["amount"]:
                return {"price": f"{former} {currency}", "sale_price": now}
            return {"price": now, "sale_price": ""}
    return {"price": "", "sale_price": ""}


def _category(product: Body) -> str:
    if not product["categories"]:
        return ""
    return " > ".join(each["name"] for each in product["categories"][0]["path"])


def _facets(product: Body, variant: Body) -> dict[str, str]:
    said: dict[str, str] = {}
    for each in (*product["attributes"], *variant["attributes"]):
        labels = each["labels"] or [each["value"]]
        text = "/".join(label for label in labels if isinstance(label, str))
        said |= {each["code"].casefold(): text, each["name"].casefold(): text}
    said |= {name.casefold(): value for name, value in variant["options"].items()}
    return {
        name: next((said[word] for word in words if said.get(word)), "")
        for name, words in FACETS.items()
    }


def _kept(product: Body, name: str) -> str:
    """What an import of a Shopify file kept."""
    kept = product["metadata"].get("shopify")
    value = kept.get(name) if isinstance(kept, dict) else None
    return value if isinstance(value, str) else ""


def _weight(variant: Body) -> str:
    weight = variant["weight"]
    return f"{weight['value']} {weight['unit']}" if weight and weight["unit"] in UNITS else ""

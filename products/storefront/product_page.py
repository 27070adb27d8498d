"""A document -> what the page of a product shows."""

from collections.abc import Mapping
from typing import Any

import orjson

from products.documents.related import read_shown
from products.storefront.addresses import VIEW, product_path
from products.storefront.attributes import attribute_groups
from products.storefront.cards import FIELDS, availability, cards, pictures_of, price
from products.storefront.shop import Shop
from products.storefront.structured import breadcrumb_data, path_of, product_data
from products.storefront.trusted import json_in_script
from products.storefront.variants import variant_context, variant_price

MOST_RELATED = 24
Document = Mapping[str, Any]


def product_context(
    document: Document, shop: Shop, *, origin: str, behind: str | None
) -> dict[str, Any]:
    """`origin` is this service's own, such as https://catalog.example; `behind` is a cursor of its
    variants. A query for what is related, and one for variants behind a cursor. Raises BadCursor.
    """
    pictures = pictures_of(document)
    steps = [(step["name"], category_url(step["id"], shop)) for step in path_of(document)]
    here = shop.address.product(document["slug"])
    crumbs = [(str(shop.plain["catalog"]), shop.home), *steps, (document["name"], here)]
    addresses = [_absolute(picture["url"], origin) for picture in pictures]
    return {
        "shop": shop,
        "product": document,
        "title": document["seo"]["title"] or document["name"],
        "summary": document["seo"]["description"] or document["description"][:160],
        "canonical": origin + here,
        "brand_url": _brand_url(document, shop),
        "price": price(document["price_range"], shop),
        "only": _only_variant(document, shop),
        "availability": availability(document["availability"], shop),
        "pictures": pictures,
        "files": _files(document),
        "groups": attribute_groups(document["attributes"], shop),
        "crumbs": [{"name": name, "url": url} for name, url in crumbs[:-1]],
        "related": _related(document, shop),
        "languages": shop.languages(product_path(document["id"])),
        "json": f"/api/v1{product_path(document['slug'])}",
        **variant_context(document, shop, behind),
        "data": [
            json_in_script(product_data(document, origin + here, addresses)),
            json_in_script(breadcrumb_data([(name, origin + url) for name, url in crumbs])),
        ],
    }


def category_url(key: str, shop: Shop) -> str:
    return shop.address.only(*VIEW).changed(category=key)


def _brand_url(document: Document, shop: Shop) -> str | None:
    brand = document["brand"]
    return shop.address.only(*VIEW).changed(brand=brand["id"]) if brand else None


def _only_variant(document: Document, shop: Shop) -> dict[str, Any] | None:
    if document["variant_count"] != 1:
        return None
    variant = document["variants"][0]
    return {"variant": variant, "price": variant_price(variant, document, shop)}


def _files(document: Document) -> list[dict[str, str]]:
    return [
        {"url": each["url"], "name": each["alt"] or each["url"].rpartition("/")[2]}
        for each in document["media"]
        if each["kind"] != "image"
    ]


def _related(document: Document, shop: Shop) -> list[dict[str, Any]]:
    """By kind, in the order of the document; who is not shown now is left out."""
    kinds: dict[str, list[str]] = {}
    for each in document["relations"][:MOST_RELATED]:
        kinds.setdefault(each["kind_name"], []).append(each["product"])
    wanted = list(dict.fromkeys(key for keys in kinds.values() for key in keys))
    assert shop.view is not None, "a page without a view shows no product"
    bodies = read_shown(wanted, fields=FIELDS, view=shop.view.number)
    found = [orjson.loads(body) for body in bodies]
    known = {each["id"]: card for each, card in zip(found, cards(found, shop), strict=True)}
    shown = {name: [known[key] for key in keys if key in known] for name, keys in kinds.items()}
    return [{"heading": name, "cards": those} for name, those in shown.items() if those]


def _absolute(url: str, origin: str) -> str:
    return origin + url if url.startswith("/") else url

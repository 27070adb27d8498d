"""An address -> the grid: what is found, how it can be narrowed and ordered, and where more is."""

from typing import Any
from urllib.parse import urlencode

import orjson

from products.api.product_filters import read_query
from products.api.product_reads import read_list
from products.api.search import read_search, read_words
from products.documents.orders import DEFAULT_ORDER
from products.storefront.addresses import VIEW, Address, link
from products.storefront.cards import FIELDS, cards
from products.storefront.filters import chosen_filters, filter_groups, prices, read_facets
from products.storefront.navigation import menu
from products.storefront.shop import Shop

PER_PAGE = 24  # two, three, four, six or eight columns
CONTROLS = {"limit": str(PER_PAGE), "fields": ",".join(FIELDS)}
OFFERED_ORDERS = {
    "-created_at": "-created_at",
    "name": "name",
    "-name": "-name",
    "price": "cheapest",
    "-price": "dearest",
}


def catalog_context(shop: Shop) -> dict[str, Any]:
    """Raises ViewsChanged, BadCursor, and ValidationError that names each wrong parameter."""
    address, query = shop.address, shop.address.get("q")
    found = _searched(shop) if query else _listed(shop)
    facets = read_facets(shop)
    categories = menu(address.get("category"), facets.get("category"), shop)
    return {
        "shop": shop,
        "query": query,
        "title": categories["path"][-1]["name"] if categories["path"] else None,
        "cards": cards(found["items"], shop, found.get("highlights")),
        "total": shop.words.count(found["total"]["value"], is_exact=found["total"]["exact"]),
        "corrections": _corrections(found, address),
        "pages": _pages(address, found),
        "orders": [] if query else _orders(shop),
        "order_form": address.without("ordering", "cursor").pairs,
        "categories": categories,
        "groups": filter_groups(facets, shop),
        "prices": prices(facets, shop),
        "chosen": chosen_filters(facets, shop),
        "cleared": address.only("q", "correct", *VIEW).changed(),
        "is_narrowed": bool(query or address.filters),
        "languages": shop.languages(),
        "json": link(address.parameters, f"/api/v1/{'search' if query else 'products'}"),
    }


def _listed(shop: Shop) -> Any:
    """What the API's list with the same filters answers."""
    assert shop.view is not None, "a page of products is one of a view"
    asked = [*shop.address.pairs, *CONTROLS.items(), ("total", "true")]
    body, _ = read_list(read_query(urlencode(asked), sees_all=False), shop.view)
    return orjson.loads(body)


def _searched(shop: Shop) -> Any:
    """What the API's search for the same words with the same filters answers."""
    assert shop.view is not None, "a page of products is one of a view"
    asked = urlencode([*shop.address.pairs, *CONTROLS.items(), ("highlight", "true")])
    words = read_words(asked)
    body, _ = read_search(words, read_query(words.rest, sees_all=False), shop.view)
    return orjson.loads(body)


def _corrections(found: Any, address: Address) -> dict[str, str] | None:
    """The words that were looked for instead of those that were written."""
    if not found.get("corrected"):
        return None
    return {"meant": found["query"], "url": address.changed(correct="false")}


def _pages(address: Address, found: Any) -> dict[str, str | None]:
    cursors = {"next": found["next_cursor"], "previous": found.get("previous_cursor")}
    pages = {
        name: address.changed(cursor=cursor) if cursor else None for name, cursor in cursors.items()
    }
    # A page on which nothing is left knows no way back but the one to the first page.
    back_to = address.changed() if address.get("cursor") and not pages["previous"] else None
    return {**pages, "first": back_to}


def _orders(shop: Shop) -> list[dict[str, Any]]:
    current = shop.address.get("ordering") or DEFAULT_ORDER
    return [
        {"value": value, "text": shop.plain[word], "is_current": value == current}
        for value, word in OFFERED_ORDERS.items()
    ]

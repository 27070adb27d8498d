"""What narrows the list: the facets of the API as groups of links, each with the list behind it."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from products.api.facets import facets_of
from products.api.product_filters import read_query
from products.documents.conditions import ATTRIBUTES
from products.documents.facets import NAMES
from products.storefront.addresses import PRICES
from products.storefront.shop import Shop

SHOWN = 8  # options of a group; the others are a click away
BAR_WIDTH, HEIGHT = 10, 30  # of the histogram of prices, in its own units
HEADINGS = {"brand": "brand", "product_type": "product_type", "availability": "availability"}
# Of a facet, by the kind of its values; the others are called by their labels.
BOOLEANS = {"true": "yes", "false": "no"}
SIGNS = {"min": "≥", "max": "≤"}
Facets = Mapping[str, Mapping[str, Any]]


def read_facets(shop: Shop) -> Facets:
    """What the API's facets of the same list, or search, answer, by name. Raises ViewsChanged."""
    assert shop.view is not None, "facets are those of a view"
    asked = urlencode(shop.address.without("ordering", "cursor").pairs)
    answer = facets_of(read_query(asked, sees_all=False), shop.view, NAMES)
    return {facet["name"]: facet for facet in answer["facets"]}


def filter_groups(facets: Facets, shop: Shop) -> list[dict[str, Any]]:
    """A group for each facet that leaves a choice; categories and prices have their own places."""
    groups = []
    for name, facet in facets.items():
        if name in {"category", "price"}:
            continue
        options = _values(facet, shop) if facet["values"] else _ranges(facet, shop)
        if len(options) > 1 or any(each["is_chosen"] for each in options):
            groups.append(
                {
                    "heading": _heading(facet, shop),
                    "options": options[:SHOWN],
                    "more": options[SHOWN:],
                    "is_open": any(each["is_chosen"] for each in options[SHOWN:]),
                }
            )
    return groups


def prices(facets: Facets, shop: Shop) -> dict[str, Any]:
    """The form for a range of prices, and how prices are spread."""
    facet = facets.get("price")
    return {
        "min": shop.address.get("price_min"),
        "max": shop.address.get("price_max"),
        "form": shop.address.without(*PRICES, "cursor").pairs,
        "currency": facet["unit"] if facet else None,
        "bars": _bars(facet["ranges"]) if facet else [],
        "width": BAR_WIDTH * len(facet["ranges"]) if facet else 0,
        "height": HEIGHT,
    }


def chosen_filters(facets: Facets, shop: Shop) -> list[dict[str, str]]:
    """Each filter that holds, with the link to the list without it. The category is in the menu."""
    return [
        {"text": _chosen(name, value, facets, shop), "url": shop.address.toggled(name, value)}
        for name, values in shop.address.filters.items()
        for value in values
        if name != "category" or len(values) > 1
    ]


def _heading(facet: Mapping[str, Any], shop: Shop) -> str:
    return facet["label"] or shop.words[facet["name"]]


def _values(facet: Mapping[str, Any], shop: Shop) -> list[dict[str, Any]]:
    return [
        {
            "name": _label(facet, value, shop),
            "count": _count(value["count"], facet, shop),
            "is_chosen": value["is_selected"],
            "url": shop.address.toggled(facet["name"], value["value"]),
        }
        for value in facet["values"]
    ]


def _label(facet: Mapping[str, Any], value: Mapping[str, Any], shop: Shop) -> str:
    if facet["name"] == "availability":
        return shop.words[value["value"]]
    if facet["type"] == "boolean":
        return shop.words[BOOLEANS[value["value"]]]
    if facet["type"] == "integer":
        return shop.number(value["value"])
    return str(value["label"])


def _ranges(facet: Mapping[str, Any], shop: Shop) -> list[dict[str, Any]]:
    """Those of an attribute: each is its two bounds."""
    names = [f"{facet['name']}.{end}" for end in ("min", "max")]
    now = [shop.address.get(name) for name in names]
    options = []
    for each in facet["ranges"]:
        is_chosen = now == [each["min"], each["max"]]
        bounds = [None, None] if is_chosen else [each["min"], each["max"]]
        options.append(
            {
                "name": f"{each['min']} \N{EN DASH} {each['max']}",
                "count": _count(each["count"], facet, shop),
                "is_chosen": is_chosen,
                "url": shop.address.changed(**dict(zip(names, bounds, strict=True))),
            }
        )
    return [each for each in options if each["count"] != "0"]


def _count(number: int, facet: Mapping[str, Any], shop: Shop) -> str:
    """A lower bound has a plus."""
    return shop.number(str(number)) + ("" if facet["exact"] else "+")


def _bars(ranges: list[dict[str, Any]]) -> list[dict[str, int]]:
    most = max(each["count"] for each in ranges)
    heights = [round(HEIGHT * each["count"] / most) for each in ranges]
    return [
        {"x": n * BAR_WIDTH, "y": HEIGHT - height, "width": BAR_WIDTH - 1, "height": height}
        for n, height in enumerate(heights)
    ]


def _chosen(name: str, value: str, facets: Facets, shop: Shop) -> str:
    if name in PRICES:
        sign, currency = SIGNS[name.removeprefix("price_")], facets.get("price", {}).get("unit")
        return f"{sign} {shop.money(value, currency) if currency else shop.number(value)}"
    facet = facets.get(name, {})
    for known in facet.get("values", ()):
        if known["value"] == value and known["is_selected"]:
            label = _label(facet, known, shop)
            return f"{facet['label']}: {label}" if facet["label"] else label
    if name == "availability":
        return shop.words[value]
    if name.startswith(ATTRIBUTES):
        return _bound(name, value, facets)
    return f"{shop.plain.get(name, name)}: {value}"


def _bound(name: str, value: str, facets: Facets) -> str:
    """`attributes.seat_height.min` with `40 cm` -> `Seat height ≥ 40 cm`."""
    of, _, end = name.rpartition(".")
    if of + "." == ATTRIBUTES or end not in SIGNS:
        return f"{name.removeprefix(ATTRIBUTES)}: {value}"
    return f"{facets.get(of, {}).get('label') or of.removeprefix(ATTRIBUTES)} {SIGNS[end]} {value}"

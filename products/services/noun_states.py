"""What the snapshot of a brand, category, … says, as the values that its service takes.

What an older release did not write down is not among them, and stays as it is.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection
from django.utils.dateparse import parse_datetime

from products.models import (
    Attribute,
    Brand,
    Category,
    Channel,
    Collection,
    PriceList,
    Product,
    ProductType,
)
from products.services.attributes import update_attribute
from products.services.brands import update_brand
from products.services.categories import update_category
from products.services.collections import update_collection
from products.services.price_lists import update_price_list
from products.services.product_types import update_product_type

MOST = 100  # clashes of one list

State = Mapping[str, Any]
Clashes = list[dict[str, Any]]
Read = tuple[dict[str, Any], Clashes]


@dataclass(frozen=True)
class Noun:
    """`same` are the values that have the name of their column, `others` reads the rest, and what
    it refers to that is gone. `born` are the columns that a row cannot be without."""

    model: Any  # one of services.locking.Row
    write: Callable[..., Any]
    same: tuple[str, ...]
    born: tuple[str, ...] = ("slug", "name")
    others: Callable[[State], Read] | None = None
    options: Mapping[str, Any] = field(default_factory=dict)  # what the service takes besides

    def read(self, state: State) -> Read:
        same = {name: state[name] for name in self.same if name in state}
        others, clashes = self.others(state) if self.others else ({}, [])
        return same | others, clashes


def _category(state: State) -> Read:
    parent = UUID(state["parent_id"]) if state["parent_id"] else None
    is_there = parent is None or Category.objects.filter(pk=parent).exists()
    return {"parent": parent}, [] if is_there else [gone("/parent_id", "category", parent)]


def _collection(state: State) -> Read:
    products = state["products"]
    rows = Product.objects.filter(pk__any_of=[UUID(key) for key in products])
    known = set(map(str, rows.order_by().values_list("pk", flat=True)))
    clashes = [
        gone(f"/products/{n}", "product", key) for n, key in enumerate(products) if key not in known
    ]
    times = {name: _instant(state[name]) for name in ("publish_at", "unpublish_at")}
    return times, clashes[:MOST]


def _attribute(state: State) -> Read:
    names = ("code", "label", "translations")
    options = [
        {name: each[name] for name in names if name in each} for each in state.get("options", [])
    ]
    return {"options": options}, []


def _product_type(state: State) -> Read:
    rows = state.get("attributes", [])
    keys = [row["attribute"] for row in rows]
    codes = {
        str(key): code
        for key, code in Attribute.objects.filter(pk__in=keys).values_list("pk", "code")
    }
    clashes = [
        gone(f"/attributes/{n}", "attribute", key) for n, key in enumerate(keys) if key not in codes
    ]
    flags = ("is_required", "is_variant")
    assignments = [
        {"code": codes.get(row["attribute"]), **{flag: row[flag] for flag in flags}} for row in rows
    ]
    return {"attributes": assignments}, clashes


def _price_list(state: State) -> Read:
    key = state["channel_id"]
    channel = Channel.objects.filter(pk=key).values_list("slug", flat=True).first() if key else None
    clashes = [gone("/channel_id", "channel", key)] if key and channel is None else []
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT lower(%(v)s::tstzrange), upper(%(v)s::tstzrange)", {"v": state["valid"]}
        )
        start, end = cursor.fetchone()
    return {"channel": channel, "valid_from": start, "valid_until": end}, clashes


NOUNS: Mapping[str, Noun] = {
    "brand": Noun(Brand, update_brand, ("name", "slug", "description", "translations")),
    "category": Noun(
        Category,
        update_category,
        ("name", "slug", "description", "position", "translations"),
        others=_category,
    ),
    "collection": Noun(
        Collection,
        update_collection,
        (
            "name",
            "slug",
            "description",
            "status",
            "position",
            "seo_title",
            "seo_description",
            "rule",
            "translations",
        ),
        others=_collection,
        options={"may_publish": True},
    ),
    "attribute": Noun(
        Attribute,
        update_attribute,
        (
            "name",
            "type",
            "dimension",
            "is_filterable",
            "is_searchable",
            "is_localizable",
            "is_per_channel",
            "rules",
            "group",
            "position",
            "translations",
        ),
        born=("code", "name", "type", "dimension", "is_localizable", "is_per_channel"),
        others=_attribute,
    ),
    "product_type": Noun(
        ProductType, update_product_type, ("name", "slug", "translations"), others=_product_type
    ),
    "price_list": Noun(
        PriceList,
        update_price_list,
        ("name", "customer_group", "priority", "is_active"),
        born=("code", "name", "currency"),
        others=_price_list,
    ),
}


def gone(pointer: str, noun: str, value: object) -> dict[str, Any]:
    return {"pointer": pointer, "code": "gone", "detail": f"The {noun} {value} is gone."}


def _instant(text: str | None) -> datetime | None:
    return parse_datetime(text) if text else None

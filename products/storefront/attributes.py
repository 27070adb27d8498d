"""The attributes of a document -> the rows of a table, in groups, as people read them."""

from collections.abc import Callable, Mapping, Sequence
from itertools import groupby
from typing import Any

from django.utils.dateparse import parse_date, parse_datetime
from django.utils.formats import date_format
from django.utils.translation import override

from products.storefront.addresses import VIEW
from products.storefront.money import NO_BREAK
from products.storefront.shop import Shop
from products.storefront.trusted import rich_text

Value = Mapping[str, Any]


def attribute_groups(values: Sequence[Value], shop: Shop) -> list[dict[str, Any]]:
    """Groups in the order in which they first appear; those without a heading stand first."""
    first = {name: n for n, name in enumerate(dict.fromkeys(["", *(v["group"] for v in values)]))}
    shown = [each for each in values if each["type"] in SHOWN]
    ordered = sorted(shown, key=lambda each: first[each["group"]])
    return [
        {"heading": heading, "rows": [_row(each, shop) for each in members]}
        for heading, members in groupby(ordered, key=lambda each: each["group"])
    ]


def _row(each: Value, shop: Shop) -> dict[str, Any]:
    shown = SHOWN[each["type"]](each, each["value"], shop)
    return {"name": each["name"], "kind": each["type"], **shown}


def _text(_each: Value, value: Any, _shop: Shop) -> dict[str, Any]:
    return {"text": value}


def _labels(each: Value, _value: Any, _shop: Shop) -> dict[str, Any]:
    return {"text": ", ".join(each["labels"])}


def _number(_each: Value, value: Any, shop: Shop) -> dict[str, Any]:
    return {"text": shop.number(str(value))}


def _measure(_each: Value, value: Any, shop: Shop) -> dict[str, Any]:
    return {"text": f"{shop.number(value['value'])}{NO_BREAK}{value['unit']}"}


def _truth(_each: Value, value: Any, shop: Shop) -> dict[str, Any]:
    return {"text": shop.words["yes" if value else "no"]}


def _date(_each: Value, value: Any, shop: Shop) -> dict[str, Any]:
    found = parse_datetime(value) if "T" in value else parse_date(value)
    with override(shop.locale.lower()):
        text = date_format(found, "DATE_FORMAT") if found else value
    return {"text": text, "machine": value}


def _rich_text(_each: Value, value: Any, _shop: Shop) -> dict[str, Any]:
    return {"html": rich_text(value)}


def _product(_each: Value, value: Any, shop: Shop) -> dict[str, Any]:
    return {"url": shop.address.product(value)}


def _category(_each: Value, value: Any, shop: Shop) -> dict[str, Any]:
    return {"url": shop.address.only(*VIEW).changed(category=value)}


# JSON is for programs.
SHOWN: Mapping[str, Callable[[Value, Any, Shop], dict[str, Any]]] = {
    "text": _text,
    "long_text": _rich_text,
    "integer": _number,
    "decimal": _number,
    "boolean": _truth,
    "date": _date,
    "datetime": _date,
    "colour": _text,
    "choice": _labels,
    "multi_choice": _labels,
    "measurement": _measure,
    "product": _product,
    "category": _category,
    "url": _text,
}

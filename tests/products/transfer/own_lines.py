"""Lines of an export as hypothesis makes them up: any product that a catalog may hold."""

from typing import Any

from hypothesis import strategies as st

from products.transfer.own.columns import (
    OF_PRODUCT,
    OF_VARIANT,
    TEXTS,
    TYPED,
    AttributeColumn,
    Layout,
)
from products.transfer.own.products import Nesting
from tests.products.strategies import json_objects, json_values, texts, words

AWKWARD = st.sampled_from(
    ["=1+1", "+49", "-", "-5", "@a", "\tx", "\rx", "'", "'=", "''=", "'t", '"a"', "[1]", "{", "a\\"]
)
any_text = AWKWARD | texts(12)
some_text = AWKWARD | words(12)
code = st.from_regex(r"\A[A-Za-z0-9][A-Za-z0-9_-]{0,5}\Z")
slug = st.from_regex(r"\A[a-z0-9]{1,5}(-[a-z0-9]{1,3})?\Z")
money = st.decimals(0, 10**9, places=4).map(str)
instants = st.none() | st.sampled_from(["2031-03-01T09:00:00.000000Z", "2032-01-01T00:00:00.5Z"])
# Code -> type and how its values are nested.
ATTRIBUTES: dict[str, tuple[str, bool, bool]] = {
    "plain": ("text", False, False),
    "by-locale": ("long_text", False, True),
    "by_channel": ("integer", True, False),
    "both": ("multi_choice", True, True),
    "size": ("measurement", False, False),
    "flag": ("boolean", False, True),
    "any": ("json", True, False),
    "exact": ("decimal", False, False),
}
LOCALES, CHANNELS = ("en", "de-AT"), ("default", "b2b_shop")
NESTING = Nesting(
    frozenset(code for code, (_, per_channel, _) in ATTRIBUTES.items() if per_channel),
    frozenset(code for code, (_, _, localizable) in ATTRIBUTES.items() if localizable),
)
VALUES: dict[str, st.SearchStrategy[Any]] = {
    "text": some_text,
    "long_text": some_text,
    "integer": st.integers(-(10**6), 10**6),
    "multi_choice": st.lists(st.sampled_from(["a", "b,c", "-d", "[e]"]), min_size=1, unique=True),
    "measurement": st.fixed_dictionaries(
        {"value": st.sampled_from(["-1.5", "0"]), "unit": st.sampled_from(["cm", "°C"])}
    ),
    "boolean": st.booleans(),
    "json": json_values.filter(lambda value: value is not None),
    "decimal": st.sampled_from(["-0.1", "123456789012345678901234.5"]),
}


@st.composite
def values(draw: st.DrawFn) -> dict[str, Any]:
    chosen = draw(st.lists(st.sampled_from(sorted(ATTRIBUTES)), unique=True, max_size=3))
    found = {}
    for each in chosen:
        kind, per_channel, localizable = ATTRIBUTES[each]
        one = VALUES[kind]
        if localizable:
            one = st.dictionaries(st.sampled_from(LOCALES), one, min_size=1)
        if per_channel:
            one = st.dictionaries(st.sampled_from(CHANNELS), one, min_size=1)
        found[each] = draw(one)
    return found


external_ids = st.lists(
    st.fixed_dictionaries({"system": slug, "id": some_text.filter(str.isprintable)}), max_size=2
)
prices = st.lists(
    st.fixed_dictionaries(
        {
            "price_list": st.none() | code,
            "currency": st.sampled_from(["EUR", "USD"]),
            "amount": money,
            "compare_at": st.none() | money,
            "min_quantity": st.sampled_from([1, 1, 10]),
            "valid_from": instants,
            "valid_until": st.none(),
        }
    ),
    max_size=3,
    unique_by=lambda each: (
        each["currency"],
        each["price_list"] or "",
        each["min_quantity"],
        each["valid_from"],
    ),
).map(
    lambda all_: sorted(
        all_,
        key=lambda each: (
            each["currency"],
            each["price_list"] or "",
            each["min_quantity"],
            each["valid_from"] or "",
        ),
    )
)
variant = st.fixed_dictionaries(
    {
        "id": st.uuids().map(str),
        "sku": st.none() | some_text,
        "gtin": st.none() | st.just("04006381333931"),
        "mpn": st.none() | some_text,
        "status": st.sampled_from(["active", "draft"]),
        "attributes": values(),
        "prices": prices,
        "costs": st.lists(
            st.fixed_dictionaries({"currency": st.sampled_from(["EUR", "USD"]), "amount": money}),
            max_size=2,
            unique_by=lambda each: each["currency"],
        ),
        "tax_class": st.none() | code,
        "stock": st.dictionaries(slug, st.integers(-9, 9), max_size=2),
        "track_inventory": st.booleans(),
        "backorder_policy": st.sampled_from(["deny", "limit"]),
        "backorder_limit": st.integers(0, 5),
        "weight": st.none() | st.just({"value": "1.25", "unit": "kg"}),
        "dimensions": st.none()
        | st.just({"length": "1", "width": "2.5", "height": "3", "unit": "cm"}),
        "external_ids": external_ids,
        "media": st.lists(st.sampled_from(["https://a.example/1", "https://a.example/2,3"])),
        "metadata": json_objects,
    }
)
media = st.lists(
    st.fixed_dictionaries(
        {
            "url": st.sampled_from(["https://a.example/1", "https://a.example/2,3"]),
            "kind": st.sampled_from(["image", "video"]),
            "alt": any_text,
            "focal_point": st.none() | st.just({"x": 0.5, "y": 1.0}),
            "translations": st.dictionaries(
                st.sampled_from(LOCALES), st.just({"alt": "=x"}), max_size=1
            ),
        }
    ),
    max_size=2,
)
translations = st.dictionaries(
    st.sampled_from(LOCALES),
    st.dictionaries(st.sampled_from([*TEXTS, "options/Color"]), any_text, max_size=3),
    max_size=2,
)
named = st.fixed_dictionaries({"slug": slug, "name": some_text})


@st.composite
def products(draw: st.DrawFn) -> dict[str, Any]:
    options = draw(st.lists(some_text.map(str.strip), max_size=2, unique=True))
    found: dict[str, Any] = draw(
        st.fixed_dictionaries(
            {
                "id": st.uuids().map(str),
                "slug": slug,
                "name": some_text,
                "description": any_text,
                "status": st.sampled_from(["draft", "published", "archived"]),
                "publish_at": instants,
                "unpublish_at": instants,
                "brand": st.none() | named,
                "product_type": st.none() | slug,
                "attributes": values(),
                "categories": st.lists(
                    st.fixed_dictionaries(
                        {
                            "slug": slug,
                            "path": st.lists(some_text.map(str.strip), min_size=1, max_size=3),
                        }
                    ),
                    max_size=2,
                ),
                "collections": st.lists(named, max_size=2),
                "tags": st.lists(some_text.map(str.strip), max_size=3),
                "tax_class": st.none() | code,
                "option_names": st.just(options),
                "seo_title": any_text,
                "seo_description": any_text,
                "translations": translations,
                "external_ids": external_ids,
                "listings": st.just([]),
                "relations": st.lists(
                    st.fixed_dictionaries({"kind": code, "slug": slug, "quantity": st.just(2)}),
                    max_size=1,
                ),
                "media": media,
                "variants": st.lists(variant, max_size=3),
                "metadata": json_objects,
            }
        )
    )
    for each in found["variants"]:
        each["options"] = {name: draw(some_text) for name in options if draw(st.booleans())}
    return found


def layout_of(items: list[dict[str, Any]], *, most: int = 100) -> Layout:
    """The columns that these products need, as the database would say; attributes up to `most`."""
    variants = [each for item in items for each in item["variants"]]
    slots = {
        (price["currency"], price["price_list"]) for each in variants for price in each["prices"]
    }
    attributes = [
        *columns(OF_PRODUCT, items)[:most],
        *columns(OF_VARIANT, variants)[:most],
    ]
    return Layout(
        texts=[
            (locale, name)
            for name in TEXTS
            for locale in LOCALES
            if any(name in item["translations"].get(locale, {}) for item in items)
        ],
        attributes=attributes,
        prices=sorted(slots, key=lambda slot: (slot[0], slot[1] or "")),
        costs=["EUR", "USD"],
        locations=sorted({name for each in variants for name in each["stock"]}),
        nesting=NESTING,
        options=max((len(item["option_names"]) for item in items), default=0),
    )


def columns(prefix: str, owners: list[dict[str, Any]]) -> list[AttributeColumn]:
    found = set()
    for owner in owners:
        for name, value in owner["attributes"].items():
            kind, per_channel, localizable = ATTRIBUTES[name]
            for channel, inner in value.items() if per_channel else [(None, value)]:
                for locale in inner if localizable else [None]:
                    typed = kind if kind in TYPED else ""
                    found.add((prefix, name, locale, channel, typed))
    ordered = sorted(found, key=lambda each: tuple(part or "" for part in each))
    return [AttributeColumn(*each) for each in ordered]

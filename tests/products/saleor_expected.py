"""What a product of Saleor's demo shop must look like in a channel, in slow and obvious Python."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from tests.products.real_catalogs import money
from tests.products.saleor_fixture import (
    MEDIA,
    Fixture,
    Row,
    brand_of,
    by_code,
    by_name,
    choices_of,
    choices_of_variant,
    collected,
    focal_point,
    media_of,
    metadata_of,
    prices_of,
    sale_prices_of,
    text_of,
    variants_of,
    weight_of,
)


def said_of(document: dict[str, Any]) -> dict[str, Any]:
    """The document without what it does not have from the fixture."""
    plain = ("slug", "name", "description", "status", "price_range", "availability", "metadata")
    return {
        **{name: document[name] for name in (*plain, "option_names", "seo")},
        "brand": document["brand"] and document["brand"]["slug"],
        "product_type": document["product_type"]["slug"],
        "attributes": {each["code"]: each["value"] for each in document["attributes"]},
        "labels": {each["code"]: each["labels"] for each in document["attributes"]},
        "categories": [[step["slug"] for step in each["path"]] for each in document["categories"]],
        "collections": [each["slug"] for each in document["collections"]],
        "variants": [
            {
                **{name: each[name] for name in ("sku", "options", "weight", "metadata")},
                "attributes": {value["code"]: value["value"] for value in each["attributes"]},
                "prices": {price["currency"]: price for price in each["prices"]},
                "availability": each["availability"],
            }
            for each in document["variants"]
        ],
        "media": [
            [each[name] for name in ("url", "kind", "alt", "focal_point", "position")]
            for each in document["media"]
        ],
    }


def wanted_of(fixture: Fixture, product: Row, channel: int) -> dict[str, Any]:
    kind = fixture.get("product.producttype", product["product_type"])
    choices, variants = choices_of(fixture, product), variants_of(fixture, product)
    amounts = [amount_of(fixture, each, channel) for each in variants]
    return {
        "slug": product["slug"],
        "name": product["name"],
        "description": text_of(product["description"]),
        "status": "published",
        "metadata": metadata_of(fixture, product),
        "seo": {"title": product["seo_title"], "description": product["seo_description"]},
        "brand": brand_of(fixture, product),
        "product_type": kind["slug"],
        "attributes": by_code(choices),
        "labels": {attribute["slug"]: [option["name"]] for attribute, option in choices},
        "categories": [path_of(fixture, product["category"])],
        "collections": [
            row["slug"]
            for row in fixture.all("product.collection")
            if product.key in collected(fixture, row)
        ],
        "option_names": list(
            dict.fromkeys(
                name for each in variants for name in by_name(choices_of_variant(fixture, each))
            )
        ),
        "price_range": {
            "currency": fixture.get("channel.channel", channel)["currency_code"],
            "min": money(min(amounts)),
            "max": money(max(amounts)),
        },
        "availability": best(availability_of(fixture, each) for each in variants),
        "variants": [wanted_of_variant(fixture, each, channel) for each in variants],
        "media": [
            [MEDIA + each["image"], "image", each["alt"], focal_point(each), position]
            for position, each in enumerate(media_of(fixture, product))
        ],
    }


def wanted_of_variant(fixture: Fixture, variant: Row, channel: int) -> dict[str, Any]:
    weight, choices = weight_of(fixture, variant), choices_of_variant(fixture, variant)
    prices: dict[str, dict[str, Any]] = {
        currency: {"currency": currency, "amount": money(amount), "compare_at": None}
        for currency, amount in prices_of(fixture, variant).values()
    }
    if reduced := sale_prices_of(fixture, variant).get(channel):
        currency, before = prices_of(fixture, variant)[channel]
        prices[currency] = {
            "currency": currency,
            "amount": money(reduced[1]),
            "compare_at": money(before),
            "min_quantity": 1,
            "price_list": reduced[0],
            "valid_from": None,
            "valid_until": None,
        }
    return {
        "sku": variant["sku"],
        "options": by_name(choices),
        "weight": weight and {"value": f"{weight['value']:.0f}", "unit": weight["unit"]},
        "metadata": variant["metadata"],
        "attributes": by_code(choices),
        "prices": prices,
        "availability": availability_of(fixture, variant),
    }


def amount_of(fixture: Fixture, variant: Row, channel: int) -> Decimal:
    reduced = sale_prices_of(fixture, variant).get(channel)
    return reduced[1] if reduced else prices_of(fixture, variant)[channel][1]


def availability_of(fixture: Fixture, variant: Row) -> str:
    levels = fixture.all("warehouse.stock", product_variant=variant.key)
    is_there = not variant["track_inventory"] or sum(row["quantity"] for row in levels) > 0
    return "in_stock" if is_there else "out_of_stock"


def best(availabilities: Iterable[str]) -> str:
    return "in_stock" if "in_stock" in list(availabilities) else "out_of_stock"


def path_of(fixture: Fixture, category: int) -> list[str]:
    row = fixture.get("product.category", category)
    above = [] if row["parent"] is None else path_of(fixture, row["parent"])
    return [*above, row["slug"]]

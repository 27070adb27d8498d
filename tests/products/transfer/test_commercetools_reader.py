"""commercetools' files: packed prices, localised columns, variants without a name."""

import json
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from products.transfer.readers.cells import CellRefused
from products.transfer.readers.commercetools_prices import price_of
from products.transfer.readers.finds import Finds
from tests.products.transfer.reading import attributes, file, prices, read

SHOE = {
    "productType": "main",
    "variantId": "1",
    "sku": "S-39",
    "prices": "EUR 18750;EUR 12295 b2b;DE-EUR 15000#berlin",
    "tax": "standard",
    "categories": "Men>Shoes;7;Sale",
    "images": "https://a.example/1.jpg;https://a.example/2.jpg",
    "name.de": "Schuh",
    "name.en": "Shoe",
    "slug.en": "shoe",
    "slug.de": "schuh",
    "description.de": "Fein",
    "metaTitle.en": "A shoe",
    "metaKeywords.en": "a;b",
    "size": "39",
    "articleId": "S-39",
    "color": "black",
    "look": "a;b",
    "remark.en": "nice",
    "remark.de": "nett",
    "designer": "tods",
}
LARGER = {
    "variantId": "2",
    "sku": "S-40",
    "prices": "EUR 19000",
    "images": "https://a.example/1.jpg",
    "size": "40",
    "articleId": "S-40",
    "color": "black",
    "designer": "tods",
}
BAG = SHOE | {"sku": "B", "name.en": "Bag", "slug.en": "bag", "slug.de": "tasche", "articleId": "B"}
TYPE: dict[str, Any] = {
    "key": "main",
    "name": "Main type",
    "attributes": [
        {"name": "size", "type": {"name": "text"}, "attributeConstraint": "CombinationUnique"},
        {
            "name": "color",
            "label": {"en": "Color", "de": "Farbe"},
            "type": {
                "name": "lenum",
                "values": [{"key": "black", "label": {"en": "Black", "de": "Schwarz"}}],
            },
            "attributeConstraint": "None",
        },
        {
            "name": "designer",
            "type": {"name": "enum", "values": [{"key": "tods", "label": "Tod's"}]},
            "attributeConstraint": "SameForAll",
        },
        {"name": "look", "type": {"name": "set", "elementType": {"name": "text"}}},
        {"name": "remark", "type": {"name": "ltext"}, "attributeConstraint": "SameForAll"},
        {"name": "articleId", "type": {"name": "text"}, "attributeConstraint": "Unique"},
    ],
}
CATEGORIES = """key,externalId,name.en,name.de,slug.en,parentId
c3,3,Men,Männer,men,
c7,7,Boots,Stiefel,boots,3
c9,9,Sale,Ausverkauf,sale,
"""
STOCK = "sku,quantityOnStock,supplyChannel\nS-39,4,\nS-39,3,Berlin store\nnobody,1,\n"
BESIDE = (
    ("product-type.json", json.dumps([TYPE])),
    ("categories.csv", CATEGORIES),
    ("inventory.csv", STOCK),
)


def test_further_variants_follow_the_product_and_share_its_pictures() -> None:
    found = read(file(SHOE, LARGER, BAG), *BESIDE)
    assert found.format == "commercetools"
    shoe, bag = found.products
    assert (shoe.first_line, shoe.last_line, bag.first_line) == (2, 3, 4)
    assert (shoe.slug, shoe.values["name"], shoe.values["seo_title"]) == ("shoe", "Shoe", "A shoe")
    assert shoe.values["translations"] == {
        "de": {"name": "Schuh", "slug": "schuh", "description": "Fein"}
    }
    assert shoe.values["metadata"] == {"commercetools": {"metaKeywords.en": "a;b"}}
    assert (shoe.category, shoe.categories) == (("Men", "Shoes"), [("Men", "Boots"), ("Sale",)])
    assert [each.url for each in shoe.media] == [
        "https://a.example/1.jpg",
        "https://a.example/2.jpg",
    ]
    first, second = shoe.variants
    assert second.values["media"] == ["https://a.example/1.jpg"]
    assert (first.values["options"], second.values["options"]) == ({"Size": "39"}, {"Size": "40"})
    assert first.stock == {"default": 4, "berlin-store": 3}
    assert [each.code for each in found.survey.remarks] == ["stock-without-product"]


def test_types_say_which_attributes_there_are_and_where() -> None:
    found = read(file(SHOE, LARGER), *BESIDE)
    (shoe,) = found.products
    assert attributes(shoe) == {"designer": "tods", "remark@en": "nice", "remark@de": "nett"}
    first, second = shoe.variants
    assert attributes(first) == {
        "size": "39",
        "articleId": "S-39",
        "color": "black",
        "look": ["a", "b"],
    }
    definitions: dict[str, Any] = {
        each["code"]: each for each in found.survey.definitions.attributes
    }
    assert definitions["color"]["options"] == [
        {"code": "black", "label": "Black", "translations": {"de": {"label": "Schwarz"}}}
    ]
    assert definitions["look"]["type"] == "json"
    assert definitions["remark"]["is_localizable"]
    assert found.survey.definitions.default_locale == "en"
    assert "look" not in attributes(second)


def test_without_types_variants_are_told_apart_by_what_differs() -> None:
    (shoe,) = read(file(SHOE, LARGER)).products
    assert [each.values["options"] for each in shoe.variants] == [{"Size": "39"}, {"Size": "40"}]
    assert attributes(shoe)["color"] == "black"
    assert attributes(shoe.variants[0]) == {"size": "39", "articleId": "S-39"}


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("EUR 999", {"currency": "EUR", "amount": Decimal("9.99")}),
        ("JPY 999", {"currency": "JPY", "amount": Decimal(999)}),
        ("BHD 1234", {"currency": "BHD", "amount": Decimal("1.234")}),
        (
            "EUR 899|745",
            {"currency": "EUR", "amount": Decimal("7.45"), "compare_at": Decimal("8.99")},
        ),
        (
            "CH-EUR 999 B2B",
            {"currency": "EUR", "amount": Decimal("9.99"), "price_list": "ch-b2b-eur"},
        ),
        (
            "USD 19900 #retailerA",
            {"currency": "USD", "amount": Decimal(199), "price_list": "retailera-usd"},
        ),
        (
            "GBP 999$2026-09-11T14:00:00.000Z~2026-10-12T14:00:00.000Z",
            {
                "currency": "GBP",
                "amount": Decimal("9.99"),
                "valid_from": datetime(2026, 9, 11, 14, tzinfo=UTC),
                "valid_until": datetime(2026, 10, 12, 14, tzinfo=UTC),
            },
        ),
    ],
)
def test_a_price_is_unpacked(cell: str, expected: dict[str, Any]) -> None:
    assert price_of(cell, Finds()) == expected


def test_scopes_become_price_lists_with_channel_and_group() -> None:
    finds = Finds()
    for cell in ("DE-EUR 1 b2b#berlin", "FR-EUR 1", "EUR 1 b2b"):
        price_of(cell, finds)
    assert [
        (each["code"], each.get("channel"), each.get("customer_group"))
        for each in finds.price_lists.values()
    ] == [
        ("de-berlin-b2b-eur", "berlin", "b2b"),
        ("fr-eur", "fr", None),
        ("b2b-eur", None, "b2b"),
    ]


@pytest.mark.parametrize("cell", ["EUR 9.99", "999", "XXY 1", "EUR -5", "EUR"])
def test_what_is_no_price_is_refused(cell: str) -> None:
    with pytest.raises(CellRefused):
        price_of(cell, Finds())
    found = read(file(SHOE | {"prices": cell}, BAG))
    assert [(each.code, each.line, each.column) for each in found.refused] == [
        ("invalid-amount", 2, "prices")
    ]
    assert prices(found.variants[0])[0] == ("187.50", "EUR")


def test_a_variant_without_a_product_is_refused() -> None:
    found = read(file(LARGER | {"productType": "", "name.en": ""}, SHOE))
    assert [(each.code, each.line) for each in found.refused] == [("product-missing", 2)]
    assert len(found.products) == 1

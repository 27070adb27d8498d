"""Medusa's files of both versions: repeated columns, numbered ones, prices in their names."""

from decimal import Decimal

import pytest

from tests.products.transfer.reading import file, prices, read

EXPORTED = {
    "Product Id": "prod_1",
    "Product Handle": "mug",
    "Product Title": "Mug",
    "Product Status": "published",
    "Product Description": "Two\nlines",
    "Product Thumbnail": "https://a.example/1.png",
    "Product Type Id": "ptyp_1",
    "Product Discountable": "false",
    "Product Image 1": "https://a.example/1.png",
    "Product Image 2": "https://a.example/2.png",
    "Product Tag 1": "kitchen",
    "Product Tag 2": "blue",
    "Product Category 1": "pcat_1",
    "Product Weight": "400",
    "Variant Id": "variant_1",
    "Variant Title": "Large / Green",
    "Variant Sku": "MUG-L",
    "Variant Ean": "4006381333931",
    "Variant Manage Inventory": "true",
    "Variant Allow Backorder": "TRUE",
    "Variant Option 1 Name": "Size",
    "Variant Option 1 Value": "Large",
    "Variant Option 2 Name": "Color",
    "Variant Option 2 Value": "Green",
    "Variant Price DKK": "30",
    "Variant Price EUR": "45.5",
    "Variant Product Id": "prod_1",
    "Variant Metadata": '{"a": 1}',
}
TEMPLATE = {
    "Product Id": "",
    "Product Handle": "lamp",
    "Product Title": "Lamp",
    "Product Status": "proposed",
    "Product Collection Title": "Light",
    "Product Collection Handle": "light",
    "Product Type": "Indoor",
    "Product Tags": "a,b",
    "Product Profile Name": "x",
    "Variant Title": "Test",
    "Variant SKU": "LAMP",
    "Variant Barcode": "12",
    "Variant Inventory Quantity": "10",
    "Variant Weight": "400",
    "Variant Length": "10",
    "Variant Width": "20",
    "Variant Height": "30",
    "Price North America [USD]": "1.00",
    "Price USD": "1.10",
    "Option 1 Name": "Size",
    "Option 1 Value": "One",
    "Image 1 Url": "lamp.png",
    "Sales Channel 1 Name": "Web shop",
}


@pytest.mark.parametrize("separator", [",", ";"])
def test_an_export_repeats_the_product_on_each_variant(separator: str) -> None:
    small = EXPORTED | {
        "Variant Id": "variant_2",
        "Variant Sku": "MUG-S",
        "Variant Ean": "",
        "Variant Option 1 Value": "Small",
        "Variant Price DKK": "",
    }
    found = read(file(EXPORTED, small, separator=separator))
    assert found.format == "medusa"
    (mug,) = found.products
    assert (mug.slug, mug.first_line, mug.last_line) == ("mug", 2, 5)
    assert mug.values["tags"] == ["kitchen", "blue"]
    assert mug.values["external_ids"] == [{"system": "medusa", "id": "prod_1"}]
    assert mug.values["metadata"]["medusa"] == {
        "type_id": "ptyp_1",
        "discountable": False,
        "category_ids": ["pcat_1"],
    }
    assert [each.url for each in mug.media] == [
        "https://a.example/1.png",
        "https://a.example/2.png",
    ]
    first, second = mug.variants
    assert prices(first) == [("30", "DKK"), ("45.5", "EUR")]
    assert prices(second) == [("45.5", "EUR")]
    assert first.values["options"] == {"Size": "Large", "Color": "Green"}
    assert (first.values["gtin"], first.values["backorder_policy"]) == ("4006381333931", "allow")
    assert first.values["metadata"] == {"medusa": {"metadata": {"a": 1}, "product_weight": "400"}}
    assert found.survey.columns_left_out == ("Variant Product Id",)


def test_a_region_is_a_channel_with_a_price_list() -> None:
    found = read(file(TEMPLATE), weight_unit="g", length_unit="mm")
    (lamp,) = found.products
    assert lamp.values["status"] == "draft"
    assert lamp.values["metadata"]["medusa"] == {"status": "proposed", "collection_handle": "light"}
    assert (lamp.collections, lamp.values["tags"]) == (["Light"], ["a", "b", "Indoor"])
    assert lamp.listings == [{"channel": "web-shop", "is_listed": True}]
    (variant,) = lamp.variants
    assert variant.values["prices"] == [
        {"currency": "USD", "amount": Decimal("1.00"), "price_list": "north-america-usd"},
        {"currency": "USD", "amount": Decimal("1.10")},
    ]
    assert variant.values["weight"] == {"value": Decimal(400), "unit": "g"}
    assert variant.values["dimensions"] == {
        "length": Decimal(10),
        "width": Decimal(20),
        "height": Decimal(30),
        "unit": "mm",
    }
    assert variant.quantity == 10
    assert found.survey.definitions.price_lists == [
        {
            "code": "north-america-usd",
            "name": "North America USD",
            "currency": "USD",
            "channel": "north-america",
        }
    ]
    assert ("invalid-gtin", 2, "Variant Barcode") in found.warnings


@pytest.mark.parametrize(
    ("change", "code", "column"),
    [
        ({"Price USD": "x"}, "invalid-amount", "Price USD"),
        ({"Product Status": "gone"}, "invalid-status", "Product Status"),
        ({"Option 1 Name": ""}, "option-name-missing", ""),
        ({"Product Handle": "a b"}, "invalid-handle", "Product Handle"),
        ({"Variant Inventory Quantity": "many"}, "invalid-quantity", "Variant Inventory Quantity"),
    ],
)
def test_a_bad_cell_refuses_its_product_alone(
    change: dict[str, str], code: str, column: str
) -> None:
    other = TEMPLATE | {"Product Handle": "other", "Product Title": "Other"}
    found = read(file(TEMPLATE | change, other))
    assert [(each.code, each.line, each.column) for each in found.refused] == [(code, 2, column)]
    assert [each.slug for each in found.products] == ["other"]


def test_lines_of_a_product_may_stand_apart_and_contradictions_are_told() -> None:
    other = TEMPLATE | {"Product Handle": "other", "Product Title": "Other"}
    second = TEMPLATE | {"Product Title": "Lamps", "Option 1 Value": "Two"}
    found = read(file(TEMPLATE, other, second))
    lamp = found.named("Lamp")
    assert [each.line for each in lamp.variants] == [2, 4]
    assert ("product-differs", 4, "Product Title") in found.warnings

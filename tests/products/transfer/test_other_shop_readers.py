"""Bagisto, UnoPim and OroCommerce: lines per locale, parents, packed variants, tiers, units."""

from decimal import Decimal
from typing import Any

import pytest

from tests.products.transfer.reading import PICTURES, attributes, file, prices, read

SCARF = {
    "sku": "SC",
    "parent_sku": "",
    "locale": "en",
    "attribute_family_code": "default",
    "type": "simple",
    "categories": "Men/Winter Wear,Sale",
    "images": "1.webp,2.webp",
    "name": "Scarf",
    "description": "<p>Warm</p>",
    "status": "1",
    "visible_individually": "1",
    "featured": "1",
    "guest_checkout": "0",
    "weight": "1.5",
    "tax_category_name": "Clothes",
    "price": "14",
    "special_price": "12",
    "special_price_from": "2026-02-01",
    "special_price_to": "2026-02-15",
    "customer_group_prices": (
        "group=all,qty=2,type=fixed,price=11|group=b2b,qty=3,type=discount,price=50"
    ),
    "url_key": "scarf",
    "manage_stock": "1",
    "inventories": "default=100,Berlin=3",
    "related_skus": "J-M",
    "configurable_variants": "",
    "bundle_options": "",
    "associated_skus": "",
    "fabric": "wool",
}
GERMAN = dict.fromkeys(SCARF, "") | {
    "sku": "SC",
    "locale": "de",
    "type": "simple",
    "name": "Schal",
    "url_key": "scarf",
    "description": "<p>Warm!</p>",
}
JACKET = SCARF | {
    "sku": "J",
    "type": "configurable",
    "name": "Jacket",
    "price": "",
    "special_price": "",
    "customer_group_prices": "",
    "url_key": "jacket",
    "inventories": "",
    "related_skus": "",
    "configurable_variants": "sku=J-M,color=Red,size=M|sku=J-L,color=Red,size=L",
}
MEDIUM = JACKET | {
    "sku": "J-M",
    "parent_sku": "J",
    "type": "simple",
    "name": "Jacket-M",
    "price": "20",
    "url_key": "jacket-m",
    "inventories": "default=4",
    "visible_individually": "0",
    "configurable_variants": "",
    "images": "3.webp",
}
KIT = JACKET | {
    "sku": "K",
    "type": "bundle",
    "name": "Kit",
    "url_key": "kit",
    "configurable_variants": "",
    "bundle_options": "name=A,type=radio,required=1,sku=SC,qty=2|name=A,type=radio,sku=J-M,qty=1",
}


def test_bagisto_has_lines_per_locale_and_packed_variants() -> None:
    found = read(file(SCARF, GERMAN, MEDIUM, JACKET, KIT), weight_unit="kg")
    assert (found.format, len(found.products)) == ("bagisto", 3)
    scarf, jacket, kit = (found.named(name) for name in ("Scarf", "Jacket", "Kit"))
    assert scarf.values["translations"] == {"de": {"name": "Schal", "description": "<p>Warm!</p>"}}
    assert (scarf.category, scarf.categories) == (("Men", "Winter Wear"), [("Sale",)])
    assert [each.url for each in scarf.media] == [f"{PICTURES}/1.webp", f"{PICTURES}/2.webp"]
    assert attributes(scarf) == {"fabric": "wool"}
    assert [(each.kind, each.external_id) for each in scarf.relations] == [
        ("related", ("bagisto", "J"))
    ]
    (variant,) = scarf.variants
    asked = [
        (str(each["amount"]), each.get("min_quantity"), each.get("price_list"))
        for each in variant.values["prices"]
    ]
    assert asked == [
        ("14", None, None),
        ("12", None, None),
        ("11", 2, None),
        ("7.0000", 3, "b2b-usd"),
    ]
    assert variant.stock == {"default": 100, "berlin": 3}
    (medium,) = jacket.variants
    assert medium.values["options"] == {"Color": "Red", "Size": "M"}
    assert ("variant-missing", 5, "configurable_variants") in found.warnings
    assert [(each.external_id, each.quantity) for each in kit.relations] == [
        (("bagisto", "SC"), 2),
        (("bagisto", "J"), 1),
    ]
    assert kit.variants == []


TEE = {
    "channel": "default",
    "locale": "en_US",
    "sku": "T",
    "status": "true",
    "type": "configurable",
    "parent": "",
    "attribute_family": "default",
    "categories": "root,men",
    "name": "Tee",
    "description": "<p>T</p>",
    "price (USD)": "100",
    "cost (USD)": "60",
    "weight": "0.5",
    "url_key": "tee",
    "configurable_attributes": "color,size",
    "care": "cold",
    "color": "",
    "size": "",
}
FRENCH = TEE | {"locale": "fr_FR", "name": "Maillot", "description": "", "care": "froid"}
RED = TEE | {
    "sku": "T-R",
    "type": "variant_group",
    "parent": "T",
    "name": "",
    "url_key": "t-r",
    "color": "Red",
}
RED_SMALL = TEE | {
    "sku": "T-R-S",
    "type": "simple",
    "parent": "T-R",
    "name": "",
    "url_key": "t-r-s",
    "size": "s",
    "price (USD)": "90",
}
BESIDE = (
    (
        "categories.csv",
        "locale,code,parent,name\nen_US,clothes,root,Clothes\nen_US,men,clothes,Men\n",
    ),
    (
        "attributes.csv",
        "code,type,locale,name,value_per_locale,value_per_channel,is_filterable\n"
        "care,textarea,en_US,Care,1,0,0\ncolor,select,en_US,Colour,0,0,1\n",
    ),
    ("attribute-options.csv", "attribute_code,code,locale,label\ncolor,Red,en_US,Deep red\n"),
)


def test_unopim_has_variants_below_groups_below_products() -> None:
    found = read(file(TEE, RED, RED_SMALL, FRENCH), *BESIDE, weight_unit="kg")
    assert found.format == "unopim"
    (tee,) = found.products
    assert tee.category == ("Clothes", "Men")
    assert tee.values["translations"] == {"fr-FR": {"name": "Maillot"}}
    assert attributes(tee) == {"care@en-US": "cold", "care@fr-FR": "froid"}
    (variant,) = tee.variants
    assert variant.values["options"] == {"Colour": "Deep red", "Size": "s"}
    assert attributes(variant) == {"color": "Red", "size": "s"}
    assert (prices(variant), variant.costs) == ([("90", "USD")], {"USD": Decimal(60)})
    definitions: dict[str, Any] = {
        each["code"]: each for each in found.survey.definitions.attributes
    }
    assert (definitions["color"]["type"], definitions["color"]["is_filterable"]) == ("choice", True)
    assert definitions["care"]["is_localizable"]


def test_unopims_variants_of_a_product_that_is_there_already() -> None:
    found = read(file(RED_SMALL | {"parent": "T", "color": "Red", "care": ""}))
    (tee,) = found.products
    assert "name" not in tee.values
    assert tee.values["external_ids"] == [{"system": "unopim", "id": "T"}]
    assert tee.variants[0].values["options"] == {"Color": "Red", "Size": "s"}


def test_a_line_that_comes_twice_is_told() -> None:
    found = read(file(SCARF, GERMAN, SCARF))
    assert ("line-repeated", 4, "sku") in found.warnings
    assert [each.code for each in found.refused] == []


LAMP = {
    "sku": "L1",
    "name": "Lamp",
    "description": "Bright",
    "category": "Lighting",
    "information": "Page: 1\nSix modes",
    "specifications": "Width: 3”",
    "price": "99.99",
    "MSRP": "109.99",
    "MAP": "94.99",
    "unit": "item",
    "precision": "0",
    "type": "simple",
    "featured": "1",
    "new_arrival": "0",
    "page_template": "",
    "brand_id": "1",
}


def test_orocommerce_has_units_and_several_prices() -> None:
    found = read(file(LAMP, LAMP | {"sku": "L2", "MSRP": "90"}))
    assert found.format == "orocommerce"
    lamp, other = found.products
    assert attributes(lamp) == {
        "information": "Page: 1\nSix modes",
        "specifications": "Width: 3”",
        "unit": "item",
    }
    assert lamp.variants[0].values["prices"] == [
        {"currency": "USD", "amount": Decimal("99.99"), "compare_at": Decimal("109.99")}
    ]
    assert lamp.values["metadata"] == {
        "orocommerce": {"brand_id": "1", "map": "94.99", "featured": True}
    }
    assert other.variants[0].values["metadata"] == {"orocommerce": {"msrp": "90"}}


@pytest.mark.parametrize(
    ("rows", "code", "line", "column"),
    [
        ((SCARF | {"price": "x"}, JACKET), "unknown-currency", 2, "price"),
        ((SCARF | {"inventories": "default=few"}, JACKET), "invalid-quantity", 2, "inventories"),
        ((MEDIUM, SCARF), "parent-missing", 2, "sku"),
        ((TEE | {"status": "perhaps"}, TEE | {"sku": "U"}), "invalid-flag", 2, "status"),
        ((TEE | {"sku": ""}, TEE | {"sku": "U"}), "sku-missing", 2, "sku"),
        ((LAMP | {"sku": ""}, LAMP), "sku-missing", 2, "sku"),
        ((LAMP | {"MSRP": "1.2.3"}, LAMP), "invalid-number", 2, "MSRP"),
    ],
)
def test_a_bad_line_refuses_its_product_alone(
    rows: tuple[dict[str, str], ...], code: str, line: int, column: str
) -> None:
    found = read(file(*rows))
    assert [(each.line, each.column) for each in found.refused] == [(line, column)]
    assert found.refused[0].code in {code, "invalid-amount"}
    assert len(found.products) == 1

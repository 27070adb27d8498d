"""Magento's files: configurable products, packed cells, store views, dates."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from tests.products.transfer.reading import PICTURES, attributes, file, prices, read

SMALL = {
    "sku": "H-S",
    "store_view_code": "",
    "attribute_set_code": "Top",
    "product_type": "simple",
    "categories": "Default/Men/Tops,Default/Eco",
    "name": "Hoodie-S",
    "description": "<p>Warm.\nSoft.</p>",
    "weight": "1.5",
    "product_online": "1",
    "tax_class_name": "Taxable Goods",
    "visibility": "Not Visible Individually",
    "price": "52",
    "special_price": "40",
    "special_price_from_date": "3/1/26",
    "special_price_to_date": "3/31/26",
    "url_key": "hoodie-s",
    "meta_title": "",
    "base_image": "/h/s.jpg",
    "base_image_label": "Small one",
    "additional_images": "",
    "additional_attributes": "has_options=0,size=S,material=Wool",
    "qty": "7.0000",
    "is_in_stock": "1",
    "manage_stock": "0",
    "use_config_manage_stock": "1",
    "allow_backorders": "0",
    "use_config_backorders": "1",
    "configurable_variations": "",
    "related_skus": "",
    "associated_skus": "",
    "bundle_values": "",
    "website_id": "1",
}
LARGE = SMALL | {
    "sku": "H-L",
    "name": "Hoodie-L",
    "price": "54",
    "special_price": "",
    "special_price_from_date": "",
    "special_price_to_date": "",
    "url_key": "hoodie-l",
    "base_image": "/h/l.jpg",
    "additional_attributes": "size=L,material=Cotton",
    "qty": "3",
    "is_in_stock": "0",
}
HOODIE = SMALL | {
    "sku": "H",
    "product_type": "configurable",
    "name": "Hoodie",
    "weight": "",
    "visibility": "Catalog, Search",
    "special_price": "",
    "special_price_from_date": "",
    "special_price_to_date": "",
    "url_key": "hoodie",
    "meta_title": "The hoodie",
    "base_image": "/h/main.jpg",
    "additional_images": "/h/a.jpg,/h/b.jpg",
    "additional_attributes": (
        'material=Wool,climate=Cold|Windy,note="a, ""b"",c=1",free=x, y,eco=Yes'
    ),
    "qty": "0",
    "configurable_variations": "sku=H-S,size=S|sku=H-L,size=L",
    "related_skus": "BAG,H-S",
}
GERMAN = {
    "sku": "H",
    "store_view_code": "de_DE",
    "product_type": "configurable",
    "name": "Kapuzenpullover",
    "price": "55",
    "url_key": "kapuzenpullover",
}
ODD = GERMAN | {"store_view_code": "outlet", "name": "Cheap hoodie", "price": ""}
BAG = SMALL | {
    "sku": "BAG",
    "name": "Bag",
    "visibility": "Catalog, Search",
    "url_key": "bag",
    "attribute_set_code": "Bag",
    "additional_attributes": "",
    "associated_skus": "",
}
KIT = BAG | {
    "sku": "KIT",
    "product_type": "grouped",
    "name": "Kit",
    "price": "",
    "special_price": "",
    "qty": "",
    "weight": "",
    "url_key": "kit",
    "associated_skus": "BAG=2.0000,H-L=1",
}
LINES = (SMALL, LARGE, HOODIE, GERMAN, ODD, BAG, KIT)


def test_simple_products_are_variants_of_the_configurable_one_below_them() -> None:
    found = read(file(*LINES))
    assert found.format == "magento2"
    assert [each.values["name"] for each in found.products] == ["Hoodie", "Bag", "Kit"]
    hoodie = found.named("Hoodie")
    assert (hoodie.slug, hoodie.first_line, hoodie.values["seo_title"]) == (
        "hoodie",
        2,
        "The hoodie",
    )
    assert hoodie.category == ("Default", "Men", "Tops")
    assert hoodie.categories == [("Default", "Eco")]
    assert hoodie.product_type == "top"
    assert hoodie.values["tax_class"] == "taxable-goods"
    assert hoodie.values["translations"] == {
        "de-DE": {"name": "Kapuzenpullover", "slug": "kapuzenpullover"}
    }
    assert hoodie.values["metadata"]["magento"]["store_views"] == {
        "de_DE": {"H": {"price": "55"}},
        "outlet": {"H": {"name": "Cheap hoodie", "url_key": "kapuzenpullover"}},
    }
    assert [each.url.removeprefix(PICTURES) for each in hoodie.media] == [
        "/h/main.jpg",
        "/h/a.jpg",
        "/h/b.jpg",
        "/h/s.jpg",
        "/h/l.jpg",
    ]
    assert ("store-view-unknown", 9, "store_view_code") in found.warnings
    assert found.survey.columns_left_out == ("website_id",)


def test_attributes_are_of_the_product_unless_they_differ_among_its_variants() -> None:
    found = read(file(*LINES))
    hoodie = found.named("Hoodie")
    assert attributes(hoodie) == {
        "climate": ["cold", "windy"],
        "note": 'a, "b",c=1',
        "free": "x, y",
        "eco": "Yes",
    }
    small, large = hoodie.variants
    assert (attributes(small), attributes(large)) == ({"material": "Wool"}, {"material": "Cotton"})
    types = {each["slug"]: each for each in found.survey.definitions.product_types}
    varying = {each["code"]: each["is_variant"] for each in types["top"]["attributes"]}
    assert varying == {
        "material": True,
        "climate": False,
        "note": False,
        "free": False,
        "eco": False,
    }


def test_variants_have_prices_stock_options_and_pictures() -> None:
    small, large = read(file(*LINES), weight_unit="kg").named("Hoodie").variants
    assert (small.values["options"], large.values["options"]) == ({"Size": "S"}, {"Size": "L"})
    regular, special = small.values["prices"]
    assert regular["amount"] == Decimal(52)
    assert (special["amount"], special["compare_at"]) == (Decimal(40), Decimal(52))
    assert special["valid_from"] == datetime(2026, 3, 1, tzinfo=UTC)
    assert special["valid_until"] == datetime(2026, 4, 1, tzinfo=UTC)
    assert prices(large) == [("54", "USD")]
    assert small.values["weight"] == {"value": Decimal("1.5"), "unit": "kg"}
    assert (small.quantity, large.quantity) == (7, 0)  # three, but not in stock
    assert small.values["media"] == [f"{PICTURES}/h/s.jpg"]


def test_a_weight_without_a_unit_and_a_picture_without_an_address_are_kept() -> None:
    found = read(file(BAG), media_base="")
    (bag,) = found.products
    assert bag.values["metadata"] == {"magento": {"images": ["/h/s.jpg"]}}
    assert bag.variants[0].values["metadata"] == {"magento": {"weight": "1.5"}}
    assert found.warnings == [
        ("picture-without-address", 2, "base_image"),
        ("unit-missing", 2, "weight"),
    ]


def test_links_lead_to_the_product_of_a_variant() -> None:
    found = read(file(*LINES))
    related = [(each.kind, each.external_id) for each in found.named("Hoodie").relations]
    assert related == [("related", ("magento", "BAG")), ("related", ("magento", "H"))]
    kit = [(each.external_id, each.quantity) for each in found.named("Kit").relations]
    assert kit == [(("magento", "BAG"), 2), (("magento", "H"), 1)]
    assert found.named("Kit").variants == []


def test_attributes_are_typed_where_the_bundle_says_so() -> None:
    attribute_file = (
        "attributes.csv",
        "frontend_label,frontend_input,attribute_code\n"
        '"Material\nFabric",select,material\nSize,select,size\n',
    )
    found = read(file(*LINES), attribute_file)
    material = next(
        each for each in found.survey.definitions.attributes if each["code"] == "material"
    )
    assert (material["name"], material["type"]) == ("Fabric", "choice")
    assert [each["label"] for each in material["options"]] == ["Wool", "Cotton"]
    assert attributes(found.named("Hoodie").variants[0]) == {"material": "wool"}


@pytest.mark.parametrize(
    ("rows", "refused", "warned"),
    [
        ((SMALL | {"price": "abc"}, LARGE, HOODIE), ("invalid-amount", 2, "price"), None),
        ((SMALL | {"sku": ""}, BAG), ("sku-missing", 2, "sku"), None),
        ((SMALL, BAG, GERMAN), ("product-missing", 6, "store_view_code"), None),
        ((SMALL, HOODIE), None, ("variant-missing", 4, "configurable_variations")),
        (
            (SMALL, LARGE, HOODIE, HOODIE | {"sku": "H2", "name": "Other"}),
            None,
            ("variant-of-another", 8, "configurable_variations"),
        ),
        ((SMALL, LARGE, SMALL, HOODIE), None, ("line-repeated", 6, "sku")),
        ((BAG | {"special_price_from_date": "31/12/26"},), ("invalid-date", 2, None), None),
    ],
)
def test_what_is_wrong_is_said_with_its_place(
    rows: tuple[dict[str, str], ...],
    refused: tuple[str, int, str | None] | None,
    warned: tuple[str, int, str] | None,
) -> None:
    found = read(file(*rows))
    if refused:
        code, line, column = refused
        assert [(each.code, each.line) for each in found.refused] == [(code, line)]
        assert column in {None, found.refused[0].column}
    else:
        assert found.refused == []
    if warned:
        assert warned in found.warnings

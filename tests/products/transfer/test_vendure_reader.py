"""Vendure's files: padded cells, lines without a name, facets, several languages."""

from typing import Any

import pytest

from tests.products.transfer.reading import PICTURES, attributes, file, prices, read

PADDED = """name   , slug   , description    , assets      , facets    , optionGroups \
, optionValues , sku , price , taxCategory , stockOnHand , trackInventory , variantAssets \
, variantFacets
Laptop , laptop , "Fast, ""new""." , a.jpg|b.jpg , category:Computers|brand:Apple|mood:calm \
, "size|RAM"   , "13 inch|8GB", L1  , 12.50 , standard    , 10          , false          \
, l1.jpg        , color:grey
       ,        ,                  ,             ,                                     \
,              , "15 inch|8GB", L2  , 13    , standard    , -1          , TRUE           \
,               ,
Mouse  ,        ,                  ,             , brand:Logi|color:red|odd            \
,              ,              , M1  , 9     , reduced     ,             ,                \
,               ,
"""


def test_padded_cells_variants_and_facets() -> None:
    found = read(PADDED)
    assert found.format == "vendure"
    laptop, mouse = found.products
    assert (laptop.slug, laptop.values["description"]) == ("laptop", 'Fast, "new".')
    assert (laptop.brand, laptop.category) == ("Apple", ("Computers",))
    assert laptop.values["option_names"] == ["size", "RAM"]
    assert attributes(laptop) == {"mood": ["calm"]}
    first, second = laptop.variants
    assert first.values["options"] == {"size": "13 inch", "RAM": "8GB"}
    assert (prices(first), prices(second)) == ([("12.50", "USD")], [("13", "USD")])
    assert (first.values["track_inventory"], second.values["track_inventory"]) == (False, True)
    assert (first.quantity, second.quantity) == (10, 0)
    assert first.values["media"] == [f"{PICTURES}/l1.jpg"]
    assert len(laptop.media) == 3
    # The colour is a facet of variants here, so that of a product is of its variants.
    assert attributes(first) == {"color": ["grey"]}
    assert attributes(mouse.variants[0]) == {"color": ["red"]}
    assert mouse.slug is None
    assert mouse.variants[0].values["tax_class"] == "reduced"
    assert mouse.values["metadata"] == {"vendure": {"facets": ["odd"]}}
    assert found.warnings == [("oversold", 3, "stockOnHand"), ("facet-unclear", 4, "facets")]


def test_texts_in_several_languages_are_translations() -> None:
    cup = {
        "name:en": "Cup",
        "name:de": "Tasse",
        "slug:en": "cup",
        "slug:de": "tasse",
        "facets:en": "style:Plain|style:Old",
        "facets:de": "Stil:Schlicht|Stil:Alt",
        "optionGroups:en": "Size",
        "optionGroups:de": "Größe",
        "optionValues:en": "Small",
        "optionValues:de": "Klein",
        "sku": "C1",
        "price": "5",
        "taxCategory": "standard",
        "stockOnHand": "1",
        "product:keywords:en": "hot",
        "product:keywords:de": "heiß",
        "variant:weight": "100",
    }
    found = read(file(cup))
    (product,) = found.products
    assert (product.values["name"], product.slug) == ("Cup", "cup")
    assert product.values["translations"] == {
        "de": {
            "name": "Tasse",
            "slug": "tasse",
            "options/Size": "Größe",
            "options/Size/Small": "Klein",
        }
    }
    assert attributes(product) == {
        "style": ["plain", "old"],
        "keywords@en": "hot",
        "keywords@de": "heiß",
    }
    assert attributes(product.variants[0]) == {"weight": "100"}
    definitions: dict[str, Any] = {
        each["code"]: each for each in found.survey.definitions.attributes
    }
    assert definitions["style"]["translations"] == {"de": {"name": "Stil"}}
    assert [each["translations"]["de"]["label"] for each in definitions["style"]["options"]] == [
        "Schlicht",
        "Alt",
    ]
    assert definitions["keywords"]["is_localizable"]
    assert found.survey.definitions.default_locale == "en"


PEN = {
    "name": "Pen",
    "slug": "pen",
    "optionGroups": "Color",
    "optionValues": "Red",
    "sku": "P1",
    "price": "1",
    "taxCategory": "standard",
    "stockOnHand": "1",
}


@pytest.mark.parametrize(
    ("change", "code", "column"),
    [
        ({"optionValues": "Red|Blue"}, "options-mismatch", ""),
        ({"price": "x"}, "invalid-amount", "price"),
        ({"stockOnHand": "1.5"}, "invalid-quantity", "stockOnHand"),
        ({"slug": "a b"}, "invalid-handle", "slug"),
        ({"name": ""}, "product-missing", ""),
    ],
)
def test_a_bad_line_refuses_its_product_alone(
    change: dict[str, str], code: str, column: str
) -> None:
    other = PEN | {"name": "Ink", "slug": "ink", "sku": "I1", "price": "2.50"}
    found = read(file(PEN | change, other))
    assert [(each.code, each.line, each.column) for each in found.refused] == [(code, 2, column)]
    assert [each.slug for each in found.products] == ["ink"]

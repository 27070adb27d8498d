"""Akeneo's files: columns that name locale, channel and currency; families, options, models."""

from decimal import Decimal
from typing import Any

import pytest

from tests.products.transfer.reading import attributes, file, prices, read

ATTRIBUTES = """type;code;label-de_DE;label-en_US;group;useable_as_grid_filter;metric_family;\
localizable;scopable
pim_catalog_identifier;sku;SKU;SKU;marketing;1;;0;0
pim_catalog_text;name;Name;Name;marketing;1;;1;0
pim_catalog_textarea;teaser;Teaser;Teaser;marketing;1;;1;1
pim_catalog_metric;weight;Gewicht;Weight;technical;1;Weight;0;0
pim_catalog_metric;glow;Glut;Glow;technical;1;Strange;0;0
pim_catalog_boolean;washable;Waschbar;Washable;technical;1;;0;0
pim_catalog_simpleselect;color;Farbe;Color;design;1;;0;0
pim_catalog_simpleselect;size;Größe;Size;design;0;;0;0
pim_catalog_multiselect;style;Stil;Style;design;1;;0;0
pim_catalog_price_collection;price;Preis;Price;marketing;0;;0;0
pim_catalog_image;picture;Bild;Picture;media;0;;0;0
"""
OPTIONS = """attribute;code;sort_order;label-de_DE;label-en_US
color;RED_1;1;Rot;Red
color;blue;2;Blau;Blue
size;l;1;L;Large
"""
FAMILIES = """code;label-en_US;label-de_DE;attributes;attribute_as_label
shirts;Shirts;Hemden;sku,name,teaser,weight,washable,color,size,style,price,picture;name
"""
CATEGORIES = """code;parent;label-en_US;label-de_DE
master;;Master;Haupt
men;master;Men;Herren
"""
KINDS = "code;label-de_DE;label-en_US\nX_SELL;Dazu;Goes with\nPACK;Pack;Pack\n"
GROUPS = "code;type;label-en_US\npromo;RELATED;Promotion\n"
BESIDE = (
    ("attributes.csv", ATTRIBUTES),
    ("attribute_options.csv", OPTIONS),
    ("families.csv", FAMILIES),
    ("categories.csv", CATEGORIES),
    ("association_types.csv", KINDS),
    ("groups.csv", GROUPS),
)
SHIRT = {
    "sku": "S-1",
    "family": "shirts",
    "groups": "promo",
    "categories": "men,unknown",
    "enabled": "1",
    "parent": "",
    "name-en_US": "Shirt",
    "name-de_DE": "Hemd",
    "teaser-en_US-print": "Nice",
    "teaser-de_DE-web": "- Fein",
    "weight": "0.2500",
    "weight-unit": "KILOGRAM",
    "washable": "1",
    "color": "RED_1",
    "size": "",
    "style": "slim,new",
    "price-EUR": "10.00",
    "price-USD": "",
    "picture": "images/s 1.jpg",
    "X_SELL-products": "S-2,S-3",
    "X_SELL-groups": "promo",
    "PACK-products": "S-2,S-3",
    "PACK-products-quantity": "2|1",
}


def test_the_columns_say_locale_channel_currency_and_unit() -> None:
    found = read(file(SHIRT, separator=";"), *BESIDE)
    assert (found.format, found.survey.definitions.default_locale) == ("akeneo", "en-US")
    (shirt,) = found.products
    assert (shirt.values["name"], shirt.product_type) == ("Shirt", "shirts")
    assert shirt.values["translations"] == {"de-DE": {"name": "Hemd"}}
    assert (shirt.category, shirt.categories) == (("Master", "Men"), [("unknown",)])
    assert shirt.collections == ["Promotion"]
    assert attributes(shirt) == {
        "teaser@en-US@print": "Nice",
        "teaser@de-DE@web": "- Fein",
        "weight": "0.2500 kg",
        "washable": "1",
        "color": "RED_1",
        "style": ["slim", "new"],
    }
    (variant,) = shirt.variants
    assert (variant.values["sku"], prices(variant)) == ("S-1", [("10.00", "EUR")])
    assert [each.url for each in shirt.media] == ["https://pictures.example/images/s%201.jpg"]
    assert shirt.values["metadata"] == {"akeneo": {"X_SELL-groups": "promo"}}
    assert [(each.kind, each.sku, each.quantity) for each in shirt.relations] == [
        ("cross-sell", "S-2", 1),
        ("cross-sell", "S-3", 1),
        ("pack", "S-2", 2),
        ("pack", "S-3", 1),
    ]


def test_definitions_come_from_the_further_files() -> None:
    definitions = read(file(SHIRT, separator=";"), *BESIDE).survey.definitions
    found: dict[str, Any] = {each["code"]: each for each in definitions.attributes}
    assert {code: each["type"] for code, each in found.items()} == {
        "teaser": "text",
        "weight": "measurement",
        "washable": "boolean",
        "color": "choice",
        "size": "choice",
        "style": "multi_choice",
    }
    assert found["teaser"]["is_localizable"]
    assert found["teaser"]["is_per_channel"]
    assert found["weight"]["dimension"] == "mass"
    assert (found["color"]["is_filterable"], found["size"]["is_filterable"]) == (True, False)
    assert found["color"]["translations"] == {"de-DE": {"name": "Farbe"}}
    assert found["color"]["options"][0] == {
        "code": "RED_1",
        "label": "Red",
        "translations": {"de-DE": {"label": "Rot"}},
    }
    assert [each["code"] for each in found["style"]["options"]] == ["slim", "new"]
    (kind,) = definitions.product_types
    assert (kind["name"], kind["translations"]) == ("Shirts", {"de-DE": {"name": "Hemden"}})
    assert [each.path for each in definitions.categories] == [("Master",), ("Master", "Men")]
    kinds = {each["code"]: each["is_bundle"] for each in definitions.relation_kinds}
    assert kinds == {"cross-sell": False, "pack": True}


def test_without_further_files_attributes_are_texts_and_codes_are_names() -> None:
    found = read(file(SHIRT, separator=";"), locale="de")
    (shirt,) = found.products
    assert (shirt.values["name"], found.survey.definitions.default_locale) == ("Hemd", "de-DE")
    assert shirt.category == ("men",)
    assert attributes(shirt)["color"] == "RED_1"
    types = {each["code"]: each["type"] for each in found.survey.definitions.attributes}
    assert types == {
        "teaser": "text",
        "weight": "measurement",
        "washable": "text",
        "color": "text",
        "style": "text",
    }
    assert [each.url for each in shirt.media] == ["https://pictures.example/images/s%201.jpg"]


def test_products_below_a_model_are_its_variants() -> None:
    models = """code;family_variant;parent;categories;name-en_US;color;style
tee;by_color_size;;men;Tee;;slim
tee-red;by_color_size;tee;;;RED_1;
lonely;by_color_size;;men;Lonely;;
"""
    axes = "code;family;variant-axes_1;variant-axes_2\nby_color_size;shirts;color;size\n"
    large = {
        "sku": "T-R-L",
        "family": "shirts",
        "categories": "men",
        "enabled": "1",
        "parent": "tee-red",
        "name-en_US": "Tee",
        "color": "RED_1",
        "size": "l",
        "style": "slim",
        "weight": "1",
        "weight-unit": "POUND",
        "price-EUR": "12",
    }
    blue = large | {"sku": "T-B-L", "parent": "tee", "color": "blue", "enabled": "0"}
    blue["categories"] = "men,sale"
    found = read(
        file(large, SHIRT, blue, separator=";"),
        *BESIDE,
        ("product_models.csv", models),
        ("family_variants.csv", axes),
    )
    tee = found.named("Tee")
    assert [(each.line, each.values["options"]) for each in tee.variants] == [
        (2, {"Color": "Red", "Size": "Large"}),
        (4, {"Color": "Blue", "Size": "Large"}),
    ]
    assert tee.values["external_ids"] == [{"system": "akeneo", "id": "tee"}]
    assert (tee.category, tee.categories) == (("Master", "Men"), [("sale",)])
    assert [each.code for each in found.survey.remarks] == ["model-without-products"]
    assert attributes(tee) == {"style": ["slim"]}
    assert attributes(tee.variants[1]) == {"color": "blue", "size": "l", "weight": "1 lb"}
    assert tee.variants[1].values["status"] == "draft"
    # In this family the colour varies, so that of a product alone is of its one variant.
    assert attributes(found.named("Shirt").variants[0])["color"] == "RED_1"


def test_without_the_models_the_variants_are_told_apart_by_what_differs() -> None:
    common = {
        "family": "shirts",
        "categories": "men",
        "enabled": "1",
        "parent": "tee",
        "fabric": "x",
    }
    rows = [{"sku": f"T-{n}", **common, "label": "Tee", "size": n} for n in ("s", "m")]
    found = read(file(*rows, separator=";"))
    (tee,) = found.products
    assert [each.values["options"] for each in tee.variants] == [{"Size": "s"}, {"Size": "m"}]
    assert ("model-missing", 2, "parent") in found.warnings


@pytest.mark.parametrize(
    ("change", "code", "column", "refused"),
    [
        ({"price-EUR": "ten"}, "invalid-amount", "price-EUR", True),
        ({"enabled": "maybe"}, "invalid-flag", "enabled", True),
        ({"sku": ""}, "sku-missing", "sku", True),
        ({"weight-unit": "BUSHEL"}, "unknown-unit", "weight", False),
        ({"name-en_US": ""}, "name-missing", "name", False),
    ],
)
def test_what_is_wrong_is_said_with_its_place(
    change: dict[str, str], code: str, column: str, refused: bool
) -> None:
    found = read(file(SHIRT | change, SHIRT | {"sku": "S-9"}, separator=";"), *BESIDE)
    remarks = found.refused if refused else found.products[0].warnings
    assert [(each.code, each.line, each.column) for each in remarks] == [(code, 2, column)]
    assert len(found.products) == 2 - refused
    assert Decimal(prices(found.variants[-1])[0][0]) == 10

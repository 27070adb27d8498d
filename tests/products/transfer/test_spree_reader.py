"""Spree's files: a product's line that sells nothing, variants, currencies, custom fields."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from tests.products.transfer.reading import attributes, file, prices, read

POT = {
    "slug": "pot",
    "sku": "POT",
    "name": "Pot",
    "price": "0",
    "compare_at_price": "0",
    "currency": "USD",
    "status": "active",
    "description": "A <b>pot</b>",
    "meta_title": "Pots",
    "meta_keywords": "a, b",
    "tags": "kitchen, pots",
    "tax_category": "Default",
    "product_type": "Cookware",
    "category1": "Kitchen -> Pots",
    "category2": "Sale",
    "option1_name": "",
    "option1_value": "",
    "image1_src": "https://a.example/pot.jpg",
    "width": "",
    "height": "",
    "depth": "",
    "dimensions_unit": "in",
    "weight": "",
    "weight_unit": "lb",
    "available_on": "2026-01-01",
    "inventory_count": "",
    "inventory_backorderable": "FALSE",
    "track_inventory": "",
    "custom_field.custom.wattage": "5W",
    "custom_field.extra.colour": "red",
}
BLANK = dict.fromkeys(POT, "") | {"slug": "pot"}
SMALL = BLANK | {
    "sku": "POT-S",
    "price": "19.90",
    "compare_at_price": "25",
    "currency": "USD",
    "option1_name": "Size",
    "option1_value": "S",
    "image1_src": "https://a.example/s.jpg",
    "width": "1.5",
    "height": "2",
    "depth": "3",
    "dimensions_unit": "in",
    "weight": "4.4",
    "weight_unit": "lb",
    "inventory_count": "7",
    "inventory_backorderable": "TRUE",
    "track_inventory": "TRUE",
}
LARGE = SMALL | {"sku": "POT-L", "option1_value": "L", "price": "29.90", "compare_at_price": "0"}
EUROS = BLANK | {"sku": "POT-S", "price": "18.50", "currency": "EUR"}
LID = POT | {"slug": "lid", "sku": "LID", "name": "Lid", "price": "5", "inventory_count": "3"}


def test_variants_have_the_prices_and_the_product_line_sells_nothing() -> None:
    found = read(file(POT, SMALL, LID, LARGE, EUROS))
    assert found.format == "spree"
    pot, lid = found.products
    assert (pot.slug, pot.first_line, pot.last_line, pot.product_type) == ("pot", 2, 6, "cookware")
    assert (pot.category, pot.categories) == (("Kitchen", "Pots"), [("Sale",)])
    assert pot.values["publish_at"] == datetime(2026, 1, 1, tzinfo=UTC)
    assert pot.values["metadata"] == {"spree": {"meta_keywords": "a, b", "sku": "POT"}}
    assert attributes(pot) == {"wattage": "5W", "extra_colour": "red"}
    small, large = pot.variants
    assert prices(small) == [("19.90", "USD"), ("18.50", "EUR")]
    assert small.values["prices"][0]["compare_at"] == Decimal(25)
    assert prices(large) == [("29.90", "USD")]
    assert small.values["options"] == {"Size": "S"}
    assert small.values["weight"] == {"value": Decimal("4.4"), "unit": "lb"}
    assert small.values["dimensions"] == {
        "length": Decimal(3),
        "width": Decimal("1.5"),
        "height": Decimal(2),
        "unit": "in",
    }
    assert (small.quantity, small.values["backorder_policy"]) == (7, "allow")
    assert small.values["media"] == ["https://a.example/s.jpg"]
    assert [each.url for each in pot.media] == [
        "https://a.example/pot.jpg",
        "https://a.example/s.jpg",
    ]
    assert (prices(lid.variants[0]), lid.variants[0].quantity) == ([("5", "USD")], 3)


def test_translations_stand_in_a_file_of_their_own() -> None:
    translations = "slug,locale,name,description\npot,de,Topf,Ein Topf\nnobody,de,x,y\n"
    found = read(file(POT, SMALL), ("product_translations.csv", translations))
    assert found.products[0].values["translations"] == {
        "de": {"name": "Topf", "description": "Ein Topf"}
    }


@pytest.mark.parametrize(
    ("change", "code", "column"),
    [
        ({"price": "abc"}, "invalid-amount", "price"),
        ({"weight_unit": "bushel"}, "unknown-unit", "weight"),
        ({"option1_name": ""}, "option-name-missing", ""),
        ({"track_inventory": "perhaps"}, "invalid-flag", "track_inventory"),
        ({"price": "1,99"}, "invalid-number", "price"),
    ],
)
def test_a_bad_cell_refuses_its_product_alone(
    change: dict[str, str], code: str, column: str
) -> None:
    found = read(file(POT, SMALL | change, LID | {"price": "5.50"}))
    assert [(each.code, each.line, each.column) for each in found.refused] == [(code, 3, column)]
    assert [each.slug for each in found.products] == ["lid"]

"""WooCommerce's files: variations, groups, sales, and what stands packed in cells."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from tests.products.transfer.reading import attributes, file, prices, read

SHIRT = {
    "ID": "44",
    "Type": "variable",
    "SKU": "tee",
    "Name": "Tee",
    "Published": "1",
    "Short description": "Soft.",
    "Description": r"<p>One\nTwo</p>",
    "In stock?": "1",
    "Stock": "",
    "Backorders allowed?": "0",
    "Weight (kg)": ".5",
    "Length (cm)": "24",
    "Width (cm)": "1",
    "Height (cm)": "2",
    "Sale price": "",
    "Regular price": "",
    "Date sale price starts": "",
    "Date sale price ends": "",
    "Categories": "Clothing > Tees, Sale",
    "Tags": "soft, green",
    "Images": "https://a.example/1.jpg, https://a.example/2.jpg",
    "Parent": "",
    "Upsells": "",
    "Grouped products": "",
    "Attribute 1 name": "Color",
    "Attribute 1 value(s)": r"Blue, Red\, dark",
    "Attribute 1 global": "1",
    "Attribute 1 default": "Blue",
    "Attribute 2 name": "Fabric",
    "Attribute 2 value(s)": "Cotton, Linen",
    "Meta: _hidden": "x",
    "Meta: care": "Wash cold",
    "Download 1 URL": "",
}
RED = {
    "ID": "76",
    "Type": "variation",
    "SKU": "tee-red",
    "Name": "Tee - Red, dark",
    "Published": "1",
    "In stock?": "1",
    "Stock": "7",
    "Backorders allowed?": "notify",
    "Regular price": "20",
    "Sale price": "15.50",
    "Date sale price starts": "2026-03-01",
    "Date sale price ends": "2026-03-31",
    "Parent": "tee",
    "Images": "https://a.example/red.jpg",
    "Attribute 1 name": "Color",
    "Attribute 1 value(s)": r"Red\, dark",
}
BLUE = {
    "ID": "77",
    "Type": "variation",
    "SKU": "tee-blue",
    "Name": "Tee - Blue",
    "Published": "0",
    "In stock?": "0",
    "Regular price": "21",
    "Weight (kg)": "0.7",
    "Parent": "id:44",
    "Attribute 1 name": "Color",
    "Attribute 1 value(s)": "Blue",
}
CAP = {
    "ID": "60",
    "Type": "simple, virtual",
    "SKU": "cap",
    "Name": "Cap",
    "Published": "1",
    "Visibility in catalog": "hidden",
    "In stock?": "1",
    "Regular price": "18",
    "Sale price": "16",
    "Upsells": "tee, id:61",
}
SET = {
    "ID": "87",
    "Type": "grouped",
    "SKU": "set",
    "Name": "Set",
    "Published": "1",
    "Grouped products": "cap, tee",
}


def test_variations_find_their_parent_wherever_it_stands() -> None:
    found = read(file(SHIRT, CAP, RED, SET, BLUE))
    assert found.format == "woocommerce"
    assert found.counts() | {"images": 0} == {
        "rows": 5,
        "products": 3,
        "refused": 0,
        "variants": 3,
        "prices": 4,
        "images": 0,
        "categories": 3,
    }
    tee = found.named("Tee")
    assert (tee.first_line, tee.last_line) == (2, 6)
    assert tee.values["description"] == "<p>One\nTwo</p>"
    assert tee.values["tags"] == ["soft", "green"]
    assert tee.values["option_names"] == ["Color"]
    assert (tee.category, tee.categories) == (("Clothing", "Tees"), [("Sale",)])
    assert tee.values["external_ids"] == [
        {"system": "woocommerce", "id": "44"},
        {"system": "woocommerce-sku", "id": "tee"},
    ]
    assert tee.values["metadata"] == {
        "woocommerce": {
            "short_description": "Soft.",
            "meta": {"care": "Wash cold"},
            "sku": "tee",
            "default_attributes": {"Color": "Blue"},
        }
    }
    assert attributes(tee) == {"fabric": ["cotton", "linen"]}
    assert [each.url for each in tee.media] == [
        "https://a.example/1.jpg",
        "https://a.example/2.jpg",
        "https://a.example/red.jpg",
    ]
    assert "Meta: _hidden" in found.survey.columns_left_out
    assert "Download 1 URL" in found.survey.columns_left_out


def test_a_variation_has_its_own_price_stock_and_measures_or_its_parents() -> None:
    red, blue = read(file(SHIRT, RED, BLUE)).variants
    assert red.values["options"] == {"Color": "Red, dark"}
    assert red.values["weight"] == {"value": Decimal("0.5"), "unit": "kg"}
    assert blue.values["weight"] == {"value": Decimal("0.7"), "unit": "kg"}
    assert red.values["dimensions"] == {
        "length": Decimal(24),
        "width": Decimal(1),
        "height": Decimal(2),
        "unit": "cm",
    }
    regular, sale = red.values["prices"]
    assert regular == {"currency": "USD", "amount": Decimal(20)}
    assert (sale["amount"], sale["compare_at"]) == (Decimal("15.50"), Decimal(20))
    assert sale["valid_from"] == datetime(2026, 3, 1, tzinfo=UTC)
    assert sale["valid_until"] == datetime(2026, 4, 1, tzinfo=UTC)
    assert (red.quantity, red.values["backorder_policy"]) == (7, "allow")
    assert red.values["media"] == ["https://a.example/red.jpg"]
    assert (blue.quantity, blue.values["track_inventory"]) == (0, True)
    assert blue.values["status"] == "draft"


def test_groups_and_upsells_are_relations_also_to_parents() -> None:
    found = read(file(SHIRT, RED, CAP, SET))
    cap, group = found.named("Cap"), found.named("Set")
    assert [(each.kind, each.sku, each.external_id) for each in cap.relations] == [
        ("up-sell", None, ("woocommerce-sku", "tee")),
        ("up-sell", None, ("woocommerce", "61")),
    ]
    assert [(each.kind, each.sku) for each in group.relations] == [
        ("grouped", "cap"),
        ("grouped", None),
    ]
    assert group.variants == []
    assert cap.values["status"] == "draft"  # it is in no list of the shop
    assert [each["compare_at"] for each in cap.variants[0].values["prices"]] == [Decimal(18)]
    assert ("unlisted", 4, "Visibility in catalog") in found.warnings
    kinds = {each["code"]: each["is_bundle"] for each in found.survey.definitions.relation_kinds}
    assert kinds == {"up-sell": False, "grouped": True}


def test_numbers_with_a_decimal_comma_columns_in_any_order_and_case() -> None:
    text = file(
        {
            "REGULAR PRICE": "1.299,50",
            "name": "Lamp",
            "type": "simple",
            "Sku": "l",
            "PUBLISHED": "1",
        },
        {"REGULAR PRICE": "2,5", "name": "Bulb", "type": "simple", "Sku": "b", "PUBLISHED": "-1"},
        separator=";",
    )
    found = read("\ufeff" + text)
    assert [prices(each) for each in found.variants] == [[("1299.50", "USD")], [("2.5", "USD")]]
    assert [each.values["status"] for each in found.products] == ["published", "draft"]
    assert [each.code for each in found.survey.remarks] == ["decimal-comma"]


@pytest.mark.parametrize(
    ("cells", "code", "line", "column"),
    [
        ({"Regular price": "abc"}, "invalid-amount", 3, "Regular price"),
        ({"Stock": "some"}, "invalid-quantity", 3, "Stock"),
        ({"Parent": "nobody"}, "parent-missing", 3, "Parent"),
        ({"Date sale price ends": "2026-02-01"}, "invalid-period", 3, "Sale price"),
        ({"Attribute 1 value(s)": "Blue"}, "options-taken", 4, ""),
    ],
)
def test_a_bad_line_refuses_its_product_alone(
    cells: dict[str, str], code: str, line: int, column: str
) -> None:
    found = read(file(SHIRT, RED | cells, BLUE, CAP))
    refused = [(each.code, each.line, each.column) for each in found.refused]
    assert refused == [(code, line, column)]
    assert "Cap" in [each.values["name"] for each in found.products]


def test_a_line_cut_short_is_refused_and_an_unknown_column_is_named() -> None:
    first = {**CAP, "Upsells": "tee", "Supplier": "x"}
    text = file(first, first | {"ID": "61", "SKU": "cap2"})
    cut = text.rstrip("\n").rsplit(",", 2)[0] + "\n"
    found = read(cut)
    assert [(each.code, each.line) for each in found.refused] == [("wrong-number-of-cells", 3)]
    assert [(each.code, each.column) for each in found.survey.remarks] == [
        ("unknown-column", "Supplier")
    ]

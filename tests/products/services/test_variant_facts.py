"""Status, part number, weight and size of a variant: what is stored, shown and refused."""

import json
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from products.errors import InvalidValue
from products.models import Document, Product, Variant
from products.models.measured import GRAMS, MILLIMETRES
from products.models.units import DIMENSIONS
from products.services.variants import create_variant, update_variant
from tests.products.factories import SYSTEM, ProductFactory, price

pytestmark = pytest.mark.django_db


def body_of(product: Product) -> Any:
    return json.loads(Document.objects.get(product=product.pk).body)


def add(product: Product, **values: Any) -> Variant:
    row = create_variant(
        product.pk,
        values=values,  # type: ignore[arg-type]  # plain values
        expected_version=None,
        actor=SYSTEM,
    )
    return Variant.objects.get(pk=row.pk)


def change(variant: Variant, **values: Any) -> None:
    update_variant(
        variant.product_id,
        variant.pk,
        values=values,  # type: ignore[arg-type]  # plain values
        expected_version=None,
        actor=SYSTEM,
    )


def test_a_measure_comes_back_in_its_unit_and_is_compared_in_one() -> None:
    product = ProductFactory.create(variants=[])
    row = add(
        product,
        weight={"value": Decimal("2.50"), "unit": "lb"},
        dimensions={
            "length": Decimal(10),
            "width": Decimal("0.5"),
            "height": Decimal(100),
            "unit": "in",
        },
    )
    assert row.weight_g == Decimal("1133.980925")
    assert (row.length_mm, row.width_mm, row.height_mm) == (
        Decimal(254),
        Decimal("12.7"),
        Decimal(2540),
    )
    (shown,) = body_of(product)["variants"]
    assert shown["weight"] == {"value": "2.5", "unit": "lb"}
    assert shown["dimensions"] == {"length": "10", "width": "0.5", "height": "100", "unit": "in"}
    change(row, weight=None, dimensions=None)
    (shown,) = body_of(product)["variants"]
    assert (shown["weight"], shown["dimensions"]) == (None, None)


def test_the_units_are_those_of_measurements() -> None:
    for name, dimension, base in (("mass", GRAMS, "g"), ("length", MILLIMETRES, "mm")):
        known = DIMENSIONS[name]
        for unit, factor in dimension.items():
            assert known[unit].factor / known[base].factor == Fraction(factor)


@pytest.mark.parametrize(
    ("values", "pointer"),
    [
        ({"weight": {"value": Decimal(1), "unit": "stone"}}, "/weight/unit"),
        ({"weight": {"value": Decimal(-1), "unit": "g"}}, "/weight/value"),
        ({"weight": {"value": Decimal("NaN"), "unit": "g"}}, "/weight/value"),
        ({"weight": {"value": Decimal(10) ** 9, "unit": "g"}}, "/weight/value"),
        ({"weight": {"value": Decimal("0.0000001"), "unit": "g"}}, "/weight/value"),
        (
            {
                "dimensions": {
                    "length": Decimal(1),
                    "width": Decimal(1),
                    "height": Decimal("Infinity"),
                    "unit": "m",
                }
            },
            "/dimensions/height",
        ),
        ({"status": "sold"}, "/status"),
    ],
)
def test_what_is_no_measure_or_status_is_refused(values: Any, pointer: str) -> None:
    product = ProductFactory.create(variants=[])
    with pytest.raises(InvalidValue) as refused:
        add(product, **values)
    assert refused.value.pointer == pointer
    assert not product.variants.exists()


@pytest.mark.parametrize(
    "columns",
    [
        {"weight": 1},
        {"weight": 1, "weight_unit": "kg", "weight_g": 1},
        {"weight": 1, "weight_unit": "kg"},
        {"weight_unit": "kg"},
        {"weight": -1, "weight_unit": "g", "weight_g": -1},
        {"length": 1, "width": 1, "height": 1, "size_unit": "mm", "length_mm": 1, "width_mm": 1},
        {"status": "sold"},
        {"mpn": " "},
    ],
)
def test_the_database_refuses_it_too(columns: dict[str, Any]) -> None:
    product = ProductFactory.create()
    with pytest.raises(IntegrityError), transaction.atomic():
        product.variants.update(**columns)


def test_shoppers_see_nothing_of_a_variant_that_is_not_active() -> None:
    product = ProductFactory.create(
        variants=[
            {"sku": "A", "options": {"N": "1"}, "prices": [price("10")]},
            {"sku": "D", "options": {"N": "2"}, "status": "draft", "prices": [price("5")]},
            {"sku": "O", "options": {"N": "3"}, "status": "discontinued", "prices": [price("20")]},
        ]
    )
    body = body_of(product)
    assert [each["sku"] for each in body["variants"]] == ["A"]
    assert body["variant_count"] == 1
    assert [(each["name"], each["values"]) for each in body["options"]] == [("N", ["1"])]
    assert body["price_range"] == {"currency": "USD", "min": "10.00", "max": "10.00"}
    change(product.variants.get(sku="O"), status="active")
    assert body_of(product)["price_range"]["max"] == "20.00"

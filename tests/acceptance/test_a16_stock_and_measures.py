"""Wrong stock, weights and sizes cannot be stored: by no API, form, file, or hand on the SQL."""

from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.db import DataError, IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from products.models import StockLevel, Variant
from products.services.stock import StockItem, set_stock
from tests.accounts.factories import UserFactory
from tests.products.admin.pages import change_url, errors, send
from tests.products.factories import SYSTEM, LocationFactory, ProductFactory
from tests.products.transfer.shop_files import HEADER, import_text, lines, product

pytestmark = pytest.mark.django_db
SIDES = ("length", "width", "height")


@pytest.fixture
def variant() -> Variant:
    """Three in Berlin, sold down to none; it weighs 2 kg and measures 1 x 2 x 3 cm."""
    LocationFactory.create(code="berlin")
    facts: Any = {
        "sku": "S",
        "track_inventory": True,
        "weight": {"value": Decimal(2), "unit": "kg"},
        "dimensions": {**dict(zip(SIDES, map(Decimal, (1, 2, 3)), strict=True)), "unit": "cm"},
    }
    made = ProductFactory.create(variants=[facts])
    set_stock([StockItem("berlin", 3, sku="S")], actor=SYSTEM)
    return made.variants.get()


def stored() -> list[Any]:
    return [list(model._default_manager.order_by("pk").values()) for model in (StockLevel, Variant)]


LEVEL, VARIANT = "products_stocklevel", "products_variant"
BY_SQL = {
    "fewer than none": (LEVEL, "quantity = -1"),
    "a bound above the quantity": (LEVEL, "lowest = 4"),
    "more than can be summed": (LEVEL, "quantity = 1000000001"),
    "more than the column holds": (LEVEL, "quantity = 2147483648"),
    "an unknown policy": (VARIANT, "backorder_policy = 'maybe'"),
    "a limit without its policy": (VARIANT, "backorder_limit = 5"),
    "a policy without its limit": (VARIANT, "backorder_policy = 'limit'"),
    "an endless limit": (VARIANT, "backorder_policy = 'limit', backorder_limit = 1000001"),
    "a negative limit": (VARIANT, "backorder_policy = 'limit', backorder_limit = -1"),
    "grams of another weight": (VARIANT, "weight_g = 2001"),
    "a weight that nobody measured in grams": (VARIANT, "weight = 3"),
    "another unit for the same grams": (VARIANT, "weight_unit = 'lb'"),
    "an unknown unit of weight": (VARIANT, "weight_unit = 'bag'"),
    "a negative weight": (VARIANT, "weight = -2, weight_g = -2000"),
    "a weight without a unit": (VARIANT, "weight_unit = ''"),
    "a unit without a weight": (VARIANT, "weight = NULL, weight_g = NULL"),
    "a size without its width": (VARIANT, "width = NULL, width_mm = NULL"),
    "a negative height": (VARIANT, "height = -3, height_mm = -30"),
    "an unknown unit of size": (VARIANT, "size_unit = 'ell'"),
}


@pytest.mark.parametrize(
    "change",
    [
        "weight_unit = 'g', weight = 'NaN', weight_g = 'NaN'",
        "size_unit = 'mm', length = 'NaN', length_mm = 'NaN', width = 1, width_mm = 1,"
        " height = 1, height_mm = 1",
    ],
)
def test_the_database_refuses_a_weight_that_is_no_number(change: str, variant: Variant) -> None:
    refused = pytest.raises((IntegrityError, DataError))
    with refused, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE {VARIANT} SET {change}")


@pytest.mark.parametrize(("table", "change"), BY_SQL.values(), ids=BY_SQL.keys())
def test_the_database_refuses_it(table: str, change: str, variant: Variant) -> None:
    before = stored()
    refused = pytest.raises((IntegrityError, DataError))
    with refused, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE {table} SET {change}")
    assert stored() == before


FACTS: dict[str, tuple[dict[str, Any], str]] = {
    "a negative weight": ({"weight": {"value": "-1", "unit": "kg"}}, "/weight/value"),
    "no number": ({"weight": {"value": "NaN", "unit": "kg"}}, "/weight/value"),
    "an endless weight": ({"weight": {"value": "Infinity", "unit": "kg"}}, "/weight/value"),
    "a seventh decimal": ({"weight": {"value": "1.0000001", "unit": "kg"}}, "/weight/value"),
    "an unknown unit": ({"weight": {"value": "1", "unit": "bag"}}, "/weight/unit"),
    "a weight without a unit": ({"weight": {"value": "1"}}, "/weight/unit"),
    "a weight that is a number": ({"weight": 2}, "/weight"),
    "a size without its height": (
        {"dimensions": {"length": "1", "width": "2", "unit": "cm"}},
        "/dimensions/height",
    ),
    "an unknown policy": ({"backorder_policy": "maybe"}, "/backorder_policy"),
    "a limit without its policy": ({"backorder_limit": 5}, "/backorder_limit"),
    "a policy without its limit": ({"backorder_policy": "limit"}, "/backorder_limit"),
    "a quantity in the variant": ({"quantity": 5}, "/quantity"),
    "grams of its own": ({"weight_g": "5"}, "/weight_g"),
}


@pytest.mark.parametrize(("facts", "place"), FACTS.values(), ids=FACTS.keys())
def test_the_api_refuses_facts_and_points_at_them(
    editor: Any, facts: dict[str, Any], place: str, variant: Variant
) -> None:
    before = stored()
    path = f"/api/v1/products/{variant.product_id}"
    answer = editor.patch(f"{path}/variants/{variant.pk}", facts)
    assert answer.status_code == 400, answer.content
    told = answer.json()
    pointers = [each["pointer"] for each in told.get("errors", [])] or [told["pointer"]]
    assert pointers == [place]
    whole = editor.patch(path, {"variants": [{"sku": "S", **facts}]})
    assert whole.status_code == 400, whole.content
    assert stored() == before


ITEMS: dict[str, tuple[str, dict[str, Any], int]] = {
    "more taken than there is": ("adjust", {"delta": -5}, 409),
    "fewer than none": ("set", {"quantity": -1}, 409),
    "a half": ("adjust", {"delta": 0.5}, 400),
    "a text": ("set", {"quantity": "many"}, 400),
    "a flag": ("set", {"quantity": True}, 400),
    "nothing": ("set", {"quantity": None}, 400),
    "more than can be summed": ("set", {"quantity": 1_000_000_001}, 400),
    "a sum that is too much": ("adjust", {"delta": 1_000_000_000}, 400),
    "what another one expected": ("set", {"quantity": 9, "expected_quantity": 2}, 409),
    "an unknown member": ("set", {"quantity": 9, "lowest": -9}, 400),
}


@pytest.mark.parametrize(("verb", "item", "status"), ITEMS.values(), ids=ITEMS.keys())
def test_the_api_refuses_quantities_with_all_of_the_request(
    editor: Any, verb: str, item: dict[str, Any], status: int, variant: Variant
) -> None:
    before = stored()
    good = {"delta": 1} if verb == "adjust" else {"quantity": 8}
    place = {"sku": "S", "location": "berlin"}
    answer = editor.post(f"/api/v1/stock/{verb}", {"items": [{**place, **good}, {**place, **item}]})
    assert answer.status_code == status, answer.content
    assert stored() == before


FORM = {
    "a weight without a unit": ("weighs", "2", "Write it as 1.5 kg"),
    "a negative weight": ("weighs", "-2 kg", "Write it as 1.5 kg"),
    "two sides": ("measures", "1 x 2 cm", "Write it as 10 x 20 x 5 cm"),
    "a limit without its policy": ("backorder_limit", "5", "0 with every other one"),
}


@pytest.mark.parametrize(("field", "value", "said"), FORM.values(), ids=FORM.keys())
def test_the_admin_refuses_it_and_says_why(
    field: str, value: str, said: str, variant: Variant
) -> None:
    user: User = UserFactory.create(is_staff=True, roles=["publisher"])
    browser = Client()
    browser.force_login(user)
    before = stored()
    page = send(browser, change_url(variant.product), {f"variants-0-{field}": value})
    assert said in " ".join(errors(page))
    assert stored() == before


@pytest.mark.parametrize("quantity", ["1.5", "NaN", "1e3", "9999999999", "=1+1", "--1"])
def test_an_import_refuses_it(tmp_path: Path, quantity: str, variant: Variant) -> None:
    before = stored()
    header = (*HEADER, "Variant Inventory Qty")
    row = {**product(variant.product.slug, sku="S"), "Variant Inventory Qty": quantity}
    report = import_text(tmp_path, lines(row, header=header))
    assert [each.code for each in report.refusals] == ["invalid-quantity"]
    assert stored() == before


def test_two_and_two_hundred_variants_cost_as_many_statements(editor: Any) -> None:
    LocationFactory.create(code="berlin")

    def statements(count: int) -> list[int]:
        skus = [f"N{count}-{n}" for n in range(count)]
        variants: Any = [{"sku": sku, "options": {"No": sku}, **TRACKED} for sku in skus]
        made = ProductFactory.create(variants=variants)
        items = [{"sku": sku, "location": "berlin", "quantity": 4} for sku in skus]
        path = f"/api/v1/products/{made.pk}"
        costs = []
        calls: list[Callable[[], Any]] = [
            lambda: editor.post("/api/v1/stock/set", {"items": items}),
            lambda: editor.get(f"/api/v1/stock?product={made.pk}&limit=100"),
            lambda: editor.get(path),
            lambda: editor.get(f"{path}/variants?limit=100"),
        ]
        for call in calls:
            with CaptureQueriesContext(connection) as queries:
                assert call().status_code == 200
            costs.append(len(queries))
        return costs

    statements(1)
    assert statements(2) == statements(200)


TRACKED = {"track_inventory": True, "weight": {"value": Decimal(2), "unit": "kg"}}

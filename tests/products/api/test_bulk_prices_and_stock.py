"""Prices and stock change most: many of them in one request, each with a result of its own."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from products.models import Price, StockLevel, Variant
from products.services.catalog_check import check_products, check_shared
from tests.accounts.fixtures import Caller
from tests.products.factories import LocationFactory, PriceListFactory, ProductFactory

pytestmark = pytest.mark.django_db
EUR = {"currency": "EUR", "amount": "19.90"}


def send(caller: Caller, noun: str, items: Sequence[Any], policy: str = "all_or_nothing") -> Any:
    path = f"/api/v1/{noun}/bulk?policy={policy}"
    return caller.post(path, {"items": list(items)}, format="json")


def statuses(answer: Any) -> list[int]:
    assert "results" in answer.json(), answer.content
    return [result["status"] for result in answer.json()["results"]]


def assert_whole() -> None:
    owners = list(Variant.objects.values_list("product", flat=True).distinct())
    assert list(check_products(owners)) == []
    assert list(check_shared()) == []


def wares(count: int) -> list[Variant]:
    products = [
        ProductFactory.create(variants=[{"sku": f"SKU-{n}", "prices": [price(n)]}])
        for n in range(count)
    ]
    return [product.variants.get() for product in products]


def price(n: int) -> dict[str, Any]:
    return {"currency": "USD", "amount": Decimal(10 + n)}


def test_prices_are_set_and_deleted_by_their_place(editor: Caller) -> None:
    one, two, *_ = wares(3)
    PriceListFactory.create(code="club", currency="EUR")
    items = [
        {"operation": "set", "sku": "SKU-0", **EUR},
        {"operation": "set", "variant": str(one.pk), "currency": "USD", "amount": "10.00"},
        {"operation": "set", "sku": "SKU-1", "currency": "USD", "amount": "9", "compare_at": "11"},
        {"operation": "set", "sku": "SKU-1", **EUR, "price_list": "club", "min_quantity": 5},
        {"operation": "set", "sku": "SKU-1", **EUR, "valid_until": "2100-01-01T00:00:00Z"},
        {"operation": "delete", "sku": "SKU-2", "currency": "USD"},
    ]
    answer = send(editor, "prices", items)
    assert (answer.status_code, statuses(answer)) == (200, [201, 200, 200, 201, 201, 204])
    assert [each["version"] for each in answer.json()["results"]] == [2, 2, 2, 2, 2, 2]
    assert one.prices.count() == 2
    changed = two.prices.get(currency="USD")
    assert (changed.amount, changed.compare_at) == (Decimal(9), Decimal(11))
    assert not Price.objects.filter(variant__sku="SKU-2").exists()
    again = send(editor, "prices", items[:5])
    assert [each["version"] for each in again.json()["results"]] == [2] * 5  # nothing was new
    assert_whole()


WRONG_PRICES: list[tuple[dict[str, Any], int, str]] = [
    ({"operation": "set", "sku": "NONE", **EUR}, 404, "/sku"),
    ({"operation": "set", **EUR}, 400, "/variant"),
    ({"operation": "set", "sku": "SKU-0", "currency": "EUR"}, 400, "/amount"),
    ({"operation": "set", "sku": "SKU-0", "currency": "ABC", "amount": "1"}, 400, "/currency"),
    ({"operation": "set", "sku": "SKU-0", **EUR, "amount": "1.123456"}, 400, "/amount"),
    ({"operation": "set", "sku": "SKU-0", **EUR, "compare_at": "1"}, 400, "/compare_at"),
    ({"operation": "set", "sku": "SKU-0", **EUR, "price_list": "none"}, 400, "/price_list"),
    ({"operation": "set", "sku": "SKU-0", **EUR, "curency": "EUR"}, 400, "/curency"),
    ({"operation": "set", "sku": "SKU-0", **EUR, "if_match": '"9"'}, 412, "/if_match"),
    ({"operation": "delete", "sku": "SKU-0", "currency": "EUR"}, 404, ""),
    ({"operation": "delete", "sku": "SKU-0", **EUR}, 400, "/amount"),
    ({"operation": "set", "sku": "SKU-0", **EUR, "valid_from": "01.02.2026"}, 400, "/valid_from"),
    ({"operation": "set", "sku": "SKU-1", "currency": "JPY", "amount": "1"}, 400, ""),  # again
]


def test_wrong_prices_are_named_and_the_others_written(editor: Caller) -> None:
    wares(2)
    right = {"operation": "set", "sku": "SKU-1", "currency": "JPY", "amount": "1"}
    for item, status, pointer in WRONG_PRICES:
        whole = send(editor, "prices", [right, item])
        assert (whole.status_code, Price.objects.count()) == (status, 2), whole.content
        assert f"/items/1{pointer}" in whole.json()["errors"][0]["pointer"]
    items = [right, *(item for item, _, _ in WRONG_PRICES)]
    answer = send(editor, "prices", items, "per_item")
    assert statuses(answer) == [201, *(status for _, status, _ in WRONG_PRICES)]
    assert Price.objects.count() == 3
    assert_whole()


def test_stock_is_set_and_adjusted_place_by_place(editor: Caller) -> None:
    one, *_ = wares(3)
    LocationFactory.create(code="berlin")
    at = {"location": "berlin"}
    items = [
        {"operation": "set", "sku": "SKU-0", **at, "quantity": 5},
        {"operation": "adjust", "variant": str(one.pk), **at, "delta": 2},
        {"operation": "adjust", "sku": "SKU-1", **at, "delta": -1},
        {"operation": "set", "sku": "SKU-2", **at, "quantity": 3, "expected_quantity": 9},
        {"operation": "set", "sku": "NONE", **at, "quantity": 3},
        {"operation": "set", "sku": "SKU-2", "location": "rome", "quantity": 3},
        {"operation": "set", "sku": "SKU-2", **at, "delta": 3},
    ]
    refused = [400, 409, 409, 404, 404, 400]
    answer = send(editor, "stock", items, "per_item")
    assert statuses(answer) == [200, *refused], answer.content
    assert [(row.variant_id, row.quantity) for row in StockLevel.objects.filter(version__gt=0)] == [
        (one.pk, 5)
    ]
    for item, status in zip(items[2:], refused[1:], strict=True):
        answer = send(editor, "stock", [items[1], item])
        assert answer.status_code == status, answer.content
        assert "/items/1" in answer.json()["errors"][0]["pointer"]
    assert StockLevel.objects.get(variant=one).quantity == 5
    answer = send(editor, "stock", [items[1]])
    assert (statuses(answer), StockLevel.objects.get(variant=one).quantity) == ([200], 7)
    assert_whole()


def statements(caller: Caller, noun: str, items: Sequence[Any]) -> int:
    with CaptureQueriesContext(connection) as queries:
        answer = send(caller, noun, items)
    assert answer.status_code == 200, answer.content
    return len(queries)


def test_statements_do_not_grow_with_the_items(editor: Caller) -> None:
    LocationFactory.create(code="berlin")
    names = [{"sku": ware.sku} for ware in wares(51)]
    steps: list[tuple[str, dict[str, Any]]] = [
        ("prices", {"operation": "set", **EUR}),
        ("prices", {"operation": "set", **EUR, "amount": "9.90"}),
        ("prices", {"operation": "delete", "currency": "EUR"}),
        ("stock", {"operation": "set", "location": "berlin", "quantity": 5}),
        ("stock", {"operation": "adjust", "location": "berlin", "delta": -5}),
    ]
    for noun, item in steps:
        one, *many = [{**item, **name} for name in names]
        assert statements(editor, noun, [one]) == statements(editor, noun, many)
    assert_whole()

"""What an export says of products: all that the catalog holds, in constant statements."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from products.models import Product
from products.transfer import truth as truths
from products.transfer.truth import Wanted, snapshot
from products.transfer.truth_sql import SOMETIMES
from tests.products.factories import ProductFactory
from tests.products.transfer.whole_catalog import furnish

pytestmark = pytest.mark.django_db


def exported(**wanted: Any) -> dict[str, Any]:
    with snapshot(Wanted(**wanted)) as truth:
        return {product["slug"]: product for product in truth.products()}


def test_a_line_has_everything() -> None:
    lamp = furnish()
    with snapshot(Wanted()) as truth:
        assert truth._present == set(SOMETIMES)
    found = exported(with_costs=True)
    assert list(found) == ["bulb", "lamp", "nothing"]
    product = found["lamp"]
    assert product["id"] == str(lamp.pk)
    assert product["brand"] == {"slug": "lumen", "name": "Lumen"}
    assert product["categories"][1] == {"slug": "lamps-2", "path": ["Home > Garden", "Lamps"]}
    assert product["collections"] == [{"slug": "ours", "name": "Ours"}]
    assert product["attributes"]["belongs_to"] == "lamps"
    assert product["attributes"]["exact"] == {"trade": "0.1", "default": "-1234567890123.000001"}
    assert product["listings"] == [
        {
            "channel": "trade",
            "is_listed": False,
            "publish_at": "2031-03-01T09:00:00.000000Z",
            "unpublish_at": None,
        }
    ]
    assert [(each["kind"], each["sku"], each["quantity"]) for each in product["relations"]] == [
        ("accessory", None, 1),
        ("bundle", "=B-1", 3),
    ]
    first, second = product["variants"]
    assert [(p["currency"], p["price_list"], p["amount"]) for p in first["prices"]] == [
        ("EUR", None, "0.0005"),
        ("EUR", "trade", "12.00"),
        ("USD", None, "19.90"),
        ("USD", None, "18.00"),
        ("USD", None, "15.00"),
        ("USD", "spring", "9.00"),
    ]
    assert first["costs"] == [
        {"currency": "EUR", "amount": "7.00"},
        {"currency": "USD", "amount": "7.50"},
    ]
    assert first["stock"] == {"depot": -2, "store_1": 4}
    assert first["media"] == ["https://images.example/2.mp4", "https://images.example/1.jpg"]
    assert (second["sku"], second["prices"], second["stock"]) == (None, [], {})


def test_costs_and_archived_products_are_there_for_those_who_ask() -> None:
    furnish()
    assert "costs" not in exported()["lamp"]["variants"][0]["prices"][0]
    assert "costs" not in exported()["lamp"]["variants"][0]
    assert "candle" not in exported()
    assert exported(with_archived=True)["candle"]["status"] == "archived"
    wanted: Any = {"ids": "SELECT id FROM products_product WHERE slug = $1", "parameters": ["bulb"]}
    assert list(exported(**wanted)) == ["bulb"]
    with snapshot(Wanted(**wanted)) as truth:
        assert truth.count() == 1


def test_the_statements_are_as_many_as_the_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    furnish()
    ProductFactory.create_batch(5)

    def statements() -> int:
        with (
            CaptureQueriesContext(
                connection,
            ) as queries,
            snapshot(Wanted()) as truth,
        ):
            assert sum(len(texts) for texts in truth.lines()) == 8
        return len(queries)

    whole = statements()
    monkeypatch.setattr(truths, "MOST_PRODUCTS", 4)
    assert statements() == whole + 1
    monkeypatch.setattr(truths, "MOST_PRODUCTS", 500)
    monkeypatch.setattr(truths, "MOST_ROWS", 2)
    assert statements() == whole + 7
    assert Product.objects.count() == 9


def test_the_definitions_are_for_another_catalog() -> None:
    furnish()
    with snapshot(Wanted()) as truth:
        found = truth.definitions()
    assert [each["code"] for each in found["locales"]] == ["de", "de-AT", "en"]
    assert found["locales"][1]["fallback"] == "de"
    assert found["channels"][1] == {
        "slug": "trade",
        "name": "Trade",
        "currency": "EUR",
        "locales": ["de-AT"],
    }
    assert [each["path"] for each in found["categories"]] == [
        ["Home > Garden"],
        ["Home > Garden", "Lamps"],
        ["Home > Garden", "Lamps"],
    ]
    rules = {each["slug"]: each["rule"] for each in found["collections"]}
    assert rules["ours"] is None
    assert rules["bright"]["conditions"][0]["value"] == ["lamps"]
    assert [each["code"] for each in found["product_types"][0]["attributes"]][-1] == "finish"
    assert found["price_lists"][0]["valid_until"] == "2031-04-01T00:00:00.000000Z"

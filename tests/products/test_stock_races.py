"""Stock under many writers at once: no item is counted twice, none is lost."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from products.errors import StockMoved, StockTooLow
from products.models import Change, Document, StockLevel
from products.services.catalog_check import check_products, check_shared
from products.services.stock import StockItem, adjust_stock, set_stock
from products.services.variants import update_variant
from tests.products.factories import SYSTEM, LocationFactory, ProductFactory

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*tasks: Callable[[], None]) -> list[str]:
    """What each task raised, or nothing, after all began together."""
    gate = threading.Barrier(min(len(tasks), 10))

    def run(task: Callable[[], None], waits: bool) -> str:
        try:
            if waits:
                gate.wait(10)
            task()
        except (StockTooLow, StockMoved) as error:
            return type(error).__name__
        finally:
            connection.close()
        return ""

    with ThreadPoolExecutor(10) as pool:
        futures = [pool.submit(run, task, n < 10) for n, task in enumerate(tasks)]
        return [future.result(30) for future in futures]


def adjust(delta: int, location: str = "a") -> Callable[[], None]:
    return lambda: void(adjust_stock([StockItem(location, delta, sku="S")], actor=SYSTEM))


def void(_: object) -> None:
    pass


def test_fifty_adjustments_at_once_end_exactly_right() -> None:
    LocationFactory.create(code="a")
    product = ProductFactory.create(variants=[{"sku": "S", "track_inventory": True}])
    assert at_once(*[adjust(3)] * 50) == [""] * 50
    level = StockLevel.objects.get()
    assert (level.quantity, level.version) == (150, 50)
    assert Change.objects.filter(aggregate="stock").count() == 50
    outcomes = at_once(*[adjust(-4)] * 50)
    assert (outcomes.count(""), outcomes.count("StockTooLow")) == (37, 13)
    assert StockLevel.objects.get().quantity == 2
    assert list(check_products([product.pk])) == []
    assert list(check_shared()) == []


def test_two_locations_that_empty_at_once_leave_nothing_for_sale() -> None:
    for code in ("a", "b"):
        LocationFactory.create(code=code)
    product = ProductFactory.create(variants=[{"sku": "S", "track_inventory": True}])
    for _ in range(5):
        assert at_once(adjust(1, "a"), adjust(1, "b")) == ["", ""]
        assert Document.objects.get(product=product.pk).availability == "in_stock"
        assert at_once(adjust(-1, "a"), adjust(-1, "b")) == ["", ""]
        assert Document.objects.get(product=product.pk).availability == "out_of_stock"


def test_one_of_two_counts_wins() -> None:
    LocationFactory.create(code="a")
    ProductFactory.create(variants=[{"sku": "S"}])

    def count(quantity: int) -> Callable[[], None]:
        item = StockItem("a", quantity, sku="S", expected=0)
        return lambda: void(set_stock([item], actor=SYSTEM))

    outcomes = at_once(*(count(n + 1) for n in range(10)))
    assert (outcomes.count(""), outcomes.count("StockMoved")) == (1, 9)


def test_editors_and_counters_do_not_lock_each_other_out() -> None:
    LocationFactory.create(code="a")
    product = ProductFactory.create(variants=[{"sku": "S", "track_inventory": True}])
    variant = product.variants.get()

    def edit(n: int) -> Callable[[], None]:
        return lambda: void(
            update_variant(
                product.pk,
                variant.pk,
                values={"backorder_policy": ["deny", "allow"][n % 2], "metadata": {"n": n}},
                expected_version=None,
                actor=SYSTEM,
            )
        )

    tasks = [task for n in range(10) for task in (edit(n), adjust(1), adjust(1), adjust(-1))]
    outcomes = at_once(*tasks)
    assert set(outcomes) <= {"", "StockTooLow"}
    assert list(check_products([product.pk])) == []
    assert list(check_shared()) == []

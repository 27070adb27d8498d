"""Stock: what is counted, what is refused, and what shoppers are told."""

import json
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from products.errors import (
    CodeTaken,
    InvalidValue,
    NotFound,
    StillInUse,
    StockMoved,
    StockTooLow,
)
from products.models import Change, Document, Location, Product, StockLevel, Variant
from products.services.catalog_check import check_products, check_shared
from products.services.locations import create_location, delete_location, update_location
from products.services.stock import StockItem, adjust_stock, set_stock
from products.services.variants import delete_variant, update_variant
from tests.products.factories import SYSTEM, LocationFactory, ProductFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def berlin() -> Location:
    return LocationFactory.create(code="berlin")


def tracked(**values: Any) -> Product:
    return ProductFactory.create(variants=[{"sku": "S", "track_inventory": True, **values}])


def adjust(delta: int, sku: str = "S", location: str = "berlin") -> int:
    (level,) = adjust_stock([StockItem(location, delta, sku=sku)], actor=SYSTEM)
    return level.quantity


def count(quantity: int, sku: str = "S", location: str = "berlin", **more: Any) -> int:
    (level,) = set_stock([StockItem(location, quantity, sku=sku, **more)], actor=SYSTEM)
    return level.quantity


def said(product: Product) -> tuple[str, list[str]]:
    """What the document tells shoppers; the check finds nothing to mend."""
    document = Document.objects.get(product=product.pk)
    body = json.loads(document.body)
    assert document.availability == body["availability"]
    assert list(check_products([product.pk])) == []
    assert list(check_shared()) == []
    return body["availability"], [each["availability"] for each in body["variants"]]


def policy(product: Product, **values: Any) -> None:
    update_variant(
        product.pk,
        product.variants.get().pk,
        values=values,  # type: ignore[arg-type]  # plain values
        expected_version=None,
        actor=SYSTEM,
    )


def test_what_is_not_tracked_can_always_be_bought(berlin: Location) -> None:
    product = tracked(track_inventory=False)
    assert said(product) == ("in_stock", ["in_stock"])
    assert count(0) == 0
    assert said(product) == ("in_stock", ["in_stock"])


def test_a_product_comes_into_stock_and_goes_out_of_it(berlin: Location) -> None:
    product = tracked()
    assert said(product) == ("out_of_stock", ["out_of_stock"])
    assert adjust(3) == 3
    assert said(product) == ("in_stock", ["in_stock"])
    assert adjust(-3) == 0
    assert said(product) == ("out_of_stock", ["out_of_stock"])
    product.refresh_from_db()
    assert product.version == 1


def test_stock_never_falls_below_zero(berlin: Location) -> None:
    tracked()
    adjust(2)
    with pytest.raises(StockTooLow) as refused:
        adjust(-3)
    assert refused.value.pointer == "/items/0"
    with pytest.raises(InvalidValue):
        count(2_000_000_000)
    with pytest.raises(StockTooLow):
        count(-1)
    assert StockLevel.objects.get().quantity == 2
    with pytest.raises(IntegrityError), transaction.atomic():
        StockLevel.objects.update(quantity=-1)


def test_backorders_are_taken_until_their_limit(berlin: Location) -> None:
    product = tracked(backorder_policy="limit", backorder_limit=2)
    assert said(product) == ("backorder", ["backorder"])
    assert adjust(-1) == -1
    assert said(product) == ("backorder", ["backorder"])
    assert adjust(-1) == -2
    assert said(product) == ("out_of_stock", ["out_of_stock"])
    with pytest.raises(StockTooLow):
        adjust(-1)
    policy(product, backorder_policy="allow", backorder_limit=0)
    assert said(product) == ("backorder", ["backorder"])
    assert adjust(-100) == -102
    with pytest.raises(StockTooLow, match="backorder policy"):
        policy(product, backorder_policy="deny")
    assert count(0) == 0
    policy(product, backorder_policy="deny")
    assert said(product) == ("out_of_stock", ["out_of_stock"])


@pytest.mark.parametrize(
    ("name", "limit"), [("deny", 1), ("allow", 1), ("limit", 0), ("limit", 1_000_001)]
)
def test_a_policy_and_its_limit_belong_together(name: str, limit: int) -> None:
    product = tracked()
    with pytest.raises(InvalidValue) as refused:
        policy(product, backorder_policy=name, backorder_limit=limit)
    assert refused.value.pointer == "/backorder_limit"


def test_only_locations_that_are_active_count(berlin: Location) -> None:
    product = tracked()
    LocationFactory.create(code="attic", is_active=False)
    count(5, location="attic")
    assert said(product)[0] == "out_of_stock"
    count(1)
    assert said(product)[0] == "in_stock"
    update_location(berlin.pk, values={"is_active": False}, expected_version=None, actor=SYSTEM)
    assert said(product)[0] == "out_of_stock"


def test_a_product_is_as_available_as_the_best_of_its_active_variants(berlin: Location) -> None:
    product = ProductFactory.create(
        variants=[
            {"sku": "S", "options": {"N": "1"}, "track_inventory": True},
            {"sku": "T", "options": {"N": "2"}, "track_inventory": True},
            {"sku": "U", "options": {"N": "3"}, "status": "draft"},
        ]
    )
    assert said(product) == ("out_of_stock", ["out_of_stock", "out_of_stock"])
    count(1, sku="T")
    assert said(product) == ("in_stock", ["out_of_stock", "in_stock"])


def test_stock_that_changes_nothing_for_shoppers_prints_nothing(berlin: Location) -> None:
    product = tracked()
    count(5)
    before = Document.objects.filter(product=product.pk).values_list("etag", flat=True).get()
    with CaptureQueriesContext(connection) as queries:
        adjust(-1)
    statements = [query["sql"] for query in queries]
    assert not any("products_document" in sql for sql in statements)
    assert not any("products_product " in sql and "FOR NO KEY" in sql for sql in statements)
    assert Document.objects.filter(product=product.pk).get().etag == before


def test_each_change_is_written_down_once(berlin: Location) -> None:
    tracked()
    count(5)
    count(5)
    adjust(-2)
    level = StockLevel.objects.get()
    rows = Change.objects.filter(aggregate_id=level.pk).order_by("version")
    assert [(row.event, row.version, row.snapshot["quantity"]) for row in rows] == [
        ("stock.counted", 1, 5),
        ("stock.adjusted", 2, 3),
    ]
    assert level.version == 2


def test_a_count_may_say_what_it_expects(berlin: Location) -> None:
    tracked()
    assert count(5, expected=0) == 5
    with pytest.raises(StockMoved) as refused:
        count(9, expected=4)
    assert refused.value.pointer == "/items/0/expected_quantity"
    assert count(9, expected=5) == 9


def test_one_request_may_name_a_place_twice(berlin: Location) -> None:
    tracked()
    items = [StockItem("berlin", delta, sku="S") for delta in (5, -3, 1)]
    (level,) = adjust_stock(items, actor=SYSTEM)
    assert (level.quantity, level.version) == (3, 1)
    with pytest.raises(StockTooLow) as refused:
        adjust_stock([StockItem("berlin", each, sku="S") for each in (-3, -1, 9)], actor=SYSTEM)
    assert refused.value.pointer == "/items/1"
    assert StockLevel.objects.get().quantity == 3


def test_a_batch_is_all_or_nothing(berlin: Location) -> None:
    tracked()
    for item, pointer in (
        (StockItem("berlin", 1, sku="NONE"), "/items/1/sku"),
        (StockItem("nowhere", 1, sku="S"), "/items/1/location"),
        (StockItem("berlin", 1, variant=berlin.pk), "/items/1/variant"),
    ):
        with pytest.raises(NotFound) as refused:
            adjust_stock([StockItem("berlin", 1, sku="S"), item], actor=SYSTEM)
        assert refused.value.pointer == pointer
    assert not StockLevel.objects.exists()


def test_a_batch_takes_the_same_statements_however_large_it_is(berlin: Location) -> None:
    counts = []
    for size in (2, 200):
        variants = [
            {"sku": f"{size}-{n}", "options": {"N": str(n)}, "track_inventory": True}
            for n in range(size)
        ]
        ProductFactory.create(variants=variants)
        items = [StockItem("berlin", 3, sku=f"{size}-{n}") for n in range(size)]
        adjust_stock(items, actor=SYSTEM)
        with CaptureQueriesContext(connection) as queries:
            adjust_stock(items, actor=SYSTEM)
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_a_location_stays_while_something_lies_there(berlin: Location) -> None:
    tracked()
    count(1)
    with pytest.raises(StillInUse):
        delete_location(berlin.pk, expected_version=None, actor=SYSTEM)
    count(0)
    delete_location(berlin.pk, expected_version=None, actor=SYSTEM)
    assert not StockLevel.objects.exists()
    events = Change.objects.order_by("sequence").values_list("event", flat=True)
    assert list(events)[-2:] == ["stock.deleted", "location.deleted"]


def test_stock_goes_with_its_variant(berlin: Location) -> None:
    product = tracked()
    count(1)
    key = Variant.objects.get().pk
    delete_variant(product.pk, key, expected_version=None, actor=SYSTEM)
    assert not StockLevel.objects.exists()
    assert said(product) == ("out_of_stock", [])


def test_a_code_names_one_location(berlin: Location) -> None:
    with pytest.raises(CodeTaken):
        create_location(values={"code": "berlin", "name": "B"}, actor=SYSTEM)


@pytest.mark.parametrize("code", ["Berlin", "a b", "-a", "a--b", ""])
def test_a_code_has_a_form(code: str) -> None:
    with pytest.raises(InvalidValue) as refused:
        create_location(values={"code": code, "name": "B"}, actor=SYSTEM)
    assert refused.value.pointer == "/code"


def test_the_check_finds_a_bound_that_is_not_the_policy(berlin: Location) -> None:
    tracked()
    count(1)
    StockLevel.objects.update(lowest=-5)
    (found,) = check_shared()
    assert found.check == "stock-bound"

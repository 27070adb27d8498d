"""What an import does to stock: to one location, and only where the file counts."""

import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from products.models import Change, Document, Location, Product, StockLevel, Variant
from products.services.catalog_check import check_constraints, check_products, check_shared
from products.services.locations import create_location
from products.services.stock import StockItem, set_stock
from products.transfer.reports import ImportReport
from tests.products.factories import SYSTEM
from tests.products.transfer.shop_files import (
    HEADER,
    codes,
    counts,
    import_path,
    import_text,
    lines,
    product,
    variant,
)

pytestmark = pytest.mark.django_db
TRACKER, QUANTITY, POLICY = (
    "Variant Inventory Tracker",
    "Variant Inventory Qty",
    "Variant Inventory Policy",
)
COUNTED = (*HEADER, TRACKER, QUANTITY, POLICY)


def cells(quantity: str = "", policy: str = "", tracker: str = "shopify") -> dict[str, str]:
    return {TRACKER: tracker, QUANTITY: quantity, POLICY: policy}


def stools(quantity: str, policy: str = "deny", **more: str) -> str:
    return lines({**product(sku="OAK", **more), **cells(quantity, policy)}, header=COUNTED)


def levels() -> list[tuple[str | None, str, int]]:
    rows = StockLevel.objects.order_by("variant__sku", "location__code")
    return list(rows.values_list("variant__sku", "location__code", "quantity"))


def drift() -> list[Any]:
    keys = list(Product.objects.order_by("pk").values_list("pk", flat=True))
    return [*check_products(keys), *check_shared(), *check_constraints()]


def said() -> list[str]:
    return [json.loads(body)["availability"] for body in bodies()]


def bodies() -> list[str]:
    return list(Document.objects.values_list("body", flat=True))


def test_tracker_policy_and_quantity_arrive_at_a_location_that_is_made(tmp_path: Path) -> None:
    text = lines(
        {**product(option="Color", value="Oak", sku="OAK"), **cells("7", "deny")},
        {**variant("Ash", sku="ASH"), **cells("-2", "continue", "amazon_marketplace_web")},
        {**variant("Elm", sku="ELM"), **cells("", "", "")},
        header=COUNTED,
    )
    report = import_text(tmp_path, text)
    assert (report.location, report.stock_changed, report.columns_left_out) == ("default", 2, [])
    facts = Variant.objects.order_by("position").values_list("track_inventory", "backorder_policy")
    assert list(facts) == [(True, "deny"), (True, "allow"), (False, "deny")]
    assert levels() == [("ASH", "default", -2), ("OAK", "default", 7)]
    assert Location.objects.get().name == "Default"
    assert Change.objects.filter(event="location.created").count() == 1
    (body,) = bodies()
    assert [row["availability"] for row in json.loads(body)["variants"]] == [
        "in_stock",
        "backorder",
        "in_stock",
    ]
    assert drift() == []


def test_the_same_file_again_changes_nothing(tmp_path: Path) -> None:
    import_text(tmp_path, stools("7"))
    before = Change.objects.count()
    again = import_text(tmp_path, stools("7"))
    assert (counts(again), again.stock_changed) == ({"unchanged": 1}, 0)
    assert Change.objects.count() == before


def test_another_quantity_changes_stock_and_no_product(tmp_path: Path) -> None:
    import_text(tmp_path, stools("7"))
    version = Product.objects.get().version
    report = import_text(tmp_path, stools("0"))
    assert (counts(report), report.stock_changed) == ({"unchanged": 1}, 1)
    assert (levels(), said()) == ([("OAK", "default", 0)], ["out_of_stock"])
    assert Product.objects.get().version == version
    assert Change.objects.filter(event="stock.counted").count() == 2
    assert drift() == []


def test_a_dry_run_says_what_would_change_and_changes_nothing(tmp_path: Path) -> None:
    first = import_text(tmp_path, stools("7"), is_dry_run=True)
    assert (counts(first), first.stock_changed, first.location) == ({"created": 1}, 1, "default")
    assert not Location.objects.exists()
    import_text(tmp_path, stools("7"))
    second = import_text(tmp_path, stools("6"), is_dry_run=True)
    assert (counts(second), second.stock_changed) == ({"unchanged": 1}, 1)
    assert levels() == [("OAK", "default", 7)]


def test_all_or_nothing_takes_stock_back(tmp_path: Path) -> None:
    import_text(tmp_path, stools("7"))
    bad = {**product("b-lamp", price="free"), **cells("1")}
    text = lines({**product(sku="OAK"), **cells("3")}, bad, header=COUNTED)
    report = import_text(tmp_path, text, is_all_or_nothing=True)
    assert (report.is_rolled_back, report.stock_changed) == (True, 0)
    assert levels() == [("OAK", "default", 7)]


@pytest.mark.parametrize("header", [HEADER, COUNTED])
def test_a_file_that_does_not_count_leaves_stock_alone(
    tmp_path: Path, header: tuple[str, ...]
) -> None:
    import_text(tmp_path, stools("7", "continue"))
    report = import_text(tmp_path, lines(product(sku="OAK", title="Stool"), header=header))
    assert (counts(report), report.stock_changed) == ({"changed": 1}, 0)
    assert levels() == [("OAK", "default", 7)]
    oak = Variant.objects.get()
    assert (oak.track_inventory, oak.backorder_policy) == (True, "allow")
    assert report.location == (None if header == HEADER else "default")


def test_the_only_location_is_the_one(tmp_path: Path) -> None:
    create_location(values={"code": "berlin", "name": "Berlin"}, actor=SYSTEM)
    import_text(tmp_path, stools("7"))
    assert levels() == [("OAK", "berlin", 7)]


def test_of_several_locations_one_is_named(tmp_path: Path) -> None:
    for code in ("berlin", "paris"):
        create_location(values={"code": code, "name": code}, actor=SYSTEM)
    (tmp_path / "shop.csv").write_text(stools("7"))
    with pytest.raises(CommandError, match="name the one they lie at"):
        call_command("import_products", str(tmp_path / "shop.csv"), format="shopify")
    with pytest.raises(CommandError, match="no location 'rome'"):
        call_command(
            "import_products", str(tmp_path / "shop.csv"), format="shopify", location="rome"
        )
    assert not Product.objects.exists()
    import_path(tmp_path / "shop.csv", location="paris")
    assert levels() == [("OAK", "paris", 7)]
    create_location(values={"code": "default", "name": "Main"}, actor=SYSTEM)
    import_path(tmp_path / "shop.csv")
    assert levels() == [("OAK", "default", 7), ("OAK", "paris", 7)]


def test_a_policy_and_a_quantity_turn_together_either_way(tmp_path: Path) -> None:
    for quantity, policy in (("-5", "continue"), ("4", "deny"), ("-3", "continue")):
        report = import_text(tmp_path, stools(quantity, policy))
        assert (counts(report), report.stock_changed) in (({"created": 1}, 1), ({"changed": 1}, 1))
        assert levels() == [("OAK", "default", int(quantity))]
        assert drift() == []


def test_what_was_sold_beyond_stock_is_none_where_the_policy_denies_it(tmp_path: Path) -> None:
    report = import_text(tmp_path, stools("-3"))
    assert [(w.code, w.line, w.column) for w in report.warnings] == [("oversold", 2, QUANTITY)]
    assert levels() == [("OAK", "default", 0)]


def test_a_policy_that_another_location_forbids_refuses_only_its_product(tmp_path: Path) -> None:
    import_text(tmp_path, stools("1", "continue"))
    create_location(values={"code": "berlin", "name": "Berlin"}, actor=SYSTEM)
    set_stock([StockItem("berlin", -4, sku="OAK")], actor=SYSTEM)
    lamp = {**product("lamp", sku="LAMP"), **cells("2", "deny")}
    oak = {**product(sku="OAK"), **cells("1", "deny")}
    report = import_text(tmp_path, lines(lamp, oak, header=COUNTED))
    assert codes(report) == [("stock-too-low", 3)]
    assert levels() == [("LAMP", "default", 2), ("OAK", "berlin", -4), ("OAK", "default", 1)]
    assert drift() == []


@pytest.mark.parametrize(
    ("wrong", "code", "column"),
    [
        (cells("1.5"), "invalid-quantity", QUANTITY),
        (cells("many"), "invalid-quantity", QUANTITY),
        (cells("9999999999"), "invalid-quantity", QUANTITY),
        (cells("\u0661"), "invalid-quantity", QUANTITY),
        (cells("1", "perhaps"), "invalid-inventory-policy", POLICY),
    ],
)
def test_nonsense_is_refused_at_its_cell(
    tmp_path: Path, wrong: dict[str, str], code: str, column: str
) -> None:
    report: ImportReport = import_text(tmp_path, lines({**product(), **wrong}, header=COUNTED))
    assert [(r.code, r.line, r.column) for r in report.refusals] == [(code, 2, column)]


def test_the_newer_column_answers_with_a_flag(tmp_path: Path) -> None:
    header = (*HEADER, "Inventory tracker", "Inventory quantity", NEWER)
    row = {**product(sku="OAK"), "Inventory tracker": "shopify", "Inventory quantity": "3"}
    import_text(tmp_path, lines({**row, NEWER: "TRUE"}, header=header))
    assert Variant.objects.get().backorder_policy == "allow"
    import_text(tmp_path, lines({**row, NEWER: "DENY"}, header=header))
    assert Variant.objects.get().backorder_policy == "deny"


NEWER = "Continue selling when out of stock"


def test_the_number_of_statements_does_not_grow_with_the_levels(tmp_path: Path) -> None:
    def statements(count: int, name: str, quantity: int) -> int:
        rows = [
            {**product(f"{name}-{n}", sku=f"{name}-{n}"), **cells(str(quantity + n % 2), "deny")}
            for n in range(count)
        ]
        with CaptureQueriesContext(connection) as queries:
            import_text(tmp_path, lines(*rows, header=COUNTED))
        return len(queries)

    statements(1, "warm", 0)
    assert statements(2, "few", 0) == statements(200, "many", 0)
    assert statements(2, "few", 5) == statements(200, "many", 5)

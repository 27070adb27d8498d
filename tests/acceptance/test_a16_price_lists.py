"""Tiers, prices of lists, prices for a while and costs: wrong ones come in by no way there is."""

from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.db import DataError, IntegrityError, connection, transaction
from django.test import Client

from products.models import Cost, Price, PriceList, Product, Variant
from products.services.costs import set_costs
from tests.accounts.factories import UserFactory
from tests.products.admin.pages import change_url, errors, send, url
from tests.products.factories import SYSTEM, PriceListFactory, ProductFactory, price
from tests.products.transfer.shop_files import HEADER, import_text, lines, product

pytestmark = pytest.mark.django_db
START, END = "2030-01-01T00:00:00Z", "2030-02-01T00:00:00Z"
LISTS = "/api/v1/price-lists"


@pytest.fixture
def variant() -> Variant:
    """At 20, 15 from five pieces on, and 12 in a list for January; it costs the shop 8."""
    PriceListFactory.create(code="sale")
    PriceListFactory.create(code="euros", currency="EUR")
    prices = [
        price("20"),
        price("15", min_quantity=5),
        price(
            "12",
            price_list="sale",
            valid_from=datetime.fromisoformat(START),
            valid_until=datetime.fromisoformat(END),
        ),
    ]
    made = ProductFactory.create(variants=[{"sku": "S", "prices": prices}])
    row = made.variants.get()
    costs: Any = [{"currency": "USD", "amount": Decimal(8)}]
    set_costs(made.pk, row.pk, costs=costs, actor=SYSTEM)
    return row


def stored() -> list[Any]:
    tables: Any = (Price, Cost, PriceList)
    rows = [list(table.objects.order_by("pk").values()) for table in tables]
    return [*rows, Product.objects.get().version]


PRICES = "UPDATE products_price SET {} WHERE min_quantity = 5"
DATED = "UPDATE products_price SET {} WHERE amount = 12"
COSTS, LIST = "UPDATE products_cost SET {}", "UPDATE products_pricelist SET {} WHERE code = 'sale'"
PERIOD = "valid = tstzrange('{}', '{}', '{}')"
BY_SQL = {
    "from no piece on": (PRICES, "min_quantity = 0"),
    "from fewer than none on": (PRICES, "min_quantity = -1"),
    "from more than anybody buys on": (PRICES, "min_quantity = 2147483647"),
    "a tier in the place of another": (PRICES, "min_quantity = 1"),
    "a tier above its former price": (PRICES, "compare_at = 14.9999"),
    "the currency of another list": (DATED, "currency = 'EUR'"),
    "a list of another currency": (
        PRICES,
        "price_list_id = (SELECT id FROM products_pricelist WHERE code = 'euros')",
    ),
    "an empty period": (DATED, PERIOD.format(START, START, "[)")),
    "a period with its end": (DATED, PERIOD.format(START, END, "[]")),
    "a period before the calendar": (DATED, PERIOD.format("0900-01-01", END, "[)")),
    "a negative cost": (COSTS, "amount = -1"),
    "a cost that is no number": (COSTS, "amount = 'NaN'"),
    "a cost without bounds": (COSTS, "amount = 99999999999999.99995"),
    "a currency in lower case": (COSTS, "currency = 'usd'"),
    "another currency for a list with prices": (LIST, "currency = 'EUR'"),
    "a list of a currency that is none": (LIST, "currency = 'US'"),
    "a list with an empty period": (LIST, PERIOD.format(START, START, "[)")),
    "a list above all priorities": (LIST, "priority = 2147483647"),
    "a group that is no code": (LIST, "customer_group = 'the good ones'"),
}


@pytest.mark.parametrize(("statement", "change"), BY_SQL.values(), ids=BY_SQL.keys())
def test_the_database_refuses_it(statement: str, change: str, variant: Variant) -> None:
    before = stored()
    refused = pytest.raises((IntegrityError, DataError))
    with refused, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement.format(change))
    assert stored() == before


def test_the_database_refuses_two_periods_that_meet_and_two_costs(variant: Variant) -> None:
    before = stored()
    for table, column in (("products_price", "amount = 12"), ("products_cost", "true")):
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(
                f"INSERT INTO {table} SELECT (jsonb_populate_record(row, jsonb_build_object("
                f"'id', gen_random_uuid()))).* FROM {table} row WHERE {column}"
            )
    assert stored() == before


WRONG: dict[str, dict[str, Any]] = {
    "from no piece on": {"min_quantity": 0},
    "from half a piece on": {"min_quantity": 1.5},
    "from a text on": {"min_quantity": "5"},
    "a negative tier": {"min_quantity": 3, "amount": "-1"},
    "a former price below it": {"min_quantity": 3, "compare_at": "0.5"},
    "a fifth decimal": {"amount": "1.00001"},
    "a number that JSON does not carry exactly": {"amount": 0.1 + 0.2},
    "the currency of another list": {"currency": "EUR"},
    "an end before its start": {"valid_from": END, "valid_until": START},
    "a start without an offset": {"valid_from": "2030-03-01T00:00:00"},
    "an end before the calendar": {"valid_until": "0900-01-01T00:00:00Z"},
    "an unknown member": {"cost": "1"},
}


@pytest.mark.parametrize("wrong", WRONG.values(), ids=WRONG.keys())
def test_the_api_refuses_it(publisher: Any, wrong: dict[str, Any], variant: Variant) -> None:
    before = stored()
    good = {"currency": "USD", "amount": "1", "valid_from": "2031-01-01T00:00:00Z"}
    body = {"variant": str(variant.pk), **good, **wrong}
    single = publisher.post(f"{LISTS}/sale/prices", body)
    assert single.status_code == 400, single.content
    prices = {"prices": [{"price_list": "sale", **good, **wrong}]}
    path = f"/api/v1/products/{variant.product_id}/variants/{variant.pk}"
    whole = publisher.patch(path, prices)
    assert whole.status_code == 400, whole.content
    assert stored() == before


def test_the_api_refuses_periods_that_meet_and_costs_that_cannot_be(
    publisher: Any, manager: Any, variant: Variant
) -> None:
    before = stored()
    body = {"variant": str(variant.pk), "currency": "USD", "amount": "1"}
    meets = publisher.post(f"{LISTS}/sale/prices", {**body, "valid_from": "2030-01-15T00:00:00Z"})
    assert (meets.status_code, meets.json()["code"]) == (409, "prices-overlap")
    place = f"/api/v1/products/{variant.product_id}/variants/{variant.pk}/costs"
    for amount in ("-1", "NaN", "1.00001", True, None, "1e3"):
        answer = manager.put(place, {"costs": [{"currency": "USD", "amount": amount}]})
        assert answer.status_code == 400, (amount, answer.content)
    long_ago = {"valid_until": "0001-01-01T00:00:00Z"}
    for change in ({"currency": "EUR"}, {"priority": 10**9}, long_ago):
        answer = publisher.patch(f"{LISTS}/sale", change)
        assert answer.status_code in {400, 409}, (change, answer.content)
    assert stored() == before


FORMS = {
    "from no piece on": ("price", {"min_quantity": "0"}),
    "a negative amount": ("price", {"amount": "-1"}),
    "no number": ("price", {"amount": "NaN"}),
    "a former price below it": ("price", {"compare_at": "0.5"}),
    "an end before its start": (
        "price",
        {"valid_from_0": "2031-01-02", "valid_until_0": "2031-01-01"},
    ),
    "the currency of another list": ("price", {"currency": "EUR"}),
    "a list with an end before its start": (
        "pricelist",
        {"valid_from_0": "2031-01-02", "valid_until_0": "2031-01-01"},
    ),
    "a list above all priorities": ("pricelist", {"priority": "99999999999"}),
}


@pytest.mark.parametrize(("noun", "wrong"), FORMS.values(), ids=FORMS.keys())
def test_the_forms_refuse_it(noun: str, wrong: dict[str, str], variant: Variant) -> None:
    browser = in_the_admin()
    before = stored()
    times = {f"{name}_1": "00:00:00" for name in ("valid_from", "valid_until")}
    times = {name: text for name, text in times.items() if name.replace("_1", "_0") in wrong}
    good = {
        "price": {
            "variant": "S",
            "price_list": str(PriceList.objects.get(code="sale").pk),
            "currency": "USD",
            "amount": "1",
            "min_quantity": "7",
        },
        "pricelist": {"name": "New", "code": "new", "currency": "USD", "priority": "0"},
    }[noun]
    answer = send(browser, url(noun, "add"), {**good, **times, **wrong}, noun)
    assert answer.status_code == 200
    assert answer.context_data["adminform"].form.errors
    assert stored() == before
    assert send(browser, url(noun, "add"), good, noun).status_code == 302


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("other_prices", "USD 5 x0"),
        ("other_prices", "USD 5 x-3"),
        ("other_prices", "USD 5 x5, USD 6 x5"),
        ("other_prices", "USD 5 / 4 x3"),
        ("other_prices", "EUR 1.00001"),
        ("price", "-1"),
    ],
)
def test_the_table_of_variants_refuses_it(field: str, value: str, variant: Variant) -> None:
    browser = in_the_admin()
    before = stored()
    page = send(browser, change_url(variant.product), {f"variants-0-{field}": value})
    assert errors(page)
    assert stored() == before


def in_the_admin() -> Client:
    client = Client()
    client.force_login(UserFactory.create(is_staff=True, roles=["manager"]))
    return client


@pytest.mark.parametrize("amount", ["-1", "NaN", "1e999", "1.00001", "=1+1", "Infinity"])
@pytest.mark.parametrize("column", ["Variant Price", "Cost per item"])
def test_an_import_refuses_it(tmp_path: Path, column: str, amount: str, variant: Variant) -> None:
    before = stored()
    row = {**product(variant.product.slug, sku="S"), column: amount}
    report = import_text(tmp_path, lines(row, header=(*HEADER, "Cost per item")))
    assert [each.column for each in report.refusals] == [column]
    assert stored() == before

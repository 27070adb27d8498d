"""Counting and costs in the admin: guarded, and recorded with who did it."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from products.models import Change, Cost, Location, Product, StockLevel, Variant
from products.services.costs import set_costs
from products.services.products import update_product
from products.services.stock import StockItem, set_stock
from tests.products.admin.pages import change_url, errors, form_fields, send, url
from tests.products.factories import SYSTEM, LocationFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def vienna(product: Product) -> Location:
    return LocationFactory.create(code="vienna", name="Vienna")


@pytest.fixture
def medium(product: Product) -> Variant:
    return Variant.objects.get(sku="OX-M")


def count(location: Location, variant: Variant, number: int) -> StockLevel:
    items = [StockItem(location=location.code, number=number, variant=variant.pk)]
    return set_stock(items, actor=SYSTEM)[0]


def quantities(variant: Variant) -> dict[str, int]:
    return dict(
        StockLevel.objects.filter(variant=variant).values_list("location__code", "quantity")
    )


def table(product: Product, name: str) -> str:
    return url("product", product.pk, name)


def save(browser: Client, address: str, **cells: str) -> Any:
    page = browser.get(address)
    assert page.status_code == 200
    return browser.post(address, {**form_fields(page, "table_form"), **cells}, follow=True)


def cell(variant: Variant, column: str) -> str:
    return f"{variant.pk}__{column}"


def test_an_editor_counts_a_product_and_the_log_says_who(
    staff: Callable[[str], Client], product: Product, medium: Variant, vienna: Location
) -> None:
    graz = LocationFactory.create(code="graz")
    level = count(graz, medium, 3)
    page = save(
        staff("editor"),
        table(product, "stock"),
        **{cell(medium, "vienna"): "12", cell(medium, "graz"): "5"},
    )
    assert "The quantities are saved." in page.content.decode()
    assert quantities(medium) == {"graz": 5, "vienna": 12}
    change = Change.objects.filter(aggregate_id=level.pk).latest("sequence")
    assert (change.event, change.source) == ("stock.counted", "admin")
    assert change.actor_label.startswith("person")
    history = staff("viewer").get(url("stocklevel", level.pk, "history")).content.decode()
    assert "quantity: 3 → 5" in history
    assert change.actor_label in history


def test_two_people_who_count_at_once_lose_nothing(
    publisher_browser: Client, product: Product, medium: Variant, vienna: Location
) -> None:
    count(vienna, medium, 3)
    address = table(product, "stock")
    opened = form_fields(publisher_browser.get(address), "table_form")
    large = Variant.objects.get(sku="OX-L")
    count(vienna, medium, 20)
    cells = {cell(medium, "vienna"): "4", cell(large, "vienna"): "9"}
    refused = publisher_browser.post(address, {**opened, **cells})
    assert "You expected 3, there are 20" in refused.content.decode()
    assert (quantities(medium), quantities(large)) == ({"vienna": 20}, {})
    kept = form_fields(refused, "table_form")
    assert kept[cell(large, "vienna")] == ["9"]


def test_the_first_count_at_a_place_is_guarded_too(
    publisher_browser: Client, product: Product, medium: Variant, vienna: Location
) -> None:
    address = table(product, "stock")
    opened = form_fields(publisher_browser.get(address), "table_form")
    count(vienna, medium, 8)
    publisher_browser.post(address, {**opened, cell(medium, "vienna"): "4"})
    assert quantities(medium) == {"vienna": 8}


@pytest.mark.parametrize(
    "refused",
    [
        ("", "Write 0 where nothing is left."),
        ("-1", "It may not fall below 0"),
        ("1.5", "Enter a whole number."),
        ("99999999999", "less than or equal to"),
    ],
)
def test_a_count_that_cannot_be_is_refused(
    refused: tuple[str, str],
    publisher_browser: Client,
    product: Product,
    medium: Variant,
    vienna: Location,
) -> None:
    count(vienna, medium, 3)
    typed, said = refused
    page = save(publisher_browser, table(product, "stock"), **{cell(medium, "vienna"): typed})
    assert said.lower() in page.content.decode().lower()
    assert quantities(medium) == {"vienna": 3}


def test_a_place_that_is_gone_is_not_ignored(
    publisher_browser: Client, product: Product, medium: Variant, vienna: Location
) -> None:
    address = table(product, "stock")
    LocationFactory.create(code="graz")
    opened = form_fields(publisher_browser.get(address), "table_form")
    vienna.delete()
    cells = {cell(medium, "graz"): "1", cell(medium, "vienna"): "4"}
    page = publisher_browser.post(address, {**opened, **cells})
    assert "is gone, so nothing was saved" in page.content.decode()
    assert quantities(medium) == {}


def test_a_viewer_looks_at_stock_and_writes_none(
    staff: Callable[[str], Client], product: Product, medium: Variant, vienna: Location
) -> None:
    count(vienna, medium, 31)
    viewer, address = staff("viewer"), table(product, "stock")
    text = viewer.get(address).content.decode()
    assert "31" in text
    assert "Save" not in text
    assert viewer.post(address, {cell(medium, "vienna"): "4"}).status_code == 403


def test_one_level_is_made_and_changed_on_its_own_page(
    publisher_browser: Client, product: Product, medium: Variant, vienna: Location
) -> None:
    values = {"sku": "OX-M", "location": str(vienna.pk), "quantity": "6"}
    assert (
        send(publisher_browser, url("stocklevel", "add"), values, "stocklevel").status_code == 302
    )
    level = StockLevel.objects.get()
    address = url("stocklevel", level.pk, "change")
    assert send(publisher_browser, address, {"quantity": "2"}, "stocklevel").status_code == 302
    assert quantities(medium) == {"vienna": 2}
    again = send(publisher_browser, url("stocklevel", "add"), values, "stocklevel")
    assert errors(again) == ["You expected 0, there are 2: read it again."]
    unknown = send(
        publisher_browser, url("stocklevel", "add"), {**values, "sku": "none"}, "stocklevel"
    )
    assert errors(unknown) == ["No variant has the SKU 'none'."]


def test_a_level_that_somebody_counted_meanwhile_is_not_overwritten(
    publisher_browser: Client, product: Product, medium: Variant, vienna: Location
) -> None:
    level = count(vienna, medium, 3)
    address = url("stocklevel", level.pk, "change")
    opened = form_fields(publisher_browser.get(address), "stocklevel_form")
    count(vienna, medium, 20)
    page: Any = publisher_browser.post(address, {**opened, "quantity": "4", "_save": "Save"})
    (question,) = page.context_data["questions"]
    assert (question["was"], question["now"], question["mine"]) == ("3", "20", "4")
    assert quantities(medium) == {"vienna": 20}


def test_the_list_of_stock_is_searched_by_the_start_of_a_sku(
    publisher_browser: Client,
    product: Product,
    medium: Variant,
    vienna: Location,
    django_assert_num_queries: Callable[..., Any],
) -> None:
    count(vienna, medium, 3)
    publisher_browser.get(url("stocklevel"))
    with django_assert_num_queries(4):
        page = publisher_browser.get(url("stocklevel"))
    assert f'href="{table(product, "stock")}"' in page.content.decode()
    for term, found in (("OX-", [3]), ("X-M", [])):
        listed: Any = publisher_browser.get(f"{url('stocklevel')}?q={term}")
        assert [row.quantity for row in listed.context_data["cl"].result_list] == found


def test_locations_are_kept_by_editors(
    staff: Callable[[str], Client], medium: Variant, vienna: Location
) -> None:
    editor = staff("editor")
    values = {"name": "Graz", "code": "graz", "is_active": "on"}
    assert send(editor, url("location", "add"), values, "location").status_code == 302
    address = url("location", vienna.pk, "change")
    assert send(editor, address, {"name": "Vienna I"}, "location").status_code == 302
    count(vienna, medium, 1)
    editor.post(url("location", vienna.pk, "delete"), {"post": "yes"})
    assert dict(Location.objects.values_list("code", "name")) == {
        "graz": "Graz",
        "vienna": "Vienna I",
    }


@pytest.mark.parametrize("name", ["stock", "costs"])
def test_a_table_costs_the_same_with_two_and_with_thirty_variants(
    name: str,
    staff: Callable[[str], Client],
    product: Product,
    vienna: Location,
    django_assert_num_queries: Callable[..., Any],
) -> None:
    browser, address = staff("manager"), table(product, name)
    browser.get(address)
    with django_assert_num_queries(6 if name == "stock" else 5):
        browser.get(address)
    variants: Any = [{"sku": f"V{n}", "options": {"Size": str(n)}} for n in range(35)]
    update_product(
        product.pk,
        values={"variants": variants},
        expected_version=None,
        may_publish=False,
        actor=SYSTEM,
    )
    with django_assert_num_queries(6 if name == "stock" else 5):
        page = browser.get(address)
    assert "Page 1 of 2, 35 variants." in page.content.decode()


def costs_of(variant: Variant) -> dict[str, Decimal]:
    return dict(Cost.objects.filter(variant=variant).values_list("currency", "amount"))


def test_a_manager_writes_costs(
    staff: Callable[[str], Client], product: Product, medium: Variant
) -> None:
    manager, address = staff("manager"), table(product, "costs")
    name = cell(medium, "costs")
    save(manager, address, **{name: "EUR 12.50, USD 14"})
    assert costs_of(medium) == {"EUR": Decimal("12.5"), "USD": Decimal(14)}
    assert form_fields(manager.get(address), "table_form")[name] == ["EUR 12.50, USD 14.00"]
    save(manager, address, **{name: "USD 13"})
    assert costs_of(medium) == {"USD": Decimal(13)}
    change = Change.objects.filter(aggregate="cost").latest("sequence")
    assert change.source == "admin"


def test_costs_that_somebody_changed_meanwhile_are_not_overwritten(
    staff: Callable[[str], Client], product: Product, medium: Variant
) -> None:
    manager, address = staff("manager"), table(product, "costs")
    large = Variant.objects.get(sku="OX-L")
    opened = form_fields(manager.get(address), "table_form")
    costs: Any = [{"currency": "EUR", "amount": Decimal(9)}]
    set_costs(product.pk, large.pk, costs=costs, actor=SYSTEM)
    cells = {cell(medium, "costs"): "EUR 1", cell(large, "costs"): "EUR 2"}
    page = manager.post(address, {**opened, **cells})
    assert "Somebody else changed these costs meanwhile" in page.content.decode()
    assert (costs_of(medium), costs_of(large)) == ({}, {"EUR": Decimal(9)})


@pytest.mark.parametrize(
    "typed", ["12", "EUR 1 / 2", "EUR 1 x10", "QQQ 4", "EUR 1, EUR 2", "EUR -1"]
)
def test_costs_that_cannot_be_are_refused(
    typed: str, staff: Callable[[str], Client], product: Product, medium: Variant
) -> None:
    page = save(staff("manager"), table(product, "costs"), **{cell(medium, "costs"): typed})
    assert "catalog-error" in page.content.decode()
    assert costs_of(medium) == {}


@pytest.mark.parametrize("role", ["viewer", "editor", "publisher"])
def test_nobody_below_a_manager_learns_of_costs(
    role: str, staff: Callable[[str], Client], product: Product, medium: Variant
) -> None:
    browser, address = staff(role), table(product, "costs")
    missing = url("product", medium.pk, "costs")
    for answer in (browser.get(address), browser.post(address, {cell(medium, "costs"): "EUR 1"})):
        assert answer.status_code == browser.get(missing).status_code == 404
    assert "cost" not in browser.get(change_url(product)).content.decode().lower()
    assert costs_of(medium) == {}

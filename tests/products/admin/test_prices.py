"""Price lists, tax classes and single prices in the admin: each saved by a service."""

import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from products.models import Change, Document, Price, PriceList, Product, TaxClass
from products.services.costs import set_costs
from products.services.single_prices import create_price
from tests.products.admin.pages import change_url, errors, form_fields, send, url
from tests.products.factories import SYSTEM, PriceListFactory

pytestmark = pytest.mark.django_db


def test_a_price_list_is_made_and_changed(publisher_browser: Client) -> None:
    values = {
        "name": "Sale",
        "code": "sale",
        "currency": "USD",
        "priority": "3",
        "is_active": "on",
        "valid_from_0": "2026-11-27",
        "valid_from_1": "08:00:00",
    }
    answer = send(publisher_browser, url("pricelist", "add"), values, "pricelist")
    assert answer.status_code == 302, errors(answer)
    row = PriceList.objects.get()
    assert (row.code, row.priority, row.valid.lower.isoformat(), row.valid.upper) == (
        "sale",
        3,
        "2026-11-27T08:00:00+00:00",
        None,
    )
    page = url("pricelist", row.pk, "change")
    assert send(publisher_browser, page, {"priority": "9"}, "pricelist").status_code == 302
    row.refresh_from_db()
    assert (row.priority, row.version, row.valid.lower.year) == (9, 2, 2026)
    assert Change.objects.filter(aggregate="price_list", source="admin").count() == 2


def test_a_tax_class_is_made(publisher_browser: Client) -> None:
    address = url("taxclass", "add")
    send(publisher_browser, address, {"name": "Books", "code": "books"}, "taxclass")
    assert TaxClass.objects.get().code == "books"
    again = send(publisher_browser, address, {"name": "B", "code": "books"}, "taxclass")
    assert "Choose another code" in " ".join(errors(again))


def test_a_price_for_a_while_is_made_and_an_overlap_is_told(
    publisher_browser: Client, product: Product
) -> None:
    PriceListFactory.create(code="sale")
    values = {
        "variant": "OX-M",
        "currency": "USD",
        "amount": "39.90",
        "min_quantity": "1",
        "valid_from_0": "2030-11-27",
        "valid_from_1": "00:00:00",
    }
    address = url("price", "add")
    answer = send(publisher_browser, address, values, "price")
    assert answer.status_code == 302, errors(answer)
    assert Document.objects.filter(product=product).count() == 2
    refused = send(publisher_browser, address, values, "price")
    assert "There is a price from 2030-11-27" in " ".join(errors(refused))
    made = Price.objects.get(valid__lower_inf=False)
    page = url("price", made.pk, "change")
    assert send(publisher_browser, page, {"amount": "38.90"}, "price").status_code == 302
    made.refresh_from_db()
    assert made.amount == Decimal("38.90")
    assert publisher_browser.get(url("price", made.pk, "history")).status_code == 302
    publisher_browser.post(url("price", made.pk, "delete"), {"post": "yes"})
    assert not Price.objects.filter(pk=made.pk).exists()


def test_the_table_of_variants_keeps_tiers_and_prices_for_a_while(
    publisher_browser: Client, product: Product
) -> None:
    variant = product.variants.get(sku="OX-M")
    PriceListFactory.create(code="sale")
    for more in ({"min_quantity": 10}, {"price_list": "sale"}):
        values: Any = {"currency": "USD", "amount": Decimal(40), **more}
        create_price(variant.pk, values=values, expected_version=None, actor=SYSTEM)
    page = publisher_browser.get(change_url(product))
    fields = form_fields(page, "product_form")
    assert fields["variants-0-other_prices"] == ["EUR 45.50, USD 40.00 x10"]
    answer = publisher_browser.post(change_url(product), {**fields, "variants-0-price": "48"})
    assert answer.status_code == 302
    amounts = Price.objects.filter(variant=variant).values_list("amount", flat=True)
    assert sorted(amounts) == [40, 40, Decimal("45.5"), 48]


def test_costs_are_in_the_log_of_managers_only(
    staff: Callable[[str], Client], product: Product
) -> None:
    variant = product.variants.get(sku="OX-M")
    costs: Any = [{"currency": "USD", "amount": Decimal("11.2233")}]
    set_costs(product.pk, variant.pk, costs=costs, actor=SYSTEM)
    change = Change.objects.get(aggregate="cost")
    for role in ("viewer", "editor", "publisher", "manager"):
        browser = staff(role)
        sees = role == "manager"
        page = browser.get(url("change", change.pk, "change"), follow=True)
        assert ("11.2233" in page.content.decode()) is sees
        listed = browser.get(url("change")).content.decode()
        assert (str(change.pk) in re.findall(r"change/(\d+)/change", listed)) is sees
        for other in (change_url(product), url("product", product.pk, "history"), url("price")):
            assert "11.22" not in browser.get(other).content.decode()

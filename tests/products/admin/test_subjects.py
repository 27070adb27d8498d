"""What changes are called, and who sees those of costs."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from products.models import Product, Relation, StockLevel
from products.services.costs import set_costs
from products.services.products import update_product
from products.services.stock import StockItem, set_stock
from tests.products.admin.pages import change_url, url
from tests.products.factories import SYSTEM, LocationFactory, ProductFactory, ProductTypeFactory

pytestmark = pytest.mark.django_db

PLACES = ("/admin/", url("change"))


def count_one(product: Product) -> StockLevel:
    location = LocationFactory.create()
    items = [StockItem(location=location.code, number=7, sku="OX-M")]
    return set_stock(items, actor=SYSTEM)[0]


@pytest.mark.parametrize("place", PLACES)
def test_stock_is_called_by_its_sku_and_leads_to_its_page(
    place: str, publisher_browser: Client, product: Product
) -> None:
    level = count_one(product)
    text = publisher_browser.get(place).content.decode()
    address = url("stocklevel", level.pk, "change")
    assert f'href="{address}">OX-M</a>' in text
    assert publisher_browser.get(address).status_code == 200


@pytest.mark.parametrize("place", PLACES)
def test_nouns_of_two_words_are_words_and_links(place: str, publisher_browser: Client) -> None:
    kind = ProductTypeFactory.create(name="Clothing")
    text = publisher_browser.get(place).content.decode()
    assert f'href="{url("producttype", kind.pk, "change")}">Clothing</a>' in text
    assert "product type created" in text
    assert "product_type" not in text


@pytest.mark.parametrize("place", PLACES)
def test_costs_are_changed_without_a_word_to_anybody_below_a_manager(
    place: str, staff: Callable[[str], Client], product: Product
) -> None:
    variant = product.variants.get(sku="OX-M")
    costs: Any = [{"currency": "USD", "amount": Decimal("17.5")}]
    set_costs(product.pk, variant.pk, costs=costs, actor=SYSTEM)
    shown = {role: staff(role).get(place).content.decode() for role in ("publisher", "manager")}
    assert "cost created" not in shown["publisher"]
    assert "cost created" in shown["manager"]


def test_a_page_costs_the_same_with_one_relation_and_with_thirty(
    publisher_browser: Client, product: Product, django_assert_num_queries: Callable[..., Any]
) -> None:
    targets = [ProductFactory.create().pk for _ in range(30)]
    for count in (1, 30):
        relations: Any = [{"kind": "accessory", "product": key} for key in targets[:count]]
        update_product(
            product.pk,
            values={"relations": relations},
            expected_version=None,
            may_publish=False,
            actor=SYSTEM,
        )
        publisher_browser.get(change_url(product))
        with django_assert_num_queries(20):
            page = publisher_browser.get(change_url(product))
    first = Relation.objects.select_related("target").filter(product=product).first()
    assert first is not None
    shown = f'<option value="{first.target_id}" selected'
    assert shown in page.content.decode()
    assert first.target.name in page.content.decode()

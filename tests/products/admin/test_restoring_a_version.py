"""A version of a product is restored from the page of its history."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from products.models import Product
from products.services.products import update_product
from tests.products.admin.pages import url
from tests.products.factories import SYSTEM, ProductFactory

pytestmark = pytest.mark.django_db


def update(product: Product, **values: Any) -> None:
    update_product(
        product.pk,
        values=values,  # type: ignore[arg-type]  # plain values
        expected_version=None,
        may_publish=True,
        actor=SYSTEM,
    )


def restore(browser: Client, product: Product, number: int, expected: str) -> list[str]:
    address = f"/admin/products/product/{product.pk}/revert/{number}/"
    answer: Any = browser.post(address, {"expected_version": expected}, follow=True)
    assert answer.redirect_chain == [(url("product", product.pk, "history"), 302)]
    return [str(each) for each in answer.context["messages"]]


def test_a_version_comes_back_and_what_is_in_the_way_is_named(publisher_browser: Client) -> None:
    product = ProductFactory.create(name="One", slug="one", variants=[{"sku": "A"}])
    update(product, name="Two", slug="two", variants=[{"sku": "B"}])
    page = publisher_browser.get(url("product", product.pk, "history")).content.decode()
    assert f"/admin/products/product/{product.pk}/revert/1/" in page
    assert "/revert/2/" not in page  # that is the product as it is
    other = ProductFactory.create(slug="other", variants=[{"sku": "A"}])
    said = restore(publisher_browser, product, 1, "2")
    assert said[0] == "Nothing was done: the catalog has moved on."
    assert any("A" in each and each != said[0] for each in said)
    update(other, variants=[])
    assert "meanwhile" in restore(publisher_browser, product, 1, "1")[0]
    assert restore(publisher_browser, product, 1, "2") == [
        "The product is what it was at version 1."
    ]
    product.refresh_from_db()
    assert (product.name, product.version) == ("One", 3)
    assert "no longer" in restore(publisher_browser, product, 99, "3")[0]


def test_it_takes_a_publisher(staff: Callable[[str], Client]) -> None:
    product = ProductFactory.create()
    update(product, name="Two")
    browser = staff("editor")
    page = browser.get(url("product", product.pk, "history")).content.decode()
    assert "/revert/" not in page
    address = f"/admin/products/product/{product.pk}/revert/1/"
    assert browser.post(address, {"expected_version": "2"}).status_code == 403
    assert staff("publisher").post(address, {"expected_version": "x"}).status_code == 404

"""A version is restored from the page of a history."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from products.models import Brand, Locale, Product
from products.services.brands import update_brand
from products.services.locales import update_locale
from products.services.products import update_product
from tests.products.admin.pages import url
from tests.products.factories import SYSTEM, BrandFactory, ProductFactory

pytestmark = pytest.mark.django_db


def update(product: Product, **values: Any) -> None:
    update_product(
        product.pk,
        values=values,  # type: ignore[arg-type]  # plain values
        expected_version=None,
        may_publish=True,
        actor=SYSTEM,
    )


def restore(
    browser: Client, row: Product | Brand, number: int, expected: str, noun: str = "product"
) -> list[str]:
    address = f"/admin/products/{noun}/{row.pk}/revert/{number}/"
    answer: Any = browser.post(address, {"expected_version": expected}, follow=True)
    assert answer.redirect_chain == [(url(noun, row.pk, "history"), 302)]
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


def test_a_brand_has_its_versions_and_a_locale_has_none(publisher_browser: Client) -> None:
    brand = BrandFactory.create(name="Lumen")
    update_brand(brand.pk, values={"name": "Lux"}, expected_version=None, actor=SYSTEM)
    page = publisher_browser.get(url("brand", brand.pk, "history")).content.decode()
    assert f"/admin/products/brand/{brand.pk}/revert/1/" in page
    said = restore(publisher_browser, brand, 1, "2", noun="brand")
    assert said == ["The brand is what it was at version 1."]
    brand.refresh_from_db()
    assert (brand.name, brand.version) == ("Lumen", 3)
    gone = f"/admin/products/brand/{uuid4()}/revert/1/"
    assert publisher_browser.post(gone, {"expected_version": "1"}).status_code == 404
    locale = Locale.objects.get()
    update_locale(locale.pk, values={"name": "E"}, expected_version=None, actor=SYSTEM)
    assert "/revert/" not in publisher_browser.get(url("locale", locale.pk, "history")).text


def test_it_takes_a_publisher(staff: Callable[[str], Client]) -> None:
    product = ProductFactory.create()
    update(product, name="Two")
    browser = staff("editor")
    page = browser.get(url("product", product.pk, "history")).content.decode()
    assert "/revert/" not in page
    address = f"/admin/products/product/{product.pk}/revert/1/"
    assert browser.post(address, {"expected_version": "2"}).status_code == 403
    assert staff("publisher").post(address, {"expected_version": "x"}).status_code == 404

"""Collections in the admin: by hand in lines of slugs, or by a rule."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from products.models import Collection, CollectionProduct
from products.services.collection_members import replace_products
from tests.products.factories import SYSTEM, CollectionFactory, ProductFactory

pytestmark = pytest.mark.django_db
RULE = '{"match": "all", "conditions": [{"field": "tag", "operator": "is", "value": ["sale"]}]}'
NEW: dict[str, Any] = {
    "name": "Best",
    "slug": "",
    "description": "",
    "position": "0",
    "rule": "",
    "status": "draft",
    "seo_title": "",
    "seo_description": "",
}


def page(name: str, *arguments: Any) -> str:
    return reverse(f"admin:products_collection_{name}", args=arguments)


def slugs(collection: Collection) -> list[str]:
    rows = CollectionProduct.objects.filter(collection=collection).order_by("position")
    return list(rows.values_list("product__slug", flat=True))


def test_a_collection_is_made_with_a_rule(publisher_browser: Client) -> None:
    product = ProductFactory.create(tags=["sale"])
    answer = publisher_browser.post(page("add"), {**NEW, "rule": RULE, "status": "published"})
    assert answer.status_code == 302, answer.content.decode()[:3000]
    made = Collection.objects.get()
    assert (made.slug, made.status, slugs(made)) == ("best", "published", [product.slug])
    assert publisher_browser.get(page("changelist")).status_code == 200
    shown = publisher_browser.get(page("change", made.pk)).content.decode()
    assert "conditions" in shown
    assert 'name="products"' not in shown


def test_a_wrong_rule_is_said_at_its_field(publisher_browser: Client) -> None:
    wrong = RULE.replace("tag", "colour")
    answer = publisher_browser.post(page("add"), {**NEW, "rule": wrong})
    assert answer.status_code == 200
    assert "There are: status" in answer.content.decode()
    assert not Collection.objects.exists()


def test_products_are_ordered_line_by_line(publisher_browser: Client) -> None:
    one, two = ProductFactory.create(slug="one"), ProductFactory.create(slug="two")
    made = CollectionFactory.create(name="Best")
    replace_products(made.pk, products=[one.pk, two.pk], expected_version=None, actor=SYSTEM)
    shown = publisher_browser.get(page("change", made.pk)).content.decode()
    assert "one\ntwo" in shown
    values = {**NEW, "slug": "best", "expected_version": "2"}
    answer = publisher_browser.post(
        page("change", made.pk), {**values, "products": "two\r\none\r\n"}
    )
    assert answer.status_code == 302
    assert slugs(made) == ["two", "one"]
    values["expected_version"] = "3"
    for text, word in (("two\nnone", "no product"), ("two\ntwo", "twice")):
        refused = publisher_browser.post(page("change", made.pk), {**values, "products": text})
        assert word in refused.content.decode()
    assert slugs(made) == ["two", "one"]


def test_an_editor_does_not_publish_and_a_viewer_looks(staff: Callable[[str], Client]) -> None:
    answer = staff("editor").post(page("add"), {**NEW, "status": "published"})
    assert answer.status_code == 200
    assert not Collection.objects.exists()
    made = CollectionFactory.create()
    viewer = staff("viewer")
    assert viewer.get(page("change", made.pk)).status_code == 200
    assert viewer.post(page("change", made.pk), NEW).status_code == 403


def test_a_collection_is_deleted(publisher_browser: Client) -> None:
    made = CollectionFactory.create()
    answer = publisher_browser.post(page("delete", made.pk), {"post": "yes"})
    assert answer.status_code == 302
    assert not Collection.objects.exists()

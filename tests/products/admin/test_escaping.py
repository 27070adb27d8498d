"""What somebody stored is shown as text, wherever the admin shows it."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from products.models import Brand, Category, Change, Product
from products.services.attributes import create_attribute
from products.services.brands import create_brand
from products.services.categories import create_category
from products.services.collections import create_collection
from products.services.product_types import create_product_type
from products.services.products import create_product, update_product
from tests.accounts.factories import SYSTEM
from tests.products.admin.pages import change_url, opened, url

pytestmark = pytest.mark.django_db

EVIL = "<img src=x onerror=alert(1)>\"'`${7*7}{{7*7}}</script><script>alert(1)</script>"


def test_stored_markup_is_text_on_every_page(publisher_browser: Client) -> None:
    brand = create_brand(values={"name": EVIL, "slug": "evil", "description": EVIL}, actor=SYSTEM)
    category = create_category(
        values={"name": EVIL, "slug": "evil", "description": EVIL}, actor=SYSTEM
    )
    values: Any = {
        "name": EVIL,
        "slug": "evil",
        "description": EVIL,
        "brand": brand.pk,
        "categories": [category.pk],
        "tags": [EVIL],
        "metadata": {EVIL: EVIL},
        "seo_title": EVIL,
        "variants": [{"sku": EVIL[:100], "options": {EVIL[:90]: EVIL}}],
        "media": [{"url": "https://example.com/?" + EVIL, "alt": EVIL}],
    }
    key = create_product(values=values, actor=SYSTEM)
    update_product(
        key,
        values={"seo_title": "x" + EVIL},
        expected_version=None,
        may_publish=False,
        actor=SYSTEM,
    )
    product = Product.objects.get(pk=key)
    pages = [
        "/admin/",
        url("product"),
        f"{url('product')}?q=onerror&category={category.pk}&brand__id__exact={brand.pk}",
        change_url(product),
        url("product", key, "history"),
        url("product", key, "delete"),
        url("category"),
        url("category", Category.objects.get().pk, "change"),
        url("brand"),
        url("brand", Brand.objects.get().pk, "change"),
        url("change"),
        url("change", Change.objects.latest("sequence").pk, "change"),
    ]
    for page in pages:
        response = publisher_browser.get(page)
        assert response.status_code == 200, page
        assert_harmless(response, page)


def assert_harmless(response: Any, page: str) -> None:
    text = response.content.decode()
    assert "<img src=x" not in text, page
    assert "<script>alert" not in text, page


def test_markup_is_text_in_values_rules_and_conflicts(staff: Callable[[str], Client]) -> None:
    for code, more in (("slogan", {"is_localizable": True}), ("fit", {})):
        options = [{"code": "evil", "label": EVIL}] if code == "fit" else []
        kind = "choice" if options else "text"
        values: Any = {"code": code, "name": EVIL, "type": kind, "options": options, **more}
        create_attribute(values=values, actor=SYSTEM)
    assigned: Any = [{"code": "slogan"}, {"code": "fit"}]
    made = create_product_type(values={"name": EVIL, "attributes": assigned}, actor=SYSTEM)
    product: Any = {
        "name": EVIL,
        "tags": [EVIL],
        "product_type": made.pk,
        "attributes": {"slogan": {"en": EVIL}, "fit": "evil"},
    }
    key = create_product(values=product, actor=SYSTEM)
    conditions = [
        {"field": "tag", "operator": "is", "value": [EVIL]},
        {"field": "product_type", "operator": "is", "value": [str(made.pk)]},
        {"field": "attribute", "attribute": "fit", "operator": "is", "value": ["evil"]},
    ]
    rule = {"match": "all", "conditions": conditions}
    collection = create_collection(
        values={"name": EVIL, "rule": rule}, may_publish=True, actor=SYSTEM
    )
    for role in ("viewer", "editor"):
        for page in (
            url("product", key, "change"),
            url("collection", collection.pk, "change"),
            url("collection", collection.pk, "products"),
        ):
            assert_harmless(staff(role).get(page), page)
    editor, address = staff("editor"), url("product", key, "change")
    fields = opened(editor, address)
    update_product(
        key,
        values={"name": EVIL + "2", "attributes": {}},
        expected_version=None,
        may_publish=False,
        actor=SYSTEM,
    )
    typed = {"name": EVIL + "3", "attribute__slogan.en": EVIL + "3"}
    answer = editor.post(address, {**fields, **typed, "_save": "Save"})
    assert answer.status_code == 409
    assert answer.content.decode().count("onerror") >= 4
    assert_harmless(answer, "conflict")

"""What somebody stored is shown as text, wherever the admin shows it."""

from typing import Any

import pytest
from django.test import Client

from products.models import Brand, Category, Change, Product
from products.services.brands import create_brand
from products.services.categories import create_category
from products.services.products import create_product, update_product
from tests.accounts.factories import SYSTEM
from tests.products.admin.pages import change_url, url

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
        text = response.content.decode()
        assert "<img src=x" not in text, page
        assert "<script>alert" not in text, page

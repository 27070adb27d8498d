"""The admin in Chromium: it works, and no page breaks its Content-Security-Policy."""

from typing import Any

import httpx
import pytest
from django.contrib import admin
from django.http import HttpRequest

from accounts.models import User
from products.models import Product, Variant
from products.services.media import add_media_url
from products.services.products import update_product
from products.transfer.importing.running import work_on
from tests.acceptance.server import Server
from tests.acceptance.world import bring_file
from tests.accounts.factories import PASSWORD, SYSTEM, UserFactory
from tests.browser import needs_chromium
from tests.products.admin.pages import change_url, url

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    needs_chromium,
    pytest.mark.usefixtures("server_passwords"),
]


@pytest.fixture(autouse=True)
def media_folder() -> None:
    """The server has its own, so the usual one must stay in place here."""


def sign_in(page: Any, address: str, role: str = "publisher") -> None:
    user: User = UserFactory.create(is_staff=True, roles=[role])
    page.goto(f"{address}/admin/")
    page.fill("#id_username", user.username)
    page.fill("#id_password", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_selector("text=Latest changes")


def test_every_page_keeps_to_its_policy(server: Server, page: Any, product: Product) -> None:
    # A picture over plain http is not shown: the policy of the admin would refuse it.
    add_media_url(
        product.pk, values={"url": "http://127.0.0.1:9/x.png"}, expected_version=None, actor=SYSTEM
    )
    sign_in(page, server.url, role="admin")
    anybody = HttpRequest()
    anybody.user = UserFactory.create(is_staff=True, roles=["admin"])
    # Each kind of page, whatever noun it is about: a new one needs no line here.
    lists = [
        f"/admin/{model._meta.app_label}/{model._meta.model_name}/"
        for model, shown in admin.site._registry.items()
        if shown.has_view_permission(anybody)
    ]
    product_pages = (
        change_url(product),
        url("product", "add"),
        url("product", product.pk, "history"),
        url("product", product.pk, "stock"),
        url("product", product.pk, "costs"),
        url("product", product.pk, "delete"),
    )
    assert len(lists) > 10
    for address in (*lists, *product_pages):
        page.goto(server.url + address)
        page.wait_for_load_state("load" if address in lists else "networkidle")
        assert page.complaints == [], address


def test_a_product_is_changed_with_a_new_variant_and_published(
    server: Server, page: Any, product: Product
) -> None:
    sign_in(page, server.url)
    page.goto(server.url + change_url(product))
    page.fill("#id_name", "Oxford Shirt II")
    page.click('a[href="#variants"]')
    page.click("text=Add another Variant")
    page.fill("#id_variants-2-sku", "OX-S")
    page.fill("#id_variants-2-options", "Size: S")
    page.fill("#id_variants-2-price", "39.90")
    page.click("button[name=_continue]")
    page.wait_for_selector("text=was changed successfully")
    page.click("text=Publish")
    page.wait_for_selector("text=The product is published.")
    product.refresh_from_db()
    assert (product.name, product.status, product.version) == ("Oxford Shirt II", "published", 4)
    assert Variant.objects.get(sku="OX-S").position == 2
    shown = httpx.get(f"{server.url}/api/v1/products/{product.slug}").json()
    assert [variant["sku"] for variant in shown["variants"]] == ["OX-M", "OX-L", "OX-S"]
    assert page.complaints == []


def test_a_conflict_shows_both_sides_and_takes_a_choice(
    server: Server, page: Any, product: Product
) -> None:
    sign_in(page, server.url)
    page.goto(server.url + change_url(product))
    update_product(
        product.pk,
        values={"name": "Meanwhile", "tags": ["theirs"]},
        expected_version=None,
        may_publish=False,
        actor=SYSTEM,
    )
    page.fill("#id_name", "<i>Mine</i>")
    page.click("button[name=_save]")
    page.wait_for_selector("text=Both of you changed these")
    page.set_viewport_size({"width": 390, "height": 800})
    width = page.evaluate("document.documentElement.scrollWidth")
    assert width <= 390
    page.click("text=<i>Mine</i>")
    complaints, page.complaints[:] = list(page.complaints), []
    page.click("text=Save what is chosen")
    page.wait_for_selector("text=was changed successfully")
    product.refresh_from_db()
    assert (product.name, product.tags) == ("<i>Mine</i>", ["theirs"])
    # Chromium notes the status 409 of the page itself.
    assert [each for each in complaints if "409" not in each] == page.complaints == []


def test_the_table_of_variants_fits_and_a_lost_picture_has_a_sign(
    server: Server, page: Any, product: Product
) -> None:
    lost = "https://127.0.0.1:9/lost.png"
    add_media_url(product.pk, values={"url": lost}, expected_version=None, actor=SYSTEM)
    sign_in(page, server.url)
    page.set_viewport_size({"width": 1280, "height": 800})
    page.goto(f"{server.url}{change_url(product)}#variants")
    bounds = page.locator("#variants-group").bounding_box()
    icons = page.locator("#variants-group label:has-text('delete'):visible").all()
    assert len(icons) == 2
    for icon in icons:
        box = icon.bounding_box()
        assert box["x"] + box["width"] <= bounds["x"] + bounds["width"]
    page.click('a[href="#media"]')
    picture = page.locator(f'img[src="{lost}"]')
    picture.scroll_into_view_if_needed()
    page.wait_for_function("image => image.complete", arg=picture.element_handle())
    sign = picture.evaluate("image => getComputedStyle(image, '::after').content")
    assert sign == '"image_not_supported"'


def test_a_category_is_found_by_typing(server: Server, page: Any, product: Product) -> None:
    sign_in(page, server.url)
    page.goto(server.url + url("product", "add"))
    page.fill("#id_name", "Typed")
    page.click(".field-primary_category .select2-selection")
    page.fill(".select2-search__field >> nth=-1", "shir")
    page.click("text=Clothes > Shirts")
    page.click("button[name=_continue]")
    page.wait_for_selector("text=was added successfully")
    made = Product.objects.get(slug="typed")
    assert [category.name for category in made.categories.all()] == ["Shirts"]
    assert page.complaints == []


def test_the_progress_of_an_import_moves_by_itself(server: Server, page: Any) -> None:
    job = bring_file()
    sign_in(page, server.url, role="manager")
    page.goto(server.url + url("importjob", job.pk, "change"))
    page.click("text=Write it to the catalog")
    page.wait_for_selector("text=Waiting for the worker.")
    turns = work_on(job.pk)
    next(turns)
    page.wait_for_selector("text=New 1")
    for _ in turns:
        pass
    page.wait_for_selector("text=It is done.")
    page.click("text=Undo the import")
    page.wait_for_selector("text=Products turned back: 1.")
    assert not Product.objects.exists()
    assert page.complaints == []

"""The matrix of roles and pages: deny by default, for every address the admin has."""

import contextlib
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import get_resolver

from products.models import Brand, Category, Change, Price, Product
from tests.acceptance.world import bring_file
from tests.accounts.factories import UserFactory
from tests.products.admin.pages import change_url, form_fields, send, unrendered, url
from tests.products.factories import (
    CollectionFactory,
    CurationFactory,
    PriceListFactory,
    SynonymFactory,
    TaxClassFactory,
)

pytestmark = pytest.mark.django_db

OPEN, CLOSED = 200, 403
VIEWER, EDITOR, PUBLISHER = (
    ("viewer", "editor", "publisher", "manager"),
    (
        "editor",
        "publisher",
        "manager",
    ),
    ("publisher", "manager"),
)
MANAGER = ("manager",)
EVERYBODY = ("", *VIEWER)

# Page -> who may open it. {product}, {brand}... stand for ids.
PAGES: dict[str, tuple[str, ...]] = {
    "product/": VIEWER,
    "product/add/": EDITOR,
    "product/{product}/change/": VIEWER,
    "product/{product}/delete/": PUBLISHER,
    "product/{product}/history/": VIEWER,
    "product/{product}/duplicate/": EDITOR,
    "product/{product}/stock/": VIEWER,
    "category/": VIEWER,
    "category/choices/": VIEWER,
    "category/add/": EDITOR,
    "category/{category}/change/": VIEWER,
    "category/{category}/delete/": EDITOR,
    "category/{category}/history/": VIEWER,
    "brand/": VIEWER,
    "brand/add/": EDITOR,
    "brand/{brand}/change/": VIEWER,
    "brand/{brand}/delete/": EDITOR,
    "brand/{brand}/history/": VIEWER,
    "collection/": VIEWER,
    "collection/add/": EDITOR,
    "collection/{collection}/change/": VIEWER,
    "collection/{collection}/delete/": EDITOR,
    "collection/{collection}/history/": VIEWER,
    "collection/{collection}/products/": VIEWER,
    "pricelist/": VIEWER,
    "pricelist/add/": PUBLISHER,
    "pricelist/{pricelist}/change/": VIEWER,
    "pricelist/{pricelist}/delete/": PUBLISHER,
    "pricelist/{pricelist}/history/": VIEWER,
    "taxclass/": VIEWER,
    "taxclass/add/": PUBLISHER,
    "taxclass/{taxclass}/change/": VIEWER,
    "taxclass/{taxclass}/delete/": PUBLISHER,
    "taxclass/{taxclass}/history/": VIEWER,
    "synonym/": VIEWER,
    "synonym/add/": PUBLISHER,
    "synonym/{synonym}/change/": VIEWER,
    "synonym/{synonym}/delete/": PUBLISHER,
    "synonym/{synonym}/history/": VIEWER,
    "curation/": VIEWER,
    "curation/add/": PUBLISHER,
    "curation/{curation}/change/": VIEWER,
    "curation/{curation}/delete/": PUBLISHER,
    "curation/{curation}/history/": VIEWER,
    "price/": VIEWER,
    "price/add/": EDITOR,
    "price/{price}/change/": VIEWER,
    "price/{price}/delete/": EDITOR,
    "importjob/": MANAGER,
    "importjob/add/": MANAGER,
    "importjob/{importjob}/change/": MANAGER,
    "importjob/{importjob}/progress/": MANAGER,
    "importjob/{importjob}/refused/": MANAGER,
    "importjob/{importjob}/delete/": (),
    "importjob/{importjob}/history/": MANAGER,
    "change/": VIEWER,
    "change/add/": (),
    "change/{change}/change/": VIEWER,
    "change/{change}/delete/": (),
    "change/{change}/history/": VIEWER,
}


@pytest.fixture
def ids(product: Product) -> dict[str, Any]:
    return {
        "product": product.pk,
        "brand": Brand.objects.get().pk,
        "category": Category.objects.get(name="Shirts").pk,
        "collection": CollectionFactory.create().pk,
        "pricelist": PriceListFactory.create().pk,
        "taxclass": TaxClassFactory.create().pk,
        "synonym": SynonymFactory.create().pk,
        "curation": CurationFactory.create().pk,
        "price": Price.objects.first().pk,  # type: ignore[union-attr]  # the product has one
        "importjob": bring_file(b"Handle,Title,Variant Price\nstool,Stool,none\n").pk,
        "change": Change.objects.latest("sequence").pk,
    }


@pytest.mark.parametrize("role", EVERYBODY)
def test_each_role_opens_its_pages_and_no_other(
    role: str, staff: Callable[[str], Client], ids: dict[str, Any]
) -> None:
    browser = staff(role)
    addresses = {page: f"/admin/products/{page.format(**ids)}" for page in PAGES}
    with contextlib.nullcontext() if role in ("viewer", "publisher") else unrendered():
        answers = {page: browser.get(address).status_code for page, address in addresses.items()}
    assert answers == {page: OPEN if role in who else CLOSED for page, who in PAGES.items()}


def test_the_matrix_names_every_page() -> None:
    # Only an archived product has a page to restore it: see test_links.
    # The one of costs is not there for most: see test_stock_and_costs.
    own = (
        "undo",
        "step/<slug:name>",
        "status/<slug:name>",
        "restore",
        "costs",
        "revert/<int:number>",
    )
    known = {"<path:object_id>/", *(f"<uuid:key>/{page}/" for page in own)}
    # The history of a price is that of its product, and leads there.
    for noun in {page.partition("/")[0] for page in PAGES} - {"price"}:
        for pattern in admin_patterns(noun):
            page = f"{noun}/{pattern}".replace("<path:object_id>", f"{{{noun}}}")
            page = page.replace("<uuid:key>", f"{{{noun}}}")
            assert page in PAGES or pattern in known, page


def admin_patterns(noun: str) -> list[str]:
    admin: Any = next(
        each
        for each in get_resolver().url_patterns
        if str(each.pattern) == "admin/" and hasattr(each, "url_patterns")
    )
    return [
        str(inner.pattern)
        for each in admin.url_patterns
        if str(each.pattern) == f"products/{noun}/"
        for inner in each.url_patterns
    ]


def test_nobody_without_the_staff_flag_comes_in(product: Product) -> None:
    browser = Client()
    assert browser.get(url("product")).status_code == 302
    browser.force_login(UserFactory.create(roles=["manager"]))
    assert browser.get(url("product")).status_code == 302
    response = browser.post(url("product", product.pk, "status", "publish"))
    assert response.status_code == 302
    product.refresh_from_db()
    assert product.status == "draft"


def test_a_viewer_sees_the_whole_product_and_saves_nothing(
    staff: Callable[[str], Client], product: Product
) -> None:
    browser = staff("viewer")
    page = browser.get(change_url(product)).content.decode()
    for shown in ("Oxford Shirt", "OX-M", "49.90", "EUR 45.50", "Shirts", "Clothes", "Front"):
        assert shown in page
    assert 'name="_save"' not in page
    fields = {**form_fields(staff("editor").get(change_url(product)), "product_form"), "name": "X"}
    assert browser.post(change_url(product), fields).status_code == CLOSED
    assert Product.objects.get().name == "Oxford Shirt"


@pytest.mark.parametrize("role", ["", "viewer", "editor"])
def test_only_publishers_decide_what_shoppers_see(
    role: str, staff: Callable[[str], Client], product: Product
) -> None:
    browser = staff(role)
    for step in ("publish", "unpublish", "archive", "restore"):
        address = url("product", product.pk, "status", step)
        assert browser.post(address, {"expected_version": 2}).status_code == CLOSED
    for action in ("publish_chosen", "archive_chosen", "delete_selected"):
        browser.post(
            url("product"),
            {"action": action, "_selected_action": [str(product.pk)], "post": "yes"},
        )
    product.refresh_from_db()
    assert (product.status, product.version) == ("draft", 2)


def test_an_editor_cannot_set_the_time_of_publication(
    staff: Callable[[str], Client], product: Product
) -> None:
    fields = {"publish_at_0": "2026-01-01", "publish_at_1": "00:00:00", "name": "Edited"}
    assert send(staff("editor"), change_url(product), fields).status_code == 302
    product.refresh_from_db()
    assert (product.name, product.publish_at) == ("Edited", None)
    assert send(staff("publisher"), change_url(product), fields).status_code == 302
    product.refresh_from_db()
    assert product.publish_at is not None


def test_somebody_without_a_role_finds_an_empty_start_page(
    staff: Callable[[str], Client], product: Product
) -> None:
    page = staff("").get("/admin/").content.decode()
    assert "You have no role in this catalog yet" in page
    assert "Oxford Shirt" not in page

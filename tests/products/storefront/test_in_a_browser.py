"""The pages in Chromium: with the keyboard, without JavaScript, and as axe judges them."""

import re
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.contrib.staticfiles import finders

from products.models import Product
from products.services.relation_kinds import create_relation_kind
from products.services.search_statistics import count_words
from tests.acceptance.server import Server
from tests.browser import listened, needs_chromium
from tests.products.factories import (
    SYSTEM,
    AttributeFactory,
    BrandFactory,
    CategoryFactory,
    ProductFactory,
    ProductTypeFactory,
    price,
)

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True), needs_chromium]
LONG = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft"
PHONE = {"width": 390, "height": 844}


@pytest.fixture
def shop(db: None) -> Product:
    """Something of everything: long names, no pictures, many columns, both availabilities."""
    home = CategoryFactory.create(name="Home")
    chairs = CategoryFactory.create(name="Chairs", parent=home)
    text = AttributeFactory.create(code="story", type="long_text", group="More")
    colour = AttributeFactory.create(code="stain", type="colour")
    options = ["Width", "Colour", "Finish", "Upholstery"]
    variants = [
        {
            "sku": f"A-RATHER-LONG-ARTICLE-NUMBER-{n}",
            "options": dict.fromkeys(options, f"Value {n}"),
            "prices": [price(f"{100 + n}.00", compare_at="999.00")],
            "track_inventory": bool(n % 2),
        }
        for n in range(4)
    ]
    create_relation_kind(values={"code": "with", "name": "Goes with it"}, actor=SYSTEM)
    mug = ProductFactory.create(name="Enamel mug", categories=[home], slug="enamel-mug")
    ProductFactory.create(name=LONG, variants=[{"sku": LONG[:60], "track_inventory": True}])
    shelf: Product = ProductFactory.create(
        name="Oak shelf",
        slug="oak-shelf",
        description="Solid oak.\n\nOiled.",
        brand=BrandFactory.create(name="Northwind"),
        categories=[chairs],
        product_type=ProductTypeFactory.create(attributes=[text, colour]),
        attributes={"story": f"<p>{LONG}</p><ul><li>Oak</li></ul>", "stain": "#8b5a2b"},
        option_names=options,
        variants=variants,
        relations=[{"kind": "with", "product": mug.pk}],
    )
    count_words()  # corrections wait for it
    return shelf


def test_somebody_finds_a_product_with_the_keyboard(server: Server, page: Any, shop: Any) -> None:
    page.goto(server.url)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to the content"
    page.focus("#q")
    page.keyboard.type("ename")
    page.wait_for_selector("#suggestions li")
    said = page.locator("#suggestions li").all_inner_texts()
    assert [" ".join(text.split()) for text in said] == ["enamel", "Enamel mug $19.90"]
    assert page.get_attribute("#q", "aria-expanded") == "true"
    page.keyboard.press("ArrowDown")
    assert page.get_attribute("#q", "aria-activedescendant") == "suggestion-0"
    page.keyboard.press("Escape")
    assert page.is_hidden("#suggestions")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url("**/products/enamel-mug")
    assert page.inner_text("h1") == "Enamel mug"

    page.fill("#q", "enamle")
    page.keyboard.press("Enter")
    page.wait_for_url("**/?q=enamle")
    assert page.locator(".card").count() == 1

    page.goto(server.url)
    page.click("text=Home")
    page.select_option("#ordering", "name")
    page.wait_for_url("**/?*ordering=name*")
    assert page.locator(".card .name").all_inner_texts() == ["Enamel mug", "Oak shelf"]
    assert page.complaints == []


def test_everything_works_without_javascript(server: Server, browser: Any, shop: Any) -> None:
    page = listened(browser.new_context(java_script_enabled=False, viewport=PHONE).new_page())
    page.goto(server.url)
    page.click(".tools .button")
    page.click("text=In stock")
    assert page.locator(".card").count() == 2
    page.select_option("#ordering", "name")
    page.click(".order button")
    assert page.locator(".card .name").all_inner_texts() == ["Enamel mug", "Oak shelf"]
    page.fill("#q", "shelf")
    page.click(".search button")
    page.click("text=Oak shelf")
    page.wait_for_url("**/products/oak-shelf")
    assert page.locator("tbody tr").count() == 4
    page.click("text=Enamel mug")
    page.wait_for_url("**/products/enamel-mug")
    assert page.complaints == []


def test_nothing_is_wide_loud_or_out_of_reach(server: Server, browser: Any, shop: Any) -> None:
    """axe finds nothing; nothing is wider than a phone; nothing breaks the policy; nothing
    comes from elsewhere."""
    elsewhere: list[str] = []
    for scheme, size in (("light", PHONE), ("dark", {"width": 1280, "height": 800})):
        context = browser.new_context(color_scheme=scheme, viewport=size, reduced_motion="reduce")
        page = listened(context.new_page())
        page.on("request", lambda each: elsewhere.append(each.url))
        for path in ("/", "/?q=nothing+like+this", "/products/oak-shelf", "/products/none"):
            page.goto(server.url + path)
            assert page.evaluate("document.documentElement.scrollWidth") <= size["width"], path
            assert _violations(page) == [], (path, scheme)
        assert [each for each in page.complaints if "404" not in each] == []
        context.close()
    assert [url for url in elsewhere if not url.startswith(server.url)] == []
    assert any(re.search(r"storefront\.js", url) for url in elsewhere)


@pytest.mark.parametrize(("name", "most"), [("css", 12_000), ("js", 6_000)])
def test_what_a_page_loads_is_small(name: str, most: int) -> None:
    path = finders.find(f"storefront/storefront.{name}")
    assert Path(str(path)).stat().st_size < most


def _violations(page: Any) -> list[tuple[str, str]]:
    found = Axe().run(page, options={"resultTypes": ["violations"]}).response["violations"]
    return [(each["id"], node["html"]) for each in found for node in each["nodes"]]

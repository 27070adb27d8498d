"""Markup that somebody stored is text in a browser: on no page of ours does any of it run."""

from typing import Any

import httpx
import pytest

from products.models import Change
from tests.acceptance.callers import signed_in
from tests.acceptance.server import Server
from tests.accounts.fixtures import Caller
from tests.products.admin.pages import url
from tests.products.admin.test_in_a_browser import pytestmark, sign_in

__all__ = ["pytestmark"]
# Whatever runs leaves a mark in the page, whether a policy reports it or not.
RUN = "window.wasRun=1"
MARKUP = (
    f"<img src=x onerror={RUN}><svg onload={RUN}></svg></textarea></title></script>"
    f"<script>{RUN}</script>"
)
MARKDOWN = f"[click](javascript:{RUN}) ![x](javascript:{RUN}) <javascript:{RUN}>"
ADDRESS = f"javascript:{RUN}"
QUOTES = f"\"'`><b onmouseover={RUN} autofocus onfocus={RUN}>{{{{7*7}}}}${{{{7*7}}}}"
EVIL = {"markdown": MARKDOWN, "address": ADDRESS, "quotes": QUOTES}


def plant(http: httpx.Client, evil: str) -> dict[str, str]:
    """A row of each noun, with the text in each of its fields; answers their ids."""

    def make(noun: str, **values: Any) -> str:
        answer = http.post(f"/api/v1/{noun}", json=values)
        assert answer.status_code == 201, (noun, answer.text)
        return str(answer.json()["id"])

    short = evil[:100]
    attribute = make("attributes", code="evil", name=evil, type="text", group=short)
    kind = make("product-types", name=evil, slug="evil", attributes=[{"code": "evil"}])
    brand = make("brands", name=evil, slug="evil", description=evil)
    category = make("categories", name=evil, slug="evil", description=evil)
    product = make(
        "products",
        name=evil,
        slug="evil",
        description=evil,
        status="published",
        brand=brand,
        categories=[category],
        product_type=kind,
        attributes={"evil": evil},
        tags=[short.replace(",", " ")],
        option_names=[short],
        metadata={evil: [evil]},
        seo={"title": evil[:200], "description": evil},
        variants=[{"sku": short, "options": {short: evil[:100]}, "metadata": {evil: evil}}],
        media=[{"url": "https://images.example/?" + evil.replace(" ", "+"), "alt": evil}],
    )
    collection = make(
        "collections", name=evil, slug="evil", description=evil, seo={"title": evil[:200]}
    )
    return {
        "attribute": attribute,
        "producttype": kind,
        "brand": brand,
        "category": category,
        "product": product,
        "collection": collection,
    }


@pytest.mark.parametrize(
    "evil",
    [
        pytest.param(MARKUP, id="markup"),
        *(
            pytest.param(EVIL[name], id=name, marks=pytest.mark.soak)
            for name in ("markdown", "address", "quotes")
        ),
    ],
)
def test_nothing_that_was_stored_runs(
    evil: str, server: Server, page: Any, manager: Caller
) -> None:
    with signed_in(server, manager.tokens.access) as http:
        rows = plant(http, evil)
        shown = http.get("/api/v1/products/evil")
    assert shown.headers["content-type"] == "application/json"
    assert shown.headers["x-content-type-options"] == "nosniff"
    assert "default-src 'none'" in shown.headers["content-security-policy"]
    sign_in(page, server.url)
    dialogs: list[str] = []
    page.on("dialog", lambda dialog: dialogs.append(dialog.message))
    last = Change.objects.latest("sequence").pk
    addresses = [
        "/admin/",
        *(url(noun) for noun in rows),
        *(url(noun, key, "change") for noun, key in rows.items()),
        url("product", rows["product"], "history"),
        url("product", rows["product"], "delete"),
        url("change"),
        url("change", last, "change"),
        "/",
        f"/?category={rows['category']}",
        "/products/evil",
        "/docs",
        "/redoc",
        "/api/v1/products/evil",
        "/api/v1/products?q=" + "evil",
    ]
    for address in addresses:
        answer = page.goto(server.url + address)
        assert answer.status in {200, 400, 403}, address
        page.wait_for_load_state("load")
        assert page.evaluate("window.wasRun") is None, address
        links = "[...document.querySelectorAll('[href],[src]')].map(e => e.href || e.src)"
        assert [each for each in page.evaluate(links) if str(each).startswith("javascript:")] == []
    assert dialogs == []
    broken = [each for each in page.complaints if "Content Security Policy" in each]
    assert broken == []

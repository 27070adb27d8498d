"""The documentation of the API in a real browser: it renders, offline, under its own policy."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.acceptance.server import Server
from tests.browser import CHROMIUM, FLAGS, needs_chromium

# Where to leave pictures of the pages, for somebody who wants to look at them.
PICTURES = os.environ.get("CATALOG_SCREENSHOTS_DIR")

expect.set_options(timeout=30_000)
pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db,
    needs_chromium,
]


@pytest.fixture
def browser(db: None) -> Iterator[Browser]:
    """For one test: while Playwright has its event loop in this thread, Django lets nobody at the
    database, which is set up before and cleaned up after."""
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield running
        running.close()


class Visit:
    """A page with everything it complained about, and every host it asked."""

    def __init__(self, browser: Browser, scheme: Any) -> None:
        context = browser.new_context(color_scheme=scheme, viewport={"width": 1280, "height": 1000})
        self.page: Page = context.new_page()
        self.page.set_default_timeout(30_000)
        self.complaints: list[str] = []
        self.asked: set[str] = set()
        self.page.on("console", self._note)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("request", lambda request: self.asked.add(request.url))

    def _note(self, message: Any) -> None:
        if message.type in {"error", "warning"}:
            self.complaints.append(message.text)

    def ensure_quiet(self, server: Server, name: str) -> None:
        if PICTURES:
            self.page.screenshot(path=Path(PICTURES) / f"{name}.png")
        assert self.complaints == []
        elsewhere = {
            url for url in self.asked if not url.startswith((server.url, "blob:", "data:"))
        }
        assert elsewhere == set()


@pytest.mark.parametrize("scheme", ["light", pytest.param("dark", marks=pytest.mark.soak)])
def test_swagger_ui_leads_to_an_operation_and_sends_a_request(
    server: Server, browser: Browser, scheme: str
) -> None:
    visit = Visit(browser, scheme)
    # Of so many operations it renders those in sight: an address of one brings it there, opened.
    visit.page.goto(f"{server.url}/docs#/brands/brands_list")
    expect(visit.page.locator("#operations-brands-brands_list.is-open")).to_be_visible()
    visit.page.get_by_role("button", name="Try it out").click()
    visit.page.get_by_role("button", name="Execute").click()
    answer = visit.page.locator(".live-responses-table tbody .response-col_status")
    expect(answer).to_have_text("200")
    # Swagger UI says this of every operationId with an underscore, which is what it is.
    visit.complaints = [text for text in visit.complaints if not text.startswith("Deprecated: esc")]
    visit.ensure_quiet(server, f"swagger-{scheme}")


@pytest.mark.soak
def test_redoc_shows_and_searches_the_reference(server: Server, browser: Browser) -> None:
    visit = Visit(browser, "light")
    visit.page.goto(f"{server.url}/redoc")
    expect(visit.page.get_by_role("heading", name="Create a product").first).to_be_attached()
    visit.page.get_by_role("textbox").first.fill("archive")
    expect(visit.page.locator("[role=menuitem], .menu-content li").first).to_be_visible()
    visit.ensure_quiet(server, "redoc")

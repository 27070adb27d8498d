"""Chromium for tests of pages: a pytest plugin with the fixture `page`."""

import shutil
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connections
from playwright.sync_api import sync_playwright

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
FLAGS = [
    "--no-sandbox",
    "--disable-dev-shm-usage",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
needs_chromium = pytest.mark.skipif(
    CHROMIUM is None, reason="needs Chromium: apt-get install chromium"
)


@pytest.fixture
def browser(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    # Playwright's event loop lives in this thread; the database is asked between its steps.
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()
        # Django keeps another connection for the time the loop runs.
        connections.close_all()


@pytest.fixture
def page(browser: Any) -> Any:
    """A tab that notes everything the browser complains about in `page.complaints`."""
    return listened(browser.new_page())


def listened(tab: Any) -> Any:
    tab.complaints = []
    tab.on("pageerror", lambda error: tab.complaints.append(str(error)))
    tab.on("console", lambda line: _note(tab.complaints, line))
    return tab


def _note(complaints: list[str], line: Any) -> None:
    if line.type in {"error", "warning"}:
        complaints.append(line.text)

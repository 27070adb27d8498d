"""The pages for people: start, problems, documentation; and the files they need."""

import re
from typing import Any

import pytest
from django.contrib.staticfiles import finders
from django.test import Client

from catalog_project.api.problem_types import OWN_TYPES, all_problem_types, domain_errors
from catalog_project.errors import DomainError
from tests.catalog_project import views

SCRIPT = re.compile(r"<script(?![^>]*\bsrc=)[^>]*>", re.IGNORECASE)
RESOURCE = re.compile(r"(?:src|href)=\"([^\"]+)\"")


@pytest.fixture(autouse=True)
def no_storefront(settings: Any) -> None:
    """`/` is the page of links then. The pages for shoppers have tests of their own."""
    settings.CATALOG_STOREFRONT = False


@pytest.mark.parametrize("path", ["/", "/docs", "/redoc", "/docs/problems"])
def test_a_page_runs_no_inline_script_and_loads_nothing_from_elsewhere(
    client: Client, path: str
) -> None:
    response = client.get(path)
    assert response.status_code == 200
    html = response.content.decode()
    assert not SCRIPT.search(html)
    assert " onclick" not in html
    for address in RESOURCE.findall(html):
        assert address.startswith("/")


@pytest.mark.parametrize("path", ["/", "/docs", "/redoc", "/docs/problems"])
def test_what_a_page_loads_is_there(client: Client, path: str) -> None:
    html = client.get(path).content.decode()
    statics = [name for name in RESOURCE.findall(html) if name.startswith("/static/")]
    assert statics
    for address in statics:
        response = client.get(address)
        assert response.status_code == 200, address
        assert b"".join(response)
        assert response["X-Content-Type-Options"] == "nosniff"


def test_every_link_of_the_start_page_leads_somewhere(client: Client, db: None) -> None:
    html = client.get("/").content.decode()
    links = re.findall(r"<a href=\"([^\"]+)\"", html)
    assert "/docs" in links
    for link in links:
        assert client.get(link).status_code in {200, 302}, link


def test_every_problem_has_an_entry_that_its_type_leads_to(client: Client) -> None:
    html = client.get("/docs/problems").content.decode()
    entries = re.findall(r"<li class=\"card\" id=\"([a-z0-9-]+)\">", html)
    assert len(entries) == len(set(entries))
    codes = {kind.code for kind in OWN_TYPES} | {error.code for error in domain_errors()}
    assert set(entries) == codes
    assert "shelf-full" in entries
    assert "The shelf takes no more." in html


def test_codes_are_kebab_case_and_say_one_thing() -> None:
    assert views.ShelfFull in set(domain_errors(DomainError))
    for kind in all_problem_types():
        assert re.fullmatch(r"[a-z][a-z0-9]*(-[a-z0-9]+)*", kind.code)
        assert 400 <= kind.status < 600
        assert kind.title
        assert kind.remedy


def test_the_schema_is_openapi_3_1(client: Client) -> None:
    response = client.get("/openapi.json")
    assert response.status_code == 200
    assert response.json()["openapi"].startswith("3.1")


def test_the_documentation_comes_from_our_own_files() -> None:
    for name in ("swagger-ui-dist/swagger-ui-bundle.js", "redoc/bundles/redoc.standalone.js"):
        assert finders.find(f"drf_spectacular_sidecar/{name}")


def test_an_unknown_page_is_a_page(client: Client) -> None:
    response = client.get("/nowhere")
    assert response.status_code == 404
    assert "There is nothing here" in response.content.decode()


def test_the_admin_without_its_slash_leads_to_the_admin(client: Client) -> None:
    response: Any = client.get("/admin")
    assert (response.status_code, response["Location"]) == (302, "/admin/")


@pytest.mark.parametrize("path", ["/", "/docs/problems"])
def test_pages_are_for_reading(client: Client, path: str) -> None:
    assert client.post(path).status_code == 405

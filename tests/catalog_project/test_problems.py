"""Every error under /api is one kind of document; elsewhere it is a page."""

from typing import Any

import pytest
from django.conf import settings
from django.test import Client, override_settings
from rest_framework.test import APIClient

from catalog_project.api.pointers import flatten, pointer

pytestmark = pytest.mark.urls("tests.catalog_project.views")
PROBLEM = "application/problem+json"


@pytest.fixture
def client() -> Client:
    return Client(raise_request_exception=False)


def problem(response: Any) -> dict[str, Any]:
    assert response["Content-Type"] == PROBLEM
    body: dict[str, Any] = response.json()
    assert body["status"] == response.status_code
    assert body["type"] == f"http://testserver/docs/problems#{body['code']}"
    assert body["request_id"] == response["X-Request-ID"]
    return body


def test_a_broken_rule_is_told_with_its_place_and_members(client: Client) -> None:
    response = client.get("/api/raise/rule")
    body = problem(response)
    assert body == {
        "type": "http://testserver/docs/problems#shelf-full",
        "title": "The shelf is full",
        "status": 409,
        "detail": "Take one off first.",
        "code": "shelf-full",
        "request_id": body["request_id"],
        "free": 0,
        "errors": [{"pointer": "/shelf", "code": "shelf-full", "detail": "Take one off first."}],
    }


@pytest.mark.parametrize(
    ("what", "status", "code", "retry_after"),
    [
        ("missing", 404, "not-found", None),
        ("denied", 403, "permission-denied", None),
        ("throttled", 429, "too-many-requests", "8"),
        ("refused-token", 403, "permission-denied", None),
        ("suspicious", 400, "bad-request", None),
        ("fields", 413, "content-too-large", None),
        ("bug", 500, "internal-error", None),
        ("wrong-sql", 500, "internal-error", None),
        ("too-big", 400, "invalid-value", None),
        ("too-big-for-an-index", 400, "invalid-value", None),
        ("twice", 409, "conflict", None),
        ("away", 503, "database-unavailable", "5"),
        ("pool", 503, "database-unavailable", "5"),
        ("read-only", 503, "database-unavailable", "5"),
        ("slow", 503, "statement-timeout", "2"),
        ("locked", 503, "lock-timeout", "1"),
        ("deadlock", 503, "lock-timeout", "1"),
    ],
)
def test_whatever_a_view_raises_becomes_a_problem(
    client: Client, what: str, status: int, code: str, retry_after: str | None
) -> None:
    response = client.get(f"/api/raise/{what}")
    body = problem(response)
    assert (response.status_code, body["code"]) == (status, code)
    assert response.headers.get("Retry-After") == retry_after
    assert b"secret" not in response.content


@pytest.mark.parametrize("what", ["missing", "denied", "suspicious", "bug", "away", "slow"])
def test_what_is_raised_outside_of_drf_becomes_the_same_problem(client: Client, what: str) -> None:
    inside, outside = client.get(f"/api/raise/{what}"), client.get(f"/api/plain/{what}")
    assert problem(outside)["code"] == problem(inside)["code"]
    assert outside.status_code == inside.status_code
    assert outside.headers.get("Retry-After") == inside.headers.get("Retry-After")
    assert b"secret" not in outside.content


@pytest.mark.parametrize(
    ("what", "status"), [("missing", 404), ("denied", 403), ("suspicious", 400), ("away", 503)]
)
def test_outside_of_the_api_it_is_a_page(client: Client, what: str, status: int) -> None:
    response = client.get(f"/plain/{what}")
    assert response.status_code == status
    assert response["Content-Type"] == "text/html; charset=utf-8"
    assert response["X-Request-ID"] in response.content.decode()
    assert b"secret" not in response.content


def test_a_defect_shows_a_page_without_the_database(client: Client) -> None:
    response = client.get("/plain/bug")
    assert response.status_code == 500
    assert "The service failed" in response.content.decode()
    assert b"secret" not in response.content


@pytest.mark.parametrize(
    "path", ["/api", "/api/", "/api/v1/nowhere", "/api/v1/products/", "/api/v9/products"]
)
@pytest.mark.parametrize("debug", [False, True])
def test_an_unknown_address_is_a_problem_even_in_debug_mode(
    client: Client, path: str, debug: bool
) -> None:
    with override_settings(DEBUG=debug):
        response = client.get(path)
    assert (response.status_code, problem(response)["code"]) == (404, "not-found")


def test_a_wrong_method_names_the_right_ones(client: Client) -> None:
    response = client.delete("/api/echo")
    assert problem(response)["detail"] == 'Method "DELETE" not allowed.'
    assert response["Allow"] == "GET, POST, PUT, HEAD, OPTIONS"
    assert response.status_code == 405


def test_an_impossible_accept_header_is_406(client: Client) -> None:
    response = client.get("/api/echo", headers={"accept": "text/csv"})
    assert (response.status_code, problem(response)["code"]) == (406, "not-acceptable")


@pytest.mark.parametrize("accept", ["*/*", "", "application/json", "text/html, */*;q=0.8"])
def test_usual_accept_headers_get_json(client: Client, accept: str) -> None:
    response = client.get("/api/echo", headers={"accept": accept})
    assert response.status_code == 200
    assert response["Content-Type"] == "application/json"


@pytest.mark.parametrize(
    "content_type", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", ""]
)
def test_other_formats_are_415(client: Client, content_type: str) -> None:
    response = client.generic("POST", "/api/echo", b"name=x", content_type=content_type)
    assert (response.status_code, problem(response)["code"]) == (415, "unsupported-media-type")


def test_a_view_that_forgot_its_permission_is_shut(client: Client) -> None:
    response = client.get("/api/forgotten")
    assert response.status_code == 403
    assert b"secret" not in response.content


def test_each_refused_field_has_its_pointer() -> None:
    response = APIClient().post(
        "/api/echo",
        {"tags": ["ok", "long"], "variants": [{"sku": "ok"}, {"sku": "toolong"}, {}]},
        format="json",
    )
    body = problem(response)
    assert (body["code"], body["detail"]) == (
        "validation-failed",
        "4 values were refused; see errors.",
    )
    assert [(error["pointer"], error["code"]) for error in body["errors"]] == [
        ("/name", "required"),
        ("/tags/1", "max_length"),
        ("/variants/1/sku", "max_length"),
        ("/variants/2/sku", "required"),
    ]
    assert body["errors"][0]["detail"] == "This field is required."


def test_an_error_about_the_whole_points_at_the_whole() -> None:
    body = problem(APIClient().post("/api/echo", {"name": "nobody"}, format="json"))
    assert body["errors"] == [
        {"pointer": "", "code": "nameless", "detail": "Such a product has no name."}
    ]


def test_pointers_escape_what_has_a_meaning_in_them() -> None:
    assert pointer("a/b", 0, "c~d") == "/a~1b/0/c~0d"
    assert flatten({"a/b": {"c~d": ["wrong"]}}, most=5) == [
        {"pointer": "/a~1b/c~0d", "code": "invalid", "detail": "wrong"}
    ]


def test_a_foreign_host_is_refused_and_not_linked_to(client: Client) -> None:
    response = client.get("/api/echo", headers={"host": "evil.example"})
    assert response.status_code == 400
    assert response.json()["type"] == "/docs/problems#bad-request"
    assert b"evil" not in response.content


def test_nobody_can_ask_for_the_browsable_api(client: Client) -> None:
    response = client.get("/api/echo?format=api", headers={"accept": "text/html,*/*"})
    assert response["Content-Type"] == "application/json"
    assert settings.REST_FRAMEWORK["DEFAULT_RENDERER_CLASSES"] == [
        "catalog_project.api.renderers.FastJSONRenderer"
    ]

"""Which browsers may call the API from elsewhere."""

from typing import Any

import pytest
from django.test import Client

pytestmark = pytest.mark.urls("tests.catalog_project.views")
SHOP = "https://shop.example"
PREFLIGHT = {"access-control-request-method": "PATCH"}


@pytest.fixture
def client(settings: Any) -> Client:
    settings.CORS_ALLOWED_ORIGINS = [SHOP]
    return Client()


def test_a_known_origin_passes_the_preflight(client: Client) -> None:
    response = client.options("/api/echo", headers={"origin": SHOP, **PREFLIGHT})
    assert response.status_code == 200
    assert response["Access-Control-Allow-Origin"] == SHOP
    assert "PATCH" in response["Access-Control-Allow-Methods"]
    allowed = set(response["Access-Control-Allow-Headers"].split(", "))
    assert {"authorization", "content-type", "if-match", "idempotency-key"} <= allowed
    assert "Access-Control-Allow-Credentials" not in response


def test_a_known_origin_may_read_answers_and_errors(client: Client) -> None:
    for path in ("/api/echo", "/api/nowhere", "/api/raise/bug"):
        client.raise_request_exception = False
        response = client.get(path, headers={"origin": SHOP})
        assert response["Access-Control-Allow-Origin"] == SHOP, path
        assert "ETag" in response["Access-Control-Expose-Headers"]


def test_an_unknown_origin_is_told_nothing(client: Client) -> None:
    for origin in ("https://evil.example", "null", "https://shop.example.evil.example", "::"):
        response = client.options("/api/echo", headers={"origin": origin, **PREFLIGHT})
        assert "Access-Control-Allow-Origin" not in response


def test_caches_keep_answers_apart_by_origin(client: Client) -> None:
    assert "origin" in client.get("/api/echo")["Vary"].lower()
    assert "origin" in client.get("/api/echo", headers={"origin": SHOP})["Vary"].lower()


def test_the_admin_is_not_open_to_other_origins(client: Client) -> None:
    response = client.options("/docs/problems", headers={"origin": SHOP, **PREFLIGHT})
    assert "Access-Control-Allow-Origin" not in response


def test_all_origins_may_be_allowed(settings: Any) -> None:
    settings.CORS_ALLOW_ALL_ORIGINS = True
    response = Client().get("/api/echo", headers={"origin": "https://any.example"})
    assert response["Access-Control-Allow-Origin"] == "*"


def test_without_origins_there_is_no_cors_at_all() -> None:
    response = Client().options("/api/echo", headers={"origin": SHOP, **PREFLIGHT})
    assert response.status_code == 405
    assert "Access-Control-Allow-Origin" not in response

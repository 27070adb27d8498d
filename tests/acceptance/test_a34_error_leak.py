"""An error tells its caller a code and an id; the rest is in the log alone."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client

from tests.acceptance.server import Server

SECRETS = ("canary", "Traceback", "RuntimeError", "psycopg", "SELECT", "site-packages", "/work")


def assert_tells_nothing(content: str) -> None:
    for secret in SECRETS:
        assert secret not in content


def fail(*_args: Any, **_options: Any) -> Any:
    raise RuntimeError("canary SELECT password")


LAYERS = {
    "a view": "accounts.api.views.Me.initial",
    "the authentication": "accounts.authentication.CatalogJWTAuthentication.authenticate",
    "the renderer": "catalog_project.api.renderers.FastJSONRenderer.render",
    "the negotiation": "catalog_project.api.negotiation.FixedNegotiation.select_renderer",
    "the exception handler": "catalog_project.api.problems._of_api_exception",
    "a middleware": "django.middleware.security.SecurityMiddleware.process_request",
}


@pytest.mark.parametrize("place", LAYERS.values(), ids=LAYERS.keys())
def test_a_defect_in_any_layer_is_a_plain_500(place: str, monkeypatch: pytest.MonkeyPatch) -> None:
    client = Client(raise_request_exception=False)
    monkeypatch.setattr(place, fail)
    response = client.get("/api/v1/auth/me")
    assert response.status_code == 500
    assert response["Content-Type"] == "application/problem+json"
    body = response.json()
    assert body["code"] == "internal-error"
    assert body["request_id"] == response["X-Request-ID"]
    assert_tells_nothing(response.content.decode())


def test_a_defect_of_a_page_is_a_plain_page(monkeypatch: pytest.MonkeyPatch) -> None:
    client = Client(raise_request_exception=False)
    monkeypatch.setattr("django.middleware.security.SecurityMiddleware.process_request", fail)
    response = client.get("/admin/login/")
    assert response.status_code == 500
    assert response["Content-Type"] == "text/html; charset=utf-8"
    assert_tells_nothing(response.content.decode())


@pytest.mark.django_db
def test_a_broken_statement_is_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    def run_nonsense(*_args: Any, **_options: Any) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT canary FROM nowhere")

    monkeypatch.setattr("catalog_project.ops.health.run_checks", run_nonsense)
    response = Client(raise_request_exception=False).get("/health/ready")
    assert (response.status_code, response.json()["code"]) == (500, "internal-error")
    assert_tells_nothing(response.content.decode())


def test_errors_of_the_running_service_tell_nothing(server: Server) -> None:
    with server.client() as client:
        answers = [
            client.get("/api/v1/nowhere"),
            client.post(
                "/api/v1/auth/token", content=b"{", headers={"content-type": "application/json"}
            ),
            client.delete("/api/v1/auth/token"),
            client.get("/nowhere"),
            client.get("/api/v1/auth/me", headers={"authorization": "Bearer canary"}),
        ]
    assert [answer.status_code for answer in answers] == [404, 400, 405, 404, 401]
    for answer in answers:
        assert_tells_nothing(answer.text)
        assert answer.headers["server"] == "gunicorn"  # without a version


def test_the_log_has_what_the_caller_was_not_told(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    client = Client(raise_request_exception=False)
    monkeypatch.setattr("accounts.api.views.Me.initial", fail)
    client.get("/api/v1/auth/me")
    (record,) = [record for record in caplog.records if record.name == "django.request"]
    assert record.exc_info is not None
    assert "canary" in str(record.exc_info[1])

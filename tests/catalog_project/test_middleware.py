"""One pass for every request: id, headers, log line; sessions for the admin alone."""

import json
from typing import Any

import pytest
from django.test import Client, RequestFactory
from structlog.testing import capture_logs

from accounts.models import User
from catalog_project.ops import logs
from catalog_project.ops.clients import client_address, is_neighbour
from catalog_project.ops.middleware import readable
from catalog_project.ops.policies import ADMIN, DOCS, STOREFRONT, STRICT

pytestmark = pytest.mark.urls("tests.catalog_project.views")


def test_every_answer_has_an_id_of_its_own(client: Client) -> None:
    first, second = client.get("/api/echo"), client.get("/api/nowhere")
    assert first["X-Request-ID"] != second["X-Request-ID"]
    assert len(first["X-Request-ID"]) == 36


@pytest.mark.parametrize(("trusted", "is_taken"), [(0, False), (1, True)])
def test_an_id_is_taken_from_a_trusted_proxy_only(
    settings: Any, trusted: int, is_taken: bool
) -> None:
    settings.TRUSTED_PROXY_COUNT = trusted
    response = Client().get("/api/echo", headers={"x-request-id": "from-the-proxy.1"})
    assert (response["X-Request-ID"] == "from-the-proxy.1") is is_taken


@pytest.mark.parametrize("sent", ["short", "x" * 65, "with space", "ünï-code", "a\tb-and-more"])
def test_an_odd_id_is_replaced(settings: Any, sent: str) -> None:
    settings.TRUSTED_PROXY_COUNT = 1
    response = Client().get("/api/echo", headers={"x-request-id": sent})
    assert response["X-Request-ID"] != sent


@pytest.fixture
def lines(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """The lines that are written from now on."""
    written: list[dict[str, Any]] = []
    monkeypatch.setattr(logs, "write_line", lambda line: written.append(json.loads(line)))
    return written


def test_one_request_is_one_line(client: Client, lines: list[dict[str, Any]]) -> None:
    response = client.get("/api/raise/missing?token=canary")
    (line,) = lines
    assert line.pop("duration_ms") >= 0
    assert line.pop("timestamp").endswith("Z")
    assert line == {
        "event": "request",
        "level": "info",
        "logger": "catalog.access",
        "request_id": response["X-Request-ID"],
        "method": "GET",
        "route": "/api/raise/<str:what>",
        "path": "/api/raise/missing",
        "status": 404,
        "user": None,
        "ip": "127.0.0.1",
    }


@pytest.mark.django_db
def test_the_line_names_a_user_who_was_looked_up(
    client: Client, lines: list[dict[str, Any]]
) -> None:
    user = User.objects.create_superuser("boss", password="x")
    client.force_login(user)
    client.get("/admin/")
    assert lines[-1]["user"] == str(user.pk)
    assert lines[-1]["route"] == "/admin/"


@pytest.mark.parametrize(
    ("path", "route"),
    [("/api/nowhere", "unmatched"), ("/nowhere", "unmatched"), ("/static/x.css", "static")],
)
def test_unknown_addresses_share_a_label(
    client: Client, lines: list[dict[str, Any]], path: str, route: str
) -> None:
    client.get(path)
    assert lines[-1]["route"] == route


def test_a_token_in_the_path_is_hidden(client: Client, lines: list[dict[str, Any]]) -> None:
    client.get("/api/v1/eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln")
    assert lines[0]["path"] == "/api/v1/[redacted]"


def test_the_level_and_the_format_count_for_this_line_too(
    settings: Any, lines: list[dict[str, Any]]
) -> None:
    settings.LOG_LEVEL = "WARNING"
    Client().get("/api/echo")
    settings.LOG_LEVEL, settings.LOG_FORMAT = "INFO", "console"
    with capture_logs() as events:
        Client().get("/api/echo")
    assert lines == []
    assert [(event["event"], event["path"]) for event in events] == [("request", "/api/echo")]


@pytest.mark.parametrize("method", ["TRACE", "TRACK", "CONNECT"])
def test_methods_that_echo_are_refused(client: Client, method: str) -> None:
    response = client.generic(method, "/api/echo")
    assert response.status_code == 405
    assert response["Allow"] == "GET, HEAD, OPTIONS"


@pytest.mark.parametrize(
    "address", ["/api/e%00cho", "/api/echo?a=%00", "/api/echo?a=%ff", "/api/echo?%c3%28=1"]
)
def test_unreadable_addresses_are_400(client: Client, address: str) -> None:
    response = client.get(address)
    assert (response.status_code, response.json()["code"]) == (400, "bad-request")


@pytest.mark.parametrize("address", ["/api/echo?a=%2500", "/api/echo?a=%C3%BC", "/api/echo?a=ü"])
def test_readable_addresses_pass(client: Client, address: str) -> None:
    assert client.get(address).status_code == 200


def test_too_many_parameters_are_refused(client: Client) -> None:
    response = client.get("/docs/problems?" + "&".join(f"a{i}=1" for i in range(2000)))
    assert response.status_code == 200  # nobody reads them there


def test_an_announced_giant_is_refused_unread(client: Client, settings: Any) -> None:
    settings.UPLOAD_MAX_BYTES = 5000
    response = client.generic(
        "POST", "/api/echo", b"{}", content_type="application/json", CONTENT_LENGTH="5001"
    )
    assert (response.status_code, response.json()["limit"]) == (413, 5000)


@pytest.mark.parametrize(
    ("path", "policy"),
    [
        ("/api/echo", STRICT),
        ("/docs/problems", STRICT),
        ("/", STOREFRONT),
        ("/admin/login/", ADMIN),
        ("/docs", DOCS),
    ],
)
@pytest.mark.django_db
def test_every_answer_has_the_policy_of_its_place(client: Client, path: str, policy: str) -> None:
    response = client.get(path)
    assert response.status_code == 200
    assert response["Content-Security-Policy"] == policy
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["X-Frame-Options"] == "DENY"
    assert response["Referrer-Policy"] == "same-origin"
    assert response["Cross-Origin-Opener-Policy"]
    assert "camera=()" in response["Permissions-Policy"]
    assert response["Content-Length"] == str(len(response.content))


def test_the_strict_policy_allows_no_script() -> None:
    assert STRICT.startswith("default-src 'none'")
    assert "script" not in STRICT
    assert "unsafe-inline" not in ADMIN.partition("style-src")[0]
    assert "unsafe" not in DOCS.partition("style-src")[0]


def test_the_api_neither_reads_nor_sets_cookies(client: Client) -> None:
    client.cookies["catalog_session"] = "a" * 32
    response = client.get("/api/echo")  # a query would fail this test, which has no database
    assert not response.cookies
    assert not hasattr(response.wsgi_request, "session")
    assert "Cookie" not in response.get("Vary", "")


@pytest.mark.django_db
def test_the_admin_has_sessions_messages_and_csrf() -> None:
    client = Client(enforce_csrf_checks=True)
    assert hasattr(client.get("/admin/login/").wsgi_request, "session")
    response = client.post("/admin/login/", {"username": "a", "password": "b"})
    assert response.status_code == 403
    assert "may not do this" in response.content.decode()


@pytest.mark.parametrize(
    ("trusted", "forwarded", "address"),
    [
        (0, "6.6.6.6", "10.0.0.1"),
        (1, "6.6.6.6, 203.0.113.9", "203.0.113.9"),
        (2, "6.6.6.6, 203.0.113.9, 10.0.0.7", "203.0.113.9"),
        (2, "203.0.113.9", "10.0.0.1"),
        (1, "not an address", "10.0.0.1"),
        (1, "", "10.0.0.1"),
        (1, "2001:db8::1", "2001:db8::1"),
    ],
)
def test_only_trusted_proxies_name_the_client(
    settings: Any, trusted: int, forwarded: str, address: str
) -> None:
    settings.TRUSTED_PROXY_COUNT = trusted
    headers = {"HTTP_X_FORWARDED_FOR": forwarded} if forwarded else {}
    request = RequestFactory().get("/", REMOTE_ADDR="10.0.0.1", **headers)  # type: ignore[arg-type]  # META
    assert client_address(request) == address


@pytest.mark.parametrize(
    ("meta", "expected"),
    [
        ({"REMOTE_ADDR": "127.0.0.1"}, True),
        ({"REMOTE_ADDR": "10.1.2.3"}, True),
        ({"REMOTE_ADDR": ""}, True),
        ({"REMOTE_ADDR": "198.41.0.4"}, False),
        ({"REMOTE_ADDR": "10.1.2.3", "HTTP_X_FORWARDED_FOR": "127.0.0.1"}, False),
        ({"REMOTE_ADDR": "10.1.2.3", "HTTP_FORWARDED": "for=127.0.0.1"}, False),
    ],
)
def test_a_neighbour_came_through_no_proxy(meta: dict[str, str], expected: bool) -> None:
    request = RequestFactory().get("/", **meta)  # type: ignore[arg-type]  # META
    assert is_neighbour(request) is expected


@pytest.mark.parametrize(
    ("route", "label"),
    [
        ("api/raise/<str:what>", "/api/raise/<str:what>"),
        ("api/v1/products$", "/api/v1/products"),
        ("api/v1/products/(?P<key>[^/]+)$", "/api/v1/products/<key>"),
        ("", "/"),
    ],
)
def test_a_route_is_readable(route: str, label: str) -> None:
    assert readable(route) == label

"""What callers send cannot forge a line, and what is secret is not in any."""

import json
from datetime import datetime
from urllib.parse import quote

import pytest
from django.contrib.auth import get_user_model

from accounts.services import set_roles
from tests.acceptance.server import Server
from tests.accounts.factories import SYSTEM
from tests.accounts.fixtures import Caller

PASSWORD = "canary-password-7f3a"
FORGERY = '\r\n{"event":"forged","level":"info"}\r\n\x1b[31m'

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def username(server_passwords: None) -> str:
    get_user_model().objects.create_user("ada", email="ada@shop.example", password=PASSWORD)
    return "ada"


def new_events(server: Server, seen: int) -> list[dict[str, object]]:
    return [json.loads(line) for line in server.log_lines()[seen:]]


def test_no_field_breaks_out_of_its_line(server: Server, username: str) -> None:
    """Addresses, names that are signed in with, names of keys, headers: whatever is logged."""
    caller = Caller(get_user_model().objects.get(username=username))
    set_roles(caller.user.pk, roles=["admin"], actor=SYSTEM)
    seen = len(server.log_lines())
    bearer = {"authorization": f"Bearer {caller.tokens.access}"}
    with server.client(headers=bearer) as client:
        for name in (FORGERY, "\u2028\u0085\x7f", "\x9b31m"):
            asked = {"name": f"key{name}", "scopes": ["products:read"]}
            made = client.post("/api/v1/api-keys", json=asked)
            if made.status_code == 201:
                client.delete(f"/api/v1/api-keys/{made.json()['id']}")
            invited = {"username": f"x{name}", "email": f"x{name}@shop.example"}
            client.post("/api/v1/auth/invitations", json=invited)
            brand = {"name": f"Lumen{name}", "slug": f"x{name}"}
            client.post("/api/v1/brands", json=brand)
        client.get("/api/v1/products?channel=" + quote(FORGERY))
        client.patch("/api/v1/brands/x", json={}, headers={b"if-match": b"\x9b31m"})
        client.post("/api/v1/brands", json={}, headers={b"idempotency-key": b"a\tb"})
        client.get("/health/live", headers={b"x-request-id": b"\x9b31m"})
        client.get(
            "/api/v1/" + FORGERY.replace("\r", "%0D").replace("\n", "%0A").replace("\x1b", "%1B")
        )
        client.get("/api/v1/%C2%9B31m%E2%80%A8")
        client.post("/api/v1/auth/token", json={"username": FORGERY, "password": FORGERY})
        client.get("/health/live", headers={"user-agent": '","event":"forged'})
    for line in server.log_lines()[seen:]:
        assert line.isascii()
        assert line.isprintable()
    events = new_events(server, seen)
    assert "forged" not in [event["event"] for event in events]
    assert len([event for event in events if event["event"] == "request"]) >= 4 + 3 * 3 + 4


def test_no_secret_is_logged(server: Server, username: str) -> None:
    seen = len(server.log_lines())
    secrets = [PASSWORD, "canary-query", "canary-header", "canary-cookie", "canary-body"]
    with server.client() as client:
        answer = client.post(
            "/api/v1/auth/token", json={"username": username, "password": PASSWORD}
        )
        assert answer.status_code == 200
        tokens = answer.json()
        secrets += [
            value for value in tokens.values() if isinstance(value, str) and len(value) > 40
        ]
        bearer = {"authorization": f"Bearer {tokens['access']}"}
        assert client.get("/api/v1/auth/me", headers=bearer).status_code == 200
        client.post("/api/v1/auth/token", json={"username": "x", "password": "canary-body"})
        client.post("/api/v1/auth/token/refresh", json={"refresh": tokens["refresh"]})
        client.post("/api/v1/auth/token/verify", json={"token": tokens["access"]})
        client.get("/api/v1/auth/me?token=canary-query", headers={"x-api-key": "canary-header"})
        client.get("/admin/", headers={"cookie": "catalog_session=canary-cookie"})
    text = "\n".join(server.log_lines()[seen:])
    for secret in secrets:
        assert secret not in text


def test_logins_are_told_with_who_where_when_and_which_request(
    server: Server, username: str
) -> None:
    seen = len(server.log_lines())
    with server.client() as client:
        good = client.post("/api/v1/auth/token", json={"username": username, "password": PASSWORD})
        bad = client.post("/api/v1/auth/token", json={"username": username, "password": "wrong"})
    assert (good.status_code, bad.status_code) == (200, 401)
    events = new_events(server, seen)
    for answer in (good, bad):
        about = [e for e in events if e["request_id"] == answer.headers["x-request-id"]]
        names = [event["event"] for event in about]
        assert names.count("request") == 1
        assert len(names) >= 2, names  # what the login was, beside the request
        for event in about:
            assert datetime.fromisoformat(str(event["timestamp"])).utcoffset().seconds == 0  # type: ignore[union-attr]  # has one
    line = next(e for e in events if e["request_id"] == good.headers["x-request-id"] and "ip" in e)
    assert line["ip"] == "127.0.0.1"


def test_every_line_of_the_server_is_an_event(server: Server) -> None:
    for line in server.log_lines():
        event = json.loads(line)
        assert {"event", "level", "timestamp"} <= event.keys()
        assert str(event["timestamp"]).endswith("Z")

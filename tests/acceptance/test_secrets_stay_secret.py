"""Canaries: every secret that a run of the service touches, looked for in everything it wrote.

All addresses of signing in, keys and the admin's log-in are called, well and badly, by a server of
its own whose settings are secrets, too.
"""

import json
import secrets
from typing import Any

import httpx
import pytest

from tests.acceptance.server import Serve, Server
from tests.acceptance.world import example_of, writes
from tests.accounts.factories import UserFactory
from tests.catalog_project.openapi import operations

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("server_passwords"),
]
CANARY = f"canary{secrets.token_hex(12)}"
SECRET_KEY = f"{CANARY}-secret-key-{secrets.token_urlsafe(40)}"
METRICS_TOKEN = f"{CANARY}-metrics-token"
PASSWORD = f"{CANARY}-Password-1"


@pytest.fixture
def quiet(serve: Serve) -> Server:
    return serve(SECRET_KEY=SECRET_KEY, METRICS_TOKEN=METRICS_TOKEN, LOG_LEVEL="DEBUG")


def long_texts(value: Any) -> set[str]:
    """The strings of an answer that could be secrets."""
    if isinstance(value, dict):
        return {text for inner in value.values() for text in long_texts(inner)}
    return {value} if isinstance(value, str) and len(value) > 40 else set()


def call_well(client: httpx.Client, username: str) -> set[str]:
    """Sign in, renew, make a key, use it, replace it, sign out; the secrets that were answered."""
    address = "/api/v1/auth"
    tokens = client.post(
        f"{address}/token", json={"username": username, "password": PASSWORD}
    ).json()
    known = long_texts(tokens)
    bearer = {"authorization": f"Bearer {tokens['access']}"}
    asked = {"name": "import", "scopes": ["products:read", "products:write"]}
    made = client.post("/api/v1/api-keys", json=asked, headers=bearer).json()
    known.add(made["key"])
    for headers in ({"x-api-key": made["key"]}, {"authorization": f"Bearer {made['key']}"}):
        assert client.get("/api/v1/products", headers=headers).status_code == 200
    rotated = client.post(f"/api/v1/api-keys/{made['id']}/rotate", json={}, headers=bearer)
    known.add(rotated.json()["key"])
    renewed = client.post(f"{address}/token/refresh", json={"refresh": tokens["refresh"]}).json()
    known |= long_texts(renewed)
    # The old one is a copy in a stranger's hands now: the whole sign-in ends, which is logged.
    client.post(f"{address}/token/refresh", json={"refresh": tokens["refresh"]})
    client.post(f"{address}/token/verify", json={"token": renewed["access"]})
    client.post(f"{address}/logout", json={"refresh": renewed["refresh"]})
    return known


def call_badly(client: httpx.Client, username: str) -> None:
    """Every write, with canaries wherever a secret could stand."""
    headers = {
        "authorization": f"Bearer {CANARY}.bearer",
        "cookie": f"catalog_session={CANARY}; csrftoken={CANARY}",
        "x-forwarded-for": "203.0.113.7",
    }
    for each in writes(operations()):
        address = each.path.replace("{", "").replace("}", "")
        body = {**example_of(each), "password": PASSWORD, "token": CANARY, "refresh": CANARY}
        client.request(each.method, address, json=body, headers=headers)
        client.request(each.method, address, content=f'{{"password": "{PASSWORD}', headers=headers)
    client.get(f"/api/v1/products?token={CANARY}", headers={"x-api-key": f"cat_live_{CANARY}"})
    client.get("/api/v1/auth/me", headers={"authorization": f"Basic {CANARY}"})
    client.post("/api/v1/auth/token", json={"username": username, "password": f"{CANARY}x"})
    client.post("/api/v1/auth/token", json={"username": PASSWORD, "password": "typed one too low"})
    client.get("/metrics", headers={"authorization": f"Bearer {METRICS_TOKEN}"})
    client.get("/metrics", headers={"authorization": f"Bearer {METRICS_TOKEN}x"})


def call_admin(client: httpx.Client, username: str) -> set[str]:
    """Sign in to the admin, wrongly and rightly; the session and the tokens that came of it."""
    page = client.get("/admin/login/")
    form = {"username": username, "csrfmiddlewaretoken": client.cookies["csrftoken"]}
    sent = {"referer": str(page.url)}
    for password in (f"{CANARY}-wrong", PASSWORD):
        form["csrfmiddlewaretoken"] = client.cookies["csrftoken"]
        client.post("/admin/login/", data={**form, "password": password}, headers=sent)
    assert client.cookies["catalog_session"]
    client.get("/admin/")
    return {client.cookies["catalog_session"], client.cookies["csrftoken"]}


def test_no_secret_of_a_whole_run_is_in_what_it_wrote(quiet: Server) -> None:
    user = UserFactory.create(admin=True, is_staff=True, password=PASSWORD)
    with quiet.client() as client:
        known = call_well(client, user.username)
        call_badly(client, user.username)
        known |= call_admin(client, user.username)
    user.refresh_from_db()
    known |= {SECRET_KEY, METRICS_TOKEN, PASSWORD, CANARY, user.password}
    written = quiet.log_file.read_text()
    assert written.count('"event":"request"') > 50
    # Not even a part of one: twenty letters would find the rest.
    parts = {text[start : start + 20] for text in known for start in (0, len(text) // 2)}
    shared = {part for part in parts if part.startswith(("eyJ", "scrypt$", "cat_live_"))}
    assert not [part for part in parts - shared if part in written]


def test_refusals_are_told_with_route_and_status(quiet: Server) -> None:
    """Each 401 and 403 is a line, so that whoever tries many doors is seen."""
    viewer = UserFactory.create(viewer=True, password=PASSWORD)
    sign_in = {"username": viewer.username, "password": PASSWORD}
    with quiet.client() as client:
        tokens = client.post("/api/v1/auth/token", json=sign_in).json()
        bearer = {"authorization": f"Bearer {tokens['access']}"}
        answers = [
            client.post("/api/v1/brands", json={"name": "x"}, headers=bearer),
            client.post("/api/v1/brands", json={"name": "x"}),
            client.get("/api/v1/auth/me", headers={"authorization": "Bearer x.y.z"}),
        ]
    assert [answer.status_code for answer in answers] == [403, 401, 401]
    lines = [json.loads(line) for line in quiet.log_lines()]
    for answer in answers:
        (line,) = [
            each
            for each in lines
            if each.get("request_id") == answer.headers["x-request-id"]
            and each["event"] == "request"
        ]
        assert (line["status"], line["ip"]) == (answer.status_code, "127.0.0.1")
        assert line["route"] == answer.request.url.path
        assert line["user"] == (str(viewer.pk) if answer.status_code == 403 else None)

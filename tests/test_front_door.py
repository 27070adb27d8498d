"""What callers meet at the proxy: its own refusals, uploaded files, compression, addresses."""

import json
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.acceptance.server import Server, free_port, wait_until
from tests.accounts.fixtures import Caller
from tests.front_door import FrontDoor, front_door
from tests.products.factories import ProductFactory

PRODUCTS = "/api/v1/products"


@pytest.fixture(scope="module")
def trusting_server(
    django_db_setup: None, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Server]:
    """A server that knows of the one proxy in front of it."""
    running = Server(tmp_path_factory.mktemp("server"), TRUSTED_PROXY_COUNT="1", LOG_LEVEL="INFO")
    try:
        yield running.wait_until_live()
    finally:
        running.stop()


@pytest.fixture(scope="module")
def door(trusting_server: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[FrontDoor]:
    with front_door(tmp_path_factory.mktemp("door"), trusting_server.port) as running:
        yield running


@pytest.fixture(scope="module")
def keeping_door(
    django_db_setup: None, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[FrontDoor]:
    """A proxy that keeps what anybody gets for longer than these tests take."""
    settings = {"TRUSTED_PROXY_COUNT": "1", "PROXY_CACHE_SECONDS": "600"}
    server = Server(tmp_path_factory.mktemp("kept"), **settings)
    try:
        server.wait_until_live()
        with front_door(tmp_path_factory.mktemp("keeping"), server.port) as running:
            yield running
    finally:
        server.stop()


@pytest.fixture
def closed_door(tmp_path: Path) -> Iterator[FrontDoor]:
    """A proxy without a web server behind it."""
    with front_door(tmp_path, free_port()) as running:
        yield running


def problem(answer: httpx.Response) -> dict[str, object]:
    """The problem document, which must name the same request as the header does."""
    assert answer.headers["Content-Type"] == "application/problem+json"
    body: dict[str, object] = answer.json()
    assert body["request_id"] == answer.headers["X-Request-ID"]
    assert body["status"] == answer.status_code
    return body


def test_without_a_web_server_callers_are_told_to_come_again(closed_door: FrontDoor) -> None:
    answer = httpx.get(closed_door.url + PRODUCTS)
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "2")
    assert problem(answer)["code"] == "not-ready"


def test_a_body_over_the_limit_never_reaches_the_service(
    door: FrontDoor, trusting_server: Server
) -> None:
    answer = httpx.post(door.url + PRODUCTS, content=b" " * (2 * 1024**2 + 1))
    assert answer.status_code == 413
    assert (problem(answer)["code"], answer.json()["limit"]) == ("content-too-large", 2 * 1024**2)
    request_id = answer.headers["X-Request-ID"]
    assert trusting_server.events(request_id=request_id) == []
    logged = wait_until(
        lambda: [event for event in door.refusals() if event["request_id"] == request_id]
    )
    assert [(event["status"], event["path"]) for event in logged] == [(413, PRODUCTS)]


def test_an_upload_of_twenty_megabytes_reaches_the_service(door: FrontDoor) -> None:
    kind = {"Content-Type": "multipart/form-data; boundary=x"}
    body = b" " * (20 * 1024**2)
    answer = httpx.post(f"{door.url}{PRODUCTS}/some-id/media", content=body, headers=kind)
    assert answer.status_code == 401


@pytest.mark.parametrize(
    "request_bytes",
    [
        b"GET /health/live HTTP/1.1\r\nHost: localhost\r\nX-Long: " + b"a" * 65536 + b"\r\n\r\n",
        b"GET /" + b"a" * 65536 + b" HTTP/1.1\r\nHost: localhost\r\n\r\n",
        b"GET / HTTP/1.1\r\n\r\n",
        b"GET /%00 HTTP/1.1\r\nHost: localhost\r\n\r\n",
    ],
    ids=["a long header", "a long address", "no host", "a NUL"],
)
def test_an_unreadable_request_is_a_problem_too(door: FrontDoor, request_bytes: bytes) -> None:
    head, _, body = door.raw(request_bytes).partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 400 ")
    assert b"Content-Type: application/problem+json" in head
    assert json.loads(body)["code"] == "bad-request"


def test_uploads_are_pictures_or_downloads(door: FrontDoor) -> None:
    for name in ("a.png", "a.html"):
        (door.media / name).write_bytes(b"<script>")
    picture = httpx.get(f"{door.url}/media/a.png")
    assert picture.headers["Content-Type"] == "image/png"
    assert "Content-Disposition" not in picture.headers
    page = httpx.get(f"{door.url}/media/a.html")
    assert page.headers["Content-Type"] == "application/octet-stream"
    assert page.headers["Content-Disposition"] == "attachment"
    for answer in (picture, page):
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
        assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"


@pytest.mark.parametrize("path", ["/media/", "/media/missing.png", "/media/link"])
def test_nothing_but_stored_files_is_served(door: FrontDoor, path: str) -> None:
    link = door.media / "link"
    link.unlink(missing_ok=True)
    link.symlink_to("/etc/hostname")
    answer = httpx.get(door.url + path)
    assert answer.status_code == 404
    assert problem(answer)["code"] == "not-found"


def test_uploads_are_only_read(door: FrontDoor) -> None:
    answer = httpx.post(f"{door.url}/media/a.png")
    assert (answer.status_code, answer.headers["Allow"]) == (405, "GET, HEAD")
    assert problem(answer)["code"] == "method-not-allowed"


def test_large_answers_are_compressed_for_those_who_ask(door: FrontDoor) -> None:
    url = f"{door.url}/docs/problems"
    compressed = httpx.get(url, headers={"Accept-Encoding": "gzip"})
    assert compressed.headers["Content-Encoding"] == "gzip"
    assert "Accept-Encoding" in compressed.headers["Vary"]
    plain = httpx.get(url, headers={"Accept-Encoding": "identity"})
    assert "Content-Encoding" not in plain.headers
    assert plain.text == compressed.text


@pytest.mark.django_db(transaction=True)
def test_the_tag_of_a_compressed_answer_permits_a_change(door: FrontDoor, editor: Caller) -> None:
    product = ProductFactory.create(description="Long enough to compress. " * 100)
    path = f"{door.url}{PRODUCTS}/{product.pk}"
    headers = {"Authorization": f"Bearer {editor.tokens.access}", "Accept-Encoding": "gzip"}
    read = httpx.get(path, headers=headers)
    assert read.headers["ETag"].startswith('W/"1-')
    change = {**headers, "If-Match": read.headers["ETag"]}
    assert httpx.patch(path, json={"name": "New"}, headers=change).status_code == 200
    assert httpx.patch(path, json={"name": "Newer"}, headers=change).status_code == 412


def test_the_service_learns_the_address_that_the_proxy_saw(
    door: FrontDoor, trusting_server: Server
) -> None:
    answer = httpx.get(
        f"{door.url}/health/live",
        headers={"X-Forwarded-For": "203.0.113.9", "X-Request-ID": "chosen-by-the-client"},
    )
    request_id = answer.headers["X-Request-ID"]
    assert request_id != "chosen-by-the-client"
    assert [event["ip"] for event in trusting_server.events(request_id=request_id)] == ["127.0.0.1"]


def kept(answer: httpx.Response) -> bool:
    return bool(answer.headers["Cache-Status"] == "nginx; hit")


@pytest.mark.django_db(transaction=True)
def test_what_anybody_gets_is_kept_and_a_writer_sees_the_write(
    keeping_door: FrontDoor, editor: Caller
) -> None:
    product = ProductFactory.create(name="Old", status="published")
    path = f"{keeping_door.url}{PRODUCTS}/{product.pk}"
    known = {"Authorization": f"Bearer {editor.tokens.access}"}
    first, second = httpx.get(path), httpx.get(path)
    assert (kept(first), kept(second), first.content == second.content) == (False, True, True)
    assert first.headers["X-Request-ID"] != second.headers["X-Request-ID"]
    assert "X-Accel-Expires" not in second.headers
    assert second.headers["Cache-Control"] == "public, no-cache"
    tag = {"If-None-Match": second.headers["ETag"]}
    assert httpx.get(path, headers=tag).status_code == 304
    httpx.patch(path, json={"name": "New"}, headers=known).raise_for_status()
    seen = httpx.get(path, headers=known)
    assert (seen.json()["name"], kept(seen)) == ("New", False)
    assert httpx.get(path).json()["name"] == "Old"  # until it is over
    fresh = httpx.get(path, headers={"Cache-Control": "no-cache"})
    assert fresh.json()["name"] == "New"
    assert (httpx.get(path).json()["name"], kept(httpx.get(path))) == ("New", True)


@pytest.mark.django_db(transaction=True)
def test_what_somebody_gets_is_never_kept(keeping_door: FrontDoor, editor: Caller) -> None:
    product = ProductFactory.create(status="draft")
    known = {"Authorization": f"Bearer {editor.tokens.access}"}
    for path in (f"{PRODUCTS}/{product.pk}", f"{PRODUCTS}?limit=7", "/api/v1/channels"):
        url = f"{keeping_door.url}{path}"
        for _ in range(2):
            answer = httpx.get(url, headers=known)
            assert (answer.status_code, kept(answer)) == (200, False)
        anonymous = httpx.get(url)
        assert not kept(anonymous)
        assert str(product.pk) not in anonymous.text or anonymous.status_code == 404


def test_refusals_are_never_kept(keeping_door: FrontDoor) -> None:
    for _ in range(2):
        answer = httpx.get(f"{keeping_door.url}{PRODUCTS}/none")
        assert (answer.status_code, kept(answer)) == (404, False)
        assert problem(answer)["code"] == "not-found"

"""What a proxy and a server may read differently is refused, and no foreign host is echoed."""

import json

import pytest

from tests.acceptance.server import Serve, Server

HOST = b"Host: localhost\r\n"
LIST = b"GET /api/v1/products HTTP/1.1\r\n"


def status(answer: bytes) -> int:
    return int(answer.split(b" ", 2)[1])


REFUSED = {
    "content length and chunks": b"POST /api/v1/products HTTP/1.1\r\n"
    + HOST
    + b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "two content lengths": b"POST /api/v1/products HTTP/1.1\r\n"
    + HOST
    + b"Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}x",
    "a content length with a sign": b"POST /api/v1/products HTTP/1.1\r\n"
    + HOST
    + b"Content-Length: +2\r\n\r\n{}",
    "a chunk size that is no number": b"POST /api/v1/products HTTP/1.1\r\n"
    + HOST
    + b"Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n",
    "an unknown transfer coding": b"POST /api/v1/products HTTP/1.1\r\n"
    + HOST
    + b"Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
    "a foreign host": LIST + b"Host: evil.example\r\n\r\n",
    "a host with a path": LIST + b"Host: localhost/evil.example\r\n\r\n",
    "two hosts": LIST + HOST + b"Host: evil.example\r\n\r\n",
    "a foreign host in the address": b"GET http://evil.example/api/v1/products HTTP/1.1\r\n"
    b"Host: evil.example\r\n\r\n",
    "a header name with an underscore": LIST + HOST + b"X_Forwarded_For: 1.2.3.4\r\n\r\n",
    "a space before the colon": LIST + HOST + b"X-Thing : 1\r\n\r\n",
    "a folded header": LIST + HOST + b"X-Thing: a\r\n b\r\n\r\n",
    "a NUL in a header": LIST + HOST + b"X-Thing: a\0b\r\n\r\n",
    "a bare line feed": b"GET /api/v1/products HTTP/1.1\nHost: localhost\n\n",
    "a header of 64 kB": LIST + HOST + b"X-Thing: " + b"a" * 65536 + b"\r\n\r\n",
    "a thousand headers": LIST + HOST + b"X-Thing: a\r\n" * 1000 + b"\r\n",
    "a line of 64 kB": b"GET /api/v1/products?q="
    + b"a" * 65536
    + b" HTTP/1.1\r\n"
    + HOST
    + b"\r\n",
    "trace": b"TRACE /api/v1/products HTTP/1.1\r\n" + HOST + b"X-Secret: canary\r\n\r\n",
    "connect": b"CONNECT evil.example:443 HTTP/1.1\r\n" + HOST + b"\r\n",
    "an unknown method": b"BREW /health/live HTTP/1.1\r\n" + HOST + b"\r\n",
    "an unknown version": b"GET /health/live HTTP/9.9\r\n" + HOST + b"\r\n",
    "a NUL in the path": b"GET /api/v1/products/%00 HTTP/1.1\r\n" + HOST + b"\r\n",
    "a NUL in the query": b"GET /api/v1/products?brand=%00 HTTP/1.1\r\n" + HOST + b"\r\n",
    "a query that is not UTF-8": b"GET /api/v1/products?brand=%ff HTTP/1.1\r\n" + HOST + b"\r\n",
}


@pytest.mark.parametrize("request_bytes", REFUSED.values(), ids=REFUSED.keys())
def test_an_ambiguous_request_is_refused(server: Server, request_bytes: bytes) -> None:
    answer = server.raw(request_bytes)
    assert status(answer) in {400, 405, 413, 414, 421, 431, 501, 505}
    assert b"evil.example" not in answer.partition(b"\r\n\r\n")[0]
    assert b"canary" not in answer


UNREADABLE = {
    "a header name with an underscore": (400, "bad-request"),
    "a line of 64 kB": (414, "address-too-long"),
    "a header of 64 kB": (431, "headers-too-large"),
    "an unknown transfer coding": (501, "bad-request"),
}


@pytest.mark.parametrize("name", UNREADABLE)
def test_a_request_that_cannot_be_read_is_answered_with_a_problem(
    server: Server, name: str
) -> None:
    answer = server.raw(REFUSED[name])
    head, _, body = answer.partition(b"\r\n\r\n")
    assert b"\r\nContent-Type: application/problem+json\r\n" in head
    problem = json.loads(body)
    assert (status(answer), problem["code"]) == UNREADABLE[name]
    assert problem["status"] == status(answer)
    assert len(problem["request_id"]) == 36


def test_nothing_after_a_refused_request_is_taken_for_a_second_one(server: Server) -> None:
    smuggled = b"GET /health/live HTTP/1.1\r\n" + HOST + b"\r\n"
    for name in ("content length and chunks", "two content lengths", "an unknown transfer coding"):
        answer = server.raw(REFUSED[name] + smuggled)
        assert answer.count(b"HTTP/1.1 ") == 1, name


def test_a_path_that_is_not_utf8_is_nowhere(server: Server) -> None:
    answer = server.raw(b"GET /api/v1/%ff HTTP/1.1\r\n" + HOST + b"Connection: close\r\n\r\n")
    assert status(answer) == 404
    assert b"application/problem+json" in answer


def test_a_forwarded_host_is_not_believed(server: Server) -> None:
    with server.client() as client:
        answer = client.get(
            "/api/v1/nowhere",
            headers={"X-Forwarded-Host": "evil.example", "Forwarded": "host=evil.example"},
        )
    assert answer.status_code == 404
    assert answer.json()["type"] == f"{server.url}/docs/problems#not-found"


def test_a_forwarded_scheme_is_not_believed(serve: Serve) -> None:
    server = serve(HTTPS="1")
    with server.client() as client:
        answer = client.get("/api/v1/products", headers={"X-Forwarded-Proto": "https"})
    assert answer.status_code == 301
    assert answer.headers["location"] == f"https://127.0.0.1:{server.port}/api/v1/products"


def test_a_trusted_proxy_tells_the_scheme(serve: Serve) -> None:
    server = serve(HTTPS="1", TRUSTED_PROXY_COUNT="1")
    with server.client() as client:
        answer = client.get("/api/v1/nowhere", headers={"X-Forwarded-Proto": "https"})
    assert answer.status_code == 404
    assert answer.headers["strict-transport-security"] == "max-age=31536000"
    assert answer.json()["type"].startswith(f"https://127.0.0.1:{server.port}/")


def test_a_head_request_has_the_headers_of_get_and_no_body(server: Server) -> None:
    answer = server.raw(b"HEAD /health/live HTTP/1.1\r\n" + HOST + b"Connection: close\r\n\r\n")
    head, _, body = answer.partition(b"\r\n\r\n")
    assert status(answer) == 200
    assert b"Content-Length: 16" in head
    assert body == b""

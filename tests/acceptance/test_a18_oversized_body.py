"""Too much is refused before it is read: 413, the connection closed, no memory spent."""

import contextlib
import json
import socket
from collections.abc import Iterator

import pytest

from tests.acceptance.server import Server, read_all

MIB = 1024**2
ALLOWED_GROWTH = 50 * MIB
LOGIN = b"POST /api/v1/auth/token HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"


@pytest.fixture(autouse=True)
def _memory_stays(server: Server) -> Iterator[None]:
    before = server.memory()
    yield
    assert server.memory() - before < ALLOWED_GROWTH


def send(server: Server, head: bytes, chunks: Iterator[bytes]) -> bytes:
    """The answer to a body that is sent until the server has had enough; it must hang up."""
    with socket.create_connection(("127.0.0.1", server.port), timeout=20) as connected:
        connected.sendall(head)
        with contextlib.suppress(OSError):
            for chunk in chunks:
                connected.sendall(chunk)
        return read_all(connected)


def problem(answer: bytes) -> tuple[int, dict[str, object]]:
    head, _, body = answer.partition(b"\r\n\r\n")
    assert b"application/problem+json" in head
    return int(head.split(b" ", 2)[1]), json.loads(body)


@pytest.mark.parametrize("size", [2 * MIB + 1, 21 * MIB, 1024 * MIB, 10**15])
def test_an_announced_giant_is_413_and_the_connection_closes(server: Server, size: int) -> None:
    head = LOGIN + b"Content-Length: %d\r\n\r\n" % size
    status, body = problem(send(server, head, iter([b" " * MIB] * min(8, size // MIB))))
    assert (status, body["code"]) == (413, "content-too-large")
    assert body["limit"] == (20 * MIB if size > 20 * MIB else 2 * MIB)


def test_an_endless_body_of_chunks_is_413(server: Server) -> None:
    chunk = b"%x\r\n" % 65536 + b" " * 65536 + b"\r\n"
    status, body = problem(
        send(server, LOGIN + b"Transfer-Encoding: chunked\r\n\r\n", iter([chunk] * 1000))
    )
    assert (status, body["code"], body["limit"]) == (413, "content-too-large", 2 * MIB)


def test_a_small_body_of_chunks_is_read(server: Server) -> None:
    body = b'{"username": "nobody", "password": "wrong"}'
    chunks = b"".join(b"1\r\n%c\r\n" % byte for byte in body) + b"0\r\n\r\n"
    answer = server.raw(LOGIN + b"Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n" + chunks)
    assert answer.startswith(b"HTTP/1.1 401")


def test_what_follows_an_understated_length_is_not_part_of_the_body(server: Server) -> None:
    body = b'{"username": "nobody", "password": "wrong"}'
    answer = server.raw(LOGIN + b"Content-Length: 10\r\n\r\n" + body)
    assert answer.startswith(b"HTTP/1.1 400")
    assert b"malformed-body" in answer
    assert b"HTTP/1.1 200" not in answer


def test_a_body_that_never_comes_is_not_taken_for_empty(server: Server) -> None:
    answer = server.raw(LOGIN + b"Content-Length: 100\r\n\r\n{")
    assert not answer or answer.startswith(b"HTTP/1.1 400")


def test_ten_thousand_form_fields_are_413(server: Server) -> None:
    with server.client() as client:
        client.get("/admin/login/")
        answer = client.post("/admin/login/", data={f"field{i}": "x" for i in range(10_000)})
    assert answer.status_code == 413
    assert answer.headers["content-type"] == "text/html; charset=utf-8"


def test_ten_thousand_parts_are_refused(server: Server) -> None:
    boundary = "b" * 10
    part = f'--{boundary}\r\nContent-Disposition: form-data; name="f"; filename="f"\r\n\r\nx\r\n'
    body = part * 10_000 + f"--{boundary}--\r\n"
    with server.client() as client:
        headers = {"content-type": f"multipart/form-data; boundary={boundary}"}
        answer = client.post("/api/v1/auth/token", content=body, headers=headers)
        assert answer.status_code == 415
    with server.client() as client:
        client.get("/admin/login/")
        answer = client.post("/admin/login/", content=body, headers=headers)
        assert answer.status_code == 413


def test_compressed_bodies_are_not_unpacked(server: Server) -> None:
    with server.client() as client:
        for coding in ("gzip", "deflate", "br", "zstd"):
            answer = client.post(
                "/api/v1/auth/token",
                content=b"x",
                headers={"content-type": "application/json", "content-encoding": coding},
            )
            assert answer.status_code == 415, coding


def test_the_service_answers_as_before(server: Server) -> None:
    with server.client() as client:
        assert client.get("/health/ready").status_code == 200

"""Hundreds of slow clients at the shipped front door cost everybody else nothing."""

import contextlib
import random
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.acceptance.server import Server, wait_until
from tests.front_door import FrontDoor, front_door

pytestmark = [pytest.mark.soak, pytest.mark.django_db(transaction=True)]
IDLE, SLOW_HEADS, SLOW_BODIES, SLOW_READERS = 200, 200, 200, 50
ATTACK_SECONDS = 20.0
PATIENCE_WITH_A_HEAD = 10.0  # client_header_timeout
HEAD = b"GET /health/live HTTP/1.1\r\nHost: localhost\r\n"
UPLOAD = b"POST /api/v1/products HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100000\r\n\r\n"
LARGE_ANSWER = "/static/drf_spectacular_sidecar/swagger-ui-dist/swagger-ui-bundle.js"
READ = f"GET {LARGE_ANSWER} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode()


class SlowClients:
    """Clients that send or read a byte now and then, and come back when they are thrown out."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.open: dict[str, list[socket.socket]] = {}
        self.ending = threading.Event()
        self.thread = threading.Thread(target=self.drip)

    def __enter__(self) -> "SlowClients":
        self.open = {
            "idle": [self.connect(b"") for _ in range(IDLE)],
            "head": [self.connect(HEAD) for _ in range(SLOW_HEADS)],
            "body": [self.connect(UPLOAD) for _ in range(SLOW_BODIES)],
            "reader": [self.connect(READ) for _ in range(SLOW_READERS)],
        }
        self.thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.ending.set()
        self.thread.join()
        for client in self.all():
            client.close()

    def all(self) -> list[socket.socket]:
        return [client for clients in self.open.values() for client in clients]

    def connect(self, request: bytes) -> socket.socket:
        client = socket.socket()
        client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        client.connect(("127.0.0.1", self.port))
        client.sendall(request)
        return client

    def drip(self) -> None:
        requests = {"idle": b"", "head": HEAD, "body": UPLOAD, "reader": READ}
        while not self.ending.wait(1.0):
            for kind, clients in self.open.items():
                for index, client in enumerate(clients):
                    if not self.keep_up(kind, client):
                        client.close()
                        clients[index] = self.connect(requests[kind])

    def keep_up(self, kind: str, client: socket.socket) -> bool:
        """One byte more of what this client does. False when it was thrown out."""
        with contextlib.suppress(OSError):
            if kind == "head":
                client.sendall(b"X-%d: a\r\n" % random.randrange(9))
            elif kind == "body":
                client.sendall(b"x")
            elif kind == "reader":
                return client.recv(1) != b""
            return not is_closed(client)
        return False


def is_closed(client: socket.socket) -> bool:
    try:
        return client.recv(1, socket.MSG_PEEK | socket.MSG_DONTWAIT) == b""
    except BlockingIOError:
        return False


@pytest.fixture
def door(server: Server, tmp_path: Path) -> Iterator[FrontDoor]:
    with front_door(tmp_path, server.port) as running:
        yield running


def test_normal_requests_stay_quick_among_hundreds_of_slow_clients(door: FrontDoor) -> None:
    durations = []
    with SlowClients(door.port), door.client() as client:
        deadline = time.monotonic() + ATTACK_SECONDS
        while time.monotonic() < deadline:
            began = time.monotonic()
            assert client.get("/api/v1/products").status_code == 200
            assert client.get("/health/live").status_code == 200
            durations.append((time.monotonic() - began) / 2)
    p95 = sorted(durations)[int(len(durations) * 0.95)]
    assert p95 < 1.0, f"{len(durations)} pairs of requests, p95 {p95:.2f} s"


def test_a_head_that_never_ends_is_cut_off(door: FrontDoor) -> None:
    with socket.create_connection(("127.0.0.1", door.port)) as client:
        client.sendall(HEAD)

        def is_cut_off() -> bool:
            with contextlib.suppress(OSError):
                client.sendall(b"X: a\r\n")
                return is_closed(client)
            return True

        wait_until(is_cut_off, PATIENCE_WITH_A_HEAD + 5)
    assert door.client().get("/health/live").status_code == 200

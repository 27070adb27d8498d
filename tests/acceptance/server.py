"""The real thing: gunicorn with our own configuration, two workers, on the test database.

`server` is shared by all tests of a run; `serve` starts one with other settings for one test.
Rows must be committed to be seen there: mark such tests `django_db(transaction=True)`.
"""

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx
import pytest
from django.db import connection

ROOT = Path(__file__).resolve().parents[2]
STARTUP_SECONDS = 30.0

Serve = Callable[..., "Server"]


def wait_until(condition: Callable[[], Any], seconds: float = 10.0) -> Any:
    """The first true value of the condition, or a failure when the time is up."""
    deadline = time.monotonic() + seconds
    while not (value := condition()):
        if time.monotonic() > deadline:
            pytest.fail(f"not within {seconds} s: {condition}")
        time.sleep(0.02)
    return value


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def test_database_url() -> str:
    """The address of the database that the tests of this process use."""
    own = connection.settings_dict
    user = quote(own["USER"], safe="")
    password = f":{quote(own['PASSWORD'], safe='')}" if own["PASSWORD"] else ""
    place = f"host={quote(own['HOST'], safe='')}&port={own['PORT']}".removesuffix("&port=")
    return f"postgresql://{user}{password}@/{quote(own['NAME'], safe='')}?{place}"


test_database_url.__test__ = False  # type: ignore[attr-defined]  # a helper, not a test


class Server:
    """One running gunicorn."""

    def __init__(self, folder: Path, **settings: str) -> None:
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.log_file = folder / f"gunicorn-{self.port}.log"
        self.environment = {
            **os.environ,
            "DATABASE_URL": test_database_url(),
            "HOST": "127.0.0.1",
            "PORT": str(self.port),
            "LOG_LEVEL": "INFO",
            **settings,
        }
        with self.log_file.open("wb") as log:
            self.process = subprocess.Popen(
                [
                    sys.executable,
                    "-m",
                    "gunicorn",
                    "--config",
                    "python:catalog_project.gunicorn",
                    "catalog_project.wsgi",
                ],
                cwd=ROOT,
                env=self.environment,
                stdout=log,
                stderr=log,
            )

    def wait_until_live(self) -> "Server":
        wait_until(self._is_live, STARTUP_SECONDS)
        return self

    def _is_live(self) -> bool:
        if self.process.poll() is not None:
            pytest.fail(f"gunicorn ended at once:\n{self.log_file.read_text()}")
        if len(self.workers()) < int(self.environment.get("WEB_WORKERS", "2")):
            return False  # they come one after the other, and the first would answer for all
        with contextlib.suppress(httpx.HTTPError):
            return httpx.get(f"{self.url}/health/live", timeout=2).status_code == 200
        return False

    def stop(self) -> None:
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def client(self, **options: Any) -> httpx.Client:
        return httpx.Client(base_url=self.url, timeout=10, trust_env=False, **options)

    def raw(self, request: bytes, *, seconds: float = 10.0) -> bytes:
        """What comes back for exactly these bytes, until the server closes or falls silent."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=seconds) as connected:
            with contextlib.suppress(OSError):  # it may refuse before it has read everything
                connected.sendall(request)
                connected.shutdown(socket.SHUT_WR)
            return read_all(connected)

    def workers(self) -> list[int]:
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children")
        return [int(pid) for pid in children.read_text().split()]

    def memory(self) -> int:
        """Resident bytes of all workers, at their highest."""
        return sum(_peak_memory(pid) for pid in self.workers())

    def log_lines(self) -> list[str]:
        return self.log_file.read_text().splitlines()

    def events(self, **members: Any) -> list[dict[str, Any]]:
        """The logged events that have these members."""
        events = [json.loads(line) for line in self.log_lines()]
        return [event for event in events if members.items() <= event.items()]


def read_all(connected: socket.socket) -> bytes:
    received = b""
    with contextlib.suppress(OSError):
        while data := connected.recv(65536):
            received += data
    return received


def _peak_memory(pid: int) -> int:
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) * 1024
    return 0


@pytest.fixture
def server_passwords(settings: Any) -> None:
    """Passwords as the server knows them; the other tests take a quicker hasher."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.ScryptPasswordHasher"]


@pytest.fixture(scope="session")
def server(django_db_setup: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The shared server; tests only send it requests."""
    running = Server(tmp_path_factory.mktemp("server"))
    try:
        yield running.wait_until_live()
    finally:
        running.stop()


@pytest.fixture
def serve(django_db_setup: None, tmp_path: Path) -> Iterator[Serve]:
    """`serve(NAME="value", …)` starts a server with these settings for this test."""
    started: list[Server] = []

    def start(*, wait: bool = True, **settings: str) -> Server:
        started.append(Server(tmp_path, **settings))
        return started[-1].wait_until_live() if wait else started[-1]

    yield start
    for one in started:
        one.stop()

"""PostgreSQL dies under load and comes back: errors while it is away, none afterwards, and every
write that was answered is there."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from threading import Event
from typing import Any

import httpx
import pytest

from catalog_project.embedded.postgres import Postgres
from tests.acceptance.callers import signed_in
from tests.acceptance.server import ROOT, Serve, Server, wait_until

WRITERS, READERS = 4, 4
PASSWORD = "admin-password"
HEALTHY_WITHIN = 10.0  # seconds after PostgreSQL accepts connections again


@dataclass(frozen=True)
class Answer:
    asked: float
    answered: float
    write: str | None  # the slug that a write was to create
    response: httpx.Response


class Load:
    """Readers and writers that note every answer until they are told to stop."""

    def __init__(self, client: httpx.Client) -> None:
        self.client = client
        self.answers: list[Answer] = []
        self.enough = Event()

    def read(self, number: int) -> None:
        paths = ["/api/v1/products?limit=5", "/api/v1/products/first", "/api/v1/brands"]
        count = number
        while not self.enough.is_set():
            self._note(None, "GET", paths[count % len(paths)])
            count += 1

    def write(self, number: int) -> None:
        count = 0
        while not self.enough.is_set():
            slug = f"lamp-{number}-{count}"
            body = {"name": slug, "slug": slug, "variants": [{"sku": slug}]}
            self._note(slug, "POST", "/api/v1/products", json=body)
            count += 1

    def _note(self, slug: str | None, method: str, path: str, **options: Any) -> None:
        asked = time.monotonic()
        response = self.client.request(method, path, **options)
        self.answers.append(Answer(asked, time.monotonic(), slug, response))

    def written(self) -> set[str]:
        """What the service said it had created."""
        return {a.write for a in self.answers if a.write and a.response.status_code == 201}

    def attempted(self) -> set[str]:
        return {answer.write for answer in self.answers if answer.write}

    def failures(self) -> list[Answer]:
        return [answer for answer in self.answers if answer.response.status_code >= 400]

    def count(self) -> int:
        return len(self.answers)


@pytest.fixture
def postgres(tmp_path: Path) -> Iterator[Postgres]:
    """A PostgreSQL of its own, which keeps what it has committed."""
    own = Postgres(
        tmp_path / "postgres", sockets=tmp_path, log=tmp_path / "postgres.log", durable=True
    )
    own.start()
    try:
        yield own
    finally:
        own.stop()


def manage(postgres: Postgres, folder: Path, *command: str) -> None:
    environment = {**os.environ, "DATABASE_URL": postgres.url, "DATA_DIR": str(folder)}
    subprocess.run([sys.executable, "manage.py", *command], cwd=ROOT, env=environment, check=True)


@pytest.fixture
def server(postgres: Postgres, serve: Serve, tmp_path: Path) -> Server:
    manage(postgres, tmp_path, "migrate", "--verbosity=0")
    manage(postgres, tmp_path, "ensure_admin", "--password-file", str(tmp_path / PASSWORD))
    return serve(DATABASE_URL=postgres.url, DATA_DIR=str(tmp_path))


def kill(postgres: Postgres) -> None:
    """What `pg_ctl -m immediate` does: no goodbye and no checkpoint."""
    assert postgres.process is not None
    postgres.process.send_signal(signal.SIGQUIT)
    postgres.process.wait()


def sign_in(server: Server, folder: Path) -> str:
    password = (folder / PASSWORD).read_text().strip()
    with server.client() as client:
        answer = client.post("/api/v1/auth/token", json={"username": "admin", "password": password})
    return str(answer.json()["access"])


def is_healthy(client: httpx.Client) -> bool:
    """Every worker answers: the requests go to whichever is free."""
    answers = [client.get("/api/v1/products?limit=1") for _ in range(20)]
    return all(answer.status_code == 200 for answer in answers)


def slugs(client: httpx.Client) -> set[str]:
    found: set[str] = set()
    parameters = {"limit": "100", "fields": "slug"}
    while True:
        page = client.get("/api/v1/products", params=parameters).json()
        found |= {item["slug"] for item in page["items"]}
        if page["next_cursor"] is None:
            return found
        parameters["cursor"] = page["next_cursor"]


def assert_says_when_to_come_back(answer: Answer) -> None:
    response = answer.response
    assert response.status_code == 503, response.text
    assert response.headers["Content-Type"] == "application/problem+json"
    assert int(response.headers["Retry-After"]) >= 1
    assert response.json()["request_id"] == response.headers["X-Request-ID"]


@pytest.mark.parametrize("restarts", [1, pytest.param(5, marks=pytest.mark.soak)])
def test_a_killed_postgresql_loses_no_answered_write(
    server: Server, postgres: Postgres, tmp_path: Path, restarts: int
) -> None:
    with signed_in(server, sign_in(server, tmp_path)) as client:
        client.post("/api/v1/products", json={"name": "First", "slug": "first"})
        load = Load(client)
        away: list[tuple[float, float]] = []
        with ThreadPoolExecutor(WRITERS + READERS) as pool:
            running = [pool.submit(load.write, n) for n in range(WRITERS)]
            running += [pool.submit(load.read, n) for n in range(READERS)]
            try:
                for _ in range(restarts):
                    gone = lose_and_regain(postgres, load)
                    wait_until(lambda: is_healthy(client), HEALTHY_WITHIN)
                    away.append((gone, time.monotonic()))
                    more(load, 200)
            finally:
                load.enough.set()
            for each in running:
                each.result()

        assert load.failures(), "nobody noticed that PostgreSQL was away"
        for failure in load.failures():
            assert_says_when_to_come_back(failure)
            assert any(failure.asked <= back and failure.answered >= gone for gone, back in away)
        stored = slugs(client) - {"first"}
        assert load.written() <= stored
        # A commit whose answer was lost may be there; nobody was told that it is not.
        assert stored <= load.attempted()
    manage(postgres, tmp_path, "check_catalog")


def more(load: Load, answers: int) -> None:
    """Wait for so many more answers."""
    enough = load.count() + answers
    wait_until(lambda: load.count() > enough, 60)


def lose_and_regain(postgres: Postgres, load: Load) -> float:
    """Kill it under load and start it once callers have felt it. Answers when it went."""
    more(load, 100)
    gone = time.monotonic()
    kill(postgres)
    felt = len(load.failures()) + 20
    wait_until(lambda: len(load.failures()) > felt, 60)
    postgres.start()
    return gone

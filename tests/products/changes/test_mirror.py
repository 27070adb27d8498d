"""The mirror of docs/changes.md, as it stands there: at last it is the catalog."""

import json
import os
import random
import re
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson
import psycopg
import pytest
from django.db import connection

from catalog_project.api.pagination import decode_cursor
from products.changes.export import Ending, Selection, export
from products.models import Change, Product
from tests.acceptance.server import ROOT, Server, test_database_url, wait_until
from tests.accounts.factories import UserFactory
from tests.accounts.fixtures import Program
from tests.products.changes.feeds import settle
from tests.products.changes.writers import Writer

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.quiet]
CODE = re.findall(r"```python\n(.*?)```", (ROOT / "docs" / "changes.md").read_text(), re.DOTALL)
SEED = 20261121


class Mirror:
    """The program of the docs, which is killed now and then."""

    def __init__(self, folder: Path, server: Server) -> None:
        (self.code,) = CODE
        self.program = folder / "mirror.py"
        self.program.write_text(self.code)
        self.file = folder / "mirror.sqlite"
        key = Program(UserFactory.create(editor=True), "changes:read", "products:read").text
        self.environment = {**os.environ, "CATALOG": server.url, "KEY": key}
        self.kills = 0
        self.start()

    def start(self) -> None:
        command = [sys.executable, str(self.program), str(self.file)]
        self.process = subprocess.Popen(command, env=self.environment)  # ours

    def kill(self) -> None:
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()
        self.kills += 1

    def read(self, sql: str) -> list[Any]:
        with sqlite3.connect(self.file, timeout=30) as db:
            rows = list(db.execute(sql))
        db.close()
        return rows

    def is_past(self, xid: int) -> bool:
        if self.process.poll() is not None:
            self.start()
        try:
            rows = self.read("SELECT cursor FROM place")
        except sqlite3.OperationalError:  # it has not made its tables yet
            return False
        return bool(rows) and decode_cursor(rows[0][0], "changes", 2)[0] > xid

    def products(self) -> dict[str, Any]:
        rows = self.read("SELECT id, record FROM mirror")
        return {key: json.loads(record) for key, record in rows}


@pytest.fixture
def mirror(tmp_path: Path, server: Server) -> Iterator[Mirror]:
    mirror = Mirror(tmp_path, server)
    yield mirror
    mirror.kill()


def catalog() -> dict[str, Any]:
    parts = b"".join(
        part for part in export([Selection("product")]) if not isinstance(part, Ending)
    )
    rows = map(orjson.loads, parts.splitlines())
    return {row["id"]: row["record"] for row in rows}


def ensure_equal(mirror: Mirror, seconds: float) -> None:
    settle()
    newest = int(str(Change.objects.latest("xid").xid))
    wait_until(lambda: mirror.is_past(newest), seconds)
    assert mirror.products() == catalog()


def cut_off_a_session() -> None:
    """What a kill -9 of a writer is to the database."""
    with psycopg.connect(test_database_url(), autocommit=True) as other:
        other.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> %s"
            " AND datname = current_database() AND backend_xid IS NOT NULL AND pid <>"
            " pg_backend_pid() ORDER BY random() LIMIT 1",
            [connection.connection.info.backend_pid if connection.connection else 0],
        )


def test_a_mirror_is_the_catalog_behind_writers_who_are_cut_off(mirror: Mirror) -> None:
    def run(seed: int) -> None:
        try:
            Writer(seed).write(20)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(SEED + n,)) for n in range(3)]
    for thread in threads:
        thread.start()
    while any(thread.is_alive() for thread in threads):
        cut_off_a_session()
        mirror.kill()
        mirror.start()
        for thread in threads:
            thread.join(0.3)
    ensure_equal(mirror, 30)
    assert Change.objects.count() > 20
    assert Product.objects.exists()


def fork_writer(seed: int) -> int:
    """A process of its own that writes until it is killed; nothing of ours is shared with it."""
    connection.close()
    connection.close_pool()  # type: ignore[attr-defined]  # the PostgreSQL backend has one
    if pid := os.fork():
        return pid
    try:
        Writer(seed, at_once=10).write(1_000_000)
    finally:
        os._exit(1)


@pytest.mark.soak
def test_a_mirror_is_the_catalog_after_20000_changes_by_8_writers(mirror: Mirror) -> None:
    """Processes that are killed at random moments; so is the mirror."""
    choose, began, killed = random.Random(SEED), time.monotonic(), 0
    writers = [fork_writer(n) for n in range(8)]
    try:
        while Change.objects.count() < 20_000:
            time.sleep(choose.uniform(1, 3))
            number = choose.randrange(8)
            os.kill(writers[number], signal.SIGKILL)
            os.waitpid(writers[number], 0)
            killed += 1
            writers[number] = fork_writer(8 + killed)
            if choose.random() < 0.3:
                mirror.kill()
                mirror.start()
    finally:
        for pid in writers:
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)
    ensure_equal(mirror, 300)
    print(  # noqa: T201  # the figures of the run
        f"{Change.objects.count():,} changes, {Product.objects.count():,} products,"
        f" {killed + 8} writers and {mirror.kills} mirrors killed,"
        f" {time.monotonic() - began:.0f} s"
    )

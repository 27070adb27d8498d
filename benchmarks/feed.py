#!/usr/bin/env python3
"""How fast the feed serves a long log, and an export the catalog, beside PostgreSQL's own COPY.

One throw-away PostgreSQL, the catalog as it ships. Rounds go from one to the other in turn. The
feed is read to its end in pages of 1,000; the export is read over HTTP, COPY through a connection
of its own: once the stored documents as they are, once the records that the export makes.
"""

# ruff: noqa: PLC0415  # Django's modules come after its settings

import argparse
import http.client
import json
import os
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from benchmarks.servers import Server  # noqa: E402 (the path comes first)
from tests.services import ThrowAwayServices  # noqa: E402 (the path comes first)

MIB = 1024**2


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--products", type=int, default=5_000)
    parser.add_argument("--changes", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    services = ThrowAwayServices()
    services.complete_environment()
    services.start()
    try:
        key = seed(options.products, options.changes)
        server = Server.gunicorn("catalog", "catalog_project.wsgi", services.folder / "web.log")
        try:
            server.wait_for("/health/live")
            measure(server, key, options.rounds)
        finally:
            server.stop()
    finally:
        services.stop()


def seed(products: int, changes: int) -> str:
    """The catalog, its log made as long by copies of it, and an API key to read them."""
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connection

    from accounts.actors import Actor
    from accounts.api_keys import create_api_key
    from products.services.products import create_products
    from tests.accounts.factories import UserFactory

    call_command("migrate", verbosity=0)
    actor = Actor(user_id=None, label="benchmark", source="command")
    for first in range(0, products, 500):
        items = [product(n) for n in range(first, min(first + 500, products))]
        create_products(items, actor=actor)  # type: ignore[arg-type]  # plain values
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO products_change (at, event, aggregate, aggregate_id, version, snapshot,"
            " actor_label, source, request_id) SELECT at, event, aggregate, gen_random_uuid(), 1,"
            " snapshot, actor_label, source, request_id FROM products_change,"
            " generate_series(1, %s) WHERE aggregate = 'product' LIMIT %s",
            [changes // products, changes - products],
        )
        cursor.execute("VACUUM ANALYZE")
    user = UserFactory.create(editor=True)
    scopes = ["changes:read", "products:read"]
    return create_api_key(user, name="benchmark", scopes=scopes, actor=actor)[1]


def product(n: int) -> dict[str, object]:
    from decimal import Decimal

    return {
        "name": f"Product {n}",
        "description": f"What is to be said of number {n}, at some length. " * 8,
        "status": "published",
        "tags": ["one", "two"],
        "variants": [
            {
                "sku": f"SKU-{n}-{size}",
                "options": {"Size": size},
                "prices": [{"currency": "USD", "amount": Decimal(10 + n % 90)}],
            }
            for size in "SML"
        ],
        "media": [{"url": f"https://images.example/{n}.jpg", "alt": f"Picture {n}"}],
    }


class Reader:
    def __init__(self, server: Server, key: str) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=300)
        self.headers = {"X-API-Key": key}

    def get(self, path: str) -> http.client.HTTPResponse:
        self.connection.request("GET", f"/api/v1/{path}", headers=self.headers)
        answer = self.connection.getresponse()
        if answer.status != 200:
            raise SystemExit(f"Error: {path} answers {answer.status}: {answer.read()[:300]!r}")
        return answer

    def feed(self) -> tuple[int, int]:
        """Changes and bytes."""
        count, size, path = 0, 0, "changes?limit=1000"
        while True:
            body = self.get(path).read()
            page = json.loads(body)
            count, size = count + len(page["items"]), size + len(body)
            if not page["has_more"]:
                return count, size
            path = f"changes?limit=1000&after={page['next_cursor']}"

    def export(self) -> tuple[int, int]:
        size, tail, answer = 0, b"", self.get("products/export")
        while part := answer.read(MIB):
            size, tail = size + len(part), (tail + part)[-500:]
        return int(json.loads(tail.splitlines()[-1])["count"]), size


def copy(sql: str) -> tuple[int, int]:
    import psycopg

    with psycopg.connect(os.environ["DATABASE_URL"]) as connection:
        cursor = connection.cursor()
        with cursor.copy(f"COPY ({sql}) TO STDOUT") as rows:
            size = sum(len(block) for block in rows)
        return cursor.rowcount, size


def measure(server: Server, key: str, rounds: int) -> None:
    from products.changes.export import Selection

    reader = Reader(server, key)
    reader.get("changes?limit=1000").read()
    before = server.peak_rss_mib()
    ways: dict[str, Callable[[], tuple[int, int]]] = {
        "feed": reader.feed,
        "export": reader.export,
        "COPY of documents": lambda: copy("SELECT body FROM products_document"),
        "COPY of records": lambda: copy(Selection("product").sql()),
    }
    times: dict[str, list[float]] = {name: [] for name in ways}
    sizes: dict[str, tuple[int, int]] = {}
    for _ in range(rounds):
        for name, read in ways.items():
            start = time.perf_counter()
            sizes[name] = read()
            times[name].append(time.perf_counter() - start)
    print(f"{'':20}{'rows':>10}{'MB':>9}{'seconds':>9}{'rows/s':>10}{'MB/s':>8}")
    for name, each in times.items():
        (rows, size), median = sizes[name], statistics.median(each)
        print(
            f"{name:20}{rows:10,}{size / 1e6:9.1f}{median:9.2f}"
            f"{rows / median:10,.0f}{size / 1e6 / median:8.1f}"
        )
    for name in ("COPY of documents", "COPY of records"):
        ratio = statistics.median(
            one / other for one, other in zip(times["export"], times[name], strict=True)
        )
        print(f"export takes {ratio:.1f} times as long as {name}")
    print(f"peak memory of a worker: {before:.0f} MiB before, {server.peak_rss_mib():.0f} after")


if __name__ == "__main__":
    main()

#!/usr/bin/env python3
"""What a bulk upsert costs, beside the same writes one by one and beside a bare COPY of its rows.

One gunicorn over one throw-away PostgreSQL. Rounds go from one way to the next in turn, so that all
see the same machine: 1,000 upserts in one request, some of the same as single requests over one
connection, and the rows that such a request leaves behind copied into tables of the same shape.
Prints seconds, ratios and the highest memory of a worker; fails where a goal is missed.
"""

# ruff: noqa: PLC0415  # Django's modules come after its settings

import argparse
import json
import logging
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from benchmarks.servers import Server  # noqa: E402 (the path comes first)
from tests.services import ThrowAwayServices  # noqa: E402

TIMES_SINGLE = 30.0  # at least so many times as quick as single requests
TIMES_COPY = 12.0  # at most so many times as slow as COPY
PASSWORD = "a password for benchmarks"  # of a throw-away service
# What a write of products leaves behind.
TABLES = (
    "products_product",
    "products_variant",
    "products_price",
    "products_pricerecord",
    "products_externalid",
    "products_change",
    "products_document",
)


def main() -> None:
    options = read_options()
    services = ThrowAwayServices()
    services.complete_environment()
    services.start()
    try:
        import django

        django.setup()
        logging.getLogger("httpx").setLevel(logging.WARNING)
        measure(options)
    finally:
        services.stop()


def read_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--items", type=int, default=1_000, help="of one bulk request")
    parser.add_argument("--singles", type=int, default=100, help="single requests of a round")
    parser.add_argument("--rounds", type=int, default=5)
    return parser.parse_args()


def measure(options: argparse.Namespace) -> None:
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    with tempfile.TemporaryDirectory() as folder:
        server = Server.gunicorn("catalog", "catalog_project.wsgi", Path(folder, "log"))
        try:
            server.wait_for("/health/live")
            with httpx.Client(base_url=server.url(""), timeout=300) as client:
                client.headers["Authorization"] = f"Bearer {token(client)}"
                times = run(client, options)
            peak = server.peak_rss_mib()
        finally:
            server.stop()
    sys.exit(report(times, options, peak))


def token(client: httpx.Client) -> str:
    from accounts.models import User

    User.objects.create_superuser("benchmark", "benchmark@example.com", PASSWORD)
    answer = client.post("/api/v1/auth/token", json={"username": "benchmark", "password": PASSWORD})
    return str(answer.raise_for_status().json()["access"])


def run(client: httpx.Client, options: argparse.Namespace) -> dict[str, list[float]]:
    """Seconds of each round, by what was done; single requests per as many items."""
    from django.db import connection

    times: dict[str, list[float]] = {}
    for n in range(options.rounds + 1):  # the first one warms plans and caches up
        many, few = product_range(f"b{n}", options.items), product_range(f"s{n}", options.singles)
        steps = [
            ("bulk creates", bulk, many, "new"),
            ("single creates", single, few, "new"),
            ("bulk updates", bulk, many, "changed"),
            ("single updates", single, few, "changed"),
            ("bulk, nothing new", bulk, many, "changed"),
        ]
        for name, act, products, state in steps:
            start = time.perf_counter()
            act(client, products, state)
            took = (time.perf_counter() - start) * options.items / len(products)
            if n:
                times.setdefault(name, []).append(took)
        took = copied([key for key, _ in many])
        if n:
            times.setdefault("COPY of the rows", []).append(took)
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
    return times


def product_range(tag: str, count: int) -> list[tuple[str, dict[str, Any]]]:
    return [(f"{tag}-{n}", product(f"{tag}-{n}")) for n in range(count)]


def product(slug: str) -> dict[str, Any]:
    """Two variants with a price each, an external id, tags and 500 characters of text."""
    return {
        "name": f"Enamel mug {slug}",
        "description": "Steel under enamel: light, and it survives the campfire. " * 9,
        "tags": ["camping", "gift"],
        "metadata": {"supplier": "NW-17", "row": 4},
        "external_ids": [{"system": "erp", "id": slug}],
        "variants": [
            {
                "sku": f"{slug}-{color}",
                "options": {"Color": color},
                "prices": [{"currency": "USD", "amount": "19.90"}],
            }
            for color in ("Blue", "Red")
        ],
    }


def said(values: dict[str, Any], state: str) -> dict[str, Any]:
    """What a round writes: another text, and other prices."""
    if state == "new":
        return values
    variants = [
        {**each, "prices": [{"currency": "USD", "amount": "17.90"}]} for each in values["variants"]
    ]
    return {**values, "description": f"{values['description']} {state}", "variants": variants}


def bulk(client: httpx.Client, many: list[tuple[str, dict[str, Any]]], state: str) -> None:
    items = [
        {"operation": "upsert", "slug": slug, "product": said(values, state)}
        for slug, values in many
    ]
    answer = client.post(
        "/api/v1/products/bulk", content=json.dumps({"items": items}), headers=JSON
    )
    assert answer.status_code == 200, answer.text[:2_000]


JSON = {"Content-Type": "application/json"}


def single(client: httpx.Client, few: list[tuple[str, dict[str, Any]]], state: str) -> None:
    for slug, values in few:
        body = json.dumps({**said(values, state), **({"slug": slug} if state == "new" else {})})
        if state == "new":
            answer = client.post("/api/v1/products", content=body, headers=JSON)
        else:
            answer = client.patch(f"/api/v1/products/{slug}", content=body, headers=JSON)
        assert answer.status_code in (200, 201), answer.text[:2_000]


def copied(slugs: list[str]) -> float:
    """Seconds that COPY takes for the rows of these products, into tables with the same indexes."""
    from django.db import connection, transaction

    with connection.cursor() as cursor:
        cursor.execute("SELECT id FROM products_product WHERE slug = ANY(%s)", [slugs])
        keys = [row[0] for row in cursor.fetchall()]
        rows = {}
        for table in TABLES:
            cursor.execute(
                f"CREATE TABLE IF NOT EXISTS copy_of_{table} (LIKE {table} INCLUDING ALL)"
            )
            cursor.execute(f"TRUNCATE copy_of_{table}")
            rows[table] = list(out_of(cursor, table, keys))
        start = time.perf_counter()
        with transaction.atomic():
            for table, data in rows.items():
                with cursor.copy(f"COPY copy_of_{table} ({columns(table)}) FROM STDIN") as copy:
                    for block in data:
                        copy.write(block)
        return time.perf_counter() - start


def columns(table: str) -> str:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT string_agg(quote_ident(attname), ', ' ORDER BY attnum) FROM pg_attribute"
            " WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped"
            " AND attgenerated = '' AND attidentity = ''",
            [table],
        )
        return str(cursor.fetchone()[0])


def out_of(cursor: Any, table: str, keys: list[Any]) -> Iterator[bytes]:
    """The rows of these products as COPY prints them."""
    owner = {
        "products_product": "id",
        "products_change": "aggregate_id",
        "products_price": "(SELECT product_id FROM products_variant v WHERE v.id = variant_id)",
    }.get(table, "product_id")
    wanted = ", ".join(f"'{key}'" for key in keys)
    query = f"SELECT {columns(table)} FROM {table} WHERE {owner} IN ({wanted})"
    with cursor.copy(f"COPY ({query}) TO STDOUT") as copy:
        yield from (bytes(block) for block in copy)


def report(times: dict[str, list[float]], options: argparse.Namespace, peak: float) -> int:
    """Prints what was measured; answers 1 where a goal is missed."""
    medians = {name: statistics.median(each) for name, each in times.items()}
    print(f"{f'seconds for {options.items:,} products':28}{'median':>10}{'slowest':>10}")
    for name, each in times.items():
        print(f"{name:28}{medians[name]:10.3f}{max(each):10.3f}")
    missed = 0
    for noun in ("creates", "updates"):
        ratio = median_ratio(times[f"single {noun}"], times[f"bulk {noun}"])
        print(f"bulk {noun}: {ratio:.1f} times single ones (goal {TIMES_SINGLE:.0f})")
        missed |= ratio < TIMES_SINGLE
        ratio = median_ratio(times[f"bulk {noun}"], times["COPY of the rows"])
        print(f"bulk {noun}: {ratio:.1f} times COPY (goal: at most {TIMES_COPY:.0f})")
        missed |= ratio > TIMES_COPY
    print(f"highest memory of a worker: {peak:.0f} MiB")
    return missed


def median_ratio(above: list[float], below: list[float]) -> float:
    """Of the rounds, each with what ran beside it."""
    return statistics.median(one / other for one, other in zip(above, below, strict=True))


if __name__ == "__main__":
    main()

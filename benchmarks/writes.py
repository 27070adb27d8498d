#!/usr/bin/env python3
"""What a single create and a single patch cost, beside peers that do nothing but write the rows.

The catalog, a plain DRF ModelViewSet and FastAPI with SQLAlchemy over one throw-away PostgreSQL,
two processes each, one connection. Rounds go from one to the next in turn, so that all see the same
machine. Prints requests per second and ratios; fails where the catalog has less than 0.7 of the
rate of the plain DRF view.
"""

# ruff: noqa: PLC0415  # Django's modules come after its settings

import argparse
import json
import logging
import os
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import httpx

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from benchmarks.bulk import JSON, product, token  # noqa: E402 (the path comes first)
from benchmarks.servers import Server  # noqa: E402
from tests.services import ThrowAwayServices  # noqa: E402

GOAL = 0.7
WAYS = ("catalog", "DRF", "FastAPI")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--requests", type=int, default=100, help="of each kind in a round")
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    services = ThrowAwayServices()
    services.complete_environment()
    services.start()
    try:
        import django

        django.setup()
        logging.getLogger("httpx").setLevel(logging.WARNING)
        sys.exit(report(measure(options)))
    finally:
        services.stop()


def measure(options: argparse.Namespace) -> dict[tuple[str, str], list[float]]:
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    started: list[Server] = []
    with tempfile.TemporaryDirectory() as folder:
        try:
            for name, start in servers(Path(folder)).items():
                started.append(start())
                started[-1].wait_for("/health/live" if name == "catalog" else "/api/v1/products")
            clients = [httpx.Client(base_url=each.url(""), timeout=60) for each in started]
            clients[0].headers["Authorization"] = f"Bearer {token(clients[0])}"
            return run(dict(zip(WAYS, clients, strict=True)), options)
        finally:
            for each in started:
                each.stop()


def servers(folder: Path) -> dict[str, Any]:
    plain = {
        "DJANGO_SETTINGS_MODULE": "benchmarks.peers.drf_settings",
        "PEER_URLS": "benchmarks.peers.drf_writes",
    }
    return {
        "catalog": lambda: Server.gunicorn("catalog", "catalog_project.wsgi", folder / "1"),
        "DRF": lambda: Server.gunicorn("DRF", "catalog_project.wsgi", folder / "2", **plain),
        "FastAPI": lambda: Server.uvicorn(
            "FastAPI", "benchmarks.peers.fastapi_writes:app", folder / "3"
        ),
    }


def run(
    clients: dict[str, httpx.Client], options: argparse.Namespace
) -> dict[tuple[str, str], list[float]]:
    """Requests per second of each round, by server and kind."""
    rates: dict[tuple[str, str], list[float]] = {}
    for n in range(options.rounds + 1):  # the first one warms plans and caches up
        for kind in ("create", "patch"):
            for name, client in clients.items():
                slugs = [f"{name.lower()}-{n}-{i}" for i in range(options.requests)]
                start = time.perf_counter()
                for slug in slugs:
                    write(client, kind, slug)
                if n:
                    rate = len(slugs) / (time.perf_counter() - start)
                    rates.setdefault((name, kind), []).append(rate)
    return rates


def write(client: httpx.Client, kind: str, slug: str) -> None:
    if kind == "create":
        values = {**product(slug), "slug": slug}
        del values["external_ids"]  # which the peers do not have
        answer = client.post("/api/v1/products", content=json.dumps(values), headers=JSON)
    else:
        body = json.dumps({"name": f"Steel mug {slug}", "tags": ["camping"]})
        answer = client.patch(f"/api/v1/products/{slug}", content=body, headers=JSON)
    assert answer.status_code in (200, 201), answer.text[:2_000]


def report(rates: dict[tuple[str, str], list[float]]) -> int:
    """Prints what was measured; answers 1 where the goal is missed."""
    print(f"load {os.getloadavg()[0]:.1f}")
    missed = 0
    for kind in ("create", "patch"):
        for name in WAYS:
            print(f"{kind:8}{name:10}{statistics.median(rates[name, kind]):8.0f}/s")
        for peer in WAYS[1:]:
            pairs = zip(rates["catalog", kind], rates[peer, kind], strict=True)
            ratio = statistics.median(own / other for own, other in pairs)
            print(f"{kind:8}{ratio:.2f} of the rate of {peer}")
            missed |= peer == "DRF" and ratio < GOAL
    return missed


if __name__ == "__main__":
    main()

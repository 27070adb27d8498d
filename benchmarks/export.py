#!/usr/bin/env python3
"""How fast products leave the catalog, beside PostgreSQL's own COPY, and how much memory it takes.

One throw-away PostgreSQL, the catalog as it ships. Each format is written by a process of its own,
so that its peak memory is its own; COPY of the stored documents is the floor.
"""

# ruff: noqa: PLC0415  # Django's modules come after its settings

import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from benchmarks.feed import copy, seed  # noqa: E402 (the path comes first)
from tests.services import ThrowAwayServices  # noqa: E402 (the path comes first)

FORMATS = ("ndjson", "csv", "zip", "xlsx", "shopify", "google-xml")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--products", type=int, nargs="+", default=[1_000, 5_000])
    parser.add_argument("--formats", nargs="+", default=list(FORMATS), choices=FORMATS)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--one", metavar="FORMAT", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one:
        measure_one(options.one, options.rounds)
        return
    for products in options.products:
        services = ThrowAwayServices()
        services.complete_environment()
        services.start()
        try:
            print(f"{products:,} products, load {os.getloadavg()[0]:.1f}")
            measure(products, options.formats, options.rounds)
        finally:
            services.stop()
            for name in ("DATABASE_URL", "REDIS_URL"):
                del os.environ[name]


def measure(products: int, formats: list[str], rounds: int) -> None:
    """Seeding happens in a process of its own, too: its memory is not that of an export."""
    call("--seed", str(products))
    floors = []
    for _ in range(rounds):
        start = time.perf_counter()
        copy("SELECT body FROM products_document")
        floors.append(time.perf_counter() - start)
    floor = statistics.median(floors)
    print(f"{'':12}{'seconds':>9}{'rows/s':>10}{'MB':>9}{'x COPY':>8}{'peak MiB':>10}")
    print(f"{'COPY':12}{floor:9.2f}{products / floor:10,.0f}")
    for name in formats:
        found = json.loads(call("--one", name, "--rounds", str(rounds)))
        seconds = found["seconds"]
        print(
            f"{name:12}{seconds:9.2f}{products / seconds:10,.0f}{found['size'] / 1e6:9.1f}"
            f"{seconds / floor:8.1f}{found['peak']:10.0f}"
        )


def call(*arguments: str) -> str:
    command = [sys.executable, __file__, *arguments]
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout


def measure_one(code: str, rounds: int) -> None:
    import django

    django.setup()
    from products.transfer.exporting import WRITERS
    from products.transfer.truth import Wanted, snapshot
    from products.transfer.writers.options import WriteOptions

    times = []
    size = 0
    for _ in range(rounds):
        start, size = time.perf_counter(), 0
        with snapshot(Wanted(), is_long=True) as truth:
            options = WriteOptions("USD", link="https://shop.example/{slug}")
            for part in WRITERS[code].write(truth, options):
                size += len(part)
        times.append(time.perf_counter() - start)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"seconds": statistics.median(times), "size": size, "peak": peak}))


if __name__ == "__main__":
    if sys.argv[1:2] == ["--seed"]:
        seed(int(sys.argv[2]), int(sys.argv[2]))
    else:
        main()

"""What search and suggestions take inside the service, without HTTP.

python -m benchmarks.search [--products 50000] [--queries 600]

Queries are words of names of made-up products, in any order, a tenth of them misspelt; suggestions
are asked for every third letter of some of them. Beside the time on the clock stands the time that
this process and its PostgreSQL process were on a core: the machine may be busy with other work.
Servers of its own, in a temporary folder; nothing of yours is touched.
"""

import argparse
import os
import random
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

# ruff: noqa: PLC0415  # Django's modules come after its settings
ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
os.chdir(ROOT)

import django  # noqa: E402  # the path comes first

from benchmarks.relevance.judged import misspelt  # noqa: E402  # the path comes first
from tests.services import ThrowAwayServices  # noqa: E402  # the path comes first

WARM = 50
PARTS = (50, 95, 99)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--products", type=int, default=50_000)
    parser.add_argument("--queries", type=int, default=600)
    options = parser.parse_args()
    services = ThrowAwayServices()
    services.complete_environment()
    try:
        services.start()
        django.setup()
        fill(options.products)
        measure(options.queries)
    finally:
        services.stop()


def fill(products: int) -> None:
    from django.core.management import call_command
    from django.db import connection

    call_command("migrate", verbosity=0)
    call_command("seed_catalog", products=products)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


def measure(count: int) -> None:
    from products.documents.listing import Listing
    from products.models import Product
    from products.search.query import read_query
    from products.search.results import read_results
    from products.search.suggestions import suggest

    names = list(Product.objects.filter(status="published").values_list("name", flat=True)[:5_000])
    texts = queries(names, count)
    typed = [text[:end] for text in texts[: count // 4] for end in range(2, len(text) + 1, 3)]

    def search(text: str) -> None:
        query = read_query(text, view=1, visible_only=True)
        read_results(query, Listing(), limit=20)

    def complete(text: str) -> None:
        suggest(text, view=1, chain=("en",), visible_only=True)

    tasks: list[tuple[str, Callable[[str], None], Sequence[str]]] = [
        ("search", search, texts),
        ("suggestions", complete, typed),
    ]
    print(f"load of the machine: {os.getloadavg()[0]:.1f}")
    for name, ask, asked in tasks:
        clock, cores = timed(ask, asked)
        print(f"{name:12}{len(asked):6} queries  {line(clock)}  on a core: {line(cores)}")


def queries(names: Sequence[str], count: int) -> list[str]:
    chance = random.Random(5)
    found = []
    for number in range(count):
        words = chance.choice(names).split()
        text = " ".join(chance.sample(words, min(chance.choice((1, 2, 2, 3, 3, 4)), len(words))))
        found.append(misspelt(text, seed=number) if number % 10 == 0 else text)
    return found


def timed(ask: Callable[[str], None], texts: Sequence[str]) -> tuple[list[float], list[float]]:
    """Milliseconds of each query on the clock, and on a core."""
    from django.db import connection

    for text in texts[:WARM]:
        ask(text)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        backend = Path(f"/proc/{cursor.fetchone()[0]}/schedstat")
    clock, cores = [], []
    for text in texts:
        began, busy = time.perf_counter(), on_core(backend)
        ask(text)
        clock.append((time.perf_counter() - began) * 1e3)
        cores.append((on_core(backend) - busy) * 1e3)
    return sorted(clock), sorted(cores)


def on_core(backend: Path) -> float:
    return int(backend.read_text().split()[0]) / 1e9 + time.process_time()


def line(values: Sequence[float]) -> str:
    parts = (f"p{part} {values[len(values) * part // 100]:.1f}" for part in PARTS)
    return f"{', '.join(parts)}, most {values[-1]:.1f} ms"


if __name__ == "__main__":
    main()

"""What it costs to print the documents of a catalog anew: set-based, and one product at a time.

python -m benchmarks.documents [--products 100000] [--rounds 5]

Each round spoils the documents of some products and prints them in batches of 2,000, then those of
others one by one, so that both see the same machine. Afterwards `manage.py rebuild_documents` runs
over a tenth of the catalog and over all of it: its peak memory (RSS) must not grow with the number
of products. Servers of its own, in a temporary folder; nothing of yours is touched.
"""

import argparse
import os
import random
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from uuid import UUID

# ruff: noqa: PLC0415  # Django's modules come after its settings
ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
os.chdir(ROOT)

import django  # noqa: E402  # the path comes first

from tests.services import ThrowAwayServices  # noqa: E402  # the path comes first

SETS, SINGLES = 10_000, 500  # products of one round


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--products", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    services = ThrowAwayServices()
    services.complete_environment()
    try:
        services.start()
        django.setup()
        manage("migrate", "--verbosity=0")
        tenth = options.products // 10
        manage("seed_catalog", "--products", str(tenth), "--seed", "1")
        few = full_rebuild()
        rest = str(options.products - tenth)
        manage("seed_catalog", "--add", "--products", rest, "--seed", "2")
        compare(options.rounds)
        many = full_rebuild()
        print(f"Peak RSS of rebuild_documents: {few:.0f} MiB at {tenth:,} products,", end=" ")
        print(f"{many:.0f} MiB at {options.products:,} (ratio {many / few:.2f})")
    finally:
        services.stop()


def manage(*arguments: str) -> None:
    command = [sys.executable, str(ROOT / "manage.py"), *arguments]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(done.stderr)


def full_rebuild() -> float:
    """Spoil all documents, rebuild them in a process of its own; answers its peak RSS in MiB."""
    from django.db import connection, connections

    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = 0")
        cursor.execute("UPDATE products_document SET etag = ''")
        count = cursor.rowcount
    connections.close_all()
    start = time.perf_counter()
    command = [sys.executable, str(ROOT / "manage.py"), "rebuild_documents"]
    quiet = subprocess.DEVNULL
    with subprocess.Popen(command, stdout=quiet, stderr=quiet) as process:
        _, _, usage = os.wait4(process.pid, 0)
        process.returncode = 0  # it was waited for above
    spent = time.perf_counter() - start
    print(f"rebuild_documents: {count:,} documents in {spent:.1f} s, {count / spent:,.0f}/s")
    return usage.ru_maxrss / 1024


def compare(rounds: int) -> None:
    from products.models import Product
    from products.services.rebuilding import rebuild_documents

    keys = list(Product.objects.values_list("pk", flat=True))
    chance = random.Random(7)
    rates: dict[str, list[float]] = {"set-based": [], "one by one": []}
    for _ in range(rounds):
        chosen = sorted(chance.sample(keys, min(len(keys), SETS + SINGLES)))
        chance.shuffle(chosen)
        sets, singles = chosen[SINGLES:], chosen[:SINGLES]
        batches = [sets[at : at + 2_000] for at in range(0, len(sets), 2_000)]
        rates["set-based"].append(rate(sets, batches, rebuild_documents))
        rates["one by one"].append(rate(singles, [[key] for key in singles], rebuild_documents))
    middle = {name: statistics.median(values) for name, values in rates.items()}
    for name, value in middle.items():
        print(f"{name:12}{value:10,.0f} documents/s")
    print(f"ratio       {middle['set-based'] / middle['one by one']:10.1f}")


def rate(
    keys: Sequence[UUID],
    batches: Sequence[Sequence[UUID]],
    rebuild: Callable[[Sequence[UUID]], int],
) -> float:
    from products.models import Document

    Document.objects.filter(product__in=keys).update(etag="")
    start = time.perf_counter()
    wrong = sum(rebuild(batch) for batch in batches)
    spent = time.perf_counter() - start
    if wrong != len(keys):
        sys.exit(f"Of {len(keys)} spoiled documents {wrong} were mended.")
    return wrong / spent


if __name__ == "__main__":
    main()

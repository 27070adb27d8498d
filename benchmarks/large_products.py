#!/usr/bin/env python3
"""What it costs to add a variant to a product with thousands of them, beside one with five.

Both products live in one throw-away PostgreSQL; rounds go from one to the other in turn, so that
both see the same machine. What is added is taken away again outside of the measured time, so that
the products keep their size. Prints a table and the ratio, which must not be above 3.
"""

# ruff: noqa: PLC0415  # Django's modules come after its settings

import argparse
import itertools
import statistics
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from tests.services import ThrowAwayServices  # noqa: E402 (the path comes first)

if TYPE_CHECKING:
    from uuid import UUID

    from products.services.values import VariantValues

MOST = 3.0


def main() -> None:
    options = read_options()
    services = ThrowAwayServices()
    services.complete_environment()
    services.start()
    try:
        times = measure(options.variants, options.rounds)
    finally:
        services.stop()
    report(times)


def read_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--variants", type=int, default=4_990, help="of the large product")
    parser.add_argument("--rounds", type=int, default=300)
    return parser.parse_args()


def measure(variants: int, rounds: int) -> dict[str, list[float]]:
    """Milliseconds of each addition."""
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connection

    call_command("migrate", verbosity=0)
    products = {"5 variants": product_of(5), f"{variants:,} variants": product_of(variants)}
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    times: dict[str, list[float]] = {name: [] for name in products}
    numbers = itertools.count(10_000)
    for n in range(rounds + 20):
        for name, product_id in products.items():
            took = add_one(product_id, next(numbers))
            if n >= 20:  # the first ones warm plans and caches up
                times[name].append(took)
    return times


def variant(n: int) -> "VariantValues":
    from decimal import Decimal

    return {
        "sku": f"SKU-{n}",
        "options": {"Colour": f"colour {n % 50}", "Size": f"size {n // 50}"},
        "prices": [{"currency": "USD", "amount": Decimal(10 + n % 90), "compare_at": None}],
    }


def product_of(count: int) -> "UUID":
    from accounts.actors import Actor
    from products.services.products import create_product

    actor = Actor(user_id=None, label="benchmark", source="command")
    variants = [{**variant(n), "sku": f"{count}-{n}"} for n in range(count)]
    return create_product(
        values={"name": f"{count} variants", "status": "published", "variants": variants},  # type: ignore[typeddict-item]  # plain values
        actor=actor,
    )


def add_one(product_id: "UUID", n: int) -> float:
    from accounts.actors import Actor
    from products.services.variants import create_variant, delete_variant

    actor = Actor(user_id=None, label="benchmark", source="command")
    start = time.perf_counter()
    row = create_variant(product_id, values=variant(n), expected_version=None, actor=actor)
    took = (time.perf_counter() - start) * 1_000
    delete_variant(product_id, row.pk, expected_version=None, actor=actor)
    return took


def report(times: dict[str, list[float]]) -> None:
    print(f"{'adding one variant to':24}{'median ms':>12}{'mean ms':>12}{'slowest ms':>12}")
    for name, each in times.items():
        median, mean = statistics.median(each), statistics.fmean(each)
        print(f"{name:24}{median:12.2f}{mean:12.2f}{max(each):12.2f}")
    small, large = times.values()
    ratio = statistics.median(large) / statistics.median(small)
    print(f"ratio of the medians: {ratio:.2f} (at most {MOST:.0f})")
    sys.exit(ratio > MOST)


if __name__ == "__main__":
    main()

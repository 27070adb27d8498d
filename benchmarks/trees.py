#!/usr/bin/env python3
"""What a move of a large subtree costs beside a small one, what counts cost, and what a rule costs.

One throw-away PostgreSQL, 10,000 categories. Large and small subtrees move in turn, so that both
see the same machine. Products hang below the large subtree: the move prints their breadcrumbs.
"""

# ruff: noqa: PLC0415  # Django's modules come after its settings

import argparse
import statistics
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from tests.services import ThrowAwayServices  # noqa: E402 (the path comes first)

if TYPE_CHECKING:
    from uuid import UUID

LARGE, SMALL, OTHERS = 5_000, 50, 4_947  # and the three roots


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--products", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=10)
    options = parser.parse_args()
    services = ThrowAwayServices()
    services.complete_environment()
    services.start()
    try:
        measure(options.products, options.rounds)
    finally:
        services.stop()


def measure(products: int, rounds: int) -> None:
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    roots, large, small = plant()
    moves: dict[str, list[float]] = {"5,000": [], "50": []}
    for n in range(rounds):
        for name, tops in (("5,000", large), ("50", small)):
            moves[name].append(timed(partial(move, tops[0], roots[n % 2])))
    slow, quick = (statistics.median(times) for times in moves.values())
    print(f"move of 5,000 categories: {slow:.0f} ms; of 50: {quick:.1f} ms; {slow / quick:.1f} x")
    fill(products, large, small)
    both = [timed(partial(move, large[0], roots[n % 2])) for n in range(2)]
    print(f"move of 5,000 categories above {products:,} products: {min(both) / 1000:.1f} s")
    counted(roots, large)
    ruled(products)


def timed(work: Callable[[], Any]) -> float:
    """Milliseconds."""
    start = time.perf_counter()
    work()
    return (time.perf_counter() - start) * 1000


def plant() -> "tuple[list[UUID], list[UUID], list[UUID]]":
    """Two roots to move between, a large and a small subtree of ten levels, and others."""
    from catalog_project.models import uuid7
    from products.models import Category

    roots = [uuid7() for _ in range(3)]
    rows = [Category(id=key, slug=key.hex, name=key.hex, path=[key]) for key in roots]

    def below(root: "UUID", count: int, name: str) -> "list[UUID]":
        paths = [[root, uuid7()]]
        for n in range(1, count):
            parent = paths[(n - 1) // 3]
            paths.append([*parent, uuid7()])
        for n, path in enumerate(paths):
            rows.append(
                Category(
                    id=path[-1],
                    parent_id=path[-2],
                    path=path,
                    slug=f"{name}-{n}",
                    name=f"{name} {n}",
                )
            )
        return [path[-1] for path in paths]

    large, small = below(roots[0], LARGE, "large"), below(roots[0], SMALL, "small")
    below(roots[2], OTHERS, "other")
    Category.objects.bulk_create(rows, batch_size=1_000)
    analyze()
    return roots, large, small


def analyze() -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


def fill(products: int, large: "list[UUID]", small: "list[UUID]") -> None:
    from products.services.products import create_products

    for start in range(0, products, 2_000):
        items: list[Any] = [
            {
                "name": f"Product {n}",
                "slug": f"product-{n}",
                "status": "published",
                "tags": [f"tag {n % 50}"],
                "categories": [large[n % LARGE], small[n % SMALL]],
            }
            for n in range(start, min(start + 2_000, products))
        ]
        create_products(items, actor=actor())
    analyze()


def actor() -> Any:
    from accounts.actors import Actor

    return Actor(user_id=None, label="benchmark", source="command")


def move(category: "UUID", parent: "UUID") -> None:
    from products.services.bulk import bulk_transaction
    from products.services.category_moves import move_category

    with bulk_transaction():
        move_category(category, place={"parent": parent}, expected_version=None, actor=actor())


def counted(roots: "list[UUID]", large: "list[UUID]") -> None:
    from products.documents.category_counts import count_products

    for name, keys in (("the roots", roots), ("a leaf", large[-1:]), ("2,000", large[:2_000])):
        times = [timed(partial(count_products, keys)) for _ in range(5)]
        print(f"counts of products, {name}: {statistics.median(times):.1f} ms")


def ruled(products: int) -> None:
    from products.services.collections import create_collection
    from products.services.products import create_product

    condition = {"field": "tag", "operator": "is", "value": ["tag 7"]}
    values: Any = {"name": "Sevens", "rule": {"match": "all", "conditions": [condition]}}

    def write() -> None:
        create_product(values={"name": "One more", "tags": ["tag 8"]}, actor=actor())

    before = statistics.median(timed(write) for _ in range(20))
    took = timed(lambda: create_collection(values=values, may_publish=True, actor=actor()))
    print(f"a new rule over {products:,} products, 2 % of them found: {took / 1000:.1f} s")
    for _ in range(19):
        condition["value"] = ["nobody has it"]
        create_collection(values=values, may_publish=True, actor=actor())
    after = statistics.median(timed(write) for _ in range(20))
    print(f"a write of a product: {before:.1f} ms without rules, {after:.1f} ms with 20")


if __name__ == "__main__":
    main()

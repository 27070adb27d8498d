"""Fill an empty catalog with made-up products, to look at and to measure with."""

import time
from argparse import ArgumentParser, ArgumentTypeError
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts.actors import Actor
from products.management.progress import track
from products.services.search_statistics import count_words
from products.transfer.seeding.planting import catalog_is_empty, plant

MAX_PRODUCTS = 10_000_000


def number_of_products(text: str) -> int:
    if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= MAX_PRODUCTS:
        raise ArgumentTypeError(f"give a number from 1 to {MAX_PRODUCTS:,}")
    return int(text)


class Command(BaseCommand):
    help = (
        "Make up products with variants, prices, categories, brands and pictures. "
        "The same --seed gives the same catalog, except for ids and instants."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--products", type=number_of_products, default=200, metavar="N")
        parser.add_argument("--seed", type=int, default=1, metavar="S")
        parser.add_argument(
            "--add", action="store_true", help="also when the catalog has products already"
        )

    def handle(self, *, products: int, seed: int, add: bool, **options: Any) -> None:
        if not add and not catalog_is_empty():
            raise CommandError(
                "The catalog has products already. Use --add to put made-up ones beside them."
            )
        start = time.monotonic()
        actor = Actor(user_id=None, label="seed_catalog", source="command")
        steps = plant(products, seed=seed, actor=actor)
        made = sum(track(steps, total=products, title="Seeding"))
        count_words()
        seconds = time.monotonic() - start
        self.stdout.write(f"Made {made:,} products with seed {seed} in {seconds:.1f} s.")

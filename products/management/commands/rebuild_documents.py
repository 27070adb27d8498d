"""Write every document anew from the truth."""

from argparse import ArgumentParser
from collections.abc import Iterator
from typing import Any

from django.core.management.base import BaseCommand

from products.documents import build
from products.management.progress import track
from products.models import Product
from products.services.rebuilding import are_documents_outdated, rebuild_all
from products.services.search_statistics import count_words


class Command(BaseCommand):
    help = (
        "Rebuild the documents of all products, a batch per transaction, while the service runs. "
        "Documents that are right keep their bytes and are not written."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--batch", type=int, default=build.BATCH, metavar="N", help="products per transaction"
        )
        parser.add_argument(
            "--if-outdated",
            action="store_true",
            help="only when another release or other settings printed them",
        )

    def handle(self, *, batch: int, if_outdated: bool, **options: Any) -> None:
        if if_outdated and not are_documents_outdated():
            return
        total = Product.objects.count()
        wrong = 0

        def steps() -> Iterator[int]:
            nonlocal wrong
            for count, mended in rebuild_all(batch):
                wrong += mended
                yield count

        done = sum(track(steps(), total=total, title="Rebuilding documents"))
        count_words()
        if done or not if_outdated:
            self.stdout.write(f"Rebuilt the documents of {done:,} products: {wrong:,} were wrong.")

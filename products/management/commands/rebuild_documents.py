"""Write every document anew from the truth."""

from argparse import ArgumentParser
from collections.abc import Iterator
from typing import Any

from django.core.management.base import BaseCommand

from products.documents import build
from products.management.progress import track
from products.models import Product
from products.services.rebuilding import rebuild_documents


class Command(BaseCommand):
    help = (
        "Rebuild the documents of all products, a batch per transaction, while the service runs. "
        "Documents that are right keep their bytes and are not written."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--batch", type=int, default=build.BATCH, metavar="N", help="products per transaction"
        )

    def handle(self, *, batch: int, **options: Any) -> None:
        total = Product.objects.count()
        wrong = 0

        def steps() -> Iterator[int]:
            nonlocal wrong
            for ids in build.product_batches(batch):
                wrong += rebuild_documents(ids)
                yield len(ids)

        done = sum(track(steps(), total=total, title="Rebuilding documents"))
        self.stdout.write(f"Rebuilt the documents of {done:,} products: {wrong:,} were wrong.")

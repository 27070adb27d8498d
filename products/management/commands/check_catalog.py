"""Recompute what is derived, and say where it is not what is stored."""

import json
from argparse import ArgumentParser
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand

from products.documents import build
from products.management.progress import track
from products.models import Product
from products.services.bulk import patient_session
from products.services.catalog_check import (
    Drift,
    check_constraints,
    check_files,
    check_products,
    check_shared,
)

SHOWN = 100  # findings that are printed; all are counted


class Command(BaseCommand):
    help = (
        "Recompute documents, versions, snapshots, category paths, constraints and files. "
        "Prints what drifted; exit code 1 when anything did. Changes nothing."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", help="one JSON object on stdout")

    def handle(self, *, json: bool, **options: Any) -> None:
        counts: Counter[str] = Counter()
        shown: list[Drift] = []
        with patient_session():
            self.products = 0
            for drift in self._all_drift():
                counts[drift.check] += 1
                if len(shown) < SHOWN:
                    shown.append(drift)
        (self._print_json if json else self._print_text)(counts, shown)
        if counts:
            raise SystemExit(1)

    def _all_drift(self) -> Iterator[Drift]:
        yield from check_constraints()
        yield from check_shared()
        found: list[Drift] = []
        total = Product.objects.count()
        for _ in track(self._batches(found), total=total, title="Checking products"):
            yield from found
            found.clear()
        yield from check_files()

    def _batches(self, found: list[Drift]) -> Iterator[int]:
        for batch in build.product_batches():
            found.extend(check_products(batch))
            self.products += len(batch)
            yield len(batch)

    def _print_json(self, counts: Counter[str], shown: list[Drift]) -> None:
        report = {
            "products": self.products,
            "drift_count": counts.total(),
            "drift_by_check": dict(counts),
            "drift": [asdict(drift) for drift in shown],
        }
        self.stdout.write(json.dumps(report))

    def _print_text(self, counts: Counter[str], shown: list[Drift]) -> None:
        for drift in shown:
            self.stdout.write(f"{drift.check}: {drift.subject}: {drift.detail}")
        if counts.total() > len(shown):
            self.stdout.write(f"... and {counts.total() - len(shown):,} more.")
        by_check = ", ".join(f"{check} {count:,}" for check, count in sorted(counts.items()))
        self.stdout.write(
            f"Checked {self.products:,} products. "
            + (f"Drift: {by_check}." if counts else "No drift.")
        )

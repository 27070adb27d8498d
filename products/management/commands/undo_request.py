"""Turn back whatever one request or import did, however many products it changed."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from catalog_project.errors import DomainError
from products.services.bulk import patient_session
from products.services.undoing import undo_id, undo_large_request


class Command(BaseCommand):
    help = (
        "Undo what a request or an import did: a transaction for each thousand products, under "
        "one request id, which can be undone, too. Called again after it stopped, it goes on."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("request_id", help="X-Request-ID of an answer, or that of an import")
        parser.add_argument(
            "--skip-changed",
            action="store_true",
            help="leave products that were changed since as they are",
        )

    def handle(self, *, request_id: str, skip_changed: bool, **_options: Any) -> None:
        undone = skipped = others = 0
        try:
            with patient_session():
                for part in undo_large_request(
                    request_id, skip_changed=skip_changed, label="undo_request"
                ):
                    undone += len(part.products)
                    skipped += len(part.skipped)
                    others += len(part.nouns.undone)
                    self.stderr.write(f"{undone:,} products undone")
                    for left in part.nouns.left:
                        self.stderr.write(f"left {left.aggregate} {left.key}: {left.reason}")
        except DomainError as error:
            done = f"{undone:,} products are undone, the others are as they were."
            raise CommandError(f"{done} {error}") from error
        self.stdout.write(
            f"Undid {undone:,} products, left {skipped:,} as they are. Undid {others:,} other"
            f" things. Request id: {undo_id(request_id)}"
        )

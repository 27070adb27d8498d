"""Remove the files that no media name."""

from argparse import ArgumentParser
from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from products.services.orphans import forget_lost_renditions, orphans, remove_orphan


class Command(BaseCommand):
    help = (
        "Remove files of media that no row names, as a crash or a full disk leaves them. Files "
        "younger than the grace period stay: an upload may be about to name them."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="only print their names")
        parser.add_argument(
            "--grace", type=float, default=24, metavar="HOURS", help="default: 24, at least 1"
        )

    def handle(self, *, dry_run: bool, grace: float, **options: Any) -> None:
        if not grace >= 1:
            raise CommandError("The grace period is one hour or more: --grace 1")
        names = orphans(older_than=timedelta(hours=grace))
        if dry_run:
            found = list(names)
            self.stdout.write("".join(f"{name}\n" for name in found), ending="")
            self.stdout.write(f"{len(found):,} files would be removed.")
            return
        removed = sum(map(remove_orphan, names))
        lost = forget_lost_renditions()
        self.stdout.write(f"Removed {removed:,} files, and the copies of {lost:,} more.")

"""Import a shop's product file."""

import json as json_module
from argparse import ArgumentParser
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from accounts.actors import Actor
from catalog_project.errors import DomainError
from catalog_project.models import uuid7
from products.management.progress import track
from products.services.prices import ensure_currency
from products.services.search_statistics import count_words
from products.transfer.formats import FORMATS
from products.transfer.importing import Policy, import_file
from products.transfer.records import FileRefused, Remark
from products.transfer.reports import OUTCOMES, ImportReport

SHOWN = 50  # refusals and warnings that are printed; --json has more


class Command(BaseCommand):
    help = (
        "Create and change products from a file. The handle is the identity: importing the same "
        "file again changes nothing. Refused products are skipped and reported with their lines."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--format", choices=sorted(FORMATS), required=True)
        parser.add_argument(
            "--currency", help=f"of the prices (default {settings.CATALOG_CURRENCY})"
        )
        parser.add_argument(
            "--location",
            help="code of the location where the file's quantities lie (default: the only one,"
            " or else the one with the code default, which is made when there is none)",
        )
        parser.add_argument(
            "--dry-run", action="store_true", help="report what would happen; change nothing"
        )
        parser.add_argument(
            "--all-or-nothing",
            action="store_true",
            help="change nothing when any product is refused (exit code 1)",
        )
        parser.add_argument("--json", action="store_true", help="the report as one JSON object")

    def handle(self, *, file: Path, format: str, json: bool, **options: Any) -> None:  # noqa: A002 - the option's name
        policy = Policy(
            is_dry_run=options["dry_run"],
            is_all_or_nothing=options["all_or_nothing"],
            location=options["location"],
        )
        batch = str(uuid7())
        try:
            report = import_file(
                file,
                file_format=format,
                currency=ensure_currency(options["currency"] or settings.CATALOG_CURRENCY),
                policy=policy,
                actor=Actor(
                    user_id=None,
                    label=f"import of {file.name}"[:254],
                    source="import",
                    request_id=batch,
                ),
                progress=_show_progress,
            )
        except (FileRefused, DomainError) as error:
            raise CommandError(self._refusal(error, json=json)) from error
        if not report.is_dry_run:
            count_words()
        if json:
            self.stdout.write(json_module.dumps({**report.as_json(), "request_id": batch}))
        else:
            self._print(report)
            wrote = report.products["created"] + report.products["changed"]
            if wrote and not (report.is_rolled_back or report.is_dry_run):
                self.stdout.write(f"To undo it: request id {batch} (docs/changes.md).")
        if report.is_rolled_back:
            raise SystemExit(1)

    def _refusal(self, error: FileRefused | DomainError, *, json: bool) -> str:
        """The one line for people; programs find it on stdout too."""
        if isinstance(error, DomainError):
            return str(error)
        if json:
            self.stdout.write(json_module.dumps({"error": _as_text(error.remark)}))
        return f"Nothing was imported. {_as_text(error.remark)}"

    def _print(self, report: ImportReport) -> None:
        for remark in report.refusals[:SHOWN]:
            self.stdout.write(f"Refused: {_as_text(remark)}")
        for remark in report.warnings[:SHOWN]:
            self.stdout.write(f"Warning: {_as_text(remark)}")
        hidden = max(0, report.products["refused"] - SHOWN)
        hidden += max(0, report.warning_counts.total() - SHOWN)
        if hidden:
            self.stdout.write(f"... and {hidden:,} more: --json lists them.")
        if report.columns_left_out:
            names = ", ".join(report.columns_left_out)
            self.stdout.write(f"Left out, as a catalog has no use for it: {names}.")
        if report.location is not None:
            self.stdout.write(
                f"Stock at {report.location}: changed for {report.stock_changed:,} variants."
            )
        counts = ", ".join(f"{name} {report.products[name]:,}" for name in OUTCOMES)
        self.stdout.write(f"{report.rows:,} lines of {report.file}: {counts}.")
        if report.is_rolled_back:
            self.stdout.write("Rolled back: as products were refused, nothing was kept.")
        elif report.is_dry_run:
            self.stdout.write("Nothing was changed: this was a dry run.")


def _show_progress(steps: Iterator[int], total: int) -> None:
    for _ in track(steps, total=total, title="Importing"):
        pass


def _as_text(remark: Remark) -> str:
    place = f"line {remark.line}" if remark.line else ""
    column = f"column {remark.column!r}" if remark.column else ""
    where = ", ".join(filter(None, (place, remark.handle, column)))
    said = " ".join(filter(None, (remark.message, remark.remedy)))
    return f"{where}: {said} [{remark.code}]" if where else f"{said} [{remark.code}]"

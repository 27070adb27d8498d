"""Import a shop's product file."""

import json as json_module
from argparse import ArgumentParser
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from accounts.actors import Actor
from catalog_project.errors import DomainError
from products.management.import_progress import show_progress
from products.models import ImportJob
from products.transfer.formats import FORMATS
from products.transfer.importing.foreground import go_on, import_file
from products.transfer.importing.jobs import pause_import
from products.transfer.importing.policies import Policy, Reading
from products.transfer.importing.refused_lines import refused_file
from products.transfer.importing.turns import Taken
from products.transfer.mappings import load_mapping
from products.transfer.records import FileRefused, Remark
from products.transfer.reports import OUTCOMES, ImportReport

SHOWN = 50  # refusals and warnings that are printed; --json has more
STOPPED = 130  # as shells say of what Ctrl-C has ended


class Command(BaseCommand):
    help = (
        "Create and change products from a file. Importing the same file again changes nothing. "
        "Refused products are skipped and reported with their lines. Exit codes: 0 done; 1 not "
        "done, and why is said; 130 stopped with Ctrl-C, and how to go on is said."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, nargs="?", help="a file, an archive or a folder")
        parser.add_argument(
            "--format", choices=sorted(FORMATS), help="else what the file itself looks like"
        )
        parser.add_argument("--mapping", type=Path, help="a file that says what the columns mean")
        parser.add_argument(
            "--with",
            type=Path,
            action="append",
            default=[],
            dest="others",
            metavar="FILE",
            help="another file that belongs to it; may be repeated",
        )
        parser.add_argument("--resume", type=UUID, metavar="ID", help="go on with this import")
        parser.add_argument(
            "--currency", help=f"of the prices (default {settings.CATALOG_CURRENCY})"
        )
        parser.add_argument("--locale", default="", help="of the texts (default: the shop's own)")
        parser.add_argument(
            "--media-base", default="", help="address of the folder that its pictures are in"
        )
        parser.add_argument("--weight-unit", default="", help="of weights that do not say theirs")
        parser.add_argument("--length-unit", default="", help="of sizes that do not say theirs")
        parser.add_argument(
            "--location",
            help="code of the location where the file's quantities lie (default: the only one,"
            " or else the one with the code default, which is made when there is none)",
        )
        _add_policy(parser)
        parser.add_argument("--json", action="store_true", help="the report as one JSON object")
        parser.add_argument(
            "--refused",
            type=Path,
            metavar="FILE",
            help="write the refused lines there, to mend them",
        )

    def handle(self, *, file: Path | None, json: bool, **options: Any) -> None:
        if (file is None) == (options["resume"] is None):
            raise CommandError("Give a file, or --resume with the id of an import.")
        self._job: UUID | None = options["resume"]
        try:
            job = self._import(file, options)
        except KeyboardInterrupt:
            self._say_how_to_go_on()
            raise SystemExit(STOPPED) from None
        except Taken:
            raise CommandError("Another process is at this import. Wait, or try again.") from None
        except (FileRefused, DomainError) as error:
            raise CommandError(self._refusal(error, json=json)) from error
        if job.state == ImportJob.State.FAILED:
            raise CommandError(self._failure(job, json=json))
        report = ImportReport(job)
        if options["refused"] and report.products["refused"]:
            self._write_refused(job, options["refused"])
        if json:
            self.stdout.write(
                json_module.dumps({**report.as_json(), "request_id": job.request_id}, default=str)
            )
        else:
            self._print(report)
        if report.is_rolled_back:
            raise SystemExit(1)

    def _import(self, file: Path | None, options: dict[str, Any]) -> ImportJob:
        if file is None:
            return go_on(options["resume"], self._watch)
        mapping = options["mapping"]
        return import_file(
            file,
            others=options["others"],
            reading=Reading(
                currency=options["currency"] or settings.CATALOG_CURRENCY,
                locale=options["locale"],
                mapping=_read_mapping(mapping) if mapping else None,
                media_base=options["media_base"],
                weight_unit=options["weight_unit"],
                length_unit=options["length_unit"],
            ),
            policy=Policy(
                refusals="all_or_nothing" if options["all_or_nothing"] else "skip",
                writes=options["only"] or "both",
                missing=options["missing"],
                missing_of=options["missing_of"],
                source=options["source"],
                location=options["location"],
                fetch_media=options["fetch_media"],
            ),
            file_format=options["format"],
            is_dry_run=options["dry_run"],
            actor=Actor(
                user_id=None, label=f"import of {file.name}"[:254], source="import", request_id=""
            ),
            watch=self._watch,
        )

    def _watch(self, job_id: UUID, turns: Iterator[ImportJob]) -> None:
        """Ctrl-C ends the turn that is being done, and leaves the rest for later."""
        self._job = job_id
        for _ in show_progress(turns):
            pass

    def _say_how_to_go_on(self) -> None:
        if self._job is None:
            self.stderr.write("Stopped: nothing was imported.")
            return
        try:
            pause_import(self._job)
        except DomainError as error:
            self.stderr.write(str(error))
            return
        self.stderr.write(
            "Stopped. What was written stays. Go on with: manage.py import_products"
            f" --resume {self._job}"
        )

    def _refusal(self, error: FileRefused | DomainError, *, json: bool) -> str:
        """The one line for people; programs find it on stdout too."""
        if isinstance(error, DomainError):
            return str(error)
        return self._not_imported(_as_text(error.remark), json=json)

    def _failure(self, job: ImportJob, *, json: bool) -> str:
        error = job.error or {}
        remark = Remark(error["code"], error["line"], error["message"], error["remedy"])
        return self._not_imported(_as_text(remark), json=json)

    def _not_imported(self, said: str, *, json: bool) -> str:
        if json:
            self.stdout.write(json_module.dumps({"error": said}))
        return f"Nothing was imported. {said}"

    def _write_refused(self, job: ImportJob, path: Path) -> None:
        try:
            path.write_bytes(b"".join(refused_file(job)))
        except (OSError, FileRefused, DomainError) as error:
            raise CommandError(f"The refused lines cannot be written to {path}: {error}") from error

    def _print(self, report: ImportReport) -> None:
        evidence = report.job.evidence
        if evidence.get("certainty", 100) < 100:
            self.stdout.write(f"Format {report.format}: {evidence['reason']}")
        refusals, warnings = report.refusals, report.warnings
        for remark in refusals[:SHOWN]:
            self.stdout.write(f"Refused: {_as_text(remark)}")
        for remark in warnings[:SHOWN]:
            self.stdout.write(f"Warning: {_as_text(remark)}")
        hidden = max(0, report.products["refused"] - SHOWN)
        hidden += max(0, report.warning_counts.total() - SHOWN)
        if hidden:
            self.stdout.write(f"... and {hidden:,} more: --json lists them.")
        if report.is_dry_run:
            self._print_changes(report)
        self._print_sides(report)
        counts = ", ".join(f"{name} {report.products[name]:,}" for name in OUTCOMES)
        self.stdout.write(f"{report.rows:,} lines of {report.file}: {counts}.")
        if report.is_rolled_back:
            self.stdout.write("Rolled back: as products were refused, nothing was kept.")
        elif report.is_dry_run:
            self.stdout.write("Nothing was changed: this was a dry run.")
        elif report.products["created"] + report.products["changed"]:
            self.stdout.write(f"To undo it: request id {report.job.request_id} (docs/changes.md).")

    def _print_changes(self, report: ImportReport) -> None:
        changes = report.changes
        for change in changes[:SHOWN]:
            for each in change["differences"]:
                self.stdout.write(
                    f"Change: line {change['line']}, {change['handle']}, {each['field']}:"
                    f" {each['before']!r} becomes {each['after']!r}"
                )
        if len(changes) > SHOWN:
            self.stdout.write(f"... and more changes: --json lists {len(changes):,}.")

    def _print_sides(self, report: ImportReport) -> None:
        if report.columns_left_out:
            names = ", ".join(report.columns_left_out)
            self.stdout.write(f"Left out, as a catalog has no use for it: {names}.")
        if report.location is not None:
            self.stdout.write(
                f"Stock at {report.location}: changed for {report.stock_changed:,} variants."
            )
        counts = report.job.counts
        if made := counts.get("made") or counts.get("to_make"):
            what = ", ".join(f"{count:,} {noun.replace('_', ' ')}" for noun, count in made.items())
            self.stdout.write(f"{'Would make' if report.is_dry_run else 'Made'}: {what}.")
        if missing := counts.get("missing"):
            self.stdout.write(f"Not in the file: {missing:,} products.")
        if archived := counts.get("archived"):
            self.stdout.write(f"Archived: {archived:,} products.")


def _add_policy(parser: ArgumentParser) -> None:
    parser.add_argument(
        "--dry-run", action="store_true", help="report what would happen; change nothing"
    )
    parser.add_argument(
        "--all-or-nothing",
        action="store_true",
        help="change nothing when any product is refused (exit code 1)",
    )
    parser.add_argument(
        "--only",
        choices=["create", "update"],
        help="leave those that are there, or those that are new, alone",
    )
    parser.add_argument(
        "--missing",
        choices=["leave", "report", "archive"],
        default="leave",
        help="what becomes of live products that are not in the file",
    )
    parser.add_argument(
        "--missing-of",
        choices=["source", "all"],
        default="source",
        help="of those that came from the same source, or of all",
    )
    parser.add_argument("--source", default="", help="a name of where it is from (its format)")
    parser.add_argument(
        "--fetch-media",
        action="store_true",
        help="let the worker make copies of what is shown by its address",
    )


def _read_mapping(path: Path) -> dict[str, Any]:
    try:
        return load_mapping(path.read_bytes())
    except OSError as error:
        raise CommandError(f"The mapping {path} cannot be read: {error}") from error
    except FileRefused as error:
        said = _as_text(error.remark)
        raise CommandError(f"The mapping {path} cannot be read: {said}") from error


def _as_text(remark: Remark) -> str:
    place = f"line {remark.line}" if remark.line else ""
    column = f"column {remark.column!r}" if remark.column else ""
    where = ", ".join(filter(None, (place, remark.handle, column)))
    said = " ".join(filter(None, (remark.message, remark.remedy)))
    return f"{where}: {said} [{remark.code}]" if where else f"{said} [{remark.code}]"

"""Write products to a file."""

import json as json_module
import sys
from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from time import monotonic
from typing import Any, BinaryIO
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.core.management.base import BaseCommand, CommandError
from rest_framework.exceptions import ValidationError

from catalog_project.errors import DomainError
from products.api.export_selection import ensure_filters, wanted_of
from products.management.progress import track
from products.models import Location
from products.services.files_out import whole_file
from products.services.prices import ensure_currency
from products.transfer.exporting import WRITERS, Writer
from products.transfer.lacking import Lacking
from products.transfer.truth import Wanted, snapshot
from products.transfer.writers.options import WriteOptions


class Command(BaseCommand):
    help = (
        "Write products to a file, or to standard output, as they are at one instant. The file is "
        "there when it is whole, and not before."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--format", choices=list(WRITERS), default="ndjson")
        parser.add_argument("--out", type=Path, metavar="FILE", help="default: standard output")
        parser.add_argument(
            "--filter",
            action="append",
            default=[],
            metavar="NAME=VALUE",
            help="as the product list has it: status=published, category=<id>, updated_since=…;"
            " may be given again",
        )
        parser.add_argument("--archived", action="store_true", help="with archived products")
        parser.add_argument("--no-costs", action="store_true", help="without what the shop pays")
        parser.add_argument(
            "--currency", help=f"of files for other shops (default {settings.CATALOG_CURRENCY})"
        )
        parser.add_argument(
            "--location",
            default="",
            metavar="CODE",
            help="whose stock stands in files for other shops (default: that of all together)",
        )
        parser.add_argument(
            "--link",
            default="",
            metavar="ADDRESS",
            help="of feeds: a product's page, with {slug}, {id}, {sku} or {variant} in it",
        )
        parser.add_argument("--json", action="store_true", help="the report as one JSON object")

    def handle(self, *, format: str, out: Path | None, json: bool, **options: Any) -> None:  # noqa: A002 - the option's name
        wanted, how = self._wanted(options), self._how(options)
        began = monotonic()
        try:
            with self._target(out) as target:
                products, size, lacking = _written(WRITERS[format], wanted, how, target)
        except OSError as error:
            name = out or "standard output"
            raise CommandError(f"{name} cannot be written: {error.strerror}.") from error
        except KeyboardInterrupt:
            raise CommandError("Stopped: nothing was written.") from None
        report: dict[str, Any] = {
            "file": str(out) if out else None,
            "format": format,
            "products": products,
            "bytes": size,
            "seconds": round(monotonic() - began, 3),
        }
        if WRITERS[format].is_feed:
            report["feed"] = lacking.as_json()
        # What is read from standard output is the file itself.
        told = self.stdout if out else self.stderr
        if json:
            told.write(json_module.dumps(report))
        elif out:
            told.write(f"Wrote {products:,} products to {out} ({size:,} bytes).")
            for each in report.get("feed", {}).get("lacks", ()):
                told.write(f"{each['items']:,} items: {each['detail']} [{each['code']}]")

    def _wanted(self, options: dict[str, Any]) -> Wanted:
        pairs = [text.partition("=")[::2] for text in options["filter"]]
        try:
            ensure_filters(name for name, _ in pairs)
            return wanted_of(
                urlencode(pairs),
                AnonymousUser(),
                with_archived=options["archived"],
                with_costs=not options["no_costs"],
            )
        except ValidationError as error:
            details: Any = error.detail
            said = "; ".join(f"{name}: {' '.join(map(str, why))}" for name, why in details.items())
            raise CommandError(said) from error
        except DomainError as error:
            raise CommandError(str(error)) from error

    def _how(self, options: dict[str, Any]) -> WriteOptions:
        location = options["location"]
        try:
            currency = ensure_currency(options["currency"] or settings.CATALOG_CURRENCY)
        except DomainError as error:
            raise CommandError(str(error)) from error
        if location and not Location.objects.filter(code=location).exists():
            raise CommandError(f"There is no location {location!r}.")
        return WriteOptions(currency, location, options["link"])

    def _target(self, out: Path | None) -> AbstractContextManager[BinaryIO]:
        return whole_file(out) if out else nullcontext(sys.stdout.buffer)


def _written(
    writer: Writer, wanted: Wanted, how: WriteOptions, target: BinaryIO
) -> tuple[int, int, Lacking]:
    """How many products, and bytes; and what stands in the way of a feed's items."""
    size = 0
    with snapshot(wanted, is_long=True) as truth:

        def steps() -> Iterator[int]:
            nonlocal size
            told = 0
            for part in writer.write(truth, how):
                target.write(part)
                size += len(part)
                yield truth.done - told
                told = truth.done

        products = sum(track(steps(), total=truth.count(), title="Exporting"))
        lacking = truth.lacking
    return products, size, lacking

"""Write a first mapping for a file of products."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from products.transfer.drafting import draft_mapping
from products.transfer.opening import opened
from products.transfer.records import FileRefused


class Command(BaseCommand):
    help = (
        "Print a mapping file (JSON) for a CSV, TSV, XLSX, JSON, NDJSON, YAML or XML file, guessed "
        "from its columns and samples. Read its remarks, correct it, and import with --mapping."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)

    def handle(self, *, file: Path, **options: Any) -> None:
        try:
            with opened(file) as bundle:
                mapping = draft_mapping(bundle)
        except FileRefused as error:
            said = " ".join(filter(None, (error.remark.message, error.remark.remedy)))
            raise CommandError(f"{said} [{error.remark.code}]") from error
        self.stdout.write(json.dumps(mapping, indent=2, ensure_ascii=False))

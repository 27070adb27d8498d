"""Plain values as records of a file, written as one chunk or as a job."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from products.services.bulk_items import Outcomes
from products.transfer.importing.chunks import Chunk
from products.transfer.importing.foreground import import_file
from products.transfer.importing.intents import Staged
from products.transfer.importing.policies import Policy, Reading
from products.transfer.records import (
    Definitions,
    MediaRecord,
    ProductRecord,
    Remark,
    Survey,
    VariantRecord,
)
from products.transfer.reports import ImportReport
from tests.products.factories import SYSTEM


def record(values: dict[str, Any], line: int = 1, **more: Any) -> ProductRecord:
    plain: Any = {**values}
    variants = [
        each if isinstance(each, VariantRecord) else VariantRecord(line, each)
        for each in plain.pop("variants", [])
    ]
    return ProductRecord(
        slug=plain.pop("slug", None),
        first_line=line,
        last_line=line,
        variants=variants,
        media=[MediaRecord(line, each["url"], each.get("alt")) for each in plain.pop("media", [])],
        values=plain,
        **more,
    )


def write(*records: ProductRecord) -> Outcomes:
    """The outcome of each, by its number from 0."""
    chunk = Chunk(Policy(), SYSTEM, None, lambda _: {})
    return chunk.work([Staged(n, n + 1, n + 1, "", b"", each) for n, each in enumerate(records)])


class RecordReader:
    """A file that says just this."""

    def __init__(
        self, records: tuple[ProductRecord | Remark, ...], definitions: Definitions
    ) -> None:
        self._records = records
        self._definitions = definitions

    def survey(self) -> Survey:
        count = len(self._records)
        return Survey(count, count, definitions=self._definitions)

    def records(self) -> Iterator[ProductRecord | Remark]:
        yield from self._records


class Importer:
    """Imports records as if a file held them."""

    def __init__(self, folder: Path, patch: pytest.MonkeyPatch) -> None:
        self._path = folder / "records.csv"
        self._path.write_text("records")
        self._patch = patch

    def __call__(
        self,
        *records: ProductRecord | Remark,
        definitions: Definitions | None = None,
        is_dry_run: bool = False,
        **policy: Any,
    ) -> ImportReport:
        @contextmanager
        def open_reader(_: object) -> Iterator[RecordReader]:
            yield RecordReader(records, definitions or Definitions())

        self._patch.setattr("products.transfer.importing.running.open_reader", open_reader)
        job = import_file(
            self._path,
            file_format="shopify",
            reading=Reading(currency="EUR"),
            policy=Policy(**policy),
            is_dry_run=is_dry_run,
            actor=SYSTEM,
        )
        return ImportReport(job)

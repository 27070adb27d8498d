"""The file into rows that wait for their turn: read once, however often the work is interrupted.

A part of the rows is written in one transaction, with the number of the last one. Whoever begins
again reads the file from its start, which gives the same records, and leaves those out.
"""

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from hashlib import blake2b
from itertools import islice
from typing import Any

import orjson
from django.db import connection
from django.db.models import Min

from products.models import ImportJob, ImportRemark, ImportRow, Locale
from products.transfer.importing.codec import NotStorable, dumps
from products.transfer.importing.duplicates import refuse_duplicates
from products.transfer.importing.remarks import keep_remarks
from products.transfer.importing.suspicions import settle_suspicions
from products.transfer.importing.turns import Taken, turn
from products.transfer.records import ProductRecord, Reader, Remark, Survey

PART = 2_000  # records per transaction
COLUMNS = (
    "job_id, number, first_line, last_line, handle, title, names, is_refused, has_relations,"
    " has_warnings, record, digest"
)
Row = tuple[Any, ...]


def stage(job: ImportJob, reader: Reader) -> Iterator[int]:
    """Yields how many records each turn staged. Raises FileRefused, Stopped, Taken."""
    survey = reader.survey()
    if job.survey is None:
        with turn(job):
            job.survey = _survey(survey)
            remarks = [(None, remark) for remark in (*survey.remarks, *_locale_differs(survey))]
            keep_remarks(job, ImportRemark.Kind.WARNING, remarks, is_of_file=True)
    staged = job.rows_staged
    records = islice(enumerate(reader.records(), start=1), staged, None)
    while part := list(islice(records, PART)):
        with turn(job):
            if job.rows_staged != staged:
                raise Taken
            _stage_part(job, part)
            job.rows_staged = staged = part[-1][0]
        yield len(part)
    with turn(job):
        if not job.is_staged:
            refuse_duplicates(job)
            first = ImportRow.objects.filter(job=job).aggregate(line=Min("first_line"))
            (job.survey or {})["begins"] = first["line"] or 1
            job.is_staged = True
            _analyze()


def _locale_differs(survey: Survey) -> Iterator[Remark]:
    code = survey.definitions.default_locale
    own = Locale.objects.filter(is_default=True).values_list("code", flat=True).first()
    if code and own and code != own:
        yield Remark(
            "default-locale-differs",
            0,
            f"The texts of the file are in {code}; those of this catalog are in {own}.",
            f"To keep them apart, make {code} the default locale before you import.",
        )


def _survey(survey: Survey) -> dict[str, Any]:
    plain = {
        "rows": survey.rows,
        "products": survey.products,
        "counts_stock": survey.counts_stock,
        "columns_left_out": list(survey.columns_left_out),
        "definitions": asdict(survey.definitions),
    }
    made: dict[str, Any] = orjson.loads(orjson.dumps(plain, default=str))
    return made


def _stage_part(job: ImportJob, part: Sequence[tuple[int, ProductRecord | Remark]]) -> None:
    assert job.survey is not None
    rows: list[Row] = []
    refusals: list[tuple[int | None, Remark]] = []
    for number, record in part:
        remark = record if isinstance(record, Remark) else None
        if isinstance(record, ProductRecord):
            job.survey.setdefault("columns", dict(record.columns))
            settle_suspicions(record)
            record.columns = {}
            try:
                rows.append(_row(job, number, record))
            except NotStorable:
                remark = _not_storable(record)
        if remark is not None:
            refusals.append((number, remark))
            rows.append(_refused_row(job, number, remark))
    keep_remarks(job, ImportRemark.Kind.REFUSED, refusals, is_of_file=True)
    copying = f"COPY products_importrow ({COLUMNS}) FROM STDIN"
    with (
        connection.cursor() as cursor,
        connection.wrap_database_errors,
        cursor.copy(copying) as copy,
    ):
        for row in rows:
            copy.write_row(row)


def _row(job: ImportJob, number: int, record: ProductRecord) -> Row:
    text = dumps(record)
    return (
        job.pk,
        number,
        record.first_line,
        record.last_line,
        record.slug or "",
        str(record.values.get("name", "")),
        _names(record),
        False,
        bool(record.relations),
        bool(record.warnings),
        text.decode(),
        blake2b(_words(text), digest_size=16).digest(),
    )


def _words(text: bytes) -> bytes:
    """What the record says, wherever in the file it says so."""
    plain = orjson.loads(text)
    for part in (plain, *plain.get("variants", ()), *plain.get("media", ())):
        for name in ("first_line", "last_line", "line", "warnings"):
            part.pop(name, None)
    for part in (*plain.get("relations", ()), *plain.get("attributes", ())):
        part.pop("line", None)
    return orjson.dumps(plain)


def _names(record: ProductRecord) -> list[str]:
    """What no other record may be called. An archived product leaves its names to others."""
    names = {f"id {record.id}"} if record.id else set()
    if record.values.get("status") == "archived":
        return sorted(names)
    if record.slug:
        names.add(f"slug {record.slug}")
    names |= {f"sku {sku}" for each in record.variants if (sku := each.values.get("sku"))}
    names |= {f"id {key}" for each in record.variants if (key := each.values.get("id"))}
    for pair in record.values.get("external_ids", ()):
        names.add(f"external id {pair['system']}:{pair['id']}")
    return sorted(names)


def _refused_row(job: ImportJob, number: int, remark: Remark) -> Row:
    line = remark.line
    return job.pk, number, line, line, remark.handle, "", [], True, False, False, "", b""


def _not_storable(record: ProductRecord) -> Remark:
    return Remark(
        "invalid-text",
        record.first_line,
        "The lines hold characters that cannot be stored, such as NUL.",
        "Remove them.",
        handle=record.slug or "",
    )


def _analyze() -> None:
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE products_importrow")

"""The lines of a file that were refused, as a file that can be mended and imported again.

What is not a line of an accepted record is refused, so a line that several records share, or that
no reader understood, is in it, too.
"""

import csv
from collections.abc import Iterable, Iterator
from io import StringIO, TextIOWrapper
from typing import TypeVar

from django.db import connection

from products.errors import InvalidValue
from products.models import ImportJob
from products.transfer.importing.kept_files import open_bundle
from products.transfer.readers.tables import open_table

Line = TypeVar("Line", str, list[str])
NO_LINES = (b"<", b"[")  # a document as a whole
UTF_16 = (b"\xff\xfe", b"\xfe\xff")
NEVER = [2**31, None]

# Between the lines of accepted records: [first, last], the last one open at its end.
_GAPS = """
    WITH accepted AS (
        SELECT row.first_line, row.last_line FROM products_importrow row
          JOIN products_importoutcome o
            ON o.job_id = row.job_id AND o.goal = %(goal)s AND o.number = row.number
         WHERE row.job_id = %(job)s AND o.outcome <> 'refused' AND NOT row.is_refused),
    refused AS (
        SELECT row.first_line FROM products_importrow row
          LEFT JOIN products_importoutcome o
            ON o.job_id = row.job_id AND o.goal = %(goal)s AND o.number = row.number
         WHERE row.job_id = %(job)s AND (row.is_refused OR o.outcome = 'refused')),
    covered AS (
        SELECT range_agg(int4range(first_line, last_line, '[]')) AS lines FROM accepted),
    gaps AS (
        SELECT unnest(int4multirange(int4range(
                   (SELECT min(first_line) FROM products_importrow WHERE job_id = %(job)s), NULL))
               - coalesce(lines, '{}'::int4multirange)) AS lines FROM covered)
    SELECT lower(gaps.lines), upper(gaps.lines) - 1 FROM gaps
     WHERE EXISTS (SELECT FROM refused WHERE gaps.lines @> refused.first_line)
     ORDER BY 1
"""


def lines_of_refused(job: ImportJob) -> list[list[int | None]]:
    with connection.cursor() as cursor:
        cursor.execute(_GAPS, {"job": job.pk, "goal": job.goal})
        return [list(row) for row in cursor.fetchall()]


def refused_file(job: ImportJob) -> Iterator[bytes]:
    """What stands before the first record, and the lines that were refused, in UTF-8; the rows of a
    workbook as CSV.

    Raises FileRefused where the file is not kept any more, InvalidValue where it has no lines.
    """
    with open_bundle(job) as bundle, bundle.main.open() as stream:
        start = stream.read(2)
        if start == b"PK":
            rows = open_table(bundle.main).read()
            yield from _as_csv(_chosen(job, ((row.line, row.cells) for row in rows)))
            return
        if start[:1] in NO_LINES:
            raise InvalidValue("Files of this format have no lines: see the list of refusals.")
        encoding = "utf-16" if start in UTF_16 else "utf-8"
        stream.seek(0)
        text = TextIOWrapper(stream, encoding, errors="surrogateescape", newline="\n")
        for line in _chosen(job, enumerate(text, start=1)):
            yield line.encode(errors="surrogateescape")


def _as_csv(rows: Iterable[list[str]]) -> Iterator[bytes]:
    for row in rows:
        line = StringIO()
        csv.writer(line).writerow(row)
        yield line.getvalue().encode()


def _chosen(job: ImportJob, lines: Iterable[tuple[int, Line]]) -> Iterator[Line]:
    begins = (job.survey or {}).get("begins", 2)
    ranges = iter([*job.refused_lines, NEVER])
    first, last = next(ranges)
    for number, line in lines:
        while last is not None and number > last:
            first, last = next(ranges)
        if number < begins or number >= first:
            yield line

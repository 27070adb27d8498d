"""The lines of a file that were refused, as a file that can be mended and imported again.

What is not a line of an accepted record is refused, so a line that several records share, or that
no reader understood, is in it, too.
"""

from collections.abc import Iterator

from django.db import connection

from products.models import ImportJob

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


def mended_lines(job: ImportJob, lines: Iterator[bytes], first: int) -> Iterator[bytes]:
    """The header, which is all before line `first`, and the lines that were refused."""
    ranges = iter(job.refused_lines)
    low, high = next(ranges, (None, None))
    for number, line in enumerate(lines, start=1):
        while low is not None and high is not None and number > high:
            low, high = next(ranges, (None, None))
        if number < first or (low is not None and number >= low):
            yield line

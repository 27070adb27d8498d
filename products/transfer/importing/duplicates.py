"""Names that two records of a file want: the first one has them, the others are refused."""

from django.db import connection

from products.models import ImportJob, ImportRemark
from products.transfer.importing.remarks import KEPT_REMARKS, keep_remarks
from products.transfer.records import Remark

# Each record that wants a name of an earlier one, with the first such name and that record's line.
_REPEATED = """
    WITH named AS (
        SELECT number, first_line, handle, unnest(names) AS name
          FROM products_importrow WHERE job_id = %(job)s AND NOT is_refused),
    repeated AS (
        SELECT name, min(number) AS first FROM named
         GROUP BY name HAVING count(DISTINCT number) > 1)
    SELECT DISTINCT ON (named.number) named.number, named.first_line, named.handle, named.name,
           owner.first_line
      FROM repeated
      JOIN named ON named.name = repeated.name AND named.number > repeated.first
      JOIN products_importrow owner
        ON owner.job_id = %(job)s AND owner.number = repeated.first
     ORDER BY named.number, named.name
"""
_REFUSE = """
    UPDATE products_importrow SET is_refused = true
     WHERE job_id = %s AND number = ANY(%s)
"""
_SAME_TITLE = """
    SELECT title, array_agg(first_line ORDER BY number), array_agg(handle ORDER BY number)
      FROM products_importrow
     WHERE job_id = %s AND NOT is_refused AND title <> ''
     GROUP BY title HAVING count(*) > 1 ORDER BY min(number) LIMIT %s
"""
REMEDIES = {
    "sku": ("sku-taken", "has the SKU", "Give each variant its own SKU, or none."),
    "slug": ("handle-taken", "has the handle", "Give one of the two its own handle."),
    "id": ("id-taken", "has the id", "Leave one of the two out."),
    "external id": ("external-id-taken", "has the external id", "Leave one of the two out."),
}
COLUMNS = {"slug": "handle"}
MOST_TOLD = 5  # lines of one title


def refuse_duplicates(job: ImportJob) -> None:
    """In a fixed number of statements; in the caller's transaction."""
    refusals: list[tuple[int | None, Remark]] = []
    columns = (job.survey or {}).get("columns", {})
    with connection.cursor() as cursor:
        cursor.execute(_REPEATED, {"job": job.pk})
        for number, line, handle, name, earlier in cursor.fetchall():
            refusals.append((number, _refusal(columns, line, handle, name, earlier)))
        if refusals:
            cursor.execute(_REFUSE, [job.pk, [number for number, _ in refusals]])
        cursor.execute(_SAME_TITLE, [job.pk, KEPT_REMARKS])
        titles = cursor.fetchall()
    keep_remarks(job, ImportRemark.Kind.REFUSED, refusals, is_of_file=True)
    warnings = [(None, _same_title(columns, *row)) for row in titles]
    keep_remarks(job, ImportRemark.Kind.WARNING, warnings, is_of_file=True)


def _refusal(columns: dict[str, str], line: int, handle: str, name: str, earlier: int) -> Remark:
    kind = next(kind for kind in REMEDIES if name.startswith(f"{kind} "))
    code, said, remedy = REMEDIES[kind]
    value = name.removeprefix(f"{kind} ")
    column = columns.get(COLUMNS.get(kind, kind), "")
    message = f"Line {earlier} {said} {value!r} already."
    return Remark(code, line, message, remedy, column, handle)


def _same_title(
    columns: dict[str, str], title: str, lines: list[int], handles: list[str]
) -> Remark:
    told = ", ".join(str(line) for line in lines[1 : MOST_TOLD + 1])
    more = "" if len(lines) <= MOST_TOLD + 1 else f" and {len(lines) - MOST_TOLD - 1:,} more"
    return Remark(
        "title-twice",
        lines[0],
        f"{title[:80]!r} is also the title of line {told}{more}, under another handle.",
        "If it is one product, bring its lines together under one handle.",
        columns.get("title", ""),
        handles[0],
    )

"""Our own format for people: CSV, a line per variant; or a ZIP with the definitions beside it."""

import csv
from collections.abc import Iterator, Sequence
from io import StringIO

from products.transfer.own.guard import guarded
from products.transfer.own.rows import RowWriter
from products.transfer.truth import Truth
from products.transfer.truth_layout import layout_of
from products.transfer.writers.options import WriteOptions

BOM = "\ufeff"  # spreadsheets take UTF-8 for something else without it
PART = 256 * 1024  # characters


def write(truth: Truth, _: WriteOptions) -> Iterator[bytes]:
    layout = layout_of(truth)
    names = layout.names()
    writer = RowWriter(layout)
    rows = (
        [row.get(name, "") for name in names] for p in truth.products() for row in writer.rows(p)
    )
    return csv_bytes(names, rows, bom=True)


def csv_bytes(
    names: Sequence[str],
    rows: Iterator[list[str]],
    *,
    bom: bool = False,
    delimiter: str = ",",
    is_guarded: bool = True,
) -> Iterator[bytes]:
    """The table, guarded against formulas (own.guard), a part at a time."""
    part = StringIO()
    table = csv.writer(part, lineterminator="\r\n", delimiter=delimiter)
    part.write(BOM if bom else "")
    table.writerow(names)
    for row in rows:
        table.writerow([guarded(cell) for cell in row] if is_guarded else row)
        if part.tell() > PART:
            yield part.getvalue().encode()
            part.seek(0)
            part.truncate()
    yield part.getvalue().encode()

"""Reads what `writers.own_csv` and `writers.own_xlsx` write."""

from collections.abc import Callable, Iterator, Mapping
from functools import cached_property, partial

import orjson

from catalog_project.api.serializers import did_you_mean
from products.transfer.own.columns import KEYS
from products.transfer.own.definitions import definitions_of, nesting_of
from products.transfer.own.guard import unguarded
from products.transfer.own.heading import ensure_known_version, is_heading
from products.transfer.own.lines import KNOWN, LineReader, is_known
from products.transfer.own.products import Lines, Nesting, record_of
from products.transfer.own.shapes import Wrong
from products.transfer.readers.tables import ZIP, Row, Table, column_names, open_table
from products.transfer.readers.workbooks import has_sheet, read_sheet
from products.transfer.records import (
    Definitions,
    FileRefused,
    ProductRecord,
    RecordRefused,
    Remark,
    Survey,
)
from products.transfer.sources import Bundle, Evidence, Format, ReadOptions, Source

STRUCTURE, SHEET = "structure.json", "structure"
MARKS = ("variant.id", "brand.slug", "categories.slugs", "variant.status")  # nobody else has them


class OwnTableReader:
    """Cells of a workbook have no guard against formulas: they are texts."""

    def __init__(
        self, table: Table, structure: Callable[[], bytes] | None = None, *, is_guarded: bool = True
    ) -> None:
        self._table = table
        self._read = unguarded if is_guarded else str
        self._structure = structure
        self._lines = LineReader(table.names, as_text=structure is None)

    def survey(self) -> Survey:
        rows = products = 0
        for group in self._groups():
            rows += len(group)
            products += 1
        return Survey(
            rows=rows,
            products=products,
            remarks=tuple(self._about_columns()),
            counts_stock=False,  # each quantity names its location
            definitions=self._definitions,
        )

    def records(self) -> Iterator[ProductRecord | Remark]:
        said = nesting_of(self._definitions)
        for group in self._groups():
            try:
                yield self._record(group, said)
            except RecordRefused as refused:
                yield refused.remark

    def _record(self, group: list[Row], said: Nesting) -> ProductRecord:
        """Raises RecordRefused."""
        rows = [self._named(row) for row in group]
        filled = [
            g.line for g, row in zip(group, rows, strict=True) if self._lines.has_variant(row)
        ]
        lines = Lines(group[0].line, group[-1].last_line, filled)
        width = len(self._table.names)
        for row in group:
            if len(row.cells) > width and any(row.cells[width:]):
                raise RecordRefused(
                    Remark(
                        "too-many-cells",
                        row.line,
                        f"The line has {len(row.cells)} cells, the header {width}.",
                        "Quote cells that have a separator in them.",
                    )
                )
        try:
            product = self._lines.product(rows)
        except Wrong as wrong:
            slug = rows[0].get("slug", "")
            remark = Remark("wrong-cell", lines.first, str(wrong), "", wrong.place, slug)
            raise RecordRefused(remark) from None
        nesting = Nesting(
            said.per_channel | self._lines.per_channel,
            said.localizable | self._lines.localizable,
            said.categories,
        )
        record = record_of(product, nesting, lines)
        record.columns = {name: name for name in self._table.names}
        return record

    def _groups(self) -> Iterator[list[Row]]:
        """Lines that follow each other and have the same keys; lines without one go on."""
        places = [self._table.names.index(name) for name in KEYS if name in self._table.names]
        group: list[Row] = []
        last: list[str] = []
        for row in self._table.rows():
            keys = [row.cells[n] if n < len(row.cells) else "" for n in places]
            if group and (keys == last or (places and not any(keys))) and places:
                group.append(row)
                continue
            if group:
                yield group
            group, last = [row], keys
        if group:
            yield group

    def _named(self, row: Row) -> dict[str, str]:
        cells = [*row.cells, *[""] * (len(self._table.names) - len(row.cells))]
        return dict(zip(self._table.names, map(self._read, cells), strict=False))

    def _about_columns(self) -> Iterator[Remark]:
        """Raises FileRefused for a column that is there twice."""
        names = self._table.names
        for name in names:
            if names.count(name) > 1:
                raise FileRefused(
                    Remark("column-twice", 1, f"There are two columns {name!r}.", "Keep one.", name)
                )
            if not is_known(name):
                hint = did_you_mean(name[:50], KNOWN)
                yield Remark(
                    "unknown-column", 1, f"The column {name!r} is left out.{hint}", "", name
                )

    @cached_property
    def _definitions(self) -> Definitions:
        """Raises FileRefused."""
        if self._structure is None:
            return Definitions()
        try:
            found = orjson.loads(self._structure())
        except orjson.JSONDecodeError as error:
            raise FileRefused(
                Remark("not-json", 0, f"{STRUCTURE} is no JSON: {error}.", "Export it anew.")
            ) from None
        if not is_heading(found):
            raise FileRefused(
                Remark("no-heading", 0, f"{STRUCTURE} is not one of an export.", "Leave it out.")
            )
        ensure_known_version(found)
        return definitions_of(found.get("definitions", {}), line=0)


def _recognise(bundle: Bundle) -> Evidence | None:
    names = column_names(bundle.main)
    if "slug" not in names and "sku" not in names:
        return None
    own = [name for name in names if name in MARKS]
    if own and all(map(is_known, names)):
        return Evidence(100, f"Only an export of a catalog has columns such as {own[0]}.")
    if own or all(map(is_known, names)):
        return Evidence(80, "Its columns are those of an export of a catalog.")
    return None


def _open(bundle: Bundle, options: ReadOptions) -> OwnTableReader:  # noqa: ARG001  # it says all
    table = open_table(bundle.main)
    with bundle.main.open() as stream:
        is_workbook = stream.read(len(ZIP)) == ZIP
    structure = _beside(bundle.others)
    if is_workbook and structure is None and has_sheet(bundle.main, SHEET):
        structure = partial(_in_sheet, bundle.main)
    return OwnTableReader(table, structure, is_guarded=not is_workbook)


def _beside(others: Mapping[str, Source]) -> Callable[[], bytes] | None:
    """The definitions in a file of their own."""
    found = [source for name, source in others.items() if name.rpartition("/")[2] == STRUCTURE]
    return partial(_whole, found[0]) if found else None


def _whole(source: Source) -> bytes:
    with source.open() as stream:
        return stream.read()


def _in_sheet(source: Source) -> bytes:
    return "".join(row[0] for row in read_sheet(source, SHEET) if row).encode()


FORMAT = Format("csv", "Catalog CSV or XLSX", _recognise, _open)

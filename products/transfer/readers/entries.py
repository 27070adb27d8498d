"""Any file as entries, names to texts: rows of a table, items of JSON or YAML, elements of XML.

What lies in something else has a dotted name: dimensions.width. Several values are a list.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from products.transfer.readers.elements import TEXT, read_elements
from products.transfer.readers.encodings import NAMES, Encoding, recognise_encoding
from products.transfer.readers.items import Item, read_items
from products.transfer.readers.tables import Row, Table, csv_table, dialect_of, open_table
from products.transfer.readers.yaml_items import ENDINGS, read_yaml
from products.transfer.records import Remark
from products.transfer.sources import Source

Cell = str | list[str]
LONGEST_NUMBER = 60  # digits; 1e999999 is short only as long as nobody writes it out
CODECS = {
    **dict.fromkeys(("utf-8", "utf8"), "utf-8"),
    **dict.fromkeys(("utf-16", "utf-16-le"), "utf-16-le"),
    "utf-16-be": "utf-16-be",
    **dict.fromkeys(("windows-1252", "cp1252", "latin-1", "iso-8859-1"), "cp1252"),
}


@dataclass(frozen=True, slots=True)
class FileOptions:
    """What a mapping says of the file itself; "" is found out."""

    encoding: str = ""  # one of CODECS
    separator: str = ""
    list: str = ""  # where the products are: a dotted path in JSON, an element's name in XML
    variants: str = ""  # a dotted path in an item to a list of its variants
    columns: tuple[str, ...] = ()  # names, for a table without a header line


@dataclass(frozen=True, slots=True)
class Entry:
    line: int
    last_line: int
    cells: Mapping[str, Cell]
    refusal: Remark | None = None  # why it cannot be read, although the file can


@dataclass(frozen=True, slots=True)
class Entries:
    """`read` gives lists: what belongs to one product as far as the file itself says so."""

    kind: str  # table, items, yaml or elements
    evidence: str
    names: tuple[str, ...]  # of a table's columns; () where each entry has its own
    read: Callable[[], Iterator[list[Entry]]]


def open_entries(source: Source, options: FileOptions) -> Entries:
    """Raises FileRefused."""
    kind = kind_of(source)
    if kind == "table":
        return _of_table(_table(source, options), options)
    if kind == "yaml":
        return Entries(kind, "It is YAML.", (), lambda: _of_items(read_yaml(source), options))
    if kind == "elements":
        return Entries(
            kind, "It is XML.", (), lambda: _of_items(read_elements(source, options.list), options)
        )
    return Entries(
        kind, "It is JSON.", (), lambda: _of_items(read_items(source, options.list), options)
    )


def kind_of(source: Source) -> str:
    """Tables, unless it begins as JSON or XML does, or is called XML or YAML."""
    if source.name.lower().endswith(".xml"):
        return "elements"
    if source.name.lower().endswith(ENDINGS):
        return "yaml"
    with source.open() as stream:
        encoding = recognise_encoding(stream)
        stream.seek(encoding.mark)
        start = stream.read(400).decode(encoding.codec, "ignore").lstrip()[:1]
    return {"{": "items", "[": "items", "<": "elements"}.get(start, "table")


def _table(source: Source, options: FileOptions) -> Table:
    if not options.encoding and not options.separator:
        return open_table(source)
    with source.open() as stream:
        encoding = recognise_encoding(stream)
    codec = CODECS.get(options.encoding, encoding.codec)
    if codec != encoding.codec:
        encoding = Encoding(codec, 0, f"the mapping says {NAMES[codec]}")
    return csv_table(source, encoding, dialect_of(source, encoding, options.separator))


def _of_table(table: Table, options: FileOptions) -> Entries:
    header = [*options.columns] or table.names
    names = tuple(_unique(header))

    def read() -> Iterator[list[Entry]]:
        rows = table.read() if options.columns else table.rows()
        for row in rows:
            if any(cell.strip() for cell in row.cells):
                yield [_of_row(row, names)]

    return Entries("table", table.evidence, names, read)


def _unique(header: list[str]) -> Iterator[str]:
    """A name that comes again gets a number: "image", "image (2)"."""
    seen: dict[str, int] = {}
    for name in header:
        if not name:
            yield name
            continue
        seen[name] = seen.get(name, 0) + 1
        yield name if seen[name] == 1 else f"{name} ({seen[name]})"


def _of_row(row: Row, names: tuple[str, ...]) -> Entry:
    filled = len(row.cells)
    refusal = None
    if filled < len(names) or any(cell.strip() for cell in row.cells[len(names) :]):
        refusal = Remark(
            "wrong-number-of-cells",
            row.line,
            f"The line has {filled} cells, the header {len(names)}.",
            "Put cells that hold the separator into quotes.",
        )
    cells = dict(zip(names, row.cells, strict=False))
    return Entry(row.line, row.last_line, cells, refusal)


def _of_items(items: Iterator[Item], options: FileOptions) -> Iterator[list[Entry]]:
    for item in items:
        try:
            yield _with_variants(item, options.variants)
        except _NoCell as error:
            remark = Remark("invalid-item", item.line, str(error), "Correct it.")
            yield [Entry(item.line, item.last_line, {}, remark)]


class _NoCell(Exception):
    pass


def _with_variants(item: Item, path: str) -> list[Entry]:
    if not isinstance(item.value, dict):
        raise _NoCell("It is no object.")
    value = item.value
    variants: list[Any] = []
    if path:
        value, found = _without(value, path.split("."))
        variants = found if isinstance(found, list) else [found] if found else []
    cells: dict[str, Cell] = {}
    _flatten(value, "", cells)
    whole = Entry(item.line, item.last_line, cells)
    if not variants:
        return [whole]
    entries: list[Entry] = []
    for variant in variants:
        own: dict[str, Cell] = {}
        _flatten(variant, path, own)
        entries.append(replace(whole, cells={**cells, **own}))
    return entries


def _without(value: dict[str, Any], path: list[str]) -> tuple[dict[str, Any], Any]:
    """The object without what lies at the path, and that."""
    inner = value.get(path[0])
    rest = {key: each for key, each in value.items() if key != path[0]}
    if len(path) == 1 or not isinstance(inner, dict):
        return rest, inner
    kept, found = _without(inner, path[1:])
    return {**rest, path[0]: kept}, found


def _flatten(value: Any, name: str, cells: dict[str, Cell]) -> None:
    if isinstance(value, dict):
        for key, inner in value.items():
            inner_name = name if key == TEXT and name else f"{name}.{key}" if name else key
            _flatten(inner, inner_name, cells)
    elif isinstance(value, list):
        plain = [_text(each) for each in value if not isinstance(each, dict | list)]
        if any(plain) or not value:
            cells[name] = [text for text in plain if text]
        for each in value:
            if isinstance(each, dict | list):
                inner_cells: dict[str, Cell] = {}
                _flatten(each, name, inner_cells)
                for key, cell in inner_cells.items():
                    before = cells.get(key, [])
                    cells[key] = [*_several(before), *_several(cell)]
    else:
        cells[name] = _text(value)


def _several(cell: Cell) -> list[str]:
    return cell if isinstance(cell, list) else [cell]


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        if abs(value.adjusted()) > LONGEST_NUMBER or len(value.as_tuple().digits) > LONGEST_NUMBER:
            raise _NoCell(f"The number {str(value)[:40]} is out of all bounds.")
        # 6.0 and 6 are one number in JSON; 10.50 stays as it is.
        return f"{value.to_integral_value() if value == value.to_integral_value() else value:f}"
    text = str(value)
    if "\0" in text or any("\ud800" <= each <= "\udfff" for each in text if each > "\ud7ff"):
        raise _NoCell("NUL and half surrogate pairs cannot be stored.")
    return text

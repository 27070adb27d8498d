"""Our table as a workbook: texts are texts and numbers numbers, so nothing needs a guard.

The sheet is written as it is read, and the same products always give the same bytes. A second sheet
has the definitions, in pieces that a cell can hold.
"""

import re
from collections.abc import Iterator
from xml.sax.saxutils import escape

import orjson

from products.errors import NotForSpreadsheets
from products.transfer.own.heading import heading
from products.transfer.own.rows import RowWriter
from products.transfer.truth import Truth
from products.transfer.truth_layout import layout_of
from products.transfer.writers.options import WriteOptions
from products.transfer.writers.own_zip import zipped

# What the format and its programs can hold.
MOST_ROWS, LONGEST_CELL = 1_048_576, 32_767
PRODUCTS, STRUCTURE = "products", "structure"
_NUMBER = re.compile(r"-?(0|[1-9][0-9]{0,14})(\.[0-9]{1,6})?")
_NUMERIC = ("price.", "compare_at.", "cost.", "stock.")
_MEASURES = {"weight", "length", "width", "height", "backorder_limit"}
_DIGITS = 15  # that a spreadsheet keeps
# What XML cannot hold, and what looks like the escape for it (ISO 29500-1, 22.9.2.19).
_STRANGE = re.compile("[\x00-\x08\x0b-\x1f\ufffe\uffff]|_(?=x[0-9A-Fa-f]{4}_)")
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_PARTS = {
    "[Content_Types].xml": f'{_HEAD}<Types xmlns="{_PACKAGE}/content-types">'
    '<Default Extension="rels"'
    ' ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    f'<Override PartName="/xl/workbook.xml" ContentType="{_TYPE}.sheet.main+xml"/>'
    f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{_TYPE}.worksheet+xml"/>'
    f'<Override PartName="/xl/worksheets/sheet2.xml" ContentType="{_TYPE}.worksheet+xml"/>'
    "</Types>",
    "_rels/.rels": f'{_HEAD}<Relationships xmlns="{_PACKAGE}/relationships">'
    f'<Relationship Id="rId1" Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/>'
    "</Relationships>",
    "xl/workbook.xml": f'{_HEAD}<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets>'
    f'<sheet name="{PRODUCTS}" sheetId="1" r:id="rId1"/>'
    f'<sheet name="{STRUCTURE}" sheetId="2" r:id="rId2"/></sheets></workbook>',
    "xl/_rels/workbook.xml.rels": f'{_HEAD}<Relationships xmlns="{_PACKAGE}/relationships">'
    f'<Relationship Id="rId1" Type="{_OFFICE}/worksheet" Target="worksheets/sheet1.xml"/>'
    f'<Relationship Id="rId2" Type="{_OFFICE}/worksheet" Target="worksheets/sheet2.xml"/>'
    "</Relationships>",
}


def write(truth: Truth, _: WriteOptions) -> Iterator[bytes]:
    """Raises NotForSpreadsheets for what no spreadsheet can hold."""
    return zipped(
        {
            **{name: [text.encode()] for name, text in _PARTS.items()},
            "xl/worksheets/sheet1.xml": _sheet(_products(truth)),
            "xl/worksheets/sheet2.xml": _sheet(_structure(truth)),
        }
    )


def _products(truth: Truth) -> Iterator[list[str]]:
    layout = layout_of(truth)
    names = layout.names()
    writer = RowWriter(layout)
    yield [_cell(name, "") for name in names]
    count = 1
    for product in truth.products():
        for row in writer.rows(product):
            count += 1
            if count > MOST_ROWS:
                raise NotForSpreadsheets(f"A sheet has at most {MOST_ROWS:,} lines.")
            yield [_cell(row.get(name, ""), name) for name in names]


def _structure(truth: Truth) -> Iterator[list[str]]:
    text = orjson.dumps(heading(truth.definitions())).decode()
    size = LONGEST_CELL // 8  # so that escapes have room
    for start in range(0, len(text), size):
        yield [_cell(text[start : start + size], "")]


def _sheet(rows: Iterator[list[str]]) -> Iterator[bytes]:
    yield f'{_HEAD}<worksheet xmlns="{_MAIN}"><sheetData>'.encode()
    for cells in rows:
        yield f"<row>{''.join(cells)}</row>\n".encode()
    yield b"</sheetData></worksheet>"


def _cell(text: str, name: str) -> str:
    if not text:
        return "<c/>"
    if (name.startswith(_NUMERIC) or name in _MEASURES) and _is_number(text):
        return f"<c><v>{text}</v></c>"
    said = _STRANGE.sub(_escaped, text)
    if len(said) > LONGEST_CELL:
        raise NotForSpreadsheets(
            f"A cell of a spreadsheet holds {LONGEST_CELL:,} characters, and one of the column"
            f" {name} has {len(said):,}."
        )
    return f'<c t="inlineStr"><is><t xml:space="preserve">{escape(said)}</t></is></c>'


def _is_number(text: str) -> bool:
    digits = sum(character.isdigit() for character in text)
    return bool(_NUMBER.fullmatch(text)) and digits <= _DIGITS


def _escaped(found: re.Match[str]) -> str:
    return f"_x{ord(found[0]):04X}_"

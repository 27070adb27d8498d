"""Rows out of bytes: encodings, separators, quoting, comments, and what is no text."""

import csv
import io
import json
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from products.transfer.readers import workbooks
from products.transfer.readers.dialects import Dialect
from products.transfer.readers.encodings import Encoding
from products.transfer.readers.tables import Table, csv_table, open_table
from products.transfer.records import FileRefused
from products.transfer.sources import BytesSource
from tests.products.real_catalogs import sample
from tests.products.transfer.workbook_files import sheet, workbook

HEADER = ["sku", "name", "price"]
ROWS = [["A-1", 'Café "Noir", 5"', "1,50"], ["A-2", "two\nlines; \\ and |", ""], ["", "", "\t"]]
CODECS = ["utf-8", "utf-8-sig", "utf-16-le", "utf-16-be", "utf-16", "cp1252"]


def table(content: bytes) -> Table:
    return open_table(BytesSource("shop.csv", content))


def rows(content: bytes) -> list[list[str]]:
    found = table(content)
    return [found.names, *(row.cells for row in found.rows())]


def refusal(content: bytes) -> tuple[str, int, str]:
    with pytest.raises(FileRefused) as caught:
        rows(content)
    remark = caught.value.remark
    return remark.code, remark.line, remark.message


def written(table_rows: list[list[str]], **dialect: Any) -> str:
    out = io.StringIO()
    csv.writer(out, **{"lineterminator": "\n", **dialect}).writerows(table_rows)
    return out.getvalue()


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("codec", CODECS)
@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
@pytest.mark.parametrize("escape", [None, "\\"])
def test_a_table_is_read_whatever_its_dialect_and_encoding(
    separator: str, escape: str | None, codec: str, end: str
) -> None:
    text = written(
        [HEADER, *ROWS],
        delimiter=separator,
        doublequote=escape is None,
        escapechar=escape,
        quoting=csv.QUOTE_ALL,
        lineterminator=end,
    )
    assert rows(text.encode(codec)) == [HEADER, *ROWS]


CELLS = st.text(st.characters(exclude_characters="\0\r", exclude_categories=["Cs"]), max_size=12)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.lists(CELLS, min_size=3, max_size=3), max_size=6),
    st.sampled_from([",", ";", "\t", "|"]),
    st.sampled_from([None, "\\"]),
    st.sampled_from(["utf-8", "utf-16-le", "utf-16-be"]),
    st.sampled_from([csv.QUOTE_ALL, csv.QUOTE_MINIMAL]),
)
def test_any_table_comes_back_in_the_dialect_that_it_was_written_in(
    body: list[list[str]], separator: str, escape: str | None, codec: str, quoting: int
) -> None:
    text = written(
        [HEADER, *body],
        delimiter=separator,
        doublequote=escape is None,
        escapechar=escape,
        quoting=quoting,
    )
    source = BytesSource("shop.csv", text.encode(codec))
    found = csv_table(source, Encoding(codec), Dialect(separator, escape or ""))
    assert [row.cells for row in found.read()] == [HEADER, *body]


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.lists(CELLS, min_size=3, max_size=3), max_size=6),
    st.sampled_from([",", ";", "\t", "|"]),
    st.sampled_from(["utf-8-sig", "utf-16", "utf-8"]),
)
def test_any_table_with_a_plain_header_is_recognised(
    body: list[list[str]], separator: str, codec: str
) -> None:
    text = written([HEADER, *body], delimiter=separator, quoting=csv.QUOTE_ALL)
    assert rows(text.encode(codec)) == [HEADER, *body]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("sep=;\na;b\n1;2\n", [["a", "b"], ["1", "2"]]),
        ("# Required | an id,# Optional\na,b\n1,2\n", [["a", "b"], ["1", "2"]]),
        ("a\n1\n2\n", [["a"], ["1"], ["2"]]),
        ("a,b\r1,2\r", [["a", "b"], ["1", "2"]]),
        ('name   ,slug\n"Pot"   , "pot"  \nPan    ,pan\n', [["name", "slug"], ["Pot", "pot"]]),
        ('a\tb\n"Best" chair\t5" wide\n', [["a", "b"], ['"Best" chair', '5" wide']]),
        ("a|b\n1,5|x;y\n", [["a", "b"], ["1,5", "x;y"]]),
        ("a;b\n1,5;2,5\n3,5;4,5\n", [["a", "b"], ["1,5", "2,5"], ["3,5", "4,5"]]),
    ],
)
def test_how_a_table_is_written_is_found_out(text: str, expected: list[list[str]]) -> None:
    found = [[cell.strip() for cell in row] for row in rows(text.encode())]
    assert found[: len(expected)] == expected


def test_lines_are_counted_as_an_editor_counts_them() -> None:
    found = table(b'# note to the reader\nsku,text\nA,"1\n2"\nB,x\n')
    assert (found.header.line, [row.line for row in found.rows()]) == (2, [3, 5])


def test_a_letter_of_windows_at_the_very_end_is_one() -> None:
    assert rows(b"name\nCaf\xe9") == [["name"], ["Caf\u00e9"]]


def test_the_evidence_is_said() -> None:
    assert table(b"a;b\nn\xe4h;1\n").evidence == (
        "Byte 5 (0xe4, line 2) is not UTF-8, and no letter of UTF-8 outweighs it: Windows-1252."
        " Semicolons divide its header into 2 cells, and 100% of the rows."
    )
    assert table("a,b\nnäh,1\n".encode("utf-16")).evidence.startswith(
        "A byte order mark says UTF-16 LE. Commas divide its header into 2 cells"
    )


LONG = "é,b\n" + "x,y\n" * 100_000


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("é,b\né".encode() + b"\xe9\n", ("not-utf-8", 2, "Byte 7 (0xe9) is not UTF-8.")),
        (
            LONG.encode() + "é".encode() + b"\xff\n",
            ("not-utf-8", 100_002, f"Byte {len(LONG.encode()) + 2:,} (0xff) is not UTF-8."),
        ),
        (b"a,b\nn\xe4h,\x81\n", ("not-windows-1252", 2, "Byte 8 (0x81) is not Windows-1252.")),
        ("a,b\nx".encode("utf-16"), None),
        (
            "a,b\n".encode("utf-16") + b"\x00\xd8a\x00",
            ("not-utf-16-le", 2, "Byte 10 (0x00) is not UTF-16 LE."),
        ),
        (b"a,b\n1,\x00\n", ("nul", 2, "There is a NUL at byte 6.")),
        (b"", ("empty-file", 1, "The file is empty.")),
        (b"\xd0\xcf\x11\xe0", ("old-workbook", 0, "This is a workbook of old (XLS).")),
    ],
)
def test_a_wrong_byte_is_reported_with_its_place(
    content: bytes, expected: tuple[str, int, str] | None
) -> None:
    if expected is None:
        assert rows(content) == [["a", "b"], ["x"]]
    else:
        assert refusal(content) == expected


@pytest.mark.parametrize(
    "name",
    [
        *("comma_in_quotes", "empty", "empty_crlf", "escaped_quotes", "json", "newlines"),
        *("newlines_crlf", "quotes_and_newlines", "simple", "simple_crlf", "utf8"),
    ],
)
def test_csv_spectrum(name: str) -> None:
    folder = sample("vectors", "csv-spectrum")
    content = (folder / "csvs" / f"{name}.csv").read_bytes()
    if name.endswith("_crlf"):  # Their repository has them without the CRs that they are about.
        content = content.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
    found = table(content)
    expected = json.loads((folder / "json" / f"{name}.json").read_text())
    assert [dict(zip(found.names, row.cells, strict=True)) for row in found.rows()] == expected


def test_a_workbook_says_what_its_cells_say() -> None:
    xml = sheet(["sku", "price", "gtin"], ["007", 9.95, 9780306406157], [" x ", 3.0, 0.1 + 0.2])
    assert rows(workbook(xml)) == [
        ["sku", "price", "gtin"],
        ["007", "9.95", "9780306406157"],
        [" x ", "3", str(Decimal(repr(0.1 + 0.2)))],
    ]


def test_rows_of_a_workbook_have_the_numbers_that_the_spreadsheet_shows() -> None:
    xml = '<row r="3"><c r="B3"><v>1</v></c></row><row r="7"><c r="B7"><v>2</v></c></row>'
    found = table(workbook(xml))
    assert (found.header.line, [row.line for row in found.rows()]) == (3, [7])


FAR = '<row r="1"><c r="A1"><v>1</v></c></row><row r="{row}"><c {cell}><v>1</v></c></row>'


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (workbook(FAR.format(row=1_048_576, cell='r="XFD1048576"')), "too-large-workbook"),
        (workbook(FAR.format(row=1_048_576, cell="r='XFD1048576'")), "too-large-workbook"),
        (workbook(FAR.format(row=2, cell='s=">" r = "XFD1048576"')), "too-large-workbook"),
        (
            workbook(f"<row>{'<c><v>1</v></c>' * 9_000}</row>{'<row/>' * 9_000}<row><c/></row>"),
            "too-large-workbook",
        ),
        (workbook(sheet(["a", "b"]))[:-30], "damaged-workbook"),
        (workbook("<row><c><v>1</v>"), "damaged-workbook"),
        (workbook(""), "empty-file"),
        (b"PK\x03\x04 and no more", "damaged-workbook"),
    ],
)
def test_a_workbook_that_would_not_fit_into_memory_is_refused(content: bytes, code: str) -> None:
    assert refusal(content)[0] == code


def test_a_sheet_is_measured_wherever_it_lies_and_pictures_do_no_harm() -> None:
    wide = '<row r="1048576"><c r="XFD1048576"><v>1</v></c><c r="A1"><v>1</v></c></row>'
    moved = workbook(wide, part="xl/media/picture.bin")
    assert refusal(moved)[0] == "too-large-workbook"
    shown = workbook(sheet(["sku"]), extra={"xl/media/image1.png": b"\x89PNG" + b"x" * 200_000})
    assert rows(shown) == [["sku"]]


def test_what_a_workbook_unpacks_to_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbooks, "MAX_BYTES", 100_000)
    assert refusal(workbook(sheet(["a" * 200_000])))[0] == "too-large-workbook"

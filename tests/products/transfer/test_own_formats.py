"""Our own formats: what is written is read again, exactly."""

from collections.abc import Iterable
from io import BytesIO
from typing import Any
from zipfile import ZipFile

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from products.errors import NotForSpreadsheets
from products.transfer.own.columns import Layout
from products.transfer.own.guard import guarded, unguarded
from products.transfer.own.products import Lines, Nesting, record_of
from products.transfer.own.rows import RowWriter
from products.transfer.readers import own_ndjson, own_table
from products.transfer.records import (
    AttributeCell,
    FileRefused,
    ProductRecord,
    Reader,
    Remark,
    Text,
)
from products.transfer.sources import Bundle, BytesSource, ReadOptions
from products.transfer.truth import Truth, Wanted, snapshot
from products.transfer.writers import ndjson, own_csv, own_xlsx, own_zip
from products.transfer.writers.options import WriteOptions
from tests.products.factories import ProductFactory
from tests.products.transfer.own_lines import AWKWARD, NESTING, layout_of, products
from tests.products.transfer.whole_catalog import furnish


def csv_of(items: list[dict[str, Any]], layout: Layout) -> bytes:
    names = layout.names()
    rows = RowWriter(layout)
    cells = ([row.get(name, "") for name in names] for item in items for row in rows.rows(item))
    return b"".join(own_csv.csv_bytes(names, cells, bom=True))


def table_reader(content: bytes) -> Reader:
    bundle = Bundle(BytesSource("products.csv", content))
    assert own_table.FORMAT.recognise(bundle)
    return own_table.FORMAT.open(bundle, ReadOptions("USD"))


def plain(record: ProductRecord | Remark) -> ProductRecord:
    """Without what formats know differently: lines, and the names of columns."""
    assert isinstance(record, ProductRecord), record
    record.first_line = record.last_line = 0
    record.columns = {}
    parts: Iterable[Any] = (*record.variants, *record.media, *record.relations)
    for each in (*parts, *record.attributes, *(c for v in record.variants for c in v.attributes)):
        each.line = 0
    for cells in (record.attributes, *(variant.attributes for variant in record.variants)):
        cells.sort(key=lambda cell: (cell.code, cell.channel or "", cell.locale or ""))
        for cell in cells:
            if isinstance(cell.value, Text):
                cell.value = cell.value.text
    return record


def record(product: dict[str, Any], nesting: Nesting = NESTING) -> ProductRecord:
    return plain(record_of(product, nesting, Lines(0, 0)))


@settings(max_examples=25, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(products(), max_size=3, unique_by=lambda item: item["id"]), st.sampled_from([2, 99])
)
def test_a_table_gives_back_every_product(items: list[dict[str, Any]], most: int) -> None:
    content = csv_of(items, layout_of(items, most=most))
    assert [plain(each) for each in table_reader(content).records()] == [
        record(item) for item in items
    ]


@given(AWKWARD | st.text())
def test_the_guard_against_formulas_is_taken_away_exactly(cell: str) -> None:
    safe = guarded(cell)
    assert unguarded(safe) == cell
    assert safe[:1] not in set("=+@\t\r\n")
    assert not safe.startswith("-") or float(safe) <= 0


@pytest.mark.parametrize(
    ("cell", "safe"),
    [
        ("=1+1", "'=1+1"),
        ("-5", "-5"),
        ("-12.50", "-12.50"),
        ("-5+cmd|x", "'-5+cmd|x"),
        ("'=x", "''=x"),
        ("'t Hooft", "'t Hooft"),
        ("a=b", "a=b"),
    ],
)
def test_what_the_guard_does(cell: str, safe: str) -> None:
    assert guarded(cell) == safe


def written(write: Any) -> tuple[bytes, list[dict[str, Any]], Truth]:
    with snapshot(Wanted(with_archived=True, with_costs=True)) as truth:
        return b"".join(write(truth, WriteOptions("USD"))), list(truth.products()), truth


@pytest.mark.django_db
def test_the_whole_catalog_comes_back_from_each_format() -> None:
    furnish()
    content, items, _ = written(ndjson.write)
    bundle = Bundle(BytesSource("catalog.ndjson", content))
    reader = own_ndjson.FORMAT.open(bundle, ReadOptions("USD"))
    survey = reader.survey()
    assert own_ndjson.FORMAT.recognise(bundle)
    assert (survey.products, survey.remarks) == (4, ())
    names = [each["code"] for each in survey.definitions.attributes if each["is_localizable"]]
    assert names == ["material", "story"]
    nesting = Nesting(frozenset({"story", "exact"}), frozenset(names), frozenset({"belongs_to"}))
    expected = [record(item, nesting) for item in items]
    assert [plain(each) for each in reader.records()] == expected
    cells = {(cell.code, cell.channel, cell.locale): cell.value for cell in expected[1].attributes}
    assert cells["story", "trade", "de-AT"] == "Lang"

    content, _, _ = written(own_csv.write)
    assert [plain(each) for each in table_reader(content).records()] == expected

    content, _, _ = written(own_xlsx.write)
    assert written(own_xlsx.write)[0] == content
    workbook = table_reader(content)
    assert workbook.survey().definitions == survey.definitions
    assert [plain(each) for each in workbook.records()] == expected

    content, _, _ = written(own_zip.write)
    with ZipFile(BytesIO(content)) as archive:
        files = {name: BytesSource(name, archive.read(name)) for name in archive.namelist()}
    bundle = Bundle(files["products.csv"], files)
    zipped = own_table.FORMAT.open(bundle, ReadOptions("USD"))
    assert zipped.survey().definitions == survey.definitions
    assert [plain(each) for each in zipped.records()] == expected
    assert written(own_zip.write)[0] == content


HEADER = "slug,sku,price.EUR,option_names,option1,attr.weight,tags,stock.depot\n"


def test_a_file_made_by_hand_speaks_only_of_its_columns() -> None:
    content = f'{HEADER}mug,M-1,9.90,Color,Red,12,"a, b",3\nmug,M-2,\'-x,,Blue,,,\n'
    reader = table_reader(content.encode())
    refused = next(iter(reader.records()))
    assert isinstance(refused, Remark)
    assert (refused.line, refused.code, refused.column) == (
        3,
        "wrong-form",
        "variants/1/prices/0/amount",
    )
    (found,) = table_reader(content.replace("'-x", "8").encode()).records()
    assert isinstance(found, ProductRecord)
    assert found.values == {"tags": ["a", "b"], "option_names": ["Color"]}
    assert found.attributes == [AttributeCell("weight", Text("12"), line=2)]
    first, second = found.variants
    assert first.values["options"] == {"Color": "Red"}
    assert (first.stock, second.stock, second.line) == ({"depot": 3}, {}, 3)


@pytest.mark.parametrize(
    ("content", "code", "line"),
    [
        (b'{"format":"catalog","version":2}\n{"count":0}\n', "newer-format", 1),
        (b'{"format":"catalog","version":1}\n', "cut-off", 1),
        (b'{"id":1}\n{"count":1}\n', "no-heading", 1),
        (
            b'{"format":"catalog","version":1,"definitions":{"brands":[{"slug":1}]}}\n{"count":0}\n',
            "wrong-definitions",
            1,
        ),
        (b"\xff\n", "not-json", 1),
        (b"", "not-json", 1),
    ],
)
def test_a_file_that_is_not_whole_is_refused(content: bytes, code: str, line: int) -> None:
    bundle = Bundle(BytesSource("catalog.ndjson", content))
    with pytest.raises(FileRefused) as refused:
        own_ndjson.FORMAT.open(bundle, ReadOptions("USD")).survey()
    assert (refused.value.remark.code, refused.value.remark.line) == (code, line)


@pytest.mark.parametrize(
    ("line", "place"),
    [
        (b'{"nam":"x"}', "nam"),
        (b'{"name":1}', "name"),
        (
            b'{"variants":[{"prices":[{"currency":"EUR","amount":"1e5"}]}]}',
            "variants/0/prices/0/amount",
        ),
        (b'{"publish_at":"2031-03-01T09:00:00"}', "publish_at"),
        (b'{"relations":[{"slug":"x"}]}', "relations/0/kind"),
        (b"[1]", ""),
        (b'{"name":"\\u0000"}', "name"),
    ],
)
def test_a_line_of_another_form_is_refused_alone(line: bytes, place: str) -> None:
    content = b'{"format":"catalog","version":1}\n' + line + b'\n{"slug":"mug"}\n{"count":2}\n'
    bundle = Bundle(BytesSource("catalog.ndjson", content))
    refused, mug = own_ndjson.FORMAT.open(bundle, ReadOptions("USD")).records()
    assert isinstance(refused, Remark)
    assert (refused.code, refused.line, refused.column) == ("wrong-form", 2, place)
    assert isinstance(mug, ProductRecord)


@pytest.mark.django_db
def test_what_no_spreadsheet_holds_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    ProductFactory.create(description="x" * 40_000)
    with pytest.raises(NotForSpreadsheets, match="32,767 characters"):
        written(own_xlsx.write)
    ProductFactory.create()
    monkeypatch.setattr(own_xlsx, "LONGEST_CELL", 100_000)
    monkeypatch.setattr(own_xlsx, "MOST_ROWS", 2)
    with pytest.raises(NotForSpreadsheets, match="2 lines"):
        written(own_xlsx.write)


@pytest.mark.django_db
def test_a_workbook_keeps_every_character() -> None:
    name = " a\x01\x0b_x0041_\r\n\r<&> '= \t\u2028 "
    ProductFactory.create(name=name, slug="odd")
    (found,) = table_reader(written(own_xlsx.write)[0]).records()
    assert isinstance(found, ProductRecord)
    assert found.values["name"] == name

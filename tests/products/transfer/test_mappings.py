"""Any file through a mapping: what a mapping may say, and the records that it makes."""

import json
import re
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from products.transfer.mapping_fields import COMMON, FIELDS
from products.transfer.mappings import load_mapping, parse_mapping
from products.transfer.readers.mapped import FORMAT, MappedReader
from products.transfer.records import FileRefused, ProductRecord, Remark, Survey, Text
from products.transfer.sources import Bundle, BytesSource, ReadOptions
from tests.products.real_catalogs import ROOT


def reader(content: bytes | str, mapping: dict[str, Any], **options: str) -> MappedReader:
    raw = content if isinstance(content, bytes) else content.encode()
    read_options = ReadOptions("EUR", mapping={"version": 1, **mapping}, **options)
    found = FORMAT.open(Bundle(BytesSource("shop.csv", raw)), read_options)
    assert isinstance(found, MappedReader)
    return found


def read(
    content: bytes | str, mapping: dict[str, Any], **options: str
) -> tuple[Survey, list[ProductRecord | Remark]]:
    found = reader(content, mapping, **options)
    return found.survey(), list(found.records())


def one(content: bytes | str, mapping: dict[str, Any], **options: str) -> ProductRecord:
    _, (record,) = read(content, mapping, **options)
    assert isinstance(record, ProductRecord), record
    return record


def codes(record: ProductRecord | Remark) -> list[str]:
    return [record.code] if isinstance(record, Remark) else [each.code for each in record.warnings]


GERMAN = (
    "Art.-Nr.;Gruppe;Bezeichnung;Titel EN;VK;Aktion;Farbe;Gewicht;Bestand;Bilder;Warengruppe;Ab\n"
    "T-1;T;Topf;Pot;1.385,50;999,00;rot;1,5 kg;4;a.jpg|b.jpg;Küche > Töpfe;01.03.2026\n"
    "P-1;;Pfanne;;9,90 CHF;;;;;;;\n"
    "T-2;T;;;1.400,00;;blau;;-2;b.jpg;;\n"
)
GERMAN_MAPPING: dict[str, Any] = {
    "group_by": "Gruppe",
    "decimal": ",",
    "columns": {
        "Art.-Nr.": "sku",
        "Gruppe": {"field": "external_id", "system": "erp"},
        "Bezeichnung": "name",
        "Titel EN": {"field": "name", "locale": "en"},
        "VK": "price",
        "Aktion": "sale_price",
        "Farbe": {"field": "option", "name": "Farbe"},
        "Gewicht": "weight",
        "Bestand": {"field": "quantity", "location": "lager"},
        "Bilder": {"field": "image", "list_separator": "|", "prefix": "https://shop.example/"},
        "Warengruppe": "category",
        "Ab": {"field": "publish_at", "date": "%d.%m.%Y"},
    },
    "constants": [{"field": "brand", "value": "Acme"}, {"field": "status", "value": "active"}],
}


def test_a_german_export() -> None:
    survey, records = read(GERMAN.encode("cp1252"), GERMAN_MAPPING)
    assert (survey.rows, survey.products, survey.counts_stock) == (3, 2, False)
    assert survey.definitions.locations == {"lager": "lager"}
    assert survey.definitions.locales == [{"code": "en", "name": "en"}]
    pan, pot = records
    assert isinstance(pan, ProductRecord)
    assert isinstance(pot, ProductRecord)
    assert (pot.first_line, pot.last_line) == (2, 4)
    assert pot.values == {
        "external_ids": [{"system": "erp", "id": "T"}],
        "name": "Topf",
        "translations": {"en": {"name": "Pot"}},
        "publish_at": datetime(2026, 3, 1, tzinfo=UTC),
        "status": "published",
        "option_names": ["Farbe"],
    }
    assert (pot.brand, pot.category) == ("Acme", ("Küche", "Töpfe"))
    assert [media.url for media in pot.media] == [
        "https://shop.example/a.jpg",
        "https://shop.example/b.jpg",
    ]
    red, blue = pot.variants
    assert red.values == {
        "sku": "T-1",
        "options": {"Farbe": "rot"},
        "prices": [
            {"currency": "EUR", "amount": Decimal("999.00"), "compare_at": Decimal("1385.50")}
        ],
        "weight": {"value": Decimal("1.5"), "unit": "kg"},
    }
    assert (red.stock, blue.stock) == ({"lager": 4}, {"lager": 0})
    assert blue.values["prices"] == [
        {"currency": "EUR", "amount": Decimal("1400.00"), "compare_at": None}
    ]
    assert codes(pot) == ["oversold"]
    assert pan.variants[0].values["prices"] == [
        {"currency": "CHF", "amount": Decimal("9.90"), "compare_at": None}
    ]


def test_the_same_through_json_with_variants() -> None:
    content = json.dumps(
        {
            "data": [
                {
                    **{"id": 7, "title": "Pot", "price": 10, "size": {"w": 1.5, "h": 2, "d": 3}},
                    **{"path": ["Home", "Pots"], "labels": ["a", "b"], "on": False},
                    "variants": [
                        {"sku": "A", "color": "red", "cents": 1299},
                        {"sku": "B", "color": "blue", "cents": 1399},
                    ],
                }
            ]
        }
    )
    record = one(
        content,
        {
            "file": {"variants": "variants"},
            "columns": {
                "id": [{"field": "external_id", "system": "x"}, {"field": "metadata", "key": "id"}],
                "title": ["name", {"field": "slug", "slugify": True}],
                "path": "category",
                "labels": "tags",
                "on": "status",
                "size.w": {"field": "width", "unit": "cm"},
                "size.h": {"field": "height", "unit": "cm"},
                "size.d": {"field": "length", "unit": "cm"},
                "variants.sku": "sku",
                "variants.color": {"field": "option", "name": "Color"},
                "variants.cents": {"field": "price", "divide_by": 100, "currency": "USD"},
            },
        },
    )
    assert (record.slug, record.category) == ("pot", ("Home", "Pots"))
    assert record.values["metadata"] == {"id": "7"}
    assert (record.values["status"], record.values["tags"]) == ("draft", ["a", "b"])
    assert [variant.values["prices"][0]["amount"] for variant in record.variants] == [
        Decimal("12.99"),
        Decimal("13.99"),
    ]
    assert record.variants[1].values["dimensions"] == {
        **{"length": Decimal(3), "width": Decimal("1.5"), "height": Decimal(2), "unit": "cm"}
    }


def test_lines_of_a_product_may_be_scattered() -> None:
    lines = [f"{key},{key}{n}" for n in range(3) for key in ("a", "b", "", "c")]
    found = reader("g,sku\n" + "\n".join(lines), {"group_by": "g", "columns": {"sku": "sku"}})
    assert found.survey().products == 6
    shown = [
        [variant.values["sku"] for variant in record.variants]
        for record in found.records()
        if isinstance(record, ProductRecord)
    ]
    assert sorted(shown) == [["0"], ["1"], ["2"], *([f"{k}{n}" for n in range(3)] for k in "abc")]


def test_attributes_bring_their_definitions() -> None:
    mapping = {
        "product_type": {"slug": "shoe", "name": "Shoe"},
        "columns": {
            "sku": "sku",
            "Sohle": {"field": "attribute", "code": "sole", "locale": "de"},
            "Absatz": {
                **{"field": "attribute", "code": "heel", "on": "variant", "type": "measurement"},
                **{"dimension": "length", "unit": "mm", "decimal": ","},
            },
        },
    }
    survey, (record,) = read("sku;Sohle;Absatz\nA;Gummi;1,5\n", mapping)
    assert isinstance(record, ProductRecord)
    assert survey.definitions.attributes == [
        {"code": "sole", "name": "Sohle", "type": "text", "is_localizable": True},
        {"code": "heel", "name": "Absatz", "type": "measurement", "dimension": "length"},
    ]
    assert survey.definitions.product_types == [
        {
            "slug": "shoe",
            "name": "Shoe",
            "attributes": [
                {"code": "sole", "is_variant": False},
                {"code": "heel", "is_variant": True},
            ],
        }
    ]
    assert record.product_type == "shoe"
    assert [(each.code, each.value, each.locale) for each in record.attributes] == [
        ("sole", Text("Gummi"), "de")
    ]
    (cell,) = record.variants[0].attributes
    assert (cell.value, cell.line, cell.column) == (Text("1.5", "mm"), 2, "Absatz")


@pytest.mark.parametrize(
    ("cell", "target", "expected"),
    [
        ("1,5 W/m2", {"type": "measurement", "dimension": "length", "decimal": ","}, "1.5 W/m2"),
        ("1.5", {"type": "measurement", "dimension": "length", "decimal": ","}, "invalid-number"),
        ("1.385,5", {"type": "decimal", "decimal": ","}, "1385.5"),
        ("1.5", {"type": "decimal", "decimal": ","}, "invalid-number"),
        ("Ja", {"type": "boolean"}, "true"),
        ("maybe", {"type": "boolean"}, "invalid-flag"),
        ("a; b", {"type": "multi_choice", "list_separator": ";"}, "a,b"),
    ],
)
def test_attributes_are_written_as_their_type_reads_them(
    cell: str, target: dict[str, Any], expected: str
) -> None:
    said = {"field": "attribute", "code": "x", **target}
    mapping = {"file": {"separator": "|"}, "columns": {"sku": "sku", "x": said}}
    _, (record,) = read(f"sku|x\nA|{cell}\n", {**mapping, "product_type": {"slug": "t"}})
    if isinstance(record, Remark):
        assert record.code == expected
    else:
        (found,) = record.attributes
        assert f"{found.value.text} {found.value.unit}".strip() == expected


@pytest.mark.parametrize(
    ("cell", "target", "expected"),
    [
        ("<p>a</p><script>x</script>", {"field": "description", "html": "sanitize"}, "<p>a</p>"),
        ("<p>a</p><p>b</p>", {"field": "description", "html": "text"}, "a\nb"),
        (" kept ", {"field": "description"}, " kept "),
        ("in stock", {"field": "status", "map": {"In Stock": "published"}}, "published"),
        ("", {"field": "name", "default": "Nameless"}, "Nameless"),
        ("x", {"field": "name", "prefix": "My "}, "My x"),
        ("2008.0", {"field": "metadata", "key": "year", "whole": True}, {"year": "2008"}),
        ("a;b", {"field": "tags", "list_separator": ";"}, ["a", "b"]),
    ],
)
def test_transforms_of_a_product(cell: str, target: dict[str, Any], expected: Any) -> None:
    record = one(
        f'sku|x\nA|"{cell}"\n', {"file": {"separator": "|"}, "columns": {"sku": "sku", "x": target}}
    )
    assert record.values[target["field"]] == expected  # type: ignore[literal-required]


@pytest.mark.parametrize(
    ("cell", "target", "code"),
    [
        ("9.78E+12", "gtin", "spreadsheet-number"),
        ("439023483", "gtin", "zeros-lost"),
        ("4006381333932", "gtin", "wrong-check-digit"),
        ("1001.0", "mpn", "number-as-float"),
        ("9.78E+12", "mpn", "spreadsheet-number"),
        ("2008.0", {"field": "metadata", "key": "year"}, "number-as-float"),
        ("19.990000000000002", "price", "price-as-float"),
        ("heavy", "weight", "invalid-measure"),
        ("javascript:alert(1)", "image", "invalid-image-url"),
        ("-1", "quantity", "oversold"),
    ],
)
def test_damage_is_warned_about_and_kept(cell: str, target: Any, code: str) -> None:
    record = one(f"sku|x\nA|{cell}\n", {"columns": {"sku": "sku", "x": target}})
    assert [(each.code, each.line, each.column) for each in record.warnings] == [(code, 2, "x")]
    kept = record.variants[0].values.get("metadata", {}).get("import", {})
    assert kept == ({target: cell} if target in ("gtin", "weight") else {})


def test_a_noisy_float_is_the_price_that_it_was() -> None:
    record = one("sku,x\nA,19.990000000000002\n", {"columns": {"sku": "sku", "x": "price"}})
    assert record.variants[0].values["prices"][0]["amount"] == Decimal("19.99")


def test_zeros_that_a_spreadsheet_dropped_are_restored_when_the_mapping_says_so() -> None:
    target = {"field": "gtin", "restore_zeros": True}
    record = one("sku,x\nA,439023483\n", {"columns": {"sku": "sku", "x": target}})
    assert (record.variants[0].values["gtin"], record.warnings) == ("0439023483", [])


@pytest.mark.parametrize(
    ("line", "code", "column"),
    [
        ("A,1,385.00,,,now", "wrong-number-of-cells", ""),
        ("A,9;99,,,", "invalid-amount", "price"),
        ('A,"9,99",,,', "invalid-number", "price"),
        ("A,1.23456,,,", "invalid-amount", "price"),
        (f"{'x' * 101},,,,", "too-long", "sku"),
        ("A,,1.5,,", "invalid-quantity", "stock"),
        ("A,,,hidden?,", "invalid-status", "status"),
        ("A,,,,31.12.2026", "invalid-date", "from"),
    ],
)
def test_what_has_no_meaning_is_refused_with_its_place(line: str, code: str, column: str) -> None:
    columns = {"sku": "sku", "price": "price", "stock": "quantity", "status": "status"}
    mapping = {"columns": {**columns, "from": "publish_at"}, "file": {"separator": ","}}
    survey, (record, good) = read(f"sku,price,stock,status,from\n{line}\nB,5,1,draft,\n", mapping)
    assert isinstance(record, Remark)
    assert (record.code, record.line, record.column) == (code, 2, column)
    assert isinstance(good, ProductRecord)
    assert survey.products == 2


@pytest.mark.parametrize(
    ("rows", "code"),
    [("T,,1\nT,,2\n", "variant-unnamed"), ("T,red,1\nT,red,2\n", "options-taken")],
)
def test_variants_of_a_product_are_told_apart(rows: str, code: str) -> None:
    option = {"field": "option", "name": "Color"}
    mapping = {"group_by": "g", "columns": {"c": option, "p": "price"}}
    _, (record,) = read(f"g,c,p\n{rows}", mapping)
    assert codes(record) == [code]
    assert isinstance(record, Remark)
    assert record.line == 3 - (code == "variant-unnamed")


def test_a_table_without_a_header_is_named_by_the_mapping() -> None:
    mapping = {
        "file": {"separator": ",", "columns": ["sku", "name"]},
        "columns": {"sku": "sku", "name": "name"},
    }
    survey, records = read("A,Pot\nB,Pan\n", mapping)
    assert [each.values["name"] for each in records if isinstance(each, ProductRecord)] == [
        *("Pot", "Pan")
    ]
    assert survey.rows == 2


@pytest.mark.parametrize(
    ("file", "content"),
    [
        ({"encoding": "windows-1252"}, "sku;name\nA;Caf\u00e9\n".encode("cp1252")),
        ({"separator": "^"}, 'sku^name\nA^"Caf\u00e9"\n'.encode()),
        ({"separator": ";", "encoding": "utf-8"}, 'sku;name\nA;"Caf\u00e9"\n'.encode()),
    ],
)
def test_a_mapping_may_say_how_its_file_is_written(file: dict[str, str], content: bytes) -> None:
    record = one(content, {"file": file, "columns": {"sku": "sku", "name": "name"}})
    assert record.values["name"] == "Caf\u00e9"


def test_the_survey_says_what_is_left_out_and_what_is_missing() -> None:
    survey, _ = read('[{"a": 1, "b": 2}]', {"columns": {"a": "name", "c": "brand"}})
    assert survey.columns_left_out == ("b",)
    assert [(each.code, each.column) for each in survey.remarks] == [
        ("column-missing", "c"),
        ("no-identity", ""),
    ]


@pytest.mark.parametrize(
    ("mapping", "place", "hint"),
    [
        ({"version": 2}, "version", "Write 1"),
        ({"colums": {}}, "colums", "'columns'"),
        ({"columns": {}}, "columns", "Write"),
        ({"columns": []}, "columns", "docs"),
        ({"columns": {"a": "nmae"}}, "columns.a", "'name'"),
        ({"columns": {"a": {"field": "name", "locael": "de"}}}, "columns.a.locael", "'locale'"),
        ({"columns": {"a": {"field": "name", "decimal": ","}}}, "columns.a.decimal", "locale"),
        ({"columns": {"a": {"field": "option"}}}, "columns.a", '"name"'),
        ({"columns": {"a": {"locale": "de"}}}, "columns.a", '"field"'),
        ({"columns": {"a": 5}}, "columns.a", '"field"'),
        ({"columns": {"a": {"field": "price", "decimal": ";"}}}, "columns.a.decimal", "Use one"),
        ({"columns": {"a": {"field": "price", "currency": "EURO"}}}, "columns.a.currency", "'EUR'"),
        ({"columns": {"a": {"field": "price", "divide_by": 0}}}, "columns.a.divide_by", "100"),
        ({"columns": {"a": {"field": "sku", "whole": "yes"}}}, "columns.a.whole", "true"),
        ({"columns": {"a": {"field": "weight", "unit": "cm"}}}, "columns.a", "Use one"),
        ({"columns": {"a": {"field": "status", "map": {"x": 1}}}}, "columns.a.map", "published"),
        ({"columns": {"a": {"field": "tags", "list_separator": ""}}}, "list_separator", "between"),
        ({"columns": {"a": "name", "b": "name"}}, "columns.b", "one of them"),
        ({"columns": {"a": {"field": "attribute", "code": "x"}}}, "product_type", "slug"),
        ({"columns": {"a": "name"}, "file": {"encoding": "utf-9"}}, "file.encoding", "'utf-8'"),
        ({"columns": {"a": "name"}, "file": {"separator": ";;"}}, "file.separator", "one"),
        ({"columns": {"a": "name"}, "constants": [{"field": "brand"}]}, "constants.0", "value"),
    ],
)
def test_a_wrong_mapping_is_refused_with_its_place_and_what_was_meant(
    mapping: dict[str, Any], place: str, hint: str
) -> None:
    with pytest.raises(FileRefused) as caught:
        parse_mapping({"version": 1, **mapping})
    remark = caught.value.remark
    assert remark.code == "invalid-mapping"
    assert place in remark.message
    assert hint in remark.remedy


def test_a_column_that_the_table_does_not_have_is_refused() -> None:
    with pytest.raises(FileRefused) as caught:
        read("Titel\nx\n", {"columns": {"Titl": "name"}})
    assert caught.value.remark.remedy == "Did you mean 'Titel'?"


@pytest.mark.parametrize("content", [b"{", b"[]", b"\xff", b" " * 1_100_000])
def test_a_mapping_file_that_is_no_json_object_is_refused(content: bytes) -> None:
    with pytest.raises(FileRefused) as caught:
        load_mapping(content)
    assert caught.value.remark.code == "invalid-mapping"


def test_the_example_of_the_documentation_works() -> None:
    page = (ROOT / "docs" / "formats.md").read_text()
    (mapping,) = re.findall(r"```json\n(.*?)```", page, re.DOTALL)
    (content,) = re.findall(r"```\n(Art.*?)```", page, re.DOTALL)
    found = reader(content.encode("cp1252"), json.loads(mapping))
    assert (found.survey().rows, found.survey().products) == (3, 2)
    records = [each for each in found.records() if isinstance(each, ProductRecord)]
    assert [len(each.variants) for each in records] == [2, 1]


def test_all_fields_and_options_are_documented() -> None:
    page = (ROOT / "docs" / "formats.md").read_text()
    names = {*FIELDS, *(option for options in FIELDS.values() for option in options), *COMMON}
    assert [name for name in sorted(names) if f"`{name}`" not in page and name != "field"] == []

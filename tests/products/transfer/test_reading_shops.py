"""What the readers of shops share: lines that wait on disk, choices, decimals, pictures."""

from typing import Any

import pytest

from products.transfer.readers.axes import axes_of
from products.transfer.readers.finds import Finds, code_of, exact_code
from products.transfer.readers.linestore import LineStore
from products.transfer.readers.locales import first_locale, locale_of
from products.transfer.readers.tables import Row
from products.transfer.records import AttributeCell, ProductRecord, Text
from tests.products.transfer.reading import file, prices, read


def test_lines_are_gathered_by_product_in_the_order_of_first_lines() -> None:
    store = LineStore()
    for line, key in enumerate(["child", "b", "grandchild", "a", "b", "other"], start=2):
        store.add(key, Row(line, line + 10, [key, "é\n"]))
    assert store.same("grandchild", "child")
    assert store.same("child", "a")
    assert not store.same("child", "b")  # it belongs to somebody already
    store.settle()
    found = [(owner, [row.line for row in rows]) for owner, rows in store]
    assert found == [("a", [2, 4, 5]), ("b", [3, 6]), ("other", [7])]
    ((_, rows), *_) = list(store)
    assert (rows[0].last_line, rows[0].cells) == (12, ["child", "é\n"])
    assert (store.owner("child"), store.owner("nobody")) == ("a", "nobody")


def test_facts_are_found_by_topic_and_key() -> None:
    store = LineStore()
    for topic, key, value in (("s", "1", "x"), ("s", "1", "y"), ("s", "2", "z"), ("t", "1", "")):
        store.note(topic, key, value)
    store.settle()
    assert (store.noted("s", "1"), store.noted("s", "9")) == (["x", "y"], [])
    assert list(store.each("s")) == ["x", "y", "z"]
    assert store.count_without("s", "t") == 1


def product(*texts: str) -> ProductRecord:
    record = ProductRecord("p", 1, 1, {}, product_type="kind")
    record.attributes = [AttributeCell("color", Text(text)) for text in texts]
    return record


def finds(kind: str) -> Finds:
    found = Finds()
    found.product_type("kind", "Kind")
    found.attribute("Color", kind=kind, separator="|" if kind == "multi_choice" else "")
    return found


def test_options_are_those_that_values_name_whatever_their_case() -> None:
    found, record = finds("multi_choice"), product("Deep Red|blue", "Blue")
    found.note(record)
    found.settle(record)
    assert [each.value for each in record.attributes] == [["deep-red", "blue"], ["blue"]]
    (attribute,) = found.definitions().attributes
    assert attribute["options"] == [
        {"code": "deep-red", "label": "Deep Red"},
        {"code": "blue", "label": "blue"},
    ]


@pytest.mark.parametrize("texts", [[f"c{n}" for n in range(1_001)], ["x" * 101]])
def test_a_choice_of_too_much_is_a_text(texts: list[str]) -> None:
    found = finds("choice")
    records = [product(text) for text in texts]
    for record in records:
        found.note(record)
    found.settle(records[0])
    assert records[0].attributes[0].value == Text(texts[0])
    (attribute,) = found.definitions().attributes
    assert (attribute["type"], attribute.get("options")) == ("text", None)


@pytest.mark.parametrize(
    ("cells", "expected", "remarks"),
    [
        (("1299,5", "2"), ["1299.5", "2"], ["decimal-comma"]),
        (("1.299,50", "1.000"), ["1299.50", "1000"], ["decimal-comma"]),
        (("1,299.50", "2.5"), ["1299.50", "2.5"], []),
        (("€ 12.50", ".5"), ["12.50", "0.5"], []),
    ],
)
def test_the_whole_file_says_its_decimal_mark(
    cells: tuple[str, str], expected: list[str], remarks: list[str]
) -> None:
    rows = [
        {"Type": "simple", "SKU": f"s{n}", "Name": f"N{n}", "Regular price": cell, "Published": "1"}
        for n, cell in enumerate(cells)
    ]
    found = read(file(*rows))
    assert [prices(each)[0][0] for each in found.variants] == expected
    assert [each.code for each in found.survey.remarks] == remarks


@pytest.mark.parametrize(
    ("address", "base", "url", "code"),
    [
        ("//a.example/1.jpg", "", "https://a.example/1.jpg", ""),
        ("/m/h h.jpg", "https://b.example/x/", "https://b.example/x/m/h%20h.jpg", ""),
        ("m.jpg", "", "", "picture-without-address"),
        ("ftp://a.example/1.jpg", "https://b.example", "", "invalid-image-url"),
    ],
)
def test_a_picture_needs_an_address(address: str, base: str, url: str, code: str) -> None:
    row = {"Type": "simple", "SKU": "s", "Name": "N", "Regular price": "1", "Images": address}
    found = read(file(row), code="woocommerce", media_base=base)
    (record,) = found.products
    assert [each.url for each in record.media] == ([url] if url else [])
    assert [each[0] for each in found.warnings] == ([code] if code else [])
    kept: Any = record.values.get("metadata", {})
    assert bool(kept) is not bool(url)


def test_codes_locales_and_axes() -> None:
    assert [code_of(name) for name in ("Shoe Size (EU)", "color")] == ["shoe-size-eu", "color"]
    assert code_of("色") == code_of("色")
    assert code_of("色") != code_of("形")
    assert (exact_code("clothingSize"), exact_code("a b")) == ("clothingSize", "a-b")
    assert [locale_of(name) for name in ("de_DE", "DE", "zh_Hans_CN", "outlet", "ger")] == [
        "de-DE",
        "de",
        "zh-Hans-CN",
        None,
        None,
    ]
    assert first_locale(["de", "en-GB"], "") == "en-GB"
    assert first_locale(["de", "en"], "de-AT") == "en"
    assert first_locale(["de_DE", "fr"], "de") == "de_DE"
    rows = [{"size": "s", "color": "r"}, {"size": "s", "color": "b"}, {"size": "m", "color": "r"}]
    assert axes_of(rows, ["size", "color"]) == ["size", "color"]
    assert axes_of(rows[:2], ["size", "color"]) == ["color"]
    assert axes_of(rows[:1], ["size"]) == []

"""JSON, NDJSON and XML as items, one at a time; numbers exact, broken and hostile files refused."""

import tarfile
from decimal import Decimal
from typing import Any

import pytest

from products.transfer.readers import elements, items
from products.transfer.readers.entries import FileOptions, open_entries
from products.transfer.readers.items import read_items
from products.transfer.records import FileRefused
from products.transfer.sources import BytesSource
from tests.products.real_catalogs import sample


def read(content: bytes, path: str = "") -> list[tuple[int, Any]]:
    return [(item.line, item.value) for item in read_items(BytesSource("x.json", content), path)]


def cells(content: bytes, name: str = "x.json", **options: Any) -> list[list[dict[str, Any]]]:
    entries = open_entries(BytesSource(name, content), FileOptions(**options))
    return [[dict(entry.cells) for entry in group] for group in entries.read()]


def refusal(content: bytes, name: str = "x.json", path: str = "") -> tuple[str, int]:
    with pytest.raises(FileRefused) as caught:
        cells(content, name, list=path)
    return caught.value.remark.code, caught.value.remark.line


@pytest.mark.parametrize(
    ("content", "path", "expected"),
    [
        (b'[{"a":1.10},\n {"a":2}]', "", [(1, {"a": Decimal("1.10")}), (2, {"a": 2})]),
        (b'{"a":1}\n\n{"a":2}\n', "", [(1, {"a": 1}), (3, {"a": 2})]),
        (b'{"a":1}', "", [(1, {"a": 1})]),
        (b'{"n":2,"tags":["x"],"d":{"p":[{"a":1}]},"e":3}', "", [(1, {"a": 1})]),
        (b'{"x":[{"b":1}],"d":{"p":[{"a":1}]}}', "d.p", [(1, {"a": 1})]),
        ('[{"a":"\u00e9"}]'.encode("utf-16"), "", [(1, {"a": "\u00e9"})]),
        (b"\xef\xbb\xbf[]", "", []),
        (b'{"products":[]}', "products", []),
    ],
)
def test_items_of_json(content: bytes, path: str, expected: list[Any]) -> None:
    assert read(content, path) == expected


def test_an_item_may_lie_across_the_pieces_in_which_a_file_is_read(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("products.transfer.readers.encodings.CHUNK", 3)
    content = '[{"a": 12345, "b": "\u00e9\\n"},\n {"a": 1.5}]'.encode()
    assert read(content) == [(1, {"a": 12345, "b": "\u00e9\n"}), (2, {"a": Decimal("1.5")})]


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b'[{"a":1},\n]', ("not-json", 2)),
        (b'[{"a":1}\n', ("not-json", 2)),
        (b'[{"a":1}] x', ("not-json", 1)),
        (b'[{"a":NaN}]', ("not-json", 1)),
        (b'[\n{"a":tru}]', ("not-json", 2)),
        (b"[" * 100_000, ("not-json", 1)),
        (b'[{"a":' + b"9" * 5_000 + b"}]", ("not-json", 1)),
        (b'{"a":{"b":1},"c":2}\n, ', ("no-list", 1)),
        ('{"a":"\u00e9"}\n{"a":"'.encode() + b'\xff"}', ("not-utf-8", 2)),
    ],
)
def test_broken_json_is_refused(content: bytes, expected: tuple[str, int]) -> None:
    assert refusal(content) == expected


def test_an_item_without_end_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(items, "MAX_ITEM", 1_000)
    assert refusal(b'[{"a":"' + b"x" * 300_000)[0] == "item-too-long"


def test_the_json_test_suite() -> None:
    with tarfile.open(sample("vectors", "jsontestsuite") / "test_parsing.tar.gz") as archive:
        wrong = []
        for member in archive:
            name = member.name.rpartition("/")[2]
            file = archive.extractfile(member) if name[:2] in {"y_", "n_"} else None
            content = file.read() if file else b""
            if not content.strip():
                continue
            try:
                read(b"[" + content + b"]")
            except FileRefused:
                is_read = False
            else:
                is_read = True
            if is_read != name.startswith("y_"):
                wrong.append(name)
    assert wrong == []


def test_what_lies_in_something_else_has_a_dotted_name() -> None:
    content = b"""[{"sku": "A", "size": {"w": 1.50}, "tags": ["x", "y"], "on": true, "no": null,
        "n": 6.0, "images": [{"url": "1"}, {"url": "2"}], "none": []}]"""
    assert cells(content) == [
        [
            {
                **{"sku": "A", "size.w": "1.50", "tags": ["x", "y"], "on": "true", "no": ""},
                **{"n": "6", "images.url": ["1", "2"], "none": []},
            }
        ]
    ]


def test_variants_in_a_product_are_entries_of_it() -> None:
    content = b'[{"name": "Pot", "v": {"list": [{"sku": "A"}, {"sku": "B"}]}}, {"name": "Pan"}]'
    assert cells(content, variants="v.list") == [
        [{"name": "Pot", "v.list.sku": "A"}, {"name": "Pot", "v.list.sku": "B"}],
        [{"name": "Pan"}],
    ]


@pytest.mark.parametrize(
    "value", ['{"a": "\\u0000"}', '{"a": "\\ud800"}', '{"a": 1e999999999}', "5"]
)
def test_an_item_that_cannot_be_stored_is_refused_alone(value: str) -> None:
    entries = open_entries(BytesSource("x", f'[{{"a": 1}}, {value}]'.encode()), FileOptions())
    refusals = [group[0].refusal for group in entries.read()]
    assert [each and each.code for each in refusals] == [None, "invalid-item"]


XML = b"""<?xml version="1.0" encoding="UTF-8"?>
<shop xmlns:g="http://base.google.com/ns/1.0"><created>x</created>
<product id="7"><g:name><![CDATA[Pot & pan]]></g:name>
 <price currency="EUR">9.99</price><image>1</image><image>2</image></product>
</shop>"""


def test_items_of_xml() -> None:
    (group,) = open_entries(BytesSource("x", XML), FileOptions()).read()
    assert (group[0].line, group[0].last_line) == (3, 4)
    assert group[0].cells == {
        "@id": "7",
        "g:name": "Pot & pan",
        "price.@currency": "EUR",
        "price": "9.99",
        "image": ["1", "2"],
    }
    assert cells(XML, list="created") == [[{"#text": "x"}]]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b'<!DOCTYPE x [<!ENTITY a "b">]><x><item>&a;</item></x>', "doctype"),
        (b'<!DOCTYPE x SYSTEM "http://127.0.0.1/x"><x><item/></x>', "doctype"),
        (b"<rss><item>&nbsp;</item></rss>", "not-xml"),
        (b"<rss><item></rss>", "not-xml"),
        (b"<rss><item>" + b"<a>" * 30, "too-deep"),
        (b"<rss><item>" + b"<a/>" * 30_000, "item-too-long"),
        (b"<rss><item>" + b"x" * 5_000_000, "item-too-long"),
        (b'<rss><item a="' + b"x" * 5_000_000, "item-too-long"),
        (b"Below is an example:\n<rss/>", "not-xml"),
    ],
)
def test_hostile_and_broken_xml_is_refused(content: bytes, code: str) -> None:
    assert refusal(content, "feed.xml")[0] == code


def test_a_limit_of_items_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(items, "MAX_ITEMS", 2)
    monkeypatch.setattr(elements, "MAX_ITEMS", 2)
    assert refusal(b"[{},{},{}]")[0] == "too-many-rows"
    assert refusal(b"<x><item/><item/><item/></x>")[0] == "too-many-rows"


YAML = b"""# products
---
- id: 0123
  name: >
    Folded
    text
  on: no
  price: 129.90
  none: null
  tags: [a, b]
  size: {w: 1.50}
- id: B
"""


def test_items_of_yaml() -> None:
    entries = open_entries(BytesSource("x.yml", YAML), FileOptions())
    (first,), (second,) = entries.read()
    assert (first.line, first.last_line, second.line) == (3, 11, 12)
    assert first.cells == {
        **{"id": "0123", "name": "Folded text\n", "on": "no", "price": "129.90", "none": ""},
        **{"tags": ["a", "b"], "size.w": "1.50"},
    }


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"- a: &x 1\n  b: *x\n", ("yaml-alias", 2)),
        (b"- a: " + b"[" * 50_000, ("too-deep", 1)),
        (b"- a: 1\n- a: [1\n  b: }\n", ("not-yaml", 3)),
        (b"a: 1\n", ("not-yaml", 1)),
        (b"- !!python/object/apply:os.system [id]\n", ("not-yaml", 1)),
    ],
)
def test_hostile_and_broken_yaml_is_refused(content: bytes, expected: tuple[str, int]) -> None:
    assert refusal(content, "x.yaml") == expected

"""Feeds of Google Merchant Center and Meta: tables and XML."""

import csv
import io
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from products.transfer.formats import FORMATS, choose
from products.transfer.records import FileRefused, ProductRecord, Remark, Survey
from products.transfer.sources import Bundle, BytesSource, FileSource, ReadOptions
from tests.products.real_catalogs import sample

PLAIN = {
    "id": "A",
    "title": "Shirt",
    "description": "Of linen",
    "link": "https://shop.example/a",
    "image link": "https://shop.example/a.jpg",
    "availability": "in_stock",
    "price": "9.99 GBP",
}


def feed(*items: Mapping[str, str], separator: str = "\t") -> bytes:
    out = io.StringIO()
    names = list(dict.fromkeys(name for item in items for name in item))
    writer = csv.DictWriter(out, names, delimiter=separator, restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows(items)
    return out.getvalue().encode()


def read(content: bytes, code: str = "google") -> tuple[Survey, list[ProductRecord | Remark]]:
    bundle = Bundle(BytesSource("feed.txt", content))
    found = FORMATS[code].open(bundle, ReadOptions("EUR"))
    return found.survey(), list(found.records())


def one(**cells: str) -> ProductRecord:
    given = {**PLAIN, **{key.replace("__", "."): value for key, value in cells.items()}}
    _, (record,) = read(feed(given))
    assert isinstance(record, ProductRecord), record
    return record


def variant(**cells: str) -> Mapping[str, Any]:
    return one(**cells).variants[0].values


@pytest.mark.parametrize(
    ("price", "amount"), [("9,99 EUR", "9.99"), ("1,385 EUR", "1385"), ("1.299,00", "1299.00")]
)
def test_a_price_with_a_comma_is_read_where_it_can_be_nothing_else(price: str, amount: str) -> None:
    assert str(variant(price=price)["prices"][0]["amount"]) == amount


def test_a_line_is_a_product_with_a_variant() -> None:
    record = one(brand="Acme", product_type="Home > Shirts", gtin="4006381333931", mpn="M1")
    assert record.values == {
        "name": "Shirt",
        "description": "Of linen",
        "metadata": {"google": {"link": "https://shop.example/a", "availability": "in_stock"}},
    }
    assert (record.brand, record.category) == ("Acme", ("Home", "Shirts"))
    assert record.variants[0].values == {
        **{"sku": "A", "mpn": "M1", "gtin": "4006381333931", "track_inventory": False},
        "prices": [{"currency": "GBP", "amount": Decimal("9.99"), "compare_at": None}],
        "media": ["https://shop.example/a.jpg"],
    }


def test_a_group_is_a_product_whose_options_are_what_differs() -> None:
    red = {**PLAIN, "item group id": "G", "color": "red", "size": "M", "custom label 0": "new"}
    other = {**PLAIN, "id": "X"}
    blue = {**red, "id": "B", "title": "Shirt in blue", "color": "blue"}
    survey, records = read(feed(red, other, blue))
    assert (survey.rows, survey.products) == (3, 2)
    shirt = records[1]
    assert isinstance(shirt, ProductRecord)
    assert shirt.values["external_ids"] == [{"system": "google", "id": "G"}]
    assert shirt.values["option_names"] == ["color"]
    assert [each.values["options"] for each in shirt.variants] == [
        {"color": "red"},
        {"color": "blue"},
    ]
    kept = shirt.values["metadata"]["google"]
    assert (kept["size"], kept["custom_label_0"]) == ("M", "new")
    assert shirt.variants[1].values["metadata"] == {"google": {"title": "Shirt in blue"}}


def test_two_of_a_group_that_nothing_tells_apart_are_refused() -> None:
    red = {**PLAIN, "item group id": "G", "color": "red"}
    items = [red, {**red, "id": "B"}, {**red, "id": "C", "color": "blue"}]
    _, (record,) = read(feed(*items))
    assert isinstance(record, Remark)
    assert (record.code, record.line, record.column) == ("options-taken", 3, "item group id")


@pytest.mark.parametrize(
    ("cells", "prices"),
    [
        ({"sale_price": "7.99"}, [("7.99", "9.99", None)]),
        ({"sale_price": "9.99"}, [("9.99", None, None)]),
        ({"sale_price": "12.00"}, [("9.99", None, None)]),
        (
            {
                "sale_price": "7.99 GBP",
                "sale_price_effective_date": "2026-03-01T13:00-0800/2026-03-11T15:30-0800",
            },
            [("9.99", None, None), ("7.99", "9.99", datetime(2026, 3, 1, 21, tzinfo=UTC))],
        ),
        (
            {"sale_price": "7.99 GBP", "sale_price_effective_date": "in March"},
            [("9.99", None, None)],
        ),
    ],
)
def test_sales(cells: dict[str, str], prices: list[tuple[str, str | None, Any]]) -> None:
    assert [
        (
            str(each["amount"]),
            each["compare_at"] and str(each["compare_at"]),
            each.get("valid_from"),
        )
        for each in variant(**cells)["prices"]
    ] == prices


@pytest.mark.parametrize(
    ("cells", "tracked", "quantity"),
    [
        ({"availability": "in stock"}, False, None),
        ({"availability": "out_of_stock"}, True, 0),
        ({"availability": "in_stock", "quantity": "4"}, True, 4),
        ({"availability": "out of stock", "quantity_to_sell_on_facebook": "4"}, True, 0),
    ],
)
def test_availability(cells: dict[str, str], tracked: bool, quantity: int | None) -> None:
    record = one(**cells).variants[0]
    assert (record.values["track_inventory"], record.quantity) == (tracked, quantity)
    survey, _ = read(feed({**PLAIN, **cells}))
    assert survey.counts_stock == tracked


def test_what_may_be_ordered_and_what_is_gone() -> None:
    assert variant(availability="preorder")["backorder_policy"] == "allow"
    assert variant(availability="discontinued")["status"] == "discontinued"
    assert [each.code for each in one(availability="soon").warnings] == ["unknown-availability"]


@pytest.mark.parametrize(
    ("cells", "code"),
    [
        ({"gtin": "8.80609E+12"}, "spreadsheet-number"),
        ({"gtin": "0001234560012"}, "wrong-check-digit"),
        ({"shipping_weight": "heavy"}, "invalid-measure"),
        ({"sale_price": "12 GBP"}, "sale-price-not-lower"),
    ],
)
def test_what_cannot_be_read_is_kept_beside_a_warning(cells: dict[str, str], code: str) -> None:
    record = one(**cells)
    assert [each.code for each in record.warnings] == [code]
    assert record.variants[0].values["metadata"] == {"google": cells}


@pytest.mark.parametrize(
    ("cells", "code"),
    [
        ({"id": ""}, "id-missing"),
        ({"price": "25.00 GB"}, "unknown-currency"),
        ({"price": "9,9999,9 GBP"}, "invalid-number"),
        ({"title": "x" * 501}, "too-long"),
        ({"quantity": "many"}, "invalid-quantity"),
    ],
)
def test_what_has_no_meaning_is_refused(cells: dict[str, str], code: str) -> None:
    _, (record,) = read(feed({**PLAIN, **cells}))
    assert isinstance(record, Remark)
    assert (record.code, record.line) == (code, 2)


def test_sizes_media_and_numbered_names() -> None:
    given = {
        **PLAIN,
        "product_weight": "1.5 kg",
        **{"product_length": "30 cm", "product_width": "20 cm", "product_height": "10 cm"},
        "additional_image_link": "https://shop.example/b.jpg,https://shop.example/c.jpg",
        **{"video[0].url": "https://shop.example/v.mp4", "product_tags[0]": "x"},
        "product_tags[1]": "y",
        "additional_variant_attribute": "Scent:Fruity",
    }
    _, (record,) = read(feed(given, separator=","), "meta")
    assert isinstance(record, ProductRecord)
    assert [(each.url[-5:], each.kind) for each in record.media] == [
        *(("a.jpg"[-5:], None), ("b.jpg", None), ("c.jpg", None), ("v.mp4", "video"))
    ]
    assert record.values["tags"] == ["x", "y"]
    assert record.variants[0].values["weight"] == {"value": Decimal("1.5"), "unit": "kg"}
    sides = {"length": Decimal(30), "width": Decimal(20), "height": Decimal(10)}
    assert record.variants[0].values["dimensions"] == {**sides, "unit": "cm"}


def test_the_products_own_title_is_preferred_to_that_of_its_page() -> None:
    content = b"""<rss xmlns:g="http://base.google.com/ns/1.0"><channel><title>Shop</title><item>
    <title>Page</title><g:title>Shirt</g:title><g:id>A</g:id><g:price>5 EUR</g:price>
    <g:product_type>A &gt; B</g:product_type><g:product_type>C</g:product_type>
    <g:shipping><g:country>UK</g:country></g:shipping>
    <g:shipping><g:country>US</g:country></g:shipping></item></channel></rss>"""
    _, (record,) = read(content)
    assert isinstance(record, ProductRecord)
    assert record.values["name"] == "Shirt"
    assert (record.category, record.categories) == (("A", "B"), [("C",)])
    assert record.values["metadata"] == {"google": {"shipping.country": ["UK", "US"]}}


@pytest.mark.parametrize(
    ("name", "code", "sku", "price", "currency"),
    [
        ("dpa_product_catalog_sample_feed_rss.xml", "google", "DB_1", "9.99", "GBP"),
        ("dpa_product_catalog_sample_feed_atom.xml", "meta", "DB_1", "9.99", "GBP"),
        ("facebook_catalog_products_en.csv", "meta", "1234567", "10.00", "USD"),
        ("xml_criteo_feed_sample.xml", "google", "myproductid", "1299.99", "EUR"),
    ],
)
def test_the_samples_of_others(name: str, code: str, sku: str, price: str, currency: str) -> None:
    path = sample("feeds", name)
    bundle = Bundle(FileSource(name, path))
    found, _ = choose(bundle)
    assert found.code == code
    reader = found.open(bundle, ReadOptions("EUR"))
    survey = reader.survey()
    text = path.read_text(encoding="utf-8-sig")
    counted = (
        len(re.findall("<(?:item|entry)>", text)) or len(list(csv.reader(io.StringIO(text)))) - 2
    )
    assert survey.rows == counted
    (record,) = reader.records()
    assert isinstance(record, ProductRecord)
    values = record.variants[0].values
    assert (values["sku"], str(values["prices"][0]["amount"])) == (sku, price)
    assert values["prices"][0]["currency"] == currency


def test_a_sample_that_is_no_xml_says_where() -> None:
    path = sample("feeds", "google_sample_rss.xml")
    with pytest.raises(FileRefused) as caught:
        choose(Bundle(FileSource(path.name, path)))
    assert (caught.value.remark.code, caught.value.remark.line) == ("not-xml", 1)

"""Files for other shops: what came from such a file goes back into one, with every value."""

import csv
from decimal import Decimal
from io import StringIO
from pathlib import Path
from typing import Any

import pytest

from products.models import Product
from products.transfer.exporting import WRITERS
from products.transfer.formats import choose
from products.transfer.opening import opened
from products.transfer.readers import shopify
from products.transfer.records import ProductRecord, Reader, Remark
from products.transfer.sources import Bundle, BytesSource, ReadOptions
from products.transfer.truth import Wanted, snapshot
from products.transfer.writers import shopify as to_shopify
from products.transfer.writers import woocommerce as to_woocommerce
from products.transfer.writers.options import WriteOptions, converted, short_gtin
from tests.products.factories import ProductFactory
from tests.products.real_catalogs import sample
from tests.products.transfer.shop_files import import_path
from tests.products.transfer.whole_catalog import furnish

# A Meta feed without what only Meta knows reads like one of Google.
READ_AS = {
    "zip": "csv",
    "xlsx": "csv",
    **dict.fromkeys(("google-xml", "google-tsv", "meta-csv"), "google"),
}
SHOPIFY = (
    *("gatsby/products.csv", "official/apparel.csv", "official/jewelery.csv"),
    *("packt/Product-data.csv", "template/product_template_2019.csv"),
)


def written(write: Any, **options: Any) -> bytes:
    with snapshot(Wanted(with_archived=True, with_costs=True)) as truth:
        return b"".join(write(truth, WriteOptions("USD", **options)))


def records(reader: Reader) -> dict[str, ProductRecord]:
    """Those that can be read, by slug, without their places in the file."""
    found = {}
    reader.survey()
    for record in reader.records():
        if not isinstance(record, ProductRecord):
            continue
        record.first_line = record.last_line = 0
        record.columns, record.warnings = {}, []
        parts: list[Any] = [*record.variants, *record.media]
        for each in parts:
            each.line = 0
        for n, picture in enumerate(record.media):
            picture.position = n
        found[record.slug or ""] = record
    return found


def shopify_records(content: bytes) -> dict[str, ProductRecord]:
    bundle = Bundle(BytesSource("shop.csv", content))
    assert shopify.FORMAT.recognise(bundle)
    return records(shopify.FORMAT.open(bundle, ReadOptions("USD")))


@pytest.mark.django_db
@pytest.mark.parametrize("name", SHOPIFY)
def test_a_shopify_file_goes_back_to_shopify_with_every_value(name: str) -> None:
    path = sample("shopify", *name.split("/"))
    before = shopify_records(path.read_bytes())
    import_path(path)
    assert Product.objects.count() == len(before)
    assert shopify_records(written(to_shopify.write)) == before


@pytest.mark.django_db
def test_shopify_gets_what_it_can_hold_of_any_product() -> None:
    furnish()
    found = shopify_records(written(to_shopify.write))
    assert list(found) == ["bulb", "lamp", "candle", "nothing"]
    lamp = found["lamp"]
    assert lamp.values["name"] == '=Lamp, "bright"'
    assert (lamp.brand, lamp.category) == ("Lumen", ("Home", "Garden", "Lamps"))
    assert lamp.values["status"] == "published"
    first, second = lamp.variants
    assert first.values["prices"] == [
        {"currency": "USD", "amount": Decimal("19.90"), "compare_at": Decimal(25)}
    ]
    assert first.values["options"] == {"Color": "Red", "Size": "=M"}
    assert (first.cost, first.quantity) == (("USD", Decimal("7.5")), 2)
    assert first.values["weight"] == {"value": Decimal("1.25"), "unit": "kg"}
    assert second.values["options"] == {"Color": "Blue"}
    assert [each.url for each in lamp.media] == ["https://images.example/1.jpg"]
    at_store = shopify_records(written(to_shopify.write, location="store_1"))
    assert at_store["lamp"].variants[0].quantity == 4
    header = written(to_shopify.write).decode().splitlines()[0]
    assert header.startswith("Title,URL handle,Description,Vendor,Product category,Type,Tags,")


def test_measures_and_codes_as_other_shops_write_them() -> None:
    assert converted("mass", "2", "lb", "g", 3) == "907.185"
    assert converted("length", "10", "mm", "cm", 2) == "1"
    assert converted("mass", "0.0004", "g", "kg", 3) == "0"
    assert [short_gtin(code) for code in ("04006381333931", "00000073513537", None)] == [
        "4006381333931",
        "73513537",
        "",
    ]


@pytest.mark.django_db
def test_woocommerce_gets_what_it_can_hold_of_any_product() -> None:
    furnish()
    text = written(to_woocommerce.write, location="store_1").decode()
    rows = list(csv.DictReader(StringIO(text)))
    kinds = [(row["Type"], row["SKU"], row["Parent"]) for row in rows]
    assert kinds == [
        ("simple", "'=B-1", ""),
        ("variable", "lamp", ""),
        ("variation", "L-1", "lamp"),
        ("variation", "", "lamp"),
        ("simple", kinds[4][1], ""),
        ("simple", "", ""),
    ]
    lamp, first, second = rows[1:4]
    assert (lamp["Name"], lamp["Brands"]) == ('\'=Lamp, "bright"', "Lumen")
    assert lamp["Categories"] == "Home > Garden > Lamps, Home > Garden > Lamps"
    assert lamp["Tags"] == "a\\, b, -c, [d]"
    assert (lamp["Attribute 1 name"], lamp["Attribute 1 value(s)"]) == ("Color", "Red, Blue")
    assert (first["Regular price"], first["Sale price"]) == ("25.00", "19.90")
    assert (first["Stock"], first["In stock?"], first["Backorders allowed?"]) == ("4", "1", "1")
    assert (first["Weight (kg)"], first["Width (cm)"]) == ("1.25", "2.5")
    assert first["GTIN, UPC, EAN, or ISBN"] == "4006381333931"
    assert second["Published"] == "-1"


@pytest.mark.django_db
@pytest.mark.parametrize("code", WRITERS)
def test_every_file_is_recognised_by_the_reader_of_its_format(
    code: str, settings: Any, tmp_path: Path
) -> None:
    settings.PUBLIC_URL = "https://shop.example"
    furnish()
    ProductFactory.create(media=[{"url": "https://images.example/3.jpg"}])
    path = tmp_path / f"export{WRITERS[code].suffix}"
    path.write_bytes(written(WRITERS[code].write))
    with opened(path) as bundle:
        found, evidence = choose(bundle)
        reader = found.open(bundle, ReadOptions("USD"))
        assert reader.survey().products >= 1
        refused = [each for each in reader.records() if isinstance(each, Remark)]
    assert found.code == READ_AS.get(code, code), evidence
    assert refused == []

"""Mapped files and feeds go into the catalog: what they count, and nothing the second time."""

import json
from pathlib import Path
from typing import Any

import pytest

from products.models import Product, Variant
from products.transfer.drafting import draft_mapping
from products.transfer.importing.foreground import import_file
from products.transfer.importing.policies import Policy, Reading
from products.transfer.opening import opened
from products.transfer.records import FileRefused
from products.transfer.reports import ImportReport
from tests.products.factories import SYSTEM
from tests.products.real_catalogs import ensure_sound, sample

SIDES = ("width", "height", "depth")
pytestmark = pytest.mark.django_db


def imported(path: Path, **reading: Any) -> dict[str, int]:
    said = Reading(currency="USD", **reading)
    job = import_file(path, reading=said, policy=Policy(), actor=SYSTEM)
    report = ImportReport(job)
    assert job.error is None, job.error
    assert report.refusals == []
    return {name: number for name, number in report.products.items() if number}


def twice(path: Path, count: int, **reading: Any) -> None:
    assert imported(path, **reading) == {"created": count}
    assert imported(path, **reading) == {"unchanged": count}
    ensure_sound(Product.objects.values_list("pk", flat=True))


def test_a_drafted_mapping_brings_a_real_catalog(tmp_path: Path) -> None:
    path = tmp_path / "products.json"
    items = json.loads(sample("dummyjson", "products.json").read_bytes())[:60]
    path.write_text(json.dumps(items))
    with opened(path) as bundle:
        mapping = draft_mapping(bundle)
    for name, unit in (("weight", "kg"), *((f"dimensions.{side}", "cm") for side in SIDES)):
        mapping["columns"][name]["unit"] = unit
    twice(path, len(items), mapping=mapping)
    source = {each["sku"]: each for each in items}
    stored = {each.sku: each for each in Variant.objects.select_related("product")}
    assert stored.keys() == source.keys()
    for sku, each in source.items():
        product = stored[sku].product
        assert product.name == each["title"].strip()
        assert [float(price.amount) for price in stored[sku].prices.all()] == [each["price"]]
        assert stored[sku].stock.get().quantity == each["stock"]


def test_a_mapped_table_with_variants_attributes_and_translations(tmp_path: Path) -> None:
    path = tmp_path / "export.csv"
    path.write_bytes(
        "Nr;Gruppe;Titel;Title;VK;Farbe;Sohle\n"
        "1;S;Schuh;Shoe;1.385,50;rot;Gummi\n2;S;;;1.399,00;blau;\n".encode("cp1252")
    )
    mapping = {
        **{"version": 1, "decimal": ",", "group_by": "Gruppe"},
        "product_type": {"slug": "shoe", "name": "Shoe"},
        "columns": {
            "Nr": "sku",
            "Gruppe": {"field": "external_id", "system": "erp"},
            "Titel": "name",
            "Title": {"field": "name", "locale": "fr"},
            "VK": "price",
            "Farbe": {"field": "option", "name": "Farbe"},
            "Sohle": {"field": "attribute", "code": "sole"},
        },
    }
    twice(path, 1, mapping=mapping)
    shoe = Product.objects.get()
    assert (shoe.name, shoe.translations["fr"]["name"]) == ("Schuh", "Shoe")
    assert shoe.attributes == {"sole": "Gummi"}
    assert sorted(str(each.prices.get().amount) for each in shoe.variants.all()) == [
        *("1385.5000", "1399.0000")
    ]


@pytest.mark.parametrize(
    "name",
    [
        *("dpa_product_catalog_sample_feed_rss.xml", "dpa_product_catalog_sample_feed_atom.xml"),
        *("facebook_catalog_products_en.csv", "xml_criteo_feed_sample.xml"),
    ],
)
def test_feeds_are_recognised_and_imported(name: str) -> None:
    twice(sample("feeds", name), 1)


def test_a_wrong_mapping_is_refused_before_anything_is_kept(tmp_path: Path) -> None:
    path = tmp_path / "export.csv"
    path.write_text("Titel\nx\n")
    with pytest.raises(FileRefused, match="no field 'nmae'"):
        imported(path, mapping={"version": 1, "columns": {"Titel": "nmae"}})

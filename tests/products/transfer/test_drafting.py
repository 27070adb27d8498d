"""A first mapping is drafted from names and samples, and says why."""

import csv
import gzip
import json
import re
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from products.transfer.drafting import draft_mapping
from products.transfer.formats import FORMATS
from products.transfer.opening import opened
from products.transfer.readers.synonyms import field_of
from products.transfer.records import ProductRecord
from products.transfer.sources import Bundle, BytesSource, ReadOptions
from tests.products.real_catalogs import sample


def draft(text: str) -> dict[str, Any]:
    found = draft_mapping(Bundle(BytesSource("Shop export.csv", text.encode())))
    json.dumps(found)
    FORMATS["mapping"].open(
        Bundle(BytesSource("x.csv", text.encode())), ReadOptions("EUR", mapping=found)
    ).survey()
    return found


def column(name: str, *cells: str) -> dict[str, Any]:
    """What is drafted for a column of these cells, beside others; its remark apart."""
    rows = "\n".join(f"{n}|{cell}" for n, cell in enumerate(cells))
    found: dict[str, Any] = draft(f"sku|{name}\n{rows}\n")["columns"][name]
    return {key: value for key, value in found.items() if key != "remark"}


@pytest.mark.parametrize(
    ("name", "field"),
    [
        *[("Title", "name"), ("Bezeichnung", "name"), ("Désignation", "name")],
        *[("Nazwa", "name"), ("Наименование", "name"), ("商品名", "name"), ("g:title", "name")],
        *[("productName", "name"), ("Preis", "price"), ("Prix TTC", "price"), ("Цена", "price")],
        *[("price_eur", "price"), ("Art.-Nr.", "sku"), ("Artikelnummer", "sku")],
        *[("Variant SKU", "sku"), ("Référence", "sku"), ("EAN-Code", "gtin"), ("isbn13", "gtin")],
        *[("meta.barcode", "gtin"), ("Größe", "option:Size"), ("Marque", "brand"), ("foo", "")],
        *[("Lagerbestand", "quantity"), ("current_stock", "quantity"), ("image_url", "image")],
        *[("Kategorie", "category"), ("Gewicht", "weight")],
    ],
)
def test_names_are_known_in_many_languages(name: str, field: str) -> None:
    assert field_of(name)[0] == field


@pytest.mark.parametrize(
    ("name", "cells", "target"),
    [
        ("Preis", ["1.385,50", "9,99"], {"field": "price", "decimal": ","}),
        ("Preis EUR", ["9.99"], {"field": "price", "currency": "EUR"}),
        ("price", ["SR 1,385", "SR 20.50"], {"field": "price"}),
        ("price", ["on request", "ask"], {"field": "metadata", "key": "price"}),
        ("weight_g", ["900", "1200"], {"field": "weight", "unit": "g"}),
        ("Gewicht", ["1,5 kg"], {"field": "weight", "decimal": ","}),
        ("stock", ["4", "0"], {"field": "quantity"}),
        ("stock", ["yes", "no"], {"field": "metadata", "key": "stock"}),
        ("ean", ["4006381333931"], {"field": "gtin"}),
        ("isbn", ["439023483"], {"field": "gtin", "restore_zeros": True}),
        ("category", ["A > B", "A"], {"field": "category", "separator": ">"}),
        ("category", ["A -> B"], {"field": "category", "separator": "->"}),
        ("category", ["A/B", "C/D"], {"field": "category", "separator": "/"}),
        ("tags", ["a;b"], {"field": "tags", "list_separator": ";"}),
        ("status", ["active"], {"field": "status"}),
        ("status", ["A7"], {"field": "metadata", "key": "status"}),
        ("slug", ["red-pot", "pan"], {"field": "slug"}),
        ("slug", ["red pot"], {"field": "metadata", "key": "slug"}),
        ("year", ["2008.0", "-12.0"], {"field": "metadata", "key": "year", "whole": True}),
        ("color", ["red"], {"field": "metadata", "key": "color"}),
        ("id", ["7", "8"], {"field": "external_id", "system": "shop-export"}),
    ],
)
def test_samples_decide_how_a_column_is_read(
    name: str, cells: list[str], target: dict[str, Any]
) -> None:
    assert column(name, *cells) == target


def test_a_number_that_may_be_either_is_pointed_out() -> None:
    assert "1,385 is either" in draft("sku;price\nA;1,385\n")["columns"]["price"]["remark"]


def test_lines_that_belong_together_are_recognised() -> None:
    found = draft("parent sku,sku,color\nP,A,red\nP,B,blue\nQ,C,red\n")
    assert found["group_by"] == "parent sku"
    assert found["columns"]["color"]["name"] == "Color"


def test_variants_in_json_are_recognised() -> None:
    item = {"sku": "P", "name": "Pot", "variants": [{"sku": "A", "size": "S"}, {"sku": "B"}]}
    found = draft(json.dumps([{"sku": "Q", "name": "Pan"}, item]))
    assert found["file"] == {"variants": "variants"}
    assert found["columns"]["variants.sku"]["field"] == "sku"
    assert found["columns"]["sku"]["field"] == "metadata"
    assert found["columns"]["variants.size"]["name"] == "Size"


def test_a_file_that_needs_no_mapping_is_named() -> None:
    found = draft("Handle,Title,Variant Price\npot,Pot,5\n")["remarks"][0]
    assert found.startswith("It is imported without a mapping too: Shopify CSV.")


def test_what_finds_nothing_again_is_said() -> None:
    assert any("importing twice" in each for each in draft("name,price\nPot,5\n")["remarks"])


def counted(path: Path) -> int:
    raw = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    if ".csv" in path.name:
        return sum(1 for _ in csv.reader(raw.decode().splitlines(keepends=True))) - 1
    if ".jsonl" in path.name:
        return raw.count(b"\n")
    if ".yaml" in path.name:
        return len(re.findall(rb"^- ", raw, re.MULTILINE))
    return len(json.loads(raw))


@pytest.mark.parametrize(
    ("parts", "options", "refused", "mapped"),
    [
        (
            ("dummyjson", "products.json"),
            {"weight_unit": "kg", "length_unit": "cm"},
            0,
            {"title": "name", "meta.barcode": "gtin", "stock": "quantity", "images": "image"},
        ),
        (
            ("bestbuy-3k", "products_first_half.json.gz"),
            {},
            0,
            {"name": "name", "price": "price", "categories": "category", "image": "image"},
        ),
        (
            ("goodbooks", "books_first_2000.csv.gz"),
            {},
            1,  # more authors than a brand has letters
            {"title": "name", "isbn": "gtin", "authors": "brand", "book_id": "external_id"},
        ),
        (
            ("retail-demo-store", "products_first_half.yaml.gz"),
            {},
            0,
            {"name": "name", "price": "price", "id": "external_id", "current_stock": "quantity"},
        ),
    ],
)
def test_real_files_are_read_through_their_draft(
    parts: tuple[str, ...], options: dict[str, str], refused: int, mapped: dict[str, str]
) -> None:
    path = sample(*parts)
    with opened(path) as bundle:
        mapping = draft_mapping(bundle)
        for name, field in mapped.items():
            assert mapping["columns"][name]["field"] == field
        reader = FORMATS["mapping"].open(bundle, ReadOptions("USD", mapping=mapping, **options))
        survey = reader.survey()
        records = list(reader.records())
    assert survey.products == survey.rows == len(records) == counted(path)
    good = [each for each in records if isinstance(each, ProductRecord)]
    assert len(records) - len(good) == refused
    assert all(each.values.get("name") for each in good)


def test_the_gtins_of_dummyjson_are_counted_as_somebody_else_counts_them() -> None:
    path = sample("dummyjson", "products.json")
    with opened(path) as bundle:
        mapping = draft_mapping(bundle)
        reader = FORMATS["mapping"].open(bundle, ReadOptions("USD", mapping=mapping))
        reader.survey()
        records = [each for each in reader.records() if isinstance(each, ProductRecord)]
    barcodes = [each["meta"]["barcode"] for each in json.loads(path.read_bytes())]
    right = [
        code
        for code in barcodes
        if re.fullmatch("[0-9]{13}", code)
        and sum(int(digit) * (3 if n % 2 else 1) for n, digit in enumerate(code)) % 10 == 0
    ]
    read = [each.variants[0].values.get("gtin") for each in records]
    assert [code for code in read if code] == right
    assert len(right) == 16


def test_the_command_prints_a_mapping(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "shop.csv"
    path.write_text("Bezeichnung;Preis\nTopf;9,99\n")
    call_command("draft_mapping", path)
    found = json.loads(capsys.readouterr().out)
    assert found["columns"]["Bezeichnung"]["field"] == "name"
    with pytest.raises(CommandError, match="is no file"):
        call_command("draft_mapping", tmp_path / "none.csv")

"""The attributes of real shops fit in, and read back equal.

Icecat's 19,406 office products have 5,354 attributes, up to 184 on one of them. Akeneo's demo has
families, options, measurements, and values per locale and channel.
"""

import csv
import gzip
import io
import json
import os
from collections.abc import Iterator
from decimal import Decimal
from itertools import islice
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from products.documents import build
from products.models import Attribute, Channel, ChannelLocale, Document, Locale, Product
from products.services.attributes import create_attribute
from products.services.catalog_check import check_products
from products.services.product_types import create_product_type
from products.services.products import create_products
from tests.products.factories import SYSTEM
from tests.products.naive_attributes import shown_attributes

pytestmark = pytest.mark.django_db
ROOT = Path(__file__).resolve().parents[3]
SAMPLES = (ROOT / os.environ.get("CATALOG_SAMPLES_DIR", "../shared/data")).resolve()
ICECAT = SAMPLES / "icecat-19k" / "products.jsonl.gz"
AKENEO = SAMPLES / "akeneo-icecat" / "v1_2015"
CHUNK = 500


def chunks(rows: Iterator[Any]) -> Iterator[list[Any]]:
    while chunk := list(islice(rows, CHUNK)):
        yield chunk


def plain(number: float | str) -> str:
    """The number as we write it: exact, and without superfluous zeros."""
    text = f"{Decimal(str(number)):f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def ensure_equal(expected: dict[UUID, dict[str, Any]]) -> None:
    """Rows and documents have these values, and nothing derived has drifted."""
    keys = list(expected)
    for key, attributes in Product.objects.filter(pk__in=keys).values_list("pk", "attributes"):
        assert attributes == expected[key]
    assert build.drifted(keys) == []
    assert list(check_products(keys)) == []


# Icecat


def icecat_products() -> Iterator[dict[str, Any]]:
    if not ICECAT.exists():
        pytest.skip(f"{ICECAT} is absent: set CATALOG_SAMPLES_DIR")
    with gzip.open(ICECAT, "rt", encoding="utf-8") as lines:
        yield from map(json.loads, lines)


KINDS = {"t": "text", "n": "decimal", "b": "boolean"}


@pytest.fixture
def icecat_type() -> UUID:
    """One type that has every attribute of the catalog."""
    names = {name for row in icecat_products() for name in row if name.startswith("attr_")}
    assert len(names) == 5354
    Attribute.objects.bulk_create(
        Attribute(code=name, name=name[7:].replace("_", " ").strip(), type=KINDS[name[5]])
        for name in sorted(names)
    )
    codes: Any = [{"code": name} for name in sorted(names)]
    return create_product_type(values={"name": "Icecat", "attributes": codes}, actor=SYSTEM).pk


def icecat_values(row: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name.startswith("attr_")}


def load_icecat(kind: UUID, rows: Iterator[dict[str, Any]]) -> int:
    """Answers the most attributes that a product has."""
    most = 0
    for chunk in chunks(rows):
        items: Any = [
            {
                "name": row["title"],
                "slug": f"icecat-{row['id']}",
                "product_type": kind,
                "attributes": icecat_values(row),
            }
            for row in chunk
        ]
        keys = create_products(items, actor=SYSTEM)
        ensure_equal(
            {
                key: {
                    name: plain(value) if name[5] == "n" else value
                    for name, value in icecat_values(row).items()
                }
                for key, row in zip(keys, chunk, strict=True)
            }
        )
        most = max(most, *(len(icecat_values(row)) for row in chunk))
    return most


def test_five_hundred_products_of_5354_attributes_read_back_equal(icecat_type: UUID) -> None:
    """The 250 with the most attributes, and 250 as they come."""
    richest = sorted(icecat_products(), key=lambda row: -len(icecat_values(row)))
    assert load_icecat(icecat_type, iter(richest[:250] + richest[250::77][:250])) == 184
    product = Product.objects.get(slug=f"icecat-{richest[0]['id']}")
    body = json.loads(Document.objects.get(product=product).body)
    assert body["attributes"] == shown_attributes(product.attributes, product)


@pytest.mark.soak
def test_all_of_icecat_reads_back_equal(icecat_type: UUID) -> None:
    assert load_icecat(icecat_type, icecat_products()) == 184
    assert Product.objects.count() == 19_406


# Akeneo

TYPES = {
    "pim_catalog_text": "text",
    "pim_catalog_textarea": "text",
    "pim_catalog_metric": "measurement",
    "pim_catalog_boolean": "boolean",
    "pim_catalog_number": "decimal",
    "pim_catalog_simpleselect": "choice",
    "pim_catalog_multiselect": "multi_choice",
    "pim_catalog_date": "date",
}
# What stands in columns of our own: SKU, name, prices, media.
ELSEWHERE = {"sku", "name", "price", "picture", "pdf_description"}
UNITS = {"KILOGRAM": "kg", "GRAM": "g", "MILLIMETER": "mm", "CENTIMETER": "cm", "INCH": "in"}
DIMENSIONS = {"Weight": "mass", "Length": "length"}
LOCALES = {"de_DE": "de-DE", "en_US": "en-US", "fr_FR": "fr-FR"}


def akeneo(name: str) -> list[dict[str, str]]:
    path = AKENEO / name
    if not path.exists():
        pytest.skip(f"{path} is absent: set CATALOG_SAMPLES_DIR")
    content = path.read_bytes()
    text = (gzip.decompress(content) if name.endswith("gz") else content).decode()
    return list(csv.DictReader(io.StringIO(text, newline=""), delimiter=";"))


def labels(row: dict[str, str], name: str) -> dict[str, dict[str, str]]:
    return {
        locale: {name: row[f"label-{code}"]}
        for code, locale in LOCALES.items()
        if row[f"label-{code}"]
    }


@pytest.fixture
def akeneo_views() -> list[int]:
    """Three channels in three locales each."""
    for locale in LOCALES.values():
        Locale.objects.create(code=locale, name=locale)
    return [
        ChannelLocale.objects.create(channel=channel, locale=locale, position=position).pk
        for channel in [
            Channel.objects.create(slug=slug, name=slug)
            for slug in ("print", "mobile", "ecommerce")
        ]
        for position, locale in enumerate(Locale.objects.exclude(code="en"))
    ]


@pytest.fixture
def akeneo_attributes(akeneo_views: list[int]) -> dict[str, Attribute]:
    options: dict[str, list[Any]] = {}
    for row in sorted(akeneo("attribute_options.csv"), key=lambda row: int(row["sort_order"])):
        option = {
            "code": row["code"],
            "label": row["label-en_US"] or row["code"],
            "translations": labels(row, "label"),
        }
        options.setdefault(row["attribute"], []).append(option)
    return {
        row["code"]: create_attribute(
            values={
                "code": row["code"],
                "name": row["label-en_US"] or row["code"],
                "type": TYPES[row["type"]],
                "dimension": DIMENSIONS.get(row["metric_family"], ""),
                "is_filterable": row["useable_as_grid_filter"] == "1",
                "is_localizable": row["localizable"] == "1",
                "is_per_channel": row["scopable"] == "1",
                "group": row["group"],
                "translations": labels(row, "name"),
                "options": options.get(row["code"], []),
            },
            actor=SYSTEM,
        )
        for row in akeneo("attributes.csv")
        if row["code"] not in ELSEWHERE
    }


def akeneo_values(row: dict[str, str], attributes: dict[str, Attribute]) -> dict[str, Any]:
    """The cells of a product: attr, attr-locale, attr-channel or attr-locale-channel."""
    values: dict[str, Any] = {}
    for column, cell in row.items():
        code, *places = column.split("-")
        attribute = attributes.get(code)
        if attribute is None or not cell.strip() or places == ["unit"]:
            continue
        value = akeneo_value(attribute, cell, row)
        if attribute.is_per_channel:
            inner = values.setdefault(code, {})
            if attribute.is_localizable:
                inner.setdefault(places[1], {})[LOCALES[places[0]]] = value
            else:
                inner[places[0]] = value
        elif attribute.is_localizable:
            values.setdefault(code, {})[LOCALES[places[0]]] = value
        else:
            values[code] = value
    return values


def akeneo_value(attribute: Attribute, cell: str, row: dict[str, str]) -> Any:
    if attribute.type == "boolean":
        return {"1": True, "0": False}[cell]
    if attribute.type == "multi_choice":
        return sorted(cell.split(","))
    if attribute.type == "decimal":
        return plain(cell)
    if attribute.type == "measurement":
        return {"value": plain(cell), "unit": UNITS[row[f"{attribute.code}-unit"]]}
    return cell


def akeneo_families(rows: list[dict[str, str]], values: list[dict[str, Any]]) -> dict[str, UUID]:
    """A type per family. Akeneo lets a product have attributes beyond its family, or without one:
    here a type has all the attributes that its products have."""
    beyond: dict[str, dict[str, None]] = {}
    for row, held in zip(rows, values, strict=True):
        beyond.setdefault(row["family"], {}).update(dict.fromkeys(held))
    families = {row["code"]: row for row in akeneo("families.csv")}
    types: dict[str, UUID] = {}
    for code in sorted({*families, *beyond}):
        row = families.get(code, {})
        own = [
            each for each in row.get("attributes", "").split(",") if each not in {*ELSEWHERE, ""}
        ]
        codes: Any = [{"code": each} for each in dict.fromkeys([*own, *beyond.get(code, {})])]
        kind: Any = {"name": row.get("label-en_US") or code or "Other", "attributes": codes}
        types[code] = create_product_type(values=kind, actor=SYSTEM).pk
    return types


def test_akeneos_families_options_locales_and_channels_read_back_equal(
    akeneo_attributes: dict[str, Attribute], akeneo_views: list[int]
) -> None:
    rows = akeneo("products.csv.gz")
    values_of_rows = [akeneo_values(row, akeneo_attributes) for row in rows]
    families = akeneo_families(rows, values_of_rows)
    assert (len(rows), len(families), len(akeneo_attributes)) == (1121, 15, 50)
    described = 0
    for start in range(0, len(rows), CHUNK):
        chunk, expected = (each[start : start + CHUNK] for each in (rows, values_of_rows))
        items: Any = [
            {
                "name": row["name"] or row["sku"],
                "slug": row["sku"].lower().replace(".", "-"),
                "product_type": families[row["family"]],
                "attributes": values,
                "variants": [{"sku": row["sku"]}],
            }
            for row, values in zip(chunk, expected, strict=True)
        ]
        keys = create_products(items, actor=SYSTEM)
        ensure_equal(dict(zip(keys, expected, strict=True)))
        described += sum(map(len, expected))
        product = Product.objects.get(pk=keys[-1])
        for view in akeneo_views:
            body = json.loads(Document.objects.get(product=product, view=view).body)
            assert body["attributes"] == shown_attributes(product.attributes, product, view)
    assert described == 4274

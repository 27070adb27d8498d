"""Icecat's 19,406 office products fit in, and read back equal.

They have 5,354 attributes, up to 184 on one product, and up to 127 GTINs. They have no categories.
"""

import gzip
import heapq
import json
from collections.abc import Iterator
from decimal import Decimal
from itertools import islice
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from products.models import Attribute, Document, ExternalId, Product
from products.models.external_ids import MAX_EXTERNAL_IDS
from products.services.attributes import create_attribute
from products.services.brands import create_brand
from products.services.product_types import create_product_type
from products.services.products import create_products
from tests.products.factories import SYSTEM
from tests.products.real_catalogs import ensure_sound, money, plain, sample

pytestmark = pytest.mark.django_db
CHUNK = 500
TYPES = {"t": "text", "n": "decimal", "b": "boolean"}
Row = dict[str, Any]


@pytest.fixture
def icecat() -> Path:
    return sample("icecat-19k", "products.jsonl.gz")


def rows_of(path: Path) -> Iterator[Row]:
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        yield from map(json.loads, lines)


def attributes_of(row: Row) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name.startswith("attr_")}


def names_of(rows: Iterator[Row]) -> list[str]:
    return sorted({name for row in rows for name in row if name.startswith("attr_")})


def facts_of(name: str) -> Any:
    """attr_n_display_diagonal is a number, the display diagonal."""
    return {"code": name, "name": name[7:].replace("_", " ").strip(), "type": TYPES[name[5]]}


def create_type(names: list[str]) -> UUID:
    codes: Any = [{"code": name} for name in names]
    return create_product_type(values={"name": "Icecat", "attributes": codes}, actor=SYSTEM).pk


def values_of(row: Row, kind: UUID, brands: dict[str, UUID]) -> Any:
    """The first GTIN is that of the variant; others are external ids of it, as many as we take."""
    return {
        "name": row["title"],
        "slug": f"icecat-{row['id']}",
        "description": row.get("short_description", ""),
        "status": "published",
        "product_type": kind,
        "brand": brands[row["supplier"]],
        "attributes": attributes_of(row),
        "metadata": metadata_of(row),
        "external_ids": [{"system": "icecat", "id": row["id"]}],
        "media": [{"url": row["img_high"]}],
        "variants": [
            {
                "mpn": part_number(row),
                "gtin": gtin(row),
                "prices": [{"currency": "USD", "amount": Decimal(row["price"]) / 100}],
                "external_ids": [
                    {"system": "gtin", "id": each} for each in row["ean"][1 : 1 + MAX_EXTERNAL_IDS]
                ],
            }
        ],
    }


def gtin(row: Row) -> str:
    """Some have lost the zero that they began with: there is no GTIN of eleven digits."""
    first: str = row["ean"][0]
    return first.zfill(12) if len(first) == 11 else first


def part_number(row: Row) -> str:
    """Most names are, and all of those are short."""
    name: str = row["name"]
    return name[:100].strip()


def metadata_of(row: Row) -> dict[str, Any]:
    """What has no place: the release date, names too long for a part number, GTINs too many. The
    smaller copies of the picture are made anew."""
    metadata = {"date_released": row["date_released"]}
    if row["name"] != part_number(row):
        metadata["name"] = row["name"]
    if more := row["ean"][1 + MAX_EXTERNAL_IDS :]:
        metadata["ean"] = more
    return metadata


def wanted_of(row: Row) -> dict[str, Any]:
    return {
        "name": row["title"],
        "description": row.get("short_description", ""),
        "brand": row["supplier"],
        "attributes": {
            name: plain(value) if name[5] == "n" else value
            for name, value in attributes_of(row).items()
        },
        "metadata": metadata_of(row),
        "media": [row["img_high"]],
        "mpn": part_number(row),
        "gtin": gtin(row).zfill(14),
        "price": money(Decimal(row["price"]) / 100),
    }


def said_of(body: str) -> dict[str, Any]:
    document = json.loads(body)
    (variant,) = document["variants"]
    (price,) = variant["prices"]
    return {
        "name": document["name"],
        "description": document["description"],
        "brand": document["brand"]["name"],
        "attributes": {each["code"]: each["value"] for each in document["attributes"]},
        "metadata": document["metadata"],
        "media": [each["url"] for each in document["media"]],
        "mpn": variant["mpn"],
        "gtin": variant["gtin"],
        "price": price["amount"],
    }


def load(kind: UUID, brands: dict[str, UUID], rows: Iterator[Row]) -> int:
    """Chunk by chunk, each of them read back; answers the most attributes of a product."""
    most = 0
    while chunk := list(islice(rows, CHUNK)):
        for name in {row["supplier"] for row in chunk} - brands.keys():
            brands[name] = create_brand(values={"name": name}, actor=SYSTEM).pk
        keys = create_products([values_of(row, kind, brands) for row in chunk], actor=SYSTEM)
        bodies = dict(Document.objects.filter(product__in=keys).values_list("product_id", "body"))
        others: dict[UUID, list[str]] = {key: [] for key in keys}
        ids = ExternalId.objects.filter(product__in=keys, system="gtin").order_by("pk")
        for key, number in ids.values_list("product_id", "value"):
            others[key].append(number)
        for key, row in zip(keys, chunk, strict=True):
            assert said_of(bodies[key]) == wanted_of(row)
            assert sorted(others[key]) == sorted(row["ean"][1 : 1 + MAX_EXTERNAL_IDS])
            most = max(most, len(attributes_of(row)))
        ensure_sound(keys)
    return most


def test_five_hundred_products_of_5354_attributes_read_back_equal(
    icecat: Path, anonymous: Any, editor: Any
) -> None:
    """The 250 with the most attributes, and 250 as they come."""
    names: set[str] = set()
    others: list[Row] = []

    def read() -> Iterator[Row]:
        for place, row in enumerate(rows_of(icecat)):
            names.update(name for name in row if name.startswith("attr_"))
            if place % 77 == 0:
                others.append(row)
            yield row

    rows = heapq.nlargest(250, read(), key=len)
    assert len(names) == 5354
    rows += [row for row in others if row not in rows][:250]
    # One by one they take a while; the whole catalog below is written that way.
    Attribute.objects.bulk_create(Attribute(**facts_of(name)) for name in sorted(names))
    assert load(create_type(sorted(names)), {}, iter(rows)) == 184
    richest = anonymous.get(f"/api/v1/products/icecat-{rows[0]['id']}")
    assert said_of(richest.content) == wanted_of(rows[0])
    several = next(row for row in rows if len(row["ean"]) > 1)
    found = editor.get(f"/api/v1/products?external_id=gtin:{several['ean'][1]}").json()["items"]
    assert [each["slug"] for each in found] == [f"icecat-{several['id']}"]


@pytest.mark.soak
def test_all_of_icecat_reads_back_equal(icecat: Path) -> None:
    names = names_of(rows_of(icecat))
    for name in names:
        create_attribute(values=facts_of(name), actor=SYSTEM)
    assert load(create_type(names), {}, rows_of(icecat)) == 184
    assert Product.objects.count() == 19_406

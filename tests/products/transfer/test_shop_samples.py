"""Files of real shops, counted once more by other means than the reader's."""

import csv
import os
from pathlib import Path

import pytest

from products.models import Change, Media, Product, StockLevel, Variant
from products.services.catalog_check import check_constraints, check_products, check_shared
from tests.products.transfer.shop_files import counts, import_path

SAMPLES = Path(os.environ.get("CATALOG_SAMPLES_DIR", "../shared/data")) / "shopify"
FILES = (
    "official/apparel.csv",
    "official/jewelery.csv",
    "packt/Product-data.csv",
    "gatsby/products.csv",
    "template/product_template_2019.csv",
)
pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(
        not SAMPLES.is_dir(),
        reason=f"the shop files are not in {SAMPLES}: set CATALOG_SAMPLES_DIR",
    ),
]


def count_by_hand(path: Path) -> dict[str, int]:
    """Products, variants and pictures: of each handle, the lines up to its second title."""
    with path.open(encoding="utf-8-sig", newline="") as stream:
        rows = [
            {name.casefold(): (cell or "").strip() for name, cell in row.items()}
            for row in csv.DictReader(stream)
        ]
    products: set[str] = set()
    refused: set[str] = set()
    variants = quantity = 0
    images: set[tuple[str, str]] = set()
    for row in rows:
        handle = row["handle"]
        if row["title"]:
            (refused if handle in products else products).add(handle)
        if handle in refused:
            continue
        variants += bool(row["variant price"] or row["option1 value"])
        counted = row.get("variant inventory qty", row.get("variant inventory quantity", ""))
        quantity += int(counted or 0)
        for column in ("image src", "variant image"):
            if row[column]:
                images.add((handle, row[column]))
    return {
        "products": len(products),
        "refused": len(refused),
        "variants": variants,
        "images": len(images),
        "quantity": quantity,
        "rows": len(rows),
    }


@pytest.mark.parametrize("name", FILES)
def test_a_real_file_arrives_whole_and_only_once(name: str) -> None:
    expected = count_by_hand(SAMPLES / name)
    report = import_path(SAMPLES / name)
    assert report.rows == expected["rows"]
    assert report.products["created"] == expected["products"]
    assert report.products["refused"] == expected["refused"]
    assert Variant.objects.count() == expected["variants"]
    assert Media.objects.count() == expected["images"]
    assert sum(StockLevel.objects.values_list("quantity", flat=True)) == expected["quantity"]
    assert report.stock_changed == StockLevel.objects.count()
    keys = list(Product.objects.order_by("pk").values_list("pk", flat=True))
    assert [*check_products(keys), *check_shared(), *check_constraints()] == []
    changes = Change.objects.count()
    second = import_path(SAMPLES / name)
    again = counts(second)
    assert second.stock_changed == 0
    assert Change.objects.count() == changes
    assert again.pop("refused", 0) == expected["refused"]
    assert again == {"unchanged": expected["products"]}


@pytest.mark.parametrize("name", ["column_names_2025_format.txt", "column_names_new_format.txt"])
def test_every_column_of_shopifys_newer_templates_is_known(name: str, tmp_path: Path) -> None:
    header = (SAMPLES / "template" / name).read_text().splitlines()
    handle = next(column for column in header if "andle" in column)
    cells = {"Title": "A lamp", handle: "a-lamp"}
    with (tmp_path / "shop.csv").open("w", newline="") as stream:
        writer = csv.DictWriter(stream, header, restval="")
        writer.writeheader()
        writer.writerow(cells)
    report = import_path(tmp_path / "shop.csv")
    assert report.warnings == []
    assert counts(report) == {"created": 1}

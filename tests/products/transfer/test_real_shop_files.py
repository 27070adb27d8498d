"""Real files of shops, counted once more by the csv and json modules alone."""

import csv
import json
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest

from tests.products.real_catalogs import sample
from tests.products.transfer.reading import Reading, read, rows_of

Counts = dict[str, int]


def prefixes(paths: Iterable[tuple[str, ...]]) -> int:
    """Categories: each path, and each above it."""
    return len({path[: n + 1] for path in paths for n in range(len(path))})


def split(cell: str, separator: str) -> list[str]:
    return [part.strip() for part in cell.split(separator) if part.strip()]


def woocommerce(path: Path) -> Counts:
    rows = rows_of(path)
    owners = {row["SKU"]: row["SKU"] for row in rows}
    pictures = {
        (row["Parent"] or owners[row["SKU"]], url)
        for row in rows
        for url in split(row["Images"], ",")
    }
    sold = [row for row in rows if row["Type"] not in {"variable", "grouped"}]
    return {
        "rows": len(rows),
        "products": sum(row["Type"] != "variation" for row in rows),
        "variants": len(sold),
        "prices": sum(bool(row["Regular price"]) for row in sold),
        "images": len(pictures),
        "categories": prefixes(
            tuple(split(path, ">")) for row in rows for path in split(row["Categories"], ",")
        ),
    }


def magento(path: Path) -> Counts:
    rows = rows_of(path)
    parents = {
        part.partition(",")[0].removeprefix("sku="): row["sku"]
        for row in rows
        for part in split(row["configurable_variations"], "|")
    }
    columns = ("base_image", "small_image", "thumbnail_image", "additional_images")
    pictures = {
        (parents.get(row["sku"], row["sku"]), url)
        for row in rows
        for column in columns
        for url in split(row[column], ",")
    }
    top = [row for row in rows if row["sku"] not in parents]
    return {
        "rows": len(rows),
        "products": len(top),
        "variants": len(rows) - sum(row["product_type"] == "configurable" for row in rows),
        "prices": sum(bool(row["price"]) for row in rows if row["product_type"] == "simple"),
        "images": len(pictures),
        "categories": prefixes(
            tuple(split(path, "/")) for row in top for path in split(row["categories"], ",")
        ),
    }


def medusa(path: Path) -> Counts:
    rows = rows_of(path, ";" if "template-v2" in path.name else ",")
    pictures = {
        (row["Product Handle"], cell)
        for row in rows
        for name, cell in row.items()
        if cell and ("Image" in name or "Thumbnail" in name)
    }
    return {
        "rows": len(rows),
        "products": len({row["Product Handle"] for row in rows}),
        "variants": len(rows),
        "prices": sum(bool(cell) for row in rows for name, cell in row.items() if "Price " in name),
        "images": len(pictures),
        "categories": 0,
    }


def akeneo(path: Path) -> Counts:
    rows = rows_of(path, ";")
    tree = {row["code"]: row for row in rows_of(path.with_name("categories.csv"), ";")}

    def chain(code: str) -> tuple[str, ...]:
        above = tree[code]["parent"]
        return (*(chain(above) if above else ()), code)

    return {
        "rows": len(rows),
        "products": len(rows),
        "variants": len(rows),
        "prices": sum(bool(row["price-EUR"]) + bool(row["price-USD"]) for row in rows),
        "images": sum(bool(row["picture"]) for row in rows),
        "categories": prefixes(
            chain(code) for row in rows for code in split(row["categories"], ",")
        ),
    }


def saleor(path: Path) -> Counts:
    rows: dict[str, list[dict[str, Any]]] = {}
    objects = json.loads(path.read_text())
    for each in objects:
        rows.setdefault(each["model"], []).append({"pk": each["pk"], **each["fields"]})
    categories = {row["pk"]: row for row in rows["product.category"]}

    def chain(key: int) -> tuple[str, ...]:
        above = categories[key]["parent"]
        return (*(chain(above) if above else ()), categories[key]["slug"])

    reduced = [
        (variant["pk"], listing["pk"])
        for sale in rows["discount.sale"]
        for listing in rows["discount.salechannellisting"]
        for variant in rows["product.productvariant"]
        if variant["product"] in sale["products"]
    ]
    return {
        "rows": len(objects),
        "products": len(rows["product.product"]),
        "variants": len(rows["product.productvariant"]),
        "prices": len(rows["product.productvariantchannellisting"]) + len(reduced),
        "images": len(rows["product.productmedia"]),
        "categories": prefixes(chain(row["category"]) for row in rows["product.product"]),
    }


def commercetools(path: Path) -> Counts:
    rows = rows_of(path)
    pictures = set()
    product = 0
    for n, row in enumerate(rows):
        product = n if row["productType"] else product
        pictures |= {(product, url) for url in split(row["images"], ";")}
    return {
        "rows": len(rows),
        "products": sum(bool(row["name.en"]) for row in rows),
        "variants": len(rows),
        "prices": sum(len(split(row["prices"], ";")) for row in rows),
        "images": len(pictures),
        "categories": prefixes(
            tuple(split(path, ">")) for row in rows for path in split(row["categories"], ";")
        ),
    }


def spree(path: Path) -> Counts:
    rows = rows_of(path)
    sold = {row["sku"] for row in rows if row["option1_value"]}
    return {
        "rows": len(rows),
        "products": len({row["slug"] for row in rows}),
        "variants": len(sold),
        "prices": len([row for row in rows if row["sku"] in sold]),
        "images": len({(row["slug"], row["image1_src"]) for row in rows if row["image1_src"]}),
        "categories": prefixes(tuple(split(row["category1"], "->")) for row in rows),
    }


def vendure(path: Path) -> Counts:
    rows = [
        {name.strip(): (cell or "").strip().strip('"') for name, cell in row.items()}
        for row in rows_of(path)
    ]
    facets = [each for row in rows for each in split(row["facets"], "|")]
    return {
        "rows": len(rows),
        "products": sum(bool(row["name"]) for row in rows),
        "variants": len(rows),
        "prices": sum(bool(row["price"]) for row in rows),
        "images": sum(len(split(row["assets"], "|")) for row in rows),
        "categories": len({each for each in facets if each.startswith("category:")}),
    }


def oscar(path: Path) -> Counts:
    with path.open(newline="") as stream:
        rows = list(csv.reader(stream))
    return {
        "rows": len(rows),
        "products": len({row[2] for row in rows}),
        "variants": len({row[2] for row in rows}),
        "prices": sum(bool(row[7]) for row in rows),
        "images": 0,
        "categories": prefixes(tuple(split(row[1], ">")) for row in rows),
    }


def bagisto(path: Path) -> Counts:
    rows = rows_of(path)
    tiers = sum(len(split(row["customer_group_prices"], "|")) for row in rows)
    sales = sum(bool(row["special_price"]) for row in rows)
    own = {row["sku"]: row["parent_sku"] or row["sku"] for row in rows}
    return {
        "rows": len(rows),
        "products": sum(not row["parent_sku"] for row in rows),
        "variants": sum(row["type"] in {"simple", "booking"} for row in rows),
        "prices": sum(bool(row["price"]) for row in rows) + sales + tiers,
        "images": len(
            {(own[row["sku"]], url) for row in rows for url in split(row["images"], ",")}
        ),
        "categories": prefixes(tuple(split(row["categories"], "/")) for row in rows),
    }


def unopim(path: Path) -> Counts:
    rows = rows_of(path)
    sold = {row["sku"]: row for row in rows if row["type"] == "simple"}
    skus = {row["sku"] for row in rows}
    return {
        "rows": len(rows),
        "products": len({row["parent"] or row["sku"] for row in rows if row["parent"] not in skus}),
        "variants": len(sold),
        "prices": sum(
            bool(cell)
            for row in sold.values()
            for name, cell in row.items()
            if name.startswith("price")
        ),
        "images": 0,
        "categories": 0,
    }


def orocommerce(path: Path) -> Counts:
    rows = rows_of(path)
    return {
        "rows": len(rows),
        "products": len(rows),
        "variants": len(rows),
        "prices": sum(bool(row["price"]) for row in rows),
        "images": 0,
        "categories": len({row["category"] for row in rows if row["category"]}),
    }


AKENEO = (
    "attributes",
    "attribute_options",
    "families",
    "categories",
    "association_types",
    "groups",
)
FILES: list[tuple[str, str, tuple[str, ...], Callable[[Path], Counts]]] = [
    ("woocommerce", "woocommerce/sample_products.csv", (), woocommerce),
    ("magento2", "magento2/ConfigurableSampleData/products.csv.gz", (), magento),
    ("medusa", "medusa/exported-products-comma.csv", (), medusa),
    ("medusa", "medusa/product-import-template-v2.csv", (), medusa),
    ("medusa", "medusa/v1-template.csv", (), medusa),
    (
        "akeneo",
        "akeneo-icecat/v1_2015/products.csv.gz",
        tuple(f"akeneo-icecat/v1_2015/{name}.csv" for name in (*AKENEO, "variant_groups")),
        akeneo,
    ),
    ("saleor", "saleor/populatedb_data.json", (), saleor),
    (
        "commercetools",
        "commercetools/products_2020-11-02.csv",
        ("commercetools/product-type.json", "commercetools/inventory.csv.gz"),
        commercetools,
    ),
    ("commercetools", "commercetools/products-ci.csv", (), commercetools),
    ("spree", "spree/products.csv", (), spree),
    ("vendure", "vendure/products.csv", (), vendure),
    ("vendure", "vendure/import-parser/multiple-products-multiple-variants.csv", (), vendure),
    ("oscar", "oscar/books.essential.csv", (), oscar),
    ("bagisto", "bagisto/products.csv", (), bagisto),
    ("unopim", "unopim/import/products.csv", (), unopim),
    ("unopim", "unopim/import/product-variants.csv", (), unopim),
    ("unopim", "unopim/import/products-multi-locale.csv", (), unopim),
    ("orocommerce", "orocommerce/products.csv", (), orocommerce),
]


@pytest.mark.parametrize(
    ("code", "name", "others", "count"),
    FILES,
    ids=lambda each: getattr(each, "__name__", str(each))[:60],
)
def test_a_real_file_is_read_whole(
    code: str, name: str, others: tuple[str, ...], count: Callable[[Path], Counts]
) -> None:
    path = sample(name)
    found = read(path, *map(sample, others))
    assert found.format == code
    assert found.counts() == {"refused": 0, **count(path)}
    assert [each.code for each in found.survey.remarks if each.code == "unknown-column"] == []
    ensure_defined(found)


def ensure_defined(found: Reading) -> None:
    """What products refer to is told before they are written."""
    definitions = found.survey.definitions
    types = {each["slug"]: each["attributes"] for each in definitions.product_types}
    options = {
        each["code"]: {option["code"] for option in each.get("options", [])}
        for each in definitions.attributes
    }
    locales = {each["code"] for each in definitions.locales}
    for product in found.products:
        varying = {
            each["code"]: each["is_variant"] for each in types.get(product.product_type or "", [])
        }
        levels = [(False, product.attributes)]
        levels += [(True, each.attributes) for each in product.variants]
        for is_variant, cells in levels:
            for cell in cells:
                assert varying[cell.code] is is_variant
                if isinstance(cell.value, str | list):
                    named = {cell.value} if isinstance(cell.value, str) else set(cell.value)
                    assert named <= options[cell.code]
        assert product.values.get("translations", {}).keys() <= locales
        kinds = {each["code"] for each in definitions.relation_kinds}
        assert {each.kind for each in product.relations} <= kinds
        for variant in product.variants:
            lists = {each["code"] for each in definitions.price_lists}
            named = {each.get("price_list") for each in variant.values.get("prices", [])}
            assert named - {None} <= lists

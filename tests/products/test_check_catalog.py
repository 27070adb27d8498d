"""check_catalog finds every kind of drift, and rebuild_documents mends the documents."""

import json
from io import StringIO
from typing import Any
from uuid import UUID

import pytest
from django.core.management import call_command
from django.db import connection

from products.documents import build
from products.documents.gauges import products_by_status, published_products
from products.models import Category, Change, Document, Product, Variant
from products.services.brands import update_brand
from products.services.products import archive_product, update_product
from tests.products.factories import (
    SYSTEM,
    AttributeFactory,
    BrandFactory,
    CategoryFactory,
    ProductFactory,
    ProductTypeFactory,
    price,
)

pytestmark = pytest.mark.django_db


def check() -> tuple[int, dict[str, Any]]:
    """Exit code and report."""
    out = StringIO()
    try:
        call_command("check_catalog", "--json", stdout=out)
    except SystemExit as error:
        return int(str(error.code)), json.loads(out.getvalue())
    return 0, json.loads(out.getvalue())


def drift_after(sql: str, *values: Any) -> list[tuple[str, str]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
    code, report = check()
    assert code == 1
    assert report["drift_count"] == len(report["drift"])
    return [(drift["check"], drift["subject"]) for drift in report["drift"]]


@pytest.fixture
def product() -> Product:
    root = CategoryFactory.create(name="Root")
    leaf = CategoryFactory.create(name="Leaf", parent=root)
    return ProductFactory.create(brand=BrandFactory.create(), categories=[leaf])


def test_a_catalog_written_by_the_services_has_no_drift(product: Product) -> None:
    other = ProductFactory.create(variants=[{"sku": "B-1", "prices": [price("5", compare_at="7")]}])
    update_product(
        product.pk,
        values={"name": "Renamed", "tags": ["a"]},
        expected_version=1,
        may_publish=True,
        actor=SYSTEM,
    )
    archive_product(other.pk, expected_version=None, actor=SYSTEM)
    assert product.brand_id is not None
    update_brand(product.brand_id, values={"name": "New"}, expected_version=None, actor=SYSTEM)
    assert check() == (0, {"products": 2, "drift_count": 0, "drift_by_check": {}, "drift": []})


def test_an_empty_catalog_has_no_drift() -> None:
    assert check()[0] == 0


def test_a_document_that_is_old_or_missing_is_found(product: Product) -> None:
    found = drift_after("UPDATE products_document SET body = '{}'")
    assert found == [("document", f"product {product.pk}")]
    found = drift_after("DELETE FROM products_document")
    assert found == [("document", f"product {product.pk}")]


def test_truth_that_changed_behind_the_services_is_found(product: Product) -> None:
    assert drift_after("UPDATE products_price SET amount = amount + 1") == [
        ("document", f"product {product.pk}"),
        ("change-log", f"product {product.pk}"),
    ]


def test_a_version_without_its_change_row_is_found(product: Product) -> None:
    found = drift_after("DELETE FROM products_change WHERE aggregate = 'product'")
    assert found == [("change-log", f"product {product.pk}")]


def test_brands_and_categories_are_held_against_the_change_log_too(product: Product) -> None:
    found = drift_after("UPDATE products_brand SET version = 2")
    assert found == [("change-log", f"brand {product.brand_id}")]


def test_a_variant_that_did_not_follow_its_product_is_found(product: Product) -> None:
    variant = product.variants.get()
    checks = drift_after("UPDATE products_variant SET is_archived = true")
    assert ("variant-archived", f"variant {variant.pk}") in checks


def test_a_wrong_path_in_the_tree_is_found(product: Product) -> None:
    leaf = Category.objects.get(name="Leaf")
    checks = drift_after("UPDATE products_category SET path = ARRAY[id] WHERE name = 'Leaf'")
    assert ("category-path", f"category {leaf.pk}") in checks


def test_a_category_that_no_root_leads_to_is_found(product: Product) -> None:
    leaf, root = Category.objects.get(name="Leaf"), Category.objects.get(name="Root")
    checks = drift_after(
        "UPDATE products_category SET parent_id = %s WHERE id = %s", leaf.pk, root.pk
    )
    assert ("category-path", f"category {root.pk}") in checks


def test_a_row_that_breaks_a_constraint_is_found(product: Product) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE products_price DROP CONSTRAINT price_not_negative")
        cursor.execute("UPDATE products_price SET amount = -1")
        cursor.execute(
            "ALTER TABLE products_price ADD CONSTRAINT price_not_negative"
            " CHECK (amount >= 0) NOT VALID"
        )
    code, report = check()
    assert code == 1
    assert [(d["subject"], d["detail"][:9]) for d in report["drift"][:2]] == [
        ("products_price price_not_negative", "NOT VALID"),
        ("products_price price_not_negative", "A row bre"),
    ]


def test_a_reference_to_nothing_is_found(product: Product) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET session_replication_role = replica")
        cursor.execute("DELETE FROM products_brand")
        cursor.execute("SET session_replication_role = DEFAULT")
    code, report = check()
    assert code == 1
    references = [d["detail"] for d in report["drift"] if d["check"] == "reference"]
    assert references == [f"No row of products_brand has brand_id {product.brand_id}."]
    with connection.cursor() as cursor:  # the test's own transaction is checked at its end
        cursor.execute("UPDATE products_product SET brand_id = NULL")


def test_a_file_that_is_gone_is_found(product: Product, settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path
    checks = drift_after(
        "INSERT INTO products_media (id, product_id, file, source_url, alt, position,"
        " content_type, created_at, updated_at)"
        " VALUES (%s, %s, 'products/aa/gone.png', '', '', 0, 'image/png', now(), now())",
        UUID(int=1),
        product.pk,
    )
    assert ("media-file", "file products/aa/gone.png") in checks


def test_an_index_that_was_not_built_to_the_end_is_found(product: Product) -> None:
    found = drift_after(
        "UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'variant_gtin'::regclass"
    )
    assert found == [("index", "variant_gtin")]


def test_long_lists_are_cut_but_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("products.management.commands.check_catalog.SHOWN", 2)
    for _ in range(3):
        ProductFactory.create()
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM products_change")
    out = StringIO()
    with pytest.raises(SystemExit):
        call_command("check_catalog", stdout=out)
    assert out.getvalue().splitlines()[2:] == [
        "... and 1 more.",
        "Checked 3 products. Drift: change-log 3.",
    ]


def test_the_text_names_each_drift_and_counts_them(product: Product) -> None:
    Variant.objects.update(is_archived=True)
    out = StringIO()
    with pytest.raises(SystemExit):
        call_command("check_catalog", stdout=out)
    lines = out.getvalue().splitlines()
    assert any(line.startswith("variant-archived: variant ") for line in lines)
    assert lines[-1] == "Checked 1 products. Drift: change-log 1, variant-archived 1."


def test_rebuilding_gives_the_same_bytes_and_says_how_many_were_wrong(product: Product) -> None:
    ProductFactory.create()
    before = list(Document.objects.order_by("product").values(*build.COLUMNS))
    changes = Change.objects.count()
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM products_document WHERE product_id = %s", [product.pk])
    assert rebuild() == "Rebuilt the documents of 2 products: 1 were wrong.\n"
    assert list(Document.objects.order_by("product").values(*build.COLUMNS)) == before
    assert rebuild("--batch", "1") == "Rebuilt the documents of 2 products: 0 were wrong.\n"
    assert Change.objects.count() == changes


def rebuild(*arguments: str) -> str:
    out = StringIO()
    call_command("rebuild_documents", *arguments, stdout=out)
    return out.getvalue()


def test_products_are_counted_by_status_for_the_metrics(product: Product) -> None:
    ProductFactory.create(status="draft")
    assert list(published_products()) == [((), 1.0)]
    assert list(products_by_status()) == [
        (("draft",), 1.0),
        (("published",), 1.0),
        (("archived",), 0.0),
    ]


def test_values_that_no_type_asks_for_are_found() -> None:
    text, part = AttributeFactory.create(code="text"), AttributeFactory.create(type="product")
    size = AttributeFactory.create(code="size", type="integer")
    kind = ProductTypeFactory.create(attributes=[text, part], variant_attributes=[size])
    product = ProductFactory.create(product_type=kind)
    variant = product.variants.get()
    values = json.dumps({"size": 1, part.code: "0197f3c5-6f0e-7c3a-9b1d-2f4f6a8c0e01"})
    found = drift_after(
        "UPDATE products_product SET attributes = %s; UPDATE products_variant SET attributes = %s",
        values,
        '{"text": "x"}',
    )
    assert [subject for check, subject in found if check == "attribute-value"] == [
        f"product {product.pk}",
        f"variant {variant.pk}",
        f"product {product.pk}",
    ]


def test_attributes_and_types_stand_in_the_change_log() -> None:
    attribute = AttributeFactory.create()
    kind = ProductTypeFactory.create(attributes=[attribute])
    assert check()[0] == 0
    found = drift_after(
        "UPDATE products_attribute SET name = 'Bent'; DELETE FROM products_producttypeattribute"
    )
    assert found == [
        ("change-log", f"attribute {attribute.pk}"),
        ("change-log", f"product_type {kind.pk}"),
    ]


def refresh() -> str:
    return rebuild("--if-outdated")


def test_documents_are_printed_anew_when_they_would_be_printed_in_another_way(
    product: Product, monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    assert refresh() == "Rebuilt the documents of 1 products: 0 were wrong.\n"
    assert refresh() == "", "the release and its settings are the same"
    settings.CATALOG_CURRENCY = "EUR"
    assert refresh() == "Rebuilt the documents of 1 products: 1 were wrong.\n"
    assert refresh() == ""
    monkeypatch.setattr(build, "COMPUTE", build.COMPUTE + " -- of another release")
    assert refresh() == "Rebuilt the documents of 1 products: 0 were wrong.\n"


def test_an_interrupted_rebuild_begins_again(
    product: Product, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: Any) -> int:
        raise ConnectionError

    monkeypatch.setattr("products.services.rebuilding.rebuild_documents", fail)
    with pytest.raises(ConnectionError):
        refresh()
    monkeypatch.undo()
    assert refresh() == "Rebuilt the documents of 1 products: 0 were wrong.\n"

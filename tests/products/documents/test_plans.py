"""The hot reads use their index."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection

from catalog_project.ops import statements
from products.documents import listing
from products.documents.orders import ORDERS
from products.models import Product
from products.services.products import create_products
from tests.products.factories import SYSTEM, ProductFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def plans(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """The plan of each statement that a read sends."""
    seen: list[str] = []
    fetch = statements.fetch

    def explain_and_fetch(sql: str, parameters: Any) -> Any:
        rows = fetch(f"EXPLAIN {sql}", parameters)
        seen.append("\n".join((row[0] or b"").decode() for row in rows))
        return fetch(sql, parameters)

    monkeypatch.setattr(listing, "fetch", explain_and_fetch)
    with connection.cursor() as cursor:
        # So few rows are read faster without an index.
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("SET LOCAL enable_bitmapscan = off")
        # Nor is sorting three of them more than a guess away from not sorting.
        cursor.execute("SET LOCAL enable_sort = off")
    yield seen
    with connection.cursor() as cursor:
        cursor.execute("DISCARD PLANS")  # the session keeps those that were made without a scan


@pytest.mark.parametrize("visible_only", [True, False])
def test_a_detail_reads_one_row_of_its_index(plans: list[str], visible_only: bool) -> None:
    values: Any = [{"name": f"Lamp {n}", "status": "published"} for n in range(1_000)]
    product = Product.objects.get(pk=create_products(values, actor=SYSTEM)[500])
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE products_document")  # what others left in its statistics is over
    for key in (product.slug, product.pk):
        assert listing.read_one(key, visible_only=visible_only) is not None
        conditions = [line for line in plans[-1].splitlines() if "Index Cond: " in line]
        assert str(key) in "".join(conditions)


@pytest.mark.parametrize("order", ORDERS)
def test_a_page_is_read_in_its_order_without_sorting(plans: list[str], order: str) -> None:
    ProductFactory.create_batch(3)
    listed = listing.Listing(order=order)
    first = listing.read_page(listed, limit=2)
    second = listing.read_page(listed, limit=2, place=first.next)
    listing.read_page(listed, limit=2, place=second.previous)
    assert len(plans) == 3
    for plan in plans:
        assert "Index Scan" in plan
        assert "Sort" not in plan


def plans_made() -> int:
    """How often this session planned the statement that prints documents for what it was given."""
    sql = "SELECT sum(custom_plans) FROM pg_prepared_statements WHERE statement LIKE %s"
    with connection.cursor() as cursor:
        cursor.execute(sql, ["%INSERT INTO products_document %"])
        return int(cursor.fetchone()[0])


def test_documents_are_printed_by_a_plan_that_is_kept() -> None:
    ProductFactory.create()
    before = plans_made()
    ProductFactory.create()
    assert plans_made() == before

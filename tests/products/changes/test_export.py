"""Exports: one instant, with the place in the feed that belongs to it."""

import json
from typing import Any

import psycopg
import pytest
from django.db import connection

from catalog_project.ops import slots
from products.changes.export import Selection
from products.models import Change, Product
from products.services.brands import update_brand
from products.services.products import delete_product
from tests.acceptance.server import test_database_url
from tests.accounts.fixtures import Caller
from tests.products.changes.feeds import settle
from tests.products.factories import SYSTEM, BrandFactory, CategoryFactory, ProductFactory

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.quiet]
PRODUCTS, CATALOG, FEED = "/api/v1/products/export", "/api/v1/changes/export", "/api/v1/changes"


@pytest.fixture(autouse=True)
def exports_are_read_whole() -> None:
    """Here they are streams."""


def lines(answer: Any) -> list[dict[str, Any]]:
    assert answer.status_code == 200, answer.content
    assert answer["Content-Type"] == "application/x-ndjson"
    found = [json.loads(line) for line in b"".join(answer).splitlines()]
    answer.close()
    return found


def test_records_are_those_of_the_feed_and_the_cursor_leads_on(editor: Caller) -> None:
    brand = BrandFactory.create(name="A")
    for n in range(3):
        ProductFactory.create(name=f"Product {n}", brand=brand, status="draft")
    settle()
    *rows, last = lines(editor.get(CATALOG, {"types": "brand,product"}))
    newest = {str(row.aggregate_id): row.snapshot for row in Change.objects.order_by("version")}
    assert [row["type"] for row in rows] == ["brand", "product", "product", "product"]
    assert all(row["record"] == newest[row["id"]] for row in rows)
    assert (last["count"], set(last)) == (4, {"next_cursor", "count"})
    assert editor.get(FEED, {"after": last["next_cursor"]}).json()["items"] == []
    update_brand(brand.pk, values={"name": "B"}, expected_version=None, actor=SYSTEM)
    settle()
    events = editor.get(FEED, {"after": last["next_cursor"]}).json()["items"]
    assert [item["record"]["name"] for item in events] == ["B"]


def test_what_commits_while_an_export_runs_is_not_in_it_but_in_the_feed_behind_it(
    editor: Caller,
) -> None:
    products = [ProductFactory.create() for _ in range(3)]
    answer = editor.get(PRODUCTS)
    parts = iter(answer)
    read = next(parts)
    with psycopg.connect(test_database_url()) as other:  # this session is inside the export
        other.execute("DELETE FROM products_product WHERE id = %s", [products[2].pk])
        other.rollback()
        other.execute(
            "INSERT INTO products_change (at, event, aggregate, aggregate_id, version, snapshot,"
            " actor_label, source, request_id) VALUES (now(), 'brand.created', 'brand',"
            " gen_random_uuid(), 1, '{}', '', 'command', '')"
        )
    *rows, last = [json.loads(line) for line in (read + b"".join(parts)).splitlines()]
    answer.close()
    assert {row["id"] for row in rows} == {str(row.pk) for row in products}
    settle()
    events = editor.get(FEED, {"after": last["next_cursor"]}).json()["items"]
    assert [item["event"] for item in events][-1] == "brand.created"


def test_filters_are_those_of_the_list(editor: Caller) -> None:
    category = CategoryFactory.create()
    draft = ProductFactory.create(status="draft", categories=[category], tags=["gift"])
    ProductFactory.create(categories=[category])
    query = {"category": str(category.pk), "status": "draft", "tag": "gift"}
    assert [row["id"] for row in lines(editor.get(PRODUCTS, query))[:-1]] == [str(draft.pk)]
    assert lines(editor.get(PRODUCTS, {"brand": str(draft.pk)}))[0]["count"] == 0
    for wrong in ({"limit": "3"}, {"colour": "red"}, {"status": "lost"}):
        assert editor.get(PRODUCTS, wrong).status_code == 400
    assert editor.get(CATALOG, {"types": "cost"}).status_code == 403


def test_an_export_takes_the_same_statements_per_part_and_has_a_form_to_ask_for(
    editor: Caller, django_assert_max_num_queries: Any
) -> None:
    for _ in range(40):
        ProductFactory.create()
    with django_assert_max_num_queries(6):  # the caller, the limits, the bounds
        answer = editor.get(PRODUCTS, headers={"accept": "application/x-ndjson"})
        assert lines(answer)[-1]["count"] == 40
    assert editor.get(PRODUCTS, headers={"accept": "text/csv"}).status_code == 406


def test_slots_are_few_and_come_back_however_an_export_ends(editor: Caller, settings: Any) -> None:
    settings.LONG_ANSWERS = 1
    ProductFactory.create()
    unread = editor.get(PRODUCTS)
    refused = editor.get(PRODUCTS)
    assert (refused.status_code, refused.json()["code"]) == (503, "too-many-exports")
    assert int(refused["Retry-After"]) > 0
    unread.close()
    assert slots._taken == 0
    half = editor.get(PRODUCTS)
    next(iter(half))
    half.close()
    assert editor.head(PRODUCTS).status_code == 200
    assert slots._taken == 0
    assert not connection.in_atomic_block


def test_what_fails_before_the_first_line_is_a_problem(
    editor: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Selection, "sql", lambda _self: "SELECT pg_sleep(9) AS x")
    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = 20")
    try:
        refused = editor.get(PRODUCTS)
    finally:
        with connection.cursor() as cursor:
            cursor.execute("RESET statement_timeout")
    assert (refused.status_code, refused.json()["code"]) == (503, "statement-timeout")
    assert slots._taken == 0


def test_who_may_export(anonymous: Any, viewer: Caller, editor: Caller) -> None:
    product = ProductFactory.create()
    delete_product(product.pk, expected_version=None, actor=SYSTEM)
    for path in (PRODUCTS, CATALOG):
        assert anonymous.get(path).status_code == 401
        assert viewer.get(path).status_code == 403
    assert [row for row in lines(editor.get(CATALOG)) if row.get("type") == "product"] == []
    assert not Product.objects.exists()

"""Many products in one request: each is done or refused, with a result of its own."""

import json
from collections.abc import Callable, Sequence
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from products.models import Change, Product, SlugRedirect, Variant
from products.services.catalog_check import check_products, check_shared
from tests.accounts.fixtures import Caller
from tests.products.factories import BrandFactory, ProductFactory

PATH = "/api/v1/products/bulk"
NDJSON = "application/x-ndjson"
MOST_TABLES = 10  # that hold rows of a product
pytestmark = pytest.mark.django_db


def send(caller: Caller, items: Sequence[Any], policy: str = "", **options: Any) -> Any:
    path = f"{PATH}?policy={policy}" if policy else PATH
    return caller.post(path, {"items": list(items)}, format="json", **options)


def create(n: int, **product: Any) -> dict[str, Any]:
    whole = {
        "name": f"Mug {n}",
        "slug": f"mug-{n}",
        "tags": ["new"],
        "external_ids": [{"system": "erp", "id": f"{n}"}],
        "variants": [
            {
                "sku": f"MUG-{n}",
                "options": {"Color": "Blue"},
                "prices": [{"currency": "EUR", "amount": "19.90"}],
            }
        ],
        "media": [{"url": f"https://example.com/{n}.jpg"}],
    }
    return {"operation": "create", "product": whole | product}


def assert_whole() -> None:
    everything = list(Product.objects.values_list("pk", flat=True))
    assert list(check_products(everything)) == []
    assert list(check_shared()) == []


def statuses(answer: Any) -> list[int]:
    return [result["status"] for result in answer.json()["results"]]


def test_each_operation_by_each_name(publisher: Caller) -> None:
    made = send(publisher, [create(n) for n in range(7)])
    assert (made.status_code, statuses(made)) == (200, [201] * 7), made.content
    ids = [result["id"] for result in made.json()["results"]]
    answer = send(
        publisher,
        [
            {"operation": "update", "id": ids[0], "product": {"metadata": {"a": 1}}},
            {"operation": "upsert", "slug": "mug-1", "product": {"name": "Cup"}},
            {"operation": "archive", "sku": "MUG-2"},
            {"operation": "delete", "external_id": {"system": "erp", "id": "3"}},
            {"operation": "publish", "slug": "mug-4"},
            {"operation": "upsert", "sku": "NEW-1", "product": {"name": "New by its SKU"}},
            {
                "operation": "upsert",
                "external_id": {"system": "erp", "id": "new"},
                "product": {"name": "New by its external id", "status": "published"},
            },
            {"operation": "update", "slug": "mug-5", "product": {"slug": "beaker", "tags": []}},
            {"operation": "update", "sku": "MUG-6", "product": {"tags": ["new"]}},
        ],
    )
    assert answer.status_code == 200, answer.content
    assert statuses(answer) == [200, 200, 200, 204, 200, 201, 201, 200, 200]
    assert Product.objects.get(pk=ids[0]).metadata == {"a": 1}
    assert Product.objects.get(pk=ids[1]).name == "Cup"
    assert Product.objects.get(pk=ids[2]).is_archived
    assert not Product.objects.filter(pk=ids[3]).exists()
    assert Product.objects.get(pk=ids[4]).status == "published"
    assert Variant.objects.get(sku="NEW-1").product.name == "New by its SKU"
    assert Product.objects.get(external_ids__value="new").status == "published"
    assert SlugRedirect.objects.get(slug="mug-5").target_id == Product.objects.get(slug="beaker").pk
    assert Product.objects.get(pk=ids[6]).version == 1  # nothing was new
    results = answer.json()["results"]
    assert [result["version"] for result in results] == [2, 2, 2, None, 2, 1, 1, 2, 1]
    served = publisher.get(f"/api/v1/products/{ids[0]}")
    assert served["ETag"] == results[0]["etag"]
    assert results[2]["etag"].startswith('"2-')
    events = Change.objects.filter(version__gt=1).order_by("sequence")
    assert set(events.values_list("event", flat=True)) == {
        "product.updated",
        "product.archived",
        "product.deleted",
        "product.published",
    }
    assert_whole()


WRONG: list[tuple[Any, int, str, str]] = [
    ({"operation": "create", "product": {"nmae": "x"}}, 400, "/product/nmae", "unknown-field"),
    (create(1, version=3), 400, "/product/version", "read-only"),
    (create(1, cost_price="1.00"), 400, "/product/cost_price", "unknown-field"),
    (create(1, brand="0197f3c5-6f0e-7c3a-9b1d-2f4f6a8c0e06"), 400, "/product/brand", ""),
    (create(1, variants=[{"sku": "TAKEN"}]), 409, "/product/variants/0/sku", "sku-taken"),
    (create(1, slug="bulk"), 400, "/product/slug", ""),
    (create(1, attributes={"a": 1}), 400, "/product/attributes/a", "invalid"),
    (create(1, publish_at="2026-03-01"), 400, "/product/publish_at", "not_instant"),
    (create(1, publish_at="2026-03-01T00:00:00Z", unpublish_at="2025-03-01T00:00:00Z"), 400,
     "/product/unpublish_at", "invalid"),
    ({"operation": "update", "slug": "nobody", "product": {}}, 404, "/slug", "not-found"),
    ({"operation": "update", "id": "0197f3c5-6f0e-7c3a-9b1d-2f4f6a8c0e06", "product": {}}, 404,
     "/id", "not-found"),
    ({"operation": "delete", "id": "0197f3c5-6f0e-7c3a-9b1d-2f4f6a8c0e06"}, 404, "/id",
     "not-found"),
    ({"operation": "update", "slug": "taken", "if_match": '"9"', "product": {}}, 412, "/if_match",
     "stale-version"),
    ({"operation": "update", "slug": "taken", "if_match": "9", "product": {}}, 400, "", ""),
    ({"operation": "update", "slug": "taken", "product": {"status": "published"}}, 400,
     "/product/status", "invalid"),
    ({"operation": "upsert", "slug": "nobody", "product": {"tags": []}}, 400, "/product/name", ""),
    ({"operation": "upsert", "slug": "a", "product": {"slug": "b", "name": "B"}}, 400,
     "/product/slug", "invalid"),
    ({"operation": "upsert", "sku": "A", "product": {"name": "B", "variants": [{"sku": "B"}]}},
     400, "/product/variants", "invalid"),
    ({"operation": "archive", "slug": "taken", "product": {}}, 400, "/product", "invalid"),
    ({"operation": "update", "product": {}}, 400, "", "invalid"),
    ({"operation": "update", "id": "x", "slug": "taken", "product": {}}, 400, "/id", "invalid"),
    ({"operation": "upset", "slug": "taken"}, 400, "/operation", "invalid_choice"),
    (create(1, variants=[{"weight": {"value": "1", "unit": "kgs"}}]), 400,
     "/product/variants/0/weight/unit", "invalid_choice"),
    ("archive", 400, "", "invalid"),
]  # fmt: skip


@pytest.mark.parametrize(("item", "status", "pointer", "code"), WRONG)
def test_a_wrong_item_is_named_and_the_others_are_written(
    publisher: Caller, item: Any, status: int, pointer: str, code: str
) -> None:
    ProductFactory.create(slug="taken", variants=[{"sku": "TAKEN"}])
    other = ProductFactory.create()
    right = [create(100), item, {"operation": "update", "id": str(other.pk), "product": {}}]
    whole = send(publisher, right[:2])
    assert whole.status_code == status, whole.content
    assert (whole.json()["code"], Product.objects.count()) == ("items-refused", 2)
    assert f"/items/1{pointer}" in [flaw["pointer"] for flaw in whole.json()["errors"]]
    each = send(publisher, right, "per_item")
    assert (each.status_code, statuses(each)) == (207, [201, status, 200]), each.content
    assert (each.json()["succeeded"], each.json()["refused"]) == (2, 1)
    problem = each.json()["results"][1]["problem"]
    assert problem["status"] == status
    flaws = problem.get("errors", [{"pointer": "/items/1", "code": problem["code"]}])
    assert f"/items/1{pointer}" in [flaw["pointer"] for flaw in flaws]
    assert not code or code in [problem["code"], *(flaw["code"] for flaw in flaws)]
    assert Product.objects.count() == 3


def test_a_near_word_is_suggested(publisher: Caller) -> None:
    weight = {"value": "1", "unit": "kgs"}
    wrong = create(1, variants=[{"weight": weight}], nmae="x", publish_at="01/02/2026")
    answer = send(publisher, [wrong, {"operation": "upset", "slug": "a"}])
    told = " ".join(flaw["detail"] for flaw in answer.json()["errors"])
    for words in ('"name"?', '"kg"?', "2026-03-01T09:00:00Z", '"upsert"?'):
        assert words in told, told


def test_two_items_about_one_product_are_refused(publisher: Caller) -> None:
    product = ProductFactory.create(slug="mug", variants=[{"sku": "MUG"}])
    items = [
        {"operation": "update", "slug": "mug", "product": {"name": "First"}},
        {"operation": "archive", "sku": "MUG"},
        {"operation": "upsert", "slug": "new", "product": {"name": "New"}},
        {"operation": "upsert", "slug": "new", "product": {"name": "Newer"}},
        create(1),
        create(2, variants=[{"sku": "MUG-1"}]),
        create(3, external_ids=[{"system": "erp", "id": "1"}]),
        create(4, slug="mug-1"),
    ]
    answer = send(publisher, items, "per_item")
    assert statuses(answer) == [200, 400, 201, 400, 201, 409, 409, 409], answer.content
    product.refresh_from_db()
    assert (product.name, product.is_archived) == ("First", False)
    assert "Item 0 is about the same one" in answer.json()["results"][1]["problem"]["detail"]
    assert_whole()


def test_a_name_may_go_from_one_product_to_another(publisher: Caller) -> None:
    for slug in ("old", "older"):
        ProductFactory.create(slug=slug, variants=[{"sku": slug.upper(), "options": {"A": slug}}])
    items = [
        create(1, slug="old", variants=[{"sku": "OLD"}]),
        {"operation": "archive", "slug": "old"},
        create(2, slug="older", variants=[{"sku": "OLDER"}]),
        {"operation": "delete", "slug": "older"},
    ]
    answer = send(publisher, items)
    assert statuses(answer) == [201, 200, 201, 204], answer.content
    assert_whole()


def test_what_an_editor_may_not_do_alone_they_may_not_do_in_bulk(editor: Caller) -> None:
    product = ProductFactory.create(slug="mug")
    named: dict[str, Any] = {"slug": "mug"}
    items = [{"operation": name, **named} for name in ("publish", "unpublish", "archive", "delete")]
    items.append({"operation": "update", **named, "product": {"publish_at": None}})
    items.append(
        {"operation": "update", **named, "product": {"publish_at": "2026-03-01T00:00:00Z"}}
    )
    items.append(create(1, status="published"))
    for item, status in zip(items, [403, 403, 403, 403, 200, 403, 403], strict=True):
        answer = send(editor, [item], "per_item")
        assert statuses(answer) == [status], answer.content
    product.refresh_from_db()
    assert (product.version, Product.objects.count()) == (1, 1)


def test_ndjson_is_read_line_by_line_and_errors_name_the_line(publisher: Caller) -> None:
    lines = [json.dumps(create(1)), "", json.dumps(create(2)), '{"operation": "create",}']
    body = "\n".join(lines)
    answer = publisher.post(PATH, body, content_type=NDJSON)
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["line"] == 4
    doubled = '{"operation": "delete", "slug": "a", "slug": "b"}'
    answer = publisher.post(PATH, doubled, content_type=NDJSON)
    assert answer.json()["errors"][0]["code"] == "duplicate-key"
    lines[3] = json.dumps({"operation": "delete", "slug": "nobody"})
    answer = publisher.post(PATH, "\n".join(lines), content_type=NDJSON)
    assert (answer.status_code, answer.json()["errors"][0]["line"]) == (404, 4)
    answer = publisher.post(f"{PATH}?policy=per_item", "\n".join(lines), content_type=NDJSON)
    assert statuses(answer) == [201, 201, 404]
    assert [result["line"] for result in answer.json()["results"]] == [1, 3, 4]


def test_more_than_a_thousand_items_are_refused(publisher: Caller) -> None:
    items = [{"operation": "delete", "slug": "x"}] * 1_001
    answer = send(publisher, items)
    assert (answer.status_code, "1,000" in answer.content.decode()) == (400, True)
    body = "\n".join(json.dumps(item) for item in items)
    answer = publisher.post(PATH, body, content_type=NDJSON)
    assert (answer.status_code, "1,000" in answer.content.decode()) == (400, True)
    assert send(publisher, []).status_code == 400
    assert send(publisher, items[:2], "per-item").json()["errors"][0]["pointer"] == "/policy"


def test_the_same_key_does_it_once(publisher: Caller) -> None:
    headers = {"Idempotency-Key": "bulk-1"}
    first = send(publisher, [create(1), create(1)], "per_item", headers=headers)
    again = send(publisher, [create(1), create(1)], "per_item", headers=headers)
    assert (first.status_code, again.status_code) == (207, 207)
    assert (again.content, again["Idempotency-Replayed"]) == (first.content, "true")
    assert Product.objects.count() == 1


def test_where_versions_are_asked_for_each_item_names_one(publisher: Caller, settings: Any) -> None:
    settings.CATALOG_REQUIRE_IF_MATCH = True
    ProductFactory.create(slug="mug")
    update = {"operation": "update", "slug": "mug", "product": {"tags": ["a"]}}
    items = [create(1), update, {**update, "if_match": '"1"'}]
    assert statuses(send(publisher, items, "per_item")) == [201, 428, 200]


def statements(caller: Caller, items: Sequence[Any]) -> int:
    with CaptureQueriesContext(connection) as queries:
        answer = send(caller, items)
    assert answer.status_code == 200, answer.content
    return len(queries)


@pytest.mark.parametrize("most", [50, pytest.param(500, marks=pytest.mark.soak)])
def test_statements_do_not_grow_with_the_items(publisher: Caller, most: int) -> None:
    brand = BrandFactory.create()

    def changed(n: int) -> dict[str, Any]:
        product = {
            "brand": str(brand.pk),
            "slug": f"cup-{n}",
            "metadata": {"a": n},
            "external_ids": [{"system": "pim", "id": f"{n}"}],
            "variants": [
                {"sku": f"CUP-{n}", "prices": [{"currency": "EUR", "amount": "9.90"}]},
            ],
            "media": [],
        }
        return {"operation": "upsert", "sku": f"MUG-{n}", "product": product}

    def named(operation: str, numbers: range) -> list[dict[str, Any]]:
        return [{"operation": operation, "sku": f"CUP-{n}"} for n in numbers]

    one, many = range(1), range(1, most + 1)
    makers: list[Callable[[range], list[Any]]] = [
        lambda numbers: [create(n) for n in numbers],
        lambda numbers: [changed(n) for n in numbers],
        lambda numbers: named("publish", numbers),
        lambda numbers: named("archive", numbers),
    ]
    # Rows that other rows belong to are deleted a hundred at a time.
    most_growth = most // 100 * MOST_TABLES
    for make in makers:
        growth = -statements(publisher, make(one)) + statements(publisher, make(many))
        assert 0 <= growth <= most_growth
    ids = {row.slug: str(row.pk) for row in Product.objects.all()}
    doomed = [{"operation": "delete", "id": ids[f"cup-{n}"]} for n in range(most + 1)]
    growth = -statements(publisher, doomed[:1]) + statements(publisher, doomed[1:])
    assert 0 <= growth <= most_growth
    assert_whole()

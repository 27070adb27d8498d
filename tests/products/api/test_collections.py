"""Collections, as callers see them."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from products.models import Collection, CollectionProduct, Product
from products.services.collection_members import replace_products
from tests.products.factories import SYSTEM, CollectionFactory, ProductFactory

pytestmark = pytest.mark.django_db
URL = "/api/v1/collections"
RULE = {
    "match": "all",
    "conditions": [{"field": "tag", "operator": "is", "value": ["sale"]}],
}


def chosen(*products: Product, **values: Any) -> Collection:
    collection = CollectionFactory.create(status="published", **values)
    keys = [product.pk for product in products]
    return replace_products(collection.pk, products=keys, expected_version=None, actor=SYSTEM)


def ids(answer: Any) -> list[str]:
    assert answer.status_code == 200, answer.content
    return [item["id"] for item in answer.json()["items"]]


def keys(*products: Product) -> list[str]:
    return [str(product.pk) for product in products]


def test_a_collection_lives_from_creation_to_deletion(publisher: Any, anonymous: Any) -> None:
    body = {"name": "Summer Sale", "rule": RULE, "status": "published", "seo": {"title": "S"}}
    made = publisher.post(URL, body)
    assert made.status_code == 201
    assert (made.json()["slug"], made.json()["rule"]) == ("summer-sale", RULE)
    assert made.json()["seo"] == {"title": "S", "description": ""}
    place = f"{URL}/{made.json()['id']}"
    assert anonymous.get(f"{URL}/summer-sale").json() == made.json()
    patched = publisher.patch(place, {"description": "Hot."}, HTTP_IF_MATCH=made["ETag"])
    assert (patched.json()["version"], patched.json()["rule"]) == (2, RULE)
    stale = publisher.patch(place, {"name": "Lost"}, HTTP_IF_MATCH=made["ETag"])
    assert (stale.status_code, stale.json()["code"]) == (412, "stale-version")
    replaced = publisher.put(place, {"name": "Summer"})
    assert (replaced.json()["description"], replaced.json()["slug"]) == ("", "summer-sale")
    assert replaced.json()["rule"] == RULE
    assert publisher.delete(place).status_code == 204
    assert anonymous.get(place).status_code == 404


def test_a_wrong_rule_is_refused_with_every_place(editor: Any) -> None:
    rule = {"match": "all", "conditions": [{"field": "colour"}, {"field": "tag"}]}
    answer = editor.post(URL, {"name": "A", "rule": rule})
    assert (answer.status_code, answer.json()["code"]) == (400, "rule-refused")
    assert [flaw["pointer"] for flaw in answer.json()["errors"]] == [
        "/rule/conditions/0/field",
        "/rule/conditions/1/operator",
        "/rule/conditions/1/value",
    ]
    assert not Collection.objects.exists()


def test_an_editor_prepares_and_a_publisher_decides(editor: Any, publisher: Any) -> None:
    made = editor.post(URL, {"name": "A"})
    assert (made.status_code, made.json()["status"]) == (201, "draft")
    place = f"{URL}/{made.json()['id']}"
    assert editor.patch(place, {"status": "published"}).json()["code"] == "may-not-publish"
    assert publisher.patch(place, {"status": "published"}).status_code == 200
    assert editor.patch(place, {"description": "B"}).status_code == 200


def test_shoppers_see_what_is_open_now(editor: Any, anonymous: Any) -> None:
    product = ProductFactory.create()
    hour, now = timedelta(hours=1), datetime.now(UTC)
    draft = CollectionFactory.create(slug="draft")
    replace_products(draft.pk, products=[product.pk], expected_version=None, actor=SYSTEM)
    chosen(product, slug="open", publish_at=now - hour, unpublish_at=now + hour)
    chosen(product, slug="later", publish_at=now + hour)
    chosen(product, slug="over", unpublish_at=now - hour)
    slugs = {item["slug"] for item in editor.get(URL).json()["items"]}
    assert slugs == {"draft", "open", "later", "over"}
    assert [item["slug"] for item in anonymous.get(URL).json()["items"]] == ["open"]
    for slug in ("draft", "later", "over"):
        assert anonymous.get(f"{URL}/{slug}").status_code == 404
        assert anonymous.get(f"{URL}/{slug}/products").status_code == 404
        assert ids(anonymous.get(f"/api/v1/products?collection={slug}")) == []
        assert ids(editor.get(f"/api/v1/products?collection={slug}")) == keys(product)
        assert ids(editor.get(f"{URL}/{slug}/products")) == keys(product)
    assert ids(anonymous.get("/api/v1/products?collection=open")) == keys(product)
    shown = anonymous.get(f"/api/v1/products/{product.pk}").json()["collections"]
    assert [each["slug"] for each in shown] == ["open"]


def test_products_are_paged_in_the_order_of_the_collection(anonymous: Any, editor: Any) -> None:
    a, b, c, d = ProductFactory.create_batch(4)
    hidden = ProductFactory.create(status="draft")
    chosen(c, hidden, a, d, b, slug="best")
    first = anonymous.get(f"{URL}/best/products?limit=3&fields=id")
    assert ids(first) == keys(c, a, d)
    cursor = first.json()["next_cursor"]
    last = anonymous.get(f"{URL}/best/products?limit=3&fields=id&cursor={cursor}")
    assert (ids(last), last.json()["next_cursor"]) == (keys(b), None)
    assert ids(editor.get(f"{URL}/best/products")) == keys(c, hidden, a, d, b)
    again = anonymous.get(
        f"{URL}/best/products?limit=3&fields=id", HTTP_IF_NONE_MATCH=first["ETag"]
    )
    assert again.status_code == 304
    assert editor.get(f"{URL}/best/products?cursor={cursor}").json()["code"] == "bad-cursor"


def test_what_a_rule_found_is_paged_newest_first(anonymous: Any) -> None:
    products = ProductFactory.create_batch(5, tags=["sale"])
    CollectionFactory.create(slug="sale", status="published", rule=RULE)
    seen: list[str] = []
    query = {"limit": "2"}
    while True:
        page = anonymous.get(f"{URL}/sale/products", query)
        seen += ids(page)
        if page.json()["next_cursor"] is None:
            break
        query["cursor"] = page.json()["next_cursor"]
    assert seen == keys(*products[::-1])


def test_the_order_is_changed_under_the_version(editor: Any) -> None:
    a, b, c = ProductFactory.create_batch(3)
    collection = chosen(a, b)
    place = f"{URL}/{collection.pk}/products"
    tag = editor.get(f"{URL}/{collection.pk}")["ETag"]
    placed = editor.post(place, {"products": keys(c), "before": str(b.pk)}, HTTP_IF_MATCH=tag)
    assert placed.json()["version"] == 3
    assert ids(editor.get(place)) == keys(a, c, b)
    stale = editor.put(place, {"products": []}, HTTP_IF_MATCH=tag)
    assert (stale.status_code, stale.json()["code"]) == (412, "stale-version")
    stale = editor.delete(f"{place}/{a.pk}", HTTP_IF_MATCH=tag)
    assert stale.status_code == 412
    assert editor.put(place, {"products": keys(b, a)}).status_code == 200
    assert editor.delete(f"{place}/{b.pk}").status_code == 204
    assert ids(editor.get(place)) == keys(a)


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({}, "/products"),
        ({"products": []}, "/products"),
        ({"products": ["x"]}, "/products/0"),
        ({"products": [], "order": 1}, "/order"),
        ({"products": ["0197f3c5-6f0e-7c3a-9b1d-2f4f6a8c0e02"]}, "/products/0"),
    ],
)
def test_a_wrong_place_is_named(editor: Any, body: Any, pointer: str) -> None:
    collection = chosen(ProductFactory.create(), slug="best")
    answer = editor.post(f"{URL}/best/products", body)
    assert answer.status_code == 400
    flaws = answer.json().get("errors") or [answer.json()]
    assert pointer in [flaw["pointer"] for flaw in flaws]
    assert Collection.objects.get(pk=collection.pk).version == 2


def test_a_rule_is_tried_before_it_is_stored(editor: Any, anonymous: Any) -> None:
    product = ProductFactory.create(tags=["sale"], status="draft")
    answer = editor.post(f"{URL}/rule/preview", {"rule": RULE})
    assert (answer.json()["count"], ids(answer)) == (1, keys(product))
    assert anonymous.post(f"{URL}/rule/preview", {"rule": RULE}).status_code == 401
    assert not CollectionProduct.objects.exists()


@pytest.mark.parametrize("rows", [1, 50])
def test_the_reads_are_a_fixed_number_of_queries(
    anonymous: Any, django_assert_num_queries: Any, rows: int
) -> None:
    chosen(*ProductFactory.create_batch(rows), slug="best")
    for _ in range(rows):
        CollectionFactory.create(status="published")
    for address, queries in {
        f"{URL}?limit=100": 1,
        f"{URL}/best": 1,
        f"{URL}/best/products?limit=100": 2,
        "/api/v1/products?collection=best&limit=100": 1,
    }.items():
        with django_assert_num_queries(queries):
            assert anonymous.get(address).status_code == 200

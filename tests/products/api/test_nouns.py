"""Brands, categories, variants and media, as callers see them."""

from typing import Any
from uuid import uuid4

import pytest

from products.models import Brand, Category, Change
from tests.products.factories import BrandFactory, CategoryFactory, ProductFactory, price

pytestmark = pytest.mark.django_db
NOUNS = ["brands", "categories"]


@pytest.mark.parametrize("noun", NOUNS)
def test_a_noun_lives_from_creation_to_tombstone(editor: Any, anonymous: Any, noun: str) -> None:
    created = editor.post(f"/api/v1/{noun}", {"name": "Oak & Sons"})
    assert created.status_code == 201
    path = f"/api/v1/{noun}/{created.json()['id']}"
    assert created["Location"] == f"http://testserver{path}"
    assert (created.json()["slug"], created.json()["version"]) == ("oak-sons", 1)
    assert anonymous.get(f"/api/v1/{noun}/oak-sons").json() == created.json()

    patched = editor.patch(path, {"description": "Old."}, HTTP_IF_MATCH=created["ETag"])
    assert (patched.json()["name"], patched.json()["version"]) == ("Oak & Sons", 2)
    stale = editor.patch(path, {"name": "Lost"}, HTTP_IF_MATCH=created["ETag"])
    assert (stale.status_code, stale.json()["code"]) == (412, "stale-version")

    replaced = editor.put(path, {"name": "Oak"})
    assert (replaced.json()["description"], replaced.json()["slug"]) == ("", "oak-sons")
    assert editor.delete(path).status_code == 204
    assert anonymous.get(path).status_code == 404
    events = Change.objects.order_by("version").values_list("event", flat=True)
    assert [event.partition(".")[2] for event in events] == [
        "created",
        "updated",
        "updated",
        "deleted",
    ]


@pytest.mark.parametrize("noun", NOUNS)
def test_a_taken_slug_is_a_conflict(editor: Any, noun: str) -> None:
    assert editor.post(f"/api/v1/{noun}", {"name": "A", "slug": "same"}).status_code == 201
    answer = editor.post(f"/api/v1/{noun}", {"name": "B", "slug": "same"})
    assert (answer.status_code, answer.json()["code"]) == (409, "slug-taken")


@pytest.mark.parametrize("noun", NOUNS)
@pytest.mark.parametrize(
    ("query", "parameter"), [("limt=1", "limt"), ("limit=1&limit=2", "limit"), ("limit=x", "limit")]
)
def test_a_wrong_parameter_is_named(anonymous: Any, noun: str, query: str, parameter: str) -> None:
    answer = anonymous.get(f"/api/v1/{noun}?{query}")
    assert answer.status_code == 400
    assert [error["pointer"] for error in answer.json()["errors"]] == [f"/{parameter}"]


@pytest.mark.parametrize("noun", NOUNS)
def test_what_products_use_stays(editor: Any, noun: str) -> None:
    brand, category = BrandFactory.create(), CategoryFactory.create()
    ProductFactory.create(brand=brand, categories=[category])
    row = brand if noun == "brands" else category
    answer = editor.delete(f"/api/v1/{noun}/{row.pk}")
    assert (answer.status_code, answer.json()["code"]) == (409, "still-in-use")
    assert Brand.objects.exists()
    assert Category.objects.exists()


@pytest.mark.parametrize("rows", [1, 50])
def test_a_list_is_one_query(anonymous: Any, django_assert_num_queries: Any, rows: int) -> None:
    CategoryFactory.create_batch(rows)
    with django_assert_num_queries(1):
        assert len(anonymous.get("/api/v1/categories?limit=100").json()["items"]) == rows


def test_the_pages_of_a_noun_hold_every_row_once(anonymous: Any) -> None:
    for number in range(5):
        BrandFactory.create(name=f"Brand {number % 2}")
    seen: list[str] = []
    query = {"limit": "2"}
    while True:
        page = anonymous.get("/api/v1/brands", query).json()
        seen += [item["id"] for item in page["items"]]
        if page["next_cursor"] is None:
            break
        query["cursor"] = page["next_cursor"]
    assert sorted(seen) == sorted(str(key) for key in Brand.objects.values_list("pk", flat=True))


def test_categories_are_listed_by_parent_and_by_subtree(anonymous: Any) -> None:
    root = CategoryFactory.create(name="Root")
    child = CategoryFactory.create(name="Child", parent=root)
    leaf = CategoryFactory.create(name="Leaf", parent=child)
    CategoryFactory.create(name="Other")

    def names(**query: str) -> list[str]:
        items = anonymous.get("/api/v1/categories", query).json()["items"]
        return [item["name"] for item in items]

    assert names(parent="none") == ["Other", "Root"]
    assert names(parent=str(root.pk)) == ["Child"]
    assert names(below=str(child.pk)) == ["Child", "Leaf"]
    assert anonymous.get(f"/api/v1/categories/{leaf.pk}").json()["path"] == [
        str(root.pk),
        str(child.pk),
        str(leaf.pk),
    ]


def test_a_category_cannot_move_below_itself(editor: Any) -> None:
    root = CategoryFactory.create()
    child = CategoryFactory.create(parent=root)
    answer = editor.patch(f"/api/v1/categories/{root.pk}", {"parent": str(child.pk)})
    assert (answer.status_code, answer.json()["code"]) == (409, "category-cycle")
    assert Category.objects.get(pk=root.pk).version == 1


def test_a_variant_lives_below_its_product(editor: Any, anonymous: Any) -> None:
    product = ProductFactory.create(variants=[{"sku": "A", "options": {"Size": "S"}}])
    path = f"/api/v1/products/{product.pk}/variants"
    created = editor.post(
        path,
        {
            "sku": "B",
            "options": {"Size": "M"},
            "prices": [{"currency": "USD", "amount": "5"}],
        },
    )
    assert created.status_code == 201
    assert created["ETag"].startswith('"2-')
    own = f"{path}/{created.json()['id']}"
    assert created["Location"] == f"http://testserver{own}"
    stale = editor.patch(own, {"sku": "C"}, HTTP_IF_MATCH='"1-x"')
    assert stale.status_code == 412
    patched = editor.patch(own, {"sku": "C"})
    assert (patched.json()["sku"], patched.json()["prices"][0]["amount"]) == ("C", "5.00")
    assert editor.put(own, {"options": {"Size": "L"}}).json()["prices"] == []
    assert [item["sku"] for item in anonymous.get(path).json()["items"]] == ["A", None]
    assert editor.delete(own).status_code == 204
    assert editor.delete(own).status_code == 404
    assert anonymous.get(f"/api/v1/products/{product.pk}").json()["version"] == 5


def test_the_list_of_variants_is_a_fixed_number_of_queries(
    anonymous: Any, django_assert_num_queries: Any
) -> None:
    for count in (2, 100):
        variants = [
            {"sku": f"{count}-{n}", "options": {"Size": str(n)}, "prices": [price("1")]}
            for n in range(count)
        ]
        product = ProductFactory.create(variants=variants)
        with django_assert_num_queries(3):  # the product, visible and there; variants with prices
            answer = anonymous.get(f"/api/v1/products/{product.pk}/variants?limit=100")
        assert len(answer.json()["items"]) == count


def test_the_parts_of_a_draft_are_hidden_with_it(anonymous: Any, editor: Any) -> None:
    product = ProductFactory.create(status="draft", media=[{"url": "https://i.example/a.png"}])
    for part in ("variants", "media"):
        path = f"/api/v1/products/{product.pk}/{part}"
        item = editor.get(path).json()["items"][0]
        assert anonymous.get(path).status_code == 404
        assert anonymous.get(f"{path}/{item['id']}").status_code == 404


def test_parts_of_nothing_are_not_found(editor: Any) -> None:
    for part in ("variants", "media"):
        path = f"/api/v1/products/{uuid4()}/{part}"
        assert editor.get(path).status_code == 404
        assert editor.get(f"{path}/{uuid4()}").status_code == 404
        assert editor.delete(f"{path}/{uuid4()}").status_code == 404


def test_a_picture_by_url_can_be_changed_and_removed(editor: Any, anonymous: Any) -> None:
    product = ProductFactory.create()
    path = f"/api/v1/products/{product.pk}/media"
    created = editor.post(path, {"url": "https://i.example/a.png", "alt": "Front"})
    assert created.status_code == 201
    own = f"{path}/{created.json()['id']}"
    assert editor.patch(own, {"url": "https://i.example/b.png"}).json()["alt"] == "Front"
    assert editor.put(own, {"url": "https://i.example/c.png"}).json()["alt"] == ""
    shown = anonymous.get(f"/api/v1/products/{product.pk}").json()["media"]
    assert [item["url"] for item in shown] == ["https://i.example/c.png"]
    assert editor.delete(own).status_code == 204
    assert anonymous.get(path).json()["items"] == []

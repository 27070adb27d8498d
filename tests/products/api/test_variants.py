"""Many variants of one product, as callers see them."""

from typing import Any

import pytest

from products.models import Change, Variant
from tests.products.factories import ProductFactory

pytestmark = pytest.mark.django_db


def items(count: int) -> list[Any]:
    return [
        {"sku": f"B-{n}", "options": {"N": str(n)}, "prices": [{"currency": "USD", "amount": "1"}]}
        for n in range(count)
    ]


def test_a_batch_is_one_change(editor: Any, anonymous: Any) -> None:
    product = ProductFactory.create()
    path = f"/api/v1/products/{product.pk}/variants"
    answer = editor.post(f"{path}/batch", {"variants": items(120)}, HTTP_IF_MATCH='"1-x"')
    assert (answer.status_code, answer["ETag"][:3]) == (201, '"2-')
    made = answer.json()["variants"]
    assert [each["sku"] for each in made] == [f"B-{n}" for n in range(120)]
    assert (made[0]["position"], made[119]["position"]) == (1, 120)
    assert Change.objects.filter(aggregate_id=product.pk).count() == 2

    document = anonymous.get(f"/api/v1/products/{product.pk}").json()
    assert (document["version"], document["variant_count"]) == (2, 121)
    rest = anonymous.get(document["more_variants"]).json()
    shown = [*document["variants"], *rest["items"]]
    assert rest["next_cursor"] is not None
    last = anonymous.get(f"{path}?cursor={rest['next_cursor']}").json()
    assert [each["sku"] for each in (*shown, *last["items"])][1:] == [f"B-{n}" for n in range(120)]


def test_a_batch_is_refused_as_a_whole(editor: Any) -> None:
    product = ProductFactory.create(variants=[{"sku": "TAKEN"}])
    path = f"/api/v1/products/{product.pk}/variants/batch"
    wrong = {
        "/variants/1/gtin": [*items(1), {"gtin": "4006381333932"}],
        "/variants/1/options": [{"options": {"A": "1"}}, {"options": {"A": "1"}}],
        "/variants/0/colour": [{"colour": "red"}],
        "/variants/0/prices/0/currency": [
            {"options": {"A": "1"}, "prices": [{"currency": "XXQ", "amount": "1"}]}
        ],
        "/variants": [],
    }
    for pointer, variants in wrong.items():
        answer = editor.post(path, {"variants": variants})
        assert answer.status_code in {400, 409}, pointer
        problem = answer.json()
        told = problem.get("pointer") or problem["errors"][0]["pointer"]
        assert told == pointer
    taken = editor.post(path, {"variants": [*items(3), {"sku": "TAKEN", "options": {"A": "1"}}]})
    assert (taken.status_code, taken.json()["code"]) == (409, "sku-taken")
    stale = editor.post(path, {"variants": items(1)}, HTTP_IF_MATCH='"9-x"')
    assert stale.status_code == 412
    assert Variant.objects.count() == 1


def test_a_product_is_found_by_a_variant_that_its_document_does_not_print(
    editor: Any, anonymous: Any
) -> None:
    variants = [{"sku": f"F-{n}", "options": {"N": str(n)}} for n in range(101)]
    variants[100]["gtin"] = "4006381333931"
    product = ProductFactory.create(variants=variants)
    ProductFactory.create()
    for query in ("sku=F-100", "gtin=4006381333931", "sku=F-100&gtin=04006381333931"):
        found = anonymous.get(f"/api/v1/products?{query}").json()["items"]
        assert [each["id"] for each in found] == [str(product.pk)]
    assert anonymous.get("/api/v1/products?sku=F-101").json()["items"] == []


def test_an_archived_product_is_still_found_by_its_sku(editor: Any) -> None:
    for name in ("One", "Two"):
        ProductFactory.create(name=name, status="archived", variants=[{"sku": "OLD"}])
    ProductFactory.create(name="Three", variants=[{"sku": "OLD"}])
    found = editor.get("/api/v1/products?sku=OLD&ordering=name").json()["items"]
    assert [each["name"] for each in found] == ["One", "Three", "Two"]
    live = editor.get("/api/v1/products?sku=OLD&status=published").json()["items"]
    assert [each["name"] for each in live] == ["Three"]


def test_writing_back_a_large_product_as_it_was_read_changes_nothing(
    editor: Any, anonymous: Any
) -> None:
    product = ProductFactory.create(
        variants=[{"sku": f"W-{n}", "options": {"N": str(n)}} for n in range(102)]
    )
    read = anonymous.get(f"/api/v1/products/{product.pk}").json()
    variants = [{**each, "attributes": {}} for each in read["variants"]]
    for each in variants:
        del each["availability"]
    answer = editor.patch(f"/api/v1/products/{product.pk}", {"variants": variants})
    assert (answer.status_code, answer.json()["version"]) == (200, 1)
    assert answer.json()["variant_count"] == 102


def test_a_variant_that_is_not_active_is_for_editors(editor: Any, anonymous: Any) -> None:
    gone = {"sku": "GONE", "mpn": "M-1", "gtin": "73513537", "status": "discontinued"}
    variants = [{"sku": "HERE", "options": {"N": "1"}}, {**gone, "options": {"N": "2"}}]
    product = ProductFactory.create(variants=variants)
    path = f"/api/v1/products/{product.pk}/variants"
    assert [each["sku"] for each in anonymous.get(path).json()["items"]] == ["HERE"]
    seen = editor.get(path).json()["items"][1]
    assert (seen["sku"], seen["status"], seen["mpn"]) == ("GONE", "discontinued", "M-1")
    for place in (f"{path}/{seen['id']}", f"{path}/{seen['id']}/attributes"):
        assert anonymous.get(place).status_code == 404
        assert editor.get(place).status_code == 200
    for query in ("sku=GONE", "mpn=M-1", "gtin=73513537"):
        assert anonymous.get(f"/api/v1/products?{query}").json()["items"] == []
        assert len(editor.get(f"/api/v1/products?{query}").json()["items"]) == 1
    assert len(anonymous.get("/api/v1/products?sku=HERE").json()["items"]) == 1


def test_a_variant_is_written_and_emptied_with_all_its_facts(editor: Any, anonymous: Any) -> None:
    product = ProductFactory.create(variants=[])
    facts = {
        "mpn": "B-17",
        "gtin": "0-306-40615-2",
        "status": "active",
        "weight": {"value": "1.50", "unit": "kg"},
        "dimensions": {"length": "10", "width": "20.5", "height": "5", "unit": "cm"},
    }
    made = editor.post(f"/api/v1/products/{product.pk}/variants", facts)
    assert made.status_code == 201
    answer = made.json()
    assert answer["weight"] == {"value": "1.5", "unit": "kg"}
    assert answer["dimensions"] == facts["dimensions"]
    assert (answer["mpn"], answer["gtin"]) == ("B-17", "09780306406157")
    assert anonymous.get(f"/api/v1/products/{product.pk}").json()["variants"] == [answer]
    place = f"/api/v1/products/{product.pk}/variants/{answer['id']}"
    same = editor.patch(place, {"weight": {"value": 1.5, "unit": "kg"}})
    assert same["ETag"] == made["ETag"]
    wrong = editor.patch(place, {"weight": {"value": "1", "unit": "stone"}})
    assert [each["pointer"] for each in wrong.json()["errors"]] == ["/weight/unit"]
    emptied = editor.put(place, {"sku": "B"}).json()
    empty = ("mpn", "gtin", "weight", "dimensions")
    assert [emptied[name] for name in empty] == [None] * 4
    assert emptied["status"] == "active"


@pytest.mark.soak
def test_five_thousand_variants_come_in_one_request_and_are_read_page_by_page(
    editor: Any, anonymous: Any
) -> None:
    product = ProductFactory.create(variants=[])
    path = f"/api/v1/products/{product.pk}/variants"
    answer = editor.post(f"{path}/batch", {"variants": items(5_000)})
    assert (answer.status_code, len(answer.json()["variants"])) == (201, 5_000)
    over = editor.post(path, {"sku": "ONE-TOO-MANY"})
    assert (over.status_code, over.json()["code"]) == (400, "invalid")
    seen, cursor = [], ""
    while cursor is not None:
        page = anonymous.get(f"{path}?limit=100{cursor and f'&cursor={cursor}'}").json()
        seen += [each["sku"] for each in page["items"]]
        cursor = page["next_cursor"]
    assert seen == [f"B-{n}" for n in range(5_000)]


def test_media_of_a_variant_are_named_by_url_and_served_by_id(
    editor: Any, publisher: Any, anonymous: Any
) -> None:
    urls = ["https://shop.example/a.jpg", "https://shop.example/b.jpg"]
    body = {
        "name": "Shirt",
        "media": [{"url": url} for url in urls],
        "variants": [
            {"options": {"Size": "S"}, "media": urls[::-1]},
            {"options": {"Size": "M"}, "media": urls[:1], "status": "draft"},
        ],
    }
    answer = editor.post("/api/v1/products", body)
    assert answer.status_code == 201, answer.content
    path = f"/api/v1/products/{answer.json()['id']}"
    publisher.post(f"{path}/publish")
    read = anonymous.get(path).json()
    first, second = [each["id"] for each in read["media"]]
    assert [each["media"] for each in read["variants"]] == [[second, first]]
    items = editor.get(f"{path}/variants").json()["items"]
    assert [each["media"] for each in items] == [[second, first], [first]]
    # What was read can be written back, and nothing is new then.
    whole = {"media": [{"id": each["id"]} for each in read["media"]], "variants": []}
    whole["variants"] = [{name: v[name] for name in ("id", "media")} for v in read["variants"]]
    answer = editor.patch(path, whole)
    assert (answer.status_code, answer.json()["version"]) == (200, read["version"])

    small, medium = [f"{path}/variants/{each['id']}" for each in items]
    assert editor.patch(medium, {"media": [second, urls[0]]}).json()["media"] == [second, first]
    assert editor.patch(medium, {"mpn": "M"}).json()["media"] == [second, first]
    assert editor.put(small, {"options": {"Size": "S"}}).json()["media"] == []
    for strange in ("x", "https://shop.example/c.jpg", items[0]["id"]):
        answer = editor.patch(medium, {"media": [first, strange]})
        assert (answer.status_code, answer.json()["code"]) == (400, "unknown-reference")
        assert answer.json()["errors"][0]["pointer"] == "/media/1"

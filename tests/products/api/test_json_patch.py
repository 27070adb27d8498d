"""PATCH as JSON Patch (RFC 6902): applied to what a PUT would send, all of it or nothing."""

from typing import Any

import pytest

from products.models import Change
from products.services import products
from tests.accounts.fixtures import Caller
from tests.products.factories import (
    SYSTEM,
    AttributeFactory,
    BrandFactory,
    CategoryFactory,
    PriceListFactory,
    ProductFactory,
    ProductTypeFactory,
    price,
)

JSON_PATCH = "application/json-patch+json"
pytestmark = pytest.mark.django_db


def patch(caller: Caller, path: str, *operations: Any, **options: Any) -> Any:
    return caller.patch(f"/api/v1/{path}", list(operations), content_type=JSON_PATCH, **options)


def replace(path: str, value: object) -> dict[str, object]:
    return {"op": "replace", "path": path, "value": value}


def add(path: str, value: object) -> dict[str, object]:
    return {"op": "add", "path": path, "value": value}


def remove(path: str) -> dict[str, object]:
    return {"op": "remove", "path": path}


def same(path: str, value: object) -> dict[str, object]:
    return {"op": "test", "path": path, "value": value}


def test_operations_change_what_they_name_and_nothing_else(editor: Caller) -> None:
    product = ProductFactory.create(tags=["a", "b", "c"], metadata={"erp": {"id": 7}, "old": 1})
    answer = patch(
        editor,
        f"products/{product.pk}",
        same("/tags/1", "b"),
        remove("/tags/1"),
        add("/tags/-", "d"),
        add("/metadata/erp/plant", None),  # which a merge patch cannot say
        {"op": "move", "from": "/metadata/old", "path": "/metadata/older"},
        {"op": "copy", "from": "/name", "path": "/seo/title"},
        HTTP_IF_MATCH='"1"',
    )
    assert answer.status_code == 200, answer.content
    found = answer.json()
    assert found["tags"] == ["a", "c", "d"]
    assert found["metadata"] == {"erp": {"id": 7, "plant": None}, "older": 1}
    assert (found["seo"]["title"], found["version"]) == (product.name, 2)
    assert answer["ETag"].startswith('"2-')


def test_what_comes_out_as_it_was_is_no_change(editor: Caller) -> None:
    product = ProductFactory.create(tags=["a"])
    operations = [add("/tags/-", "b"), remove("/tags/1"), same("/tags", ["a"])]
    answer = patch(editor, f"products/{product.pk}", *operations)
    assert (answer.status_code, answer.json()["version"]) == (200, 1)
    assert patch(editor, f"products/{product.pk}").json()["version"] == 1


def test_variants_and_media_keep_their_ids_and_take_their_places(editor: Caller) -> None:
    product = ProductFactory.create(
        variants=[
            {"sku": "A", "options": {"Size": "S"}, "prices": [price("1.50")]},
            {"sku": "B", "options": {"Size": "M"}, "status": "draft"},
            {"sku": "C", "options": {"Size": "L"}},
        ],
        media=[{"url": "https://x.test/1.png", "alt": "One"}, {"url": "https://x.test/2.png"}],
    )
    ids = dict(product.variants.values_list("sku", "pk"))
    answer = patch(
        editor,
        f"products/{product.pk}",
        same("/variants/0/prices/0/amount", "1.50"),
        replace("/variants/0/prices/0/amount", "2.50"),
        remove("/variants/1"),  # a draft, which no document shows
        add("/variants/0", {"sku": "N", "options": {"Size": "XL"}}),
        {"op": "move", "from": "/media/1", "path": "/media/0"},
    )
    assert answer.status_code == 200, answer.content
    shown = answer.json()["variants"]
    assert [each["sku"] for each in shown] == ["N", "A", "C"]
    assert [each["id"] for each in shown[1:]] == [str(ids["A"]), str(ids["C"])]
    assert shown[1]["prices"] == [{"currency": "USD", "amount": "2.50", "compare_at": None}]
    assert [each["alt"] for each in answer.json()["media"]] == ["", "One"]
    assert not product.variants.filter(sku="B").exists()


def test_every_noun_that_is_patched_takes_it(manager: Caller) -> None:
    material = AttributeFactory.create(code="material", is_localizable=False)
    kind = ProductTypeFactory.create(attributes=[material])
    product = ProductFactory.create(
        product_type=kind,
        attributes={"material": "oak"},
        brand=BrandFactory.create(),
        categories=[CategoryFactory.create()],
        variants=[{"sku": "A", "options": {"Size": "S"}, "prices": [price("1.50")]}],
        media=[{"url": "https://x.test/1.png"}],
    )
    variant, media = product.variants.get(), product.media.get()
    stored = variant.prices.get()
    made = {
        noun: manager.post(f"/api/v1/{noun}", body).json()["id"]
        for noun, body in {
            "collections": {"name": "Gifts", "seo": {"title": "Gifts"}},
            "channels": {"name": "Outlet"},
            "relation-kinds": {"code": "fits", "name": "Fits"},
            "tax-classes": {"code": "low", "name": "Low"},
            "locales": {"code": "fr", "name": "French"},
            "locations": {"code": "shed", "name": "Shed"},
        }.items()
    }
    listed = PriceListFactory.create()
    names = {
        **made,
        "brands": product.brand_id,
        "categories": product.categories.get().pk,
        "attributes": material.pk,
        "product-types": kind.pk,
        "price-lists": listed.pk,
    }
    for noun, key in names.items():
        before = manager.get(f"/api/v1/{noun}/{key}").json()
        answer = patch(
            manager, f"{noun}/{key}", same("/name", before["name"]), replace("/name", "Other")
        )
        assert answer.status_code == 200, (noun, answer.content)
        after = answer.json()
        assert (after["name"], after["version"]) == ("Other", before["version"] + 1)
        assert {**after, "name": 0, "version": 0, "updated_at": 0} == {
            **before,
            "name": 0,
            "version": 0,
            "updated_at": 0,
        }
    for path, operation, shown in (
        (f"products/{product.pk}/variants/{variant.pk}", add("/options/Fit", "Slim"), "options"),
        (f"products/{product.pk}/media/{media.pk}", replace("/alt", "A chair"), "alt"),
        (f"price-lists/base/prices/{stored.pk}", replace("/amount", "3.00"), "amount"),
        (f"products/{product.pk}/attributes", replace("/attributes/material", "ash"), "attributes"),
        (f"products/{product.pk}/attributes", remove("/attributes/material"), "attributes"),
    ):
        before = manager.get(f"/api/v1/{path}").json()[shown]
        answer = patch(manager, path, operation)
        assert answer.status_code == 200, (path, answer.content)
        assert answer.json()[shown] != before
    # Whole lists of a noun, too: what is served beside a member is no part of it.
    answer = patch(manager, f"product-types/{kind.pk}", same("/attributes/0/code", "material"))
    assert answer.status_code == 200
    answer = patch(manager, f"product-types/{kind.pk}", add("/attributes/0/is_required", True))
    assert answer.json()["attributes"][0]["is_required"] is True
    answer = patch(manager, f"collections/{made['collections']}", replace("/seo/title", "For you"))
    assert answer.json()["seo"] == {"title": "For you", "description": ""}
    answer = patch(manager, f"brands/{product.brand_id}", add("/translations/fr", {"name": "Bois"}))
    assert answer.status_code == 200, answer.content


def copy(source: str, path: str) -> dict[str, object]:
    return {"op": "copy", "from": source, "path": path}


LONG = add("/metadata/a", ["x" * 999])
DOUBLED = [copy("/metadata/a", "/metadata/a/0"), copy("/metadata/a", "/metadata/a/-")]
REFUSED: list[tuple[Any, int, str, str]] = [
    ([same("/name", "Another")], 409, "patch-test-failed", "/0"),
    ([same("/tags/9", "a")], 409, "patch-test-failed", "/0"),
    ([replace("/name", "B"), remove("/tags/9")], 409, "patch-not-applicable", "/1"),
    ([remove("/name/x")], 409, "patch-not-applicable", "/0"),
    ([add("/nmae", "B")], 400, "validation-failed", "/0/path"),
    ([replace("/version", 9)], 400, "validation-failed", "/0/path"),
    ([{"op": "move", "from": "/status", "path": "/name"}], 400, "validation-failed", "/0/from"),
    ([replace("/name", 5)], 400, "validation-failed", "/name"),
    ([remove("/name")], 400, "malformed-body", "/name"),
    ([replace("", {})], 400, "malformed-body", "/0/path"),
    ([add("name", "B")], 400, "malformed-body", "/0"),
    ([add("/tags/~2", "B")], 400, "malformed-body", "/0"),
    ([same("/name", "A"), {"op": "add", "path": "/name"}], 400, "malformed-body", "/1"),
    ([{"op": "copy", "path": "/name"}], 400, "malformed-body", "/0/from"),
    ([{"op": "append", "path": "/name", "value": "!"}], 400, "malformed-body", "/0"),
    (["x"], 400, "malformed-body", "/0"),
    ([same("/name", "A")] * 101, 400, "malformed-body", ""),
    ([add("/metadata" + "/a" * 40, 1)], 400, "malformed-body", "/0/path"),
    ([LONG, *[copy("/metadata", "/metadata/b")] * 99], 400, "malformed-body", ""),
    ([LONG, *DOUBLED * 40], 413, "content-too-large", ""),
]


@pytest.mark.parametrize("refused", REFUSED, ids=lambda each: f"{each[2]} {str(each[0])[:60]}")
def test_what_does_not_fit_changes_nothing(
    editor: Caller, settings: Any, refused: tuple[Any, int, str, str]
) -> None:
    operations, status, code, pointer = refused
    settings.JSON_MAX_DEPTH = 500 if status == 413 else 32
    product = ProductFactory.create(name="A", tags=["a"])
    answer = patch(editor, f"products/{product.pk}", *operations)
    assert (answer.status_code, answer.json()["code"]) == (status, code), answer.content
    assert status == 413 or answer.json()["errors"][0]["pointer"].startswith(pointer)
    product.refresh_from_db()
    assert (product.name, product.version, Change.objects.filter(version=2).count()) == ("A", 1, 0)


def test_a_body_that_is_no_list_and_a_write_that_is_no_patch(editor: Caller) -> None:
    product = ProductFactory.create()
    body = {"name": "B"}
    answer = editor.patch(f"/api/v1/products/{product.pk}", body, content_type=JSON_PATCH)
    assert (answer.status_code, answer.json()["code"]) == (400, "malformed-body")
    answer = editor.post("/api/v1/products", [], content_type=JSON_PATCH)
    assert answer.status_code == 415


def test_preconditions_come_first(editor: Caller, settings: Any) -> None:
    product = ProductFactory.create(name="A")
    products.update_product(
        product.pk, values={"name": "B"}, expected_version=1, may_publish=False, actor=SYSTEM
    )
    answer = patch(editor, f"products/{product.pk}", same("/name", "A"), HTTP_IF_MATCH='"1"')
    assert (answer.status_code, answer.json()["changed"]) == (412, ["name"])
    settings.CATALOG_REQUIRE_IF_MATCH = True
    assert patch(editor, f"products/{product.pk}", replace("/name", "C")).status_code == 428
    key = {"HTTP_IDEMPOTENCY_KEY": "k-1", "HTTP_IF_MATCH": '"2"'}
    first = patch(editor, f"products/{product.pk}", replace("/name", "C"), **key)
    again = patch(editor, f"products/{product.pk}", replace("/name", "C"), **key)
    assert first.content == again.content
    assert (first.status_code, again["Idempotency-Replayed"]) == (200, "true")
    assert patch(editor, "brands/none", replace("/name", "C")).status_code in (404, 428)


def test_it_reads_what_it_names_however_much_there_is(
    editor: Caller, django_assert_max_num_queries: Any
) -> None:
    many = [{"sku": f"S{n}", "options": {"Size": str(n)}} for n in range(30)]
    counts = []
    for variants in (many[:1], many[1:]):
        product = ProductFactory.create(variants=variants)
        with django_assert_max_num_queries(60) as found:
            answer = patch(editor, f"products/{product.pk}", replace("/variants/0/mpn", "X"))
        assert answer.status_code == 200, answer.content
        counts.append(len(found))
    assert counts[0] == counts[1]

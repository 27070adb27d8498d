"""The product endpoints, as callers see them."""

import base64
import json
import re
from typing import Any
from uuid import uuid4

import pytest

from catalog_project.models import uuid7
from products.documents import build
from products.models import Change, Product
from products.services import naming
from tests.products.factories import BrandFactory, CategoryFactory, ProductFactory, price

pytestmark = pytest.mark.django_db
PRODUCTS = "/api/v1/products"


def whole_product(**values: Any) -> dict[str, Any]:
    return {
        "name": "Oak chair",
        "description": "Solid oak.",
        "publish_at": None,
        "unpublish_at": None,
        "brand": None,
        "product_type": None,
        "tax_class": None,
        "attributes": {},
        "categories": [],
        "tags": ["oak"],
        "option_names": ["Size", "Color"],
        "variants": [
            {
                "sku": "OAK-1",
                "gtin": "4006381333931",
                "options": {"Color": "Red", "Size": "M"},
                "prices": [{"currency": "USD", "amount": "19.90", "compare_at": "25"}],
            }
        ],
        "media": [{"url": "https://images.example/oak.png", "alt": "A chair"}],
        "metadata": {"depth": 40},
        "seo": {"title": "Oak chair", "description": ""},
        **values,
    }


def test_a_created_product_is_answered_as_it_is_stored(editor: Any) -> None:
    answer = editor.post(PRODUCTS, whole_product(), format="json")
    assert answer.status_code == 201, answer.content
    body = answer.json()
    assert answer["Location"] == f"http://testserver{PRODUCTS}/{body['id']}"
    assert answer["ETag"].startswith('"1-')
    assert (body["slug"], body["status"], body["version"]) == ("oak-chair", "draft", 1)
    assert body["variants"][0]["gtin"] == "04006381333931"
    assert list(body["variants"][0]["options"]) == ["Size", "Color"]
    assert body["variants"][0]["prices"] == [
        {"currency": "USD", "amount": "19.90", "compare_at": "25.00"}
    ]
    assert body["price_range"] == {"currency": "USD", "min": "19.90", "max": "19.90"}
    assert editor.get(f"{PRODUCTS}/oak-chair").content == answer.content
    assert Change.objects.get().event == "product.created"


def test_shoppers_see_a_product_once_it_is_published(
    anonymous: Any, editor: Any, publisher: Any
) -> None:
    product = ProductFactory.create(status="draft")
    path = f"{PRODUCTS}/{product.pk}"
    assert anonymous.get(path).status_code == 404
    assert editor.post(f"{path}/publish").status_code == 403
    assert publisher.post(f"{path}/publish").json()["status"] == "published"
    assert anonymous.get(path).status_code == 200
    assert [item["id"] for item in anonymous.get(PRODUCTS).json()["items"]] == [str(product.pk)]
    publisher.post(f"{path}/unpublish")
    assert anonymous.get(path).status_code == 404
    nothing: Any = {"items": [], "next_cursor": None, "previous_cursor": None}
    assert anonymous.get(PRODUCTS).json() == nothing


def test_a_patch_writes_only_what_it_names(editor: Any) -> None:
    product = ProductFactory.create(name="Old", description="Stays.")
    answer = editor.patch(f"{PRODUCTS}/{product.pk}", {"name": "New"}, format="json")
    assert answer.status_code == 200
    assert (answer.json()["name"], answer.json()["description"]) == ("New", "Stays.")
    assert answer.json()["version"] == 2


def test_a_patch_that_changes_nothing_is_no_version(editor: Any) -> None:
    product = ProductFactory.create(name="Same")
    answer = editor.patch(f"{PRODUCTS}/{product.pk}", {"name": "Same"}, format="json")
    assert answer.json()["version"] == 1
    assert Change.objects.count() == 1


def test_a_stale_etag_changes_nothing(editor: Any) -> None:
    product = ProductFactory.create(name="Mine")
    path = f"{PRODUCTS}/{product.pk}"
    old = editor.get(path)["ETag"]
    assert (
        editor.patch(path, {"name": "Theirs"}, format="json", HTTP_IF_MATCH=old).status_code == 200
    )
    answer = editor.patch(path, {"name": "Lost"}, format="json", HTTP_IF_MATCH=old)
    assert answer.status_code == 412
    told = answer.json()
    assert (told["code"], told["current_version"], told["changed"]) == (
        "stale-version",
        2,
        ["name"],
    )
    (change,) = told["changes"]
    assert (change["version"], change["event"], change["by"]) == (
        2,
        "product.updated",
        editor.user.username,
    )
    assert (
        editor.patch(
            path, {"name": "Theirs"}, format="json", HTTP_IF_MATCH=told["current_etag"]
        ).status_code
        == 200
    )
    assert editor.get(path).json()["name"] == "Theirs"


def test_a_write_that_must_name_a_version_and_does_not_is_refused(
    manager: Any, settings: Any
) -> None:
    settings.CATALOG_REQUIRE_IF_MATCH = True
    product = ProductFactory.create(name="Mine")
    path = f"{PRODUCTS}/{product.pk}"
    for answer in (
        manager.patch(path, {"name": "New"}, format="json"),
        manager.put(path, whole_product(), format="json"),
        manager.delete(path),
    ):
        assert (answer.status_code, answer.json()["code"]) == (428, "precondition-required")
    answer = manager.patch(path, {"name": "New"}, format="json", HTTP_IF_MATCH="*")
    assert answer.status_code == 200
    assert manager.post(PRODUCTS, {"name": "Created"}, format="json").status_code == 201


@pytest.mark.parametrize("header", ["1-abc", "rubbish", '"1-a", "1-b"', '"', "1"])
def test_what_is_no_tag_is_not_read_as_one(editor: Any, header: str) -> None:
    product = ProductFactory.create(name="Mine")
    answer = editor.patch(f"{PRODUCTS}/{product.pk}", {"name": "X"}, HTTP_IF_MATCH=header)
    assert (answer.status_code, answer.json()["code"]) == (400, "unreadable-precondition")
    assert Product.objects.get().name == "Mine"


@pytest.mark.parametrize("header", ['W/"1-abc"', '"unknown"', '""'])
def test_a_tag_that_is_not_ours_never_matches(editor: Any, header: str) -> None:
    product = ProductFactory.create(name="Mine")
    answer = editor.patch(
        f"{PRODUCTS}/{product.pk}", {"name": "X"}, format="json", HTTP_IF_MATCH=header
    )
    assert answer.status_code == 412


def test_a_put_names_every_field(editor: Any) -> None:
    product = ProductFactory.create()
    answer = editor.put(f"{PRODUCTS}/{product.pk}", {"name": "Only"}, format="json")
    assert answer.status_code == 400
    missing = {error["pointer"] for error in answer.json()["errors"]}
    assert missing == {f"/{name}" for name in whole_product() if name != "name"}
    assert Product.objects.get().version == 1


def test_a_put_replaces_the_whole_product(editor: Any) -> None:
    product = ProductFactory.create(tags=["gone"])
    answer = editor.put(f"{PRODUCTS}/{product.pk}", whole_product(), format="json")
    assert answer.status_code == 200, answer.content
    assert (answer.json()["tags"], len(answer.json()["variants"])) == (["oak"], 1)
    assert answer.json()["slug"] == product.slug


def test_unchanged_bytes_are_not_sent_again(anonymous: Any) -> None:
    product = ProductFactory.create()
    for path in (PRODUCTS, f"{PRODUCTS}/{product.slug}"):
        first = anonymous.get(path)
        again = anonymous.get(path, HTTP_IF_NONE_MATCH=first["ETag"])
        assert (again.status_code, again.content) == (304, b"")
        assert again["ETag"] == first["ETag"]


def test_a_new_name_of_the_brand_is_a_new_etag_of_the_same_version(
    editor: Any, anonymous: Any
) -> None:
    brand = BrandFactory.create(name="Old")
    product = ProductFactory.create(brand=brand)
    before = anonymous.get(f"{PRODUCTS}/{product.pk}")
    editor.patch(f"/api/v1/brands/{brand.pk}", {"name": "New"}, format="json")
    after = anonymous.get(f"{PRODUCTS}/{product.pk}")
    assert after.json()["brand"]["name"] == "New"
    assert after["ETag"] != before["ETag"]
    assert after.json()["version"] == before.json()["version"] == 1
    answer = editor.patch(
        f"{PRODUCTS}/{product.pk}", {"name": "X"}, format="json", HTTP_IF_MATCH=before["ETag"]
    )
    assert answer.status_code == 200


@pytest.mark.parametrize(
    ("query", "parameter"),
    [
        ("nmae=x", "nmae"),
        ("brand=x", "brand"),
        ("limit=0", "limit"),
        ("limit=101", "limit"),
        ("ordering=cost", "ordering"),
        ("fields=secret", "fields"),
        ("status=draft", "status"),
        ("price_min=1,5", "price_min"),
        ("updated_since=2026-01-01", "updated_since"),
        ("limit=5&limit=6", "limit"),
        ("total=yes", "total"),
    ],
)
def test_a_wrong_parameter_is_named(anonymous: Any, query: str, parameter: str) -> None:
    answer = anonymous.get(f"{PRODUCTS}?{query}")
    assert answer.status_code == 400
    assert [error["pointer"] for error in answer.json()["errors"]] == [f"/{parameter}"]


def test_a_name_of_any_length_and_alphabet_fits_into_a_cursor(anonymous: Any) -> None:
    for number in range(2):
        ProductFactory.create(name="\U00020000" * 499 + str(number))
    first = anonymous.get(PRODUCTS, {"ordering": "name", "limit": 1}).json()
    parameters = {"ordering": "name", "limit": 1, "cursor": first["next_cursor"]}
    second = anonymous.get(PRODUCTS, parameters).json()
    assert [page["items"][0]["name"][-1] for page in (first, second)] == ["0", "1"]


@pytest.mark.parametrize("text", ["", " "])
def test_an_empty_text_is_no_amount(editor: Any, text: str) -> None:
    body = {"name": "Chair", "variants": [{"prices": []}]}
    body["variants"][0]["prices"] = [{"currency": "USD", "amount": "1", "compare_at": text}]  # type: ignore[index]
    answer = editor.post(PRODUCTS, body)
    assert answer.status_code == 400
    pointers = [error["pointer"] for error in answer.json()["errors"]]
    assert pointers == ["/variants/0/prices/0/compare_at"]


@pytest.mark.parametrize("parameter", ["below", "parent", "cursor"])
def test_an_empty_parameter_is_not_ignored(anonymous: Any, parameter: str) -> None:
    assert anonymous.get("/api/v1/categories", {parameter: ""}).status_code == 400


@pytest.mark.parametrize("cursor", ["", "x", "eyJ9", "WyJ4IiwxLDJd", "é"])
def test_a_cursor_that_is_not_ours_is_refused(anonymous: Any, cursor: str) -> None:
    answer = anonymous.get(PRODUCTS, {"cursor": cursor})
    assert (answer.status_code, answer.json()["code"]) == (400, "bad-cursor")


@pytest.mark.parametrize(
    "ordering", ["-created_at", "updated_at", "name", "-name", "price", "-price"]
)
def test_the_pages_hold_every_product_once(anonymous: Any, ordering: str) -> None:
    for n in range(7):
        prices = [price(str(n % 3))] if n else []
        ProductFactory.create(name=f"Item {n % 2}", variants=[{"sku": f"S{n}", "prices": prices}])
    seen: list[str] = []
    query = {"limit": "2", "ordering": ordering}
    while True:
        page = anonymous.get(PRODUCTS, query).json()
        seen += [item["variants"][0]["sku"] for item in page["items"]]
        if page["next_cursor"] is None:
            break
        query["cursor"] = page["next_cursor"]
    assert sorted(seen) == [f"S{n}" for n in range(7)]
    if "price" in ordering:
        assert seen[-1] == "S0"  # without a price


def test_a_category_holds_what_is_below_it(anonymous: Any) -> None:
    root = CategoryFactory.create()
    leaf = CategoryFactory.create(parent=root)
    product = ProductFactory.create(categories=[leaf])
    ProductFactory.create()
    for category in (root, leaf):
        page = anonymous.get(PRODUCTS, {"category": str(category.pk), "total": "true"}).json()
        assert [item["id"] for item in page["items"]] == [str(product.pk)]
        assert page["total"] == {"value": 1, "exact": True}


def test_filters_narrow_together(anonymous: Any) -> None:
    brand = BrandFactory.create()
    wanted = ProductFactory.create(
        brand=brand,
        tags=["a", "b"],
        variants=[{"sku": "X", "prices": [price("5"), price("6", "EUR")]}],
    )
    ProductFactory.create(brand=brand, tags=["a"])
    query = {
        "brand": str(brand.pk),
        "tag": "b,a",
        "price_min": "4.99",
        "price_max": "5",
        "sku": "X",
    }
    items = anonymous.get(PRODUCTS, query).json()["items"]
    assert [item["id"] for item in items] == [str(wanted.pk)]
    assert anonymous.get(PRODUCTS, {**query, "price_max": "4.99"}).json()["items"] == []


def test_fields_are_cut_from_the_document(anonymous: Any) -> None:
    product = ProductFactory.create(metadata={"n": 1.10})
    whole = anonymous.get(f"{PRODUCTS}/{product.pk}")
    part = anonymous.get(f"{PRODUCTS}/{product.pk}?fields=name,metadata")
    assert part.content == b'{"name":"%s","metadata":{"n": 1.1}}' % product.name.encode()
    assert part["ETag"] != whole["ETag"]
    assert anonymous.get(f"{PRODUCTS}?fields=slug").json()["items"] == [{"slug": product.slug}]


@pytest.mark.parametrize("rows", [1, 50])
def test_a_list_is_one_query(anonymous: Any, django_assert_num_queries: Any, rows: int) -> None:
    ProductFactory.create_batch(rows)
    with django_assert_num_queries(1):
        assert len(anonymous.get(f"{PRODUCTS}?limit=100").json()["items"]) == rows


def test_a_detail_is_one_query(anonymous: Any, django_assert_num_queries: Any) -> None:
    product = ProductFactory.create()
    with django_assert_num_queries(1):
        anonymous.get(f"{PRODUCTS}/{product.slug}")


@pytest.mark.parametrize(
    ("values", "pointer"),
    [
        ({"name": 5}, "/name"),
        ({"name": " "}, "/name"),
        ({"slug": "a b"}, "/slug"),
        ({"slug": str(uuid4())}, "/slug"),
        ({"brand": str(uuid4())}, "/brand"),
        ({"categories": [str(uuid4())]}, "/categories/0"),
        ({"variants": [{"gtin": "4006381333932"}]}, "/variants/0/gtin"),
        (
            {"variants": [{"prices": [{"currency": "XXQ", "amount": "1"}]}]},
            "/variants/0/prices/0/currency",
        ),
        ({"variants": [{"options": {"x" * 101: "A"}}]}, "/variants/0/options"),
        ({"variants": [{"options": {f"{n}": "A" for n in range(11)}}]}, "/variants"),
        ({"metadata": {"m": "x" * 16_384}}, "/metadata"),
        ({"variants": [{"metadata": {"m": "x" * 16_384}}]}, "/variants/0/metadata"),
        (
            {"variants": [{"prices": [{"currency": "USD", "amount": "1.00001"}]}]},
            "/variants/0/prices/0/amount",
        ),
        (
            {"variants": [{"prices": [{"currency": "USD", "amount": "-1"}]}]},
            "/variants/0/prices/0/amount",
        ),
        (
            {"variants": [{"prices": [{"currency": "USD", "amount": "2", "compare_at": "1"}]}]},
            "/variants/0/prices/0/compare_at",
        ),
        ({"variants": [{"sku": "A"}, {"sku": "B"}]}, "/variants/1/options"),
        ({"colour": "red"}, "/colour"),
        ({"version": 9}, "/version"),
        ({"publish_at": "2026-01-01"}, "/publish_at"),
        ({"media": [{"url": "javascript:alert(1)"}]}, "/media/0/url"),
    ],
)
def test_a_refusal_points_at_the_value_and_changes_nothing(
    editor: Any, values: dict[str, Any], pointer: str
) -> None:
    answer = editor.post(PRODUCTS, {"name": "New", **values}, format="json")
    assert answer.status_code in (400, 409), answer.content
    body = answer.json()
    assert pointer in [error["pointer"] for error in body["errors"]], body
    assert not Product.objects.exists()
    assert not Change.objects.exists()


def test_a_taken_sku_is_a_conflict(editor: Any) -> None:
    ProductFactory.create(variants=[{"sku": "ONE"}])
    answer = editor.post(PRODUCTS, {"name": "New", "variants": [{"sku": "ONE"}]}, format="json")
    assert (answer.status_code, answer.json()["code"]) == (409, "sku-taken")
    assert Product.objects.count() == 1


def test_an_archived_product_frees_its_sku_and_slug(editor: Any, publisher: Any) -> None:
    product = ProductFactory.create(slug="chair", variants=[{"sku": "ONE"}])
    path = f"{PRODUCTS}/{product.pk}"
    assert publisher.post(f"{path}/archive").json()["status"] == "archived"
    values = {"name": "New", "slug": "chair", "variants": [{"sku": "ONE"}]}
    assert editor.post(PRODUCTS, values, format="json").status_code == 201
    assert publisher.post(f"{path}/restore").status_code == 409
    assert Product.objects.get(pk=product.pk).status == "archived"


def test_a_deleted_product_leaves_its_tombstone(publisher: Any) -> None:
    product = ProductFactory.create(name="Gone")
    assert publisher.delete(f"{PRODUCTS}/{product.pk}").status_code == 204
    assert publisher.delete(f"{PRODUCTS}/{product.pk}").status_code == 404
    tombstone = Change.objects.get(event="product.deleted")
    assert (tombstone.aggregate_id, tombstone.version) == (product.pk, 2)
    assert tombstone.snapshot["name"] == "Gone"
    assert tombstone.actor_label == publisher.user.username


def test_a_rebuild_gives_the_same_bytes(editor: Any) -> None:
    editor.post(PRODUCTS, whole_product(), format="json")
    keys = list(Product.objects.values_list("pk", flat=True))
    assert build.drifted(keys) == []
    assert build.rebuild(keys) == 0


def test_money_looks_the_same_in_a_product_and_in_its_variant(anonymous: Any) -> None:
    prices = [price("19.9"), price("0.0625", "EUR", compare_at="1200")]
    product = ProductFactory.create(variants=[{"sku": "A", "prices": prices}])
    (variant,) = anonymous.get(f"{PRODUCTS}/{product.pk}").json()["variants"]
    assert variant["prices"] == [
        {"currency": "EUR", "amount": "0.0625", "compare_at": "1200.00"},
        {"currency": "USD", "amount": "19.90", "compare_at": None},
    ]
    path = f"{PRODUCTS}/{product.pk}/variants/{variant['id']}"
    assert anonymous.get(path).json() == variant


def test_the_variant_that_repeats_another_is_pointed_at_by_its_place_in_the_input(
    editor: Any,
) -> None:
    product = ProductFactory.create(variants=[{"sku": "A", "options": {"Size": "S"}}])
    variants = [
        {"sku": "A", "options": {"Size": "M"}, "position": 9},
        {"sku": "B", "options": {"Size": "M"}, "position": 4},
    ]
    answer = editor.patch(f"{PRODUCTS}/{product.pk}", {"variants": variants}, format="json")
    assert (answer.status_code, answer.json()["code"]) == (409, "options-taken")
    assert answer.json()["errors"][0]["pointer"] == "/variants/1/options"


def test_all_flaws_of_a_body_are_told_at_once(editor: Any) -> None:
    body = {"nam": "", "slug": "a b", "variants": [{"prise": 1}]}
    answer = editor.post(PRODUCTS, body)
    errors = {error["pointer"]: error["detail"] for error in answer.json()["errors"]}
    assert sorted(errors) == ["/nam", "/name", "/slug", "/variants/0/prise"]
    assert errors["/nam"] == 'Unknown field. Did you mean "name"?'


def test_the_status_is_changed_by_actions(editor: Any) -> None:
    product = ProductFactory.create()
    answer = editor.patch(f"{PRODUCTS}/{product.pk}", {"status": "draft"})
    assert answer.status_code == 400
    assert "unpublish" in answer.json()["errors"][0]["detail"]


@pytest.mark.parametrize("body", [{"foo": 1}, [1], "x", []])
def test_an_action_without_a_body_refuses_one(publisher: Any, body: Any) -> None:
    product = ProductFactory.create(status="draft")
    answer = publisher.post(f"{PRODUCTS}/{product.pk}/publish", body)
    assert answer.status_code == 400
    assert Product.objects.get().status == "draft"


@pytest.mark.parametrize("noun", ["products", "brands"])  # categories are made one at a time
def test_a_slug_that_we_made_up_gives_way_to_one_taken_meanwhile(
    editor: Any, monkeypatch: pytest.MonkeyPatch, noun: str
) -> None:
    assert editor.post(f"/api/v1/{noun}", {"name": "Oak chair"}).json()["slug"] == "oak-chair"
    honest = naming.taken_slugs
    looks = iter([lambda *_: set(), honest])  # the first sees nothing, as beside a transaction

    def look(*seen: Any) -> set[str]:
        return next(looks)(*seen)

    monkeypatch.setattr(naming, "taken_slugs", look)
    answer = editor.post(f"/api/v1/{noun}", {"name": "Oak chair"})
    assert answer.status_code == 201
    assert re.fullmatch("oak-chair-[0-9a-f]{8}", answer.json()["slug"])


def test_an_editor_creates_drafts_only(editor: Any, publisher: Any) -> None:
    body = {"name": "Lamp", "status": "published"}
    refused = editor.post(PRODUCTS, body, format="json")
    assert (refused.status_code, refused.json()["code"]) == (403, "may-not-publish")
    assert not Product.objects.exists()
    assert publisher.post(PRODUCTS, body, format="json").json()["status"] == "published"


def test_an_unknown_field_of_a_detail_is_named(anonymous: Any) -> None:
    product = ProductFactory.create()
    answer = anonymous.get(f"{PRODUCTS}/{product.pk}?fields=name,nmae")
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["pointer"] == "/fields"


def test_a_part_is_named_by_its_id(anonymous: Any) -> None:
    product = ProductFactory.create()
    for part in ("-" * 36, str(uuid4())):
        assert anonymous.get(f"{PRODUCTS}/{product.pk}/variants/{part}").status_code == 404


def test_a_forged_cursor_of_the_right_list_is_refused(anonymous: Any) -> None:
    ProductFactory.create_batch(2)
    cursor = anonymous.get(f"{PRODUCTS}?limit=1").json()["next_cursor"]
    fingerprint = json.loads(base64.urlsafe_b64decode(cursor))[0]
    forged = base64.urlsafe_b64encode(json.dumps([fingerprint, "next", "soon", "later"]).encode())
    answer = anonymous.get(f"{PRODUCTS}?limit=1&cursor={forged.decode()}")
    assert (answer.status_code, answer.json()["code"]) == (400, "bad-cursor")


def test_a_put_creates_under_an_id_of_the_caller_and_never_twice(editor: Any) -> None:
    key, new = uuid7(), {"HTTP_IF_NONE_MATCH": "*"}
    path = f"/api/v1/products/{key}"
    assert editor.put(path, whole_product()).status_code == 404
    made = editor.put(path, whole_product(), **new)
    assert made.status_code == 201, made.content
    assert (made["Location"], made["ETag"][:3]) == (f"http://testserver{path}", '"1-')
    assert (made.json()["id"], made.json()["status"]) == (str(key), "draft")
    again = editor.put(path, whole_product(name="Other"), **new)
    assert (again.status_code, again.json()["code"]) == (412, "already-there")
    assert Product.objects.get().name == "Oak chair"
    assert editor.put(path, whole_product(name="Other")).json()["version"] == 2
    Product.objects.get().delete()
    gone = editor.put(path, whole_product(), **new)
    assert (gone.status_code, gone.json()["code"]) == (409, "id-was-used")


@pytest.mark.parametrize("key", ["a-slug", "0b7f6a3e-8c1d-4e2f-9a5b-6c7d8e9f0a1b"])
def test_an_id_that_does_not_sort_by_its_time_is_refused(editor: Any, key: str) -> None:
    answer = editor.put(f"/api/v1/products/{key}", whole_product(), HTTP_IF_NONE_MATCH="*")
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid")
    assert "version 7" in answer.json()["detail"]
    assert not Product.objects.exists()


def test_only_if_new_holds_for_every_write_of_what_is_there(editor: Any) -> None:
    product = ProductFactory.create()
    path, new = f"/api/v1/products/{product.pk}", {"HTTP_IF_NONE_MATCH": "*"}
    for answer in (
        editor.patch(path, {"name": "B"}, **new),
        editor.put(f"/api/v1/brands/{BrandFactory.create().pk}", {"name": "B"}, **new),
    ):
        assert (answer.status_code, answer.json()["code"]) == (412, "already-there")
    answer = editor.patch(path, {"name": "B"}, HTTP_IF_NONE_MATCH='"1"')
    assert (answer.status_code, answer.json()["code"]) == (400, "unreadable-precondition")

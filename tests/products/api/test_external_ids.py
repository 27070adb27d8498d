"""What other systems call products and variants: unique, found by, and nothing for shoppers."""

from typing import Any

import pytest

from products.models import Change, ExternalId, Product
from products.services.catalog_check import check_products
from tests.products.factories import ProductFactory

pytestmark = pytest.mark.django_db
PRODUCTS = "/api/v1/products"
ERP = {"system": "erp", "id": "4711"}
SHOP = {"system": "old-shop", "id": "gid://shop/Product/1"}


@pytest.fixture(autouse=True)
def _no_drift_at_the_end() -> Any:
    yield
    assert list(check_products(list(Product.objects.values_list("pk", flat=True)))) == []


def ids(client: Any, product: Product) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = client.get(f"{PRODUCTS}/{product.pk}/external-ids").json()[
        "items"
    ]
    return items


def found(client: Any, key: str) -> list[str]:
    answer = client.get(PRODUCTS, {"external_id": key, "fields": "id"})
    assert answer.status_code == 200, answer.content
    return [item["id"] for item in answer.json()["items"]]


def test_any_number_is_written_with_the_product_and_its_variants(editor: Any) -> None:
    body = {
        "name": "Chair",
        "external_ids": [SHOP, ERP, ERP],
        "variants": [{"sku": "A", "external_ids": [ERP]}],
    }
    created = editor.post(PRODUCTS, body)
    assert created.status_code == 201
    product = Product.objects.get()
    variant = str(product.variants.get().pk)
    own = [{**ERP, "variant": None}, {**SHOP, "variant": None}]
    assert ids(editor, product) == [*own, {**ERP, "variant": variant}]
    assert "external_ids" not in created.json()

    path = f"{PRODUCTS}/{product.pk}"
    etag = editor.get(f"{path}/external-ids")["ETag"]
    assert editor.patch(path, {"external_ids": [SHOP]}, HTTP_IF_MATCH=etag).json()["version"] == 2
    assert ids(editor, product) == [own[1], {**ERP, "variant": variant}]
    assert editor.patch(path, {"external_ids": [SHOP]}).json()["version"] == 2, "nothing is new"
    assert editor.patch(path, {"name": "Bench"}).json()["version"] == 3
    assert ids(editor, product) == [own[1], {**ERP, "variant": variant}]
    snapshot = Change.objects.latest("version").snapshot
    assert (snapshot["external_ids"], snapshot["variants"][0]["external_ids"]) == ([SHOP], [ERP])


def test_a_variant_writes_its_own(editor: Any) -> None:
    product = ProductFactory.create(variants=[])
    variants = f"{PRODUCTS}/{product.pk}/variants"
    one = editor.post(variants, {"sku": "A", "options": {"n": "1"}, "external_ids": [ERP]}).json()
    batch = {"variants": [{"options": {"n": "2"}, "external_ids": [SHOP]}]}
    assert editor.post(f"{variants}/batch", batch).status_code == 201
    assert {(item["system"], item["id"]) for item in ids(editor, product)} == {
        ("erp", "4711"),
        ("old-shop", "gid://shop/Product/1"),
    }
    path = f"{variants}/{one['id']}"
    assert editor.patch(path, {"sku": "B"}).status_code == 200
    assert len(ids(editor, product)) == 2
    assert editor.patch(path, {"external_ids": []}).status_code == 200
    assert [item["system"] for item in ids(editor, product)] == ["old-shop"]


def test_two_variants_trade_theirs_in_one_write(editor: Any) -> None:
    product = ProductFactory.create(
        variants=[
            {"options": {"n": "1"}, "external_ids": [ERP]},
            {"options": {"n": "2"}, "external_ids": [SHOP]},
        ]
    )
    first, second = product.variants.order_by("position")
    body = {
        "variants": [
            {"id": str(first.pk), "options": {"n": "1"}, "external_ids": [SHOP]},
            {"id": str(second.pk), "options": {"n": "2"}, "external_ids": [ERP]},
        ]
    }
    assert editor.patch(f"{PRODUCTS}/{product.pk}", body).status_code == 200
    assert {item["variant"]: item["system"] for item in ids(editor, product)} == {
        str(first.pk): "old-shop",
        str(second.pk): "erp",
    }


def test_a_product_is_found_by_its_own_id_or_that_of_a_variant(editor: Any) -> None:
    product = ProductFactory.create(external_ids=[ERP], variants=[{"external_ids": [SHOP]}])
    ProductFactory.create()
    assert found(editor, "erp:4711") == [str(product.pk)]
    assert found(editor, "old-shop:gid://shop/Product/1") == [str(product.pk)]
    assert found(editor, "erp:4712") == []
    for wrong in ("4711", "erp:", "ERP:4711", ":4711"):
        answer = editor.get(PRODUCTS, {"external_id": wrong})
        assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (400, "/external_id")


def test_shoppers_neither_see_nor_ask_for_them(anonymous: Any, viewer: Any) -> None:
    product = ProductFactory.create(external_ids=[ERP], variants=[{"external_ids": [SHOP]}])
    assert found(viewer, "erp:4711") == [str(product.pk)]
    assert len(ids(viewer, product)) == 2
    for path in (PRODUCTS, f"{PRODUCTS}/{product.pk}", f"{PRODUCTS}/{product.pk}/variants"):
        assert b"4711" not in anonymous.get(path).content
        assert b"4711" not in viewer.get(path).content, "everybody gets the same document"
    asked = anonymous.get(PRODUCTS, {"external_id": "erp:4711"})
    assert (asked.status_code, asked.json()["errors"][0]["pointer"]) == (400, "/external_id")
    assert anonymous.get(f"{PRODUCTS}/{product.pk}/external-ids").status_code == 401


def test_an_id_has_one_live_owner(editor: Any) -> None:
    ProductFactory.create(external_ids=[ERP], variants=[{"external_ids": [SHOP]}])
    body: dict[str, Any] = {"name": "B", "external_ids": [ERP]}
    taken = editor.post(PRODUCTS, body)
    assert (taken.status_code, taken.json()["code"]) == (409, "external-id-taken")
    assert "4711" in taken.json()["detail"]
    body = {"name": "B", "variants": [{"external_ids": [SHOP]}]}
    assert editor.post(PRODUCTS, body).json()["code"] == "external-id-taken"
    # Systems number products and variants apart.
    body = {"name": "B", "external_ids": [SHOP], "variants": [{"external_ids": [ERP]}]}
    assert editor.post(PRODUCTS, body).status_code == 201
    assert ExternalId.objects.count() == 4


@pytest.mark.parametrize(
    ("item", "pointer"),
    [
        ({"system": "ERP", "id": "1"}, "/external_ids/0/system"),
        ({"system": "a b", "id": "1"}, "/external_ids/0/system"),
        ({"system": "erp", "id": " "}, "/external_ids/0/id"),
        ({"system": "erp", "id": "a\nb"}, "/external_ids/0/id"),
        ({"system": "erp", "id": "x" * 201}, "/external_ids/0/id"),
        ({"system": "erp"}, "/external_ids/0/id"),
        ({"system": "erp", "id": "1", "url": ""}, "/external_ids/0/url"),
    ],
)
def test_a_malformed_id_is_named(editor: Any, item: Any, pointer: str) -> None:
    refused = editor.post(PRODUCTS, {"name": "A", "external_ids": [item]})
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (400, pointer)
    assert not Product.objects.exists()


def test_a_put_leaves_them_as_they_are_when_it_does_not_name_them(editor: Any) -> None:
    product = ProductFactory.create(external_ids=[ERP])
    path = f"{PRODUCTS}/{product.pk}"
    current = editor.get(path).json()
    written = {"name", "description", "publish_at", "unpublish_at", "tags", "option_names"}
    body = {name: value for name, value in current.items() if name in {*written, "metadata", "seo"}}
    body |= {"brand": None, "product_type": None, "tax_class": None, "attributes": {}}
    body |= {"categories": [], "media": []}
    assert editor.put(path, {**body, "variants": []}).status_code == 200
    assert [item["id"] for item in ids(editor, product)] == ["4711"]

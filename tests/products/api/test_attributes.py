"""Attributes, types and values, as callers see them."""

from typing import Any

import pytest

from products.models import Attribute, Change, Product, ProductType
from tests.products.factories import AttributeFactory, ProductFactory, ProductTypeFactory

pytestmark = pytest.mark.django_db
API = "/api/v1"
WOOD: dict[str, Any] = {
    "code": "wood",
    "name": "Wood",
    "type": "choice",
    "options": [{"code": "oak", "label": "Oak"}, {"code": "ash", "label": "Ash"}],
}


@pytest.fixture
def chair() -> Product:
    """A chair of oak, in 45 cm height."""
    wood = AttributeFactory.create(code="wood", type="choice", options=["oak", "ash"])
    height = AttributeFactory.create(code="height", type="measurement", dimension="length")
    size = AttributeFactory.create(code="size", type="integer")
    kind = ProductTypeFactory.create(
        name="Chair", attributes=[wood, height], variant_attributes=[size]
    )
    return ProductFactory.create(
        product_type=kind,
        attributes={"wood": "oak", "height": {"value": "45", "unit": "cm"}},
        variants=[{"sku": "ONE", "attributes": {"size": 1}}],
    )


def test_an_attribute_comes_back_as_it_was_sent(publisher: Any, anonymous: Any) -> None:
    answer = publisher.post(f"{API}/attributes", WOOD, format="json")
    assert answer.status_code == 201, answer.content
    body = answer.json()
    assert {name: body[name] for name in WOOD} == {
        **WOOD,
        "options": [{**option, "translations": {}} for option in WOOD["options"]],
    }
    assert (body["version"], body["rules"], body["is_filterable"]) == (1, {}, False)
    assert anonymous.get(f"{API}/attributes/wood").json() == body
    assert anonymous.get(f"{API}/attributes/{body['id']}").json() == body
    assert anonymous.get(f"{API}/attributes").json()["items"] == [body]
    assert Change.objects.get().event == "attribute.created"


@pytest.mark.parametrize(
    ("values", "pointer"),
    [
        ({"code": "a b"}, "/code"),
        ({"code": "_a"}, "/code"),
        ({"code": "0197f3c5-6f0e-7c3a-9b1d-2f4f6a8c0e07"}, "/code"),
        ({"code": 5}, "/code"),
        ({"type": "shape"}, "/type"),
        ({"options": [{"code": "a b", "label": "A"}]}, "/options/0/code"),
        ({"options": [{"code": 5, "label": "A"}]}, "/options/0/code"),
        ({"options": [{"code": "a"}]}, "/options/0/label"),
        ({"translations": {"en": {"name": 5}}}, "/translations/en/name"),
        ({"translations": {"xx": {"name": "X"}}}, "/translations/xx"),
        ({"rules": {"min": 1}}, "/rules/min"),
        ({"is_required": True}, "/is_required"),
        ({"is_filterable": "true"}, "/is_filterable"),
        ({"version": 1}, "/version"),
    ],
)
def test_a_refused_attribute_leaves_nothing(publisher: Any, values: Any, pointer: str) -> None:
    answer = publisher.post(f"{API}/attributes", {**WOOD, **values}, format="json")
    assert answer.status_code == 400, answer.content
    assert pointer in [error["pointer"] for error in answer.json()["errors"]]
    assert not Attribute.objects.exists()
    assert not Change.objects.exists()


def test_a_code_that_is_taken_is_a_conflict(publisher: Any) -> None:
    publisher.post(f"{API}/attributes", WOOD, format="json")
    answer = publisher.post(f"{API}/attributes", WOOD, format="json")
    assert (answer.status_code, answer.json()["code"]) == (409, "code-taken")


def test_a_type_names_its_attributes_in_order(publisher: Any, anonymous: Any) -> None:
    for code in ("b", "a"):
        AttributeFactory.create(code=code)
    values = {"name": "Lamp", "attributes": [{"code": "b", "is_required": True}, {"code": "a"}]}
    made = publisher.post(f"{API}/product-types", values, format="json")
    assert made.status_code == 201, made.content
    rows = [
        (each["code"], each["is_required"], each["is_variant"])
        for each in anonymous.get(f"{API}/product-types/lamp").json()["attributes"]
    ]
    assert rows == [("b", True, False), ("a", False, False)]
    (listed,) = anonymous.get(f"{API}/product-types").json()["items"]
    assert (listed["slug"], "attributes" in listed) == ("lamp", False)
    wrong = {"attributes": [{"code": "a"}, {"code": "zz"}]}
    answer = publisher.patch(f"{API}/product-types/lamp", wrong, format="json")
    assert answer.json()["errors"][0]["pointer"] == "/attributes/1/code"
    assert ProductType.objects.get().version == 1


@pytest.mark.parametrize("noun", ["attributes", "product-types"])
def test_only_publishers_shape_the_catalog(
    anonymous: Any, viewer: Any, editor: Any, publisher: Any, noun: str
) -> None:
    values = {"name": "New", "code": "new", "type": "text"}
    body = values if noun == "attributes" else {"name": "New"}
    for caller, status in ((anonymous, 401), (viewer, 403), (editor, 403), (publisher, 201)):
        assert caller.get(f"{API}/{noun}").status_code == 200
        assert caller.post(f"{API}/{noun}", body, format="json").status_code == status
    for caller, status in ((anonymous, 401), (viewer, 403), (editor, 403), (publisher, 200)):
        path = f"{API}/{noun}/new"
        assert caller.patch(path, {"name": "Newer"}, format="json").status_code == status
    for caller, status in ((anonymous, 401), (viewer, 403), (editor, 403), (publisher, 204)):
        assert caller.delete(f"{API}/{noun}/new").status_code == status


@pytest.mark.parametrize("rows", [1, 50])
def test_lists_take_the_same_queries_for_one_row_and_fifty(
    anonymous: Any, django_assert_num_queries: Any, rows: int
) -> None:
    for _ in range(rows):
        AttributeFactory.create(type="choice", options=["a", "b"])
        ProductTypeFactory.create(attributes=[Attribute.objects.all()[0]])
    with django_assert_num_queries(2):
        assert len(anonymous.get(f"{API}/attributes?limit=100").json()["items"]) == rows
    with django_assert_num_queries(1):
        assert len(anonymous.get(f"{API}/product-types?limit=100").json()["items"]) == rows
    slug = ProductType.objects.all()[0].slug
    with django_assert_num_queries(2):
        anonymous.get(f"{API}/product-types/{slug}")


@pytest.mark.parametrize("count", [2, 200])
def test_variants_take_the_same_queries_with_few_and_many(
    anonymous: Any, django_assert_num_queries: Any, count: int
) -> None:
    size = AttributeFactory.create(code="size", type="integer")
    variants = [{"options": {"N": str(n)}, "attributes": {"size": n}} for n in range(count)]
    product = ProductFactory.create(
        product_type=ProductTypeFactory.create(variant_attributes=[size]), variants=variants
    )
    with django_assert_num_queries(3):
        page = anonymous.get(f"{API}/products/{product.pk}/variants?limit=100").json()
    assert [each["attributes"][0]["value"] for each in page["items"]] == list(range(count))[:100]
    with django_assert_num_queries(1):
        anonymous.get(f"{API}/products/{product.pk}")


def test_a_variant_and_its_product_show_the_same_values(anonymous: Any, chair: Product) -> None:
    product = anonymous.get(f"{API}/products/{chair.pk}").json()
    (variant,) = product["variants"]
    assert variant["attributes"][0]["value"] == 1
    place = f"{API}/products/{chair.pk}/variants/{variant['id']}"
    assert anonymous.get(place).json() == variant
    assert anonymous.get(f"{place}/attributes").json()["attributes"] == {"size": 1}
    assert anonymous.get(f"{API}/products/{chair.slug}/attributes").json() == {
        "product_type": str(chair.product_type_id),
        "attributes": {"wood": "oak", "height": {"value": "45", "unit": "cm"}},
    }


def test_values_of_a_hidden_product_are_hidden(anonymous: Any, editor: Any, chair: Product) -> None:
    missing = "0197f3c5-6f0e-7c3a-9b1d-2f4f6a8c0e07"
    variant = chair.variants.get().pk
    draft = ProductFactory.create(status="draft")
    assert anonymous.get(f"{API}/products/{draft.pk}/attributes").status_code == 404
    assert editor.get(f"{API}/products/{draft.pk}/attributes").status_code == 200
    assert editor.get(f"{API}/products/{missing}/attributes").status_code == 404
    place = f"{API}/products/{draft.pk}/variants/{variant}/attributes"
    assert editor.get(place).status_code == 404


def test_a_patch_names_single_values_and_null_takes_one_away(editor: Any, chair: Product) -> None:
    path = f"{API}/products/{chair.pk}"
    answer = editor.patch(path, {"attributes": {"wood": "ash"}}, format="json")
    values = {each["code"]: each["value"] for each in answer.json()["attributes"]}
    assert values == {"wood": "ash", "height": {"value": "45", "unit": "cm"}}
    answer = editor.patch(path, {"attributes": {"wood": None}}, format="json")
    assert [each["code"] for each in answer.json()["attributes"]] == ["height"]
    place = f"{path}/variants/{chair.variants.get().pk}"
    answer = editor.patch(place, {"attributes": {"size": 2}}, format="json")
    assert answer.json()["attributes"][0]["value"] == 2
    assert editor.put(place, {"sku": "ONE"}, format="json").json()["attributes"] == []


def test_every_wrong_value_is_named_at_its_place(editor: Any, chair: Product) -> None:
    values = {"wood": "gold", "height": {"value": "1", "unit": "kg"}, "nonsense": 1, "size": 2}
    variants = [{"sku": "ONE", "attributes": {"size": "L"}}]
    body = {"attributes": values, "variants": variants}
    answer = editor.patch(f"{API}/products/{chair.pk}", body, format="json")
    assert (answer.status_code, answer.json()["code"]) == (400, "attributes-refused")
    assert [error["pointer"] for error in answer.json()["errors"]] == [
        "/attributes/wood",
        "/attributes/height/unit",
        "/attributes/nonsense",
        "/attributes/size",
        "/variants/0/attributes/size",
    ]
    chair.refresh_from_db()
    assert chair.version == 1


def test_flaws_by_the_hundred_are_told_in_a_bounded_answer(editor: Any, chair: Product) -> None:
    body = {"attributes": {f"unknown{n}": n for n in range(900)}}
    answer = editor.patch(f"{API}/products/{chair.pk}", body, format="json")
    assert (answer.status_code, len(answer.json()["errors"])) == (400, 50)
    assert answer.json()["detail"].endswith("899 more were refused; see errors.")


def test_a_loss_is_reported_before_it_happens(publisher: Any, editor: Any, chair: Product) -> None:
    path = f"{API}/products/{chair.pk}"
    body = {"product_type": None}
    answer = editor.patch(path, body, format="json")
    assert (answer.status_code, answer.json()["code"]) == (409, "values-would-be-lost")
    assert answer.json()["losses"]["values"] == 3
    answer = editor.patch(f"{path}?accept_loss=maybe", body, format="json")
    assert [error["pointer"] for error in answer.json()["errors"]] == ["/accept_loss"]
    assert editor.patch(f"{path}?accept_loss=false", body, format="json").status_code == 409
    assert publisher.delete(f"{API}/attributes/wood").status_code == 409
    assert publisher.delete(f"{API}/attributes/wood?accept_loss=true").status_code == 204
    answer = editor.patch(f"{path}?accept_loss=true", body, format="json")
    assert (answer.json()["attributes"], answer.json()["version"]) == ([], 3)


def test_the_type_of_a_product_is_one_that_there_is(editor: Any, chair: Product) -> None:
    missing = "0197f3c5-6f0e-7c3a-9b1d-2f4f6a8c0e07"
    for path, method in (
        (f"{API}/products", editor.post),
        (f"{API}/products/{chair.pk}", editor.patch),
    ):
        answer = method(path, {"name": "New", "product_type": missing}, format="json")
        assert (answer.status_code, answer.json()["code"]) == (400, "unknown-reference")
        assert answer.json()["errors"][0]["pointer"] == "/product_type"


def test_a_product_is_published_with_what_its_type_requires(publisher: Any) -> None:
    wood = AttributeFactory.create(code="wood")
    kind = ProductTypeFactory.create(attributes=[wood], required=["wood"])
    draft = ProductFactory.create(product_type=kind, status="draft")
    path = f"{API}/products/{draft.pk}"
    answer = publisher.post(f"{path}/publish")
    assert (answer.status_code, answer.json()["missing"]) == (409, ["wood"])
    publisher.patch(path, {"attributes": {"wood": "oak"}}, format="json")
    assert publisher.post(f"{path}/publish").status_code == 200
    answer = publisher.patch(path, {"attributes": {"wood": None}}, format="json")
    assert (answer.status_code, answer.json()["code"]) == (409, "product-incomplete")


def test_a_stale_etag_changes_no_attribute(publisher: Any) -> None:
    publisher.post(f"{API}/attributes", WOOD, format="json")
    path = f"{API}/attributes/wood"
    answer = publisher.patch(path, {"name": "X"}, format="json", HTTP_IF_MATCH='"7"')
    assert answer.status_code == 412
    assert Attribute.objects.get().name == "Wood"

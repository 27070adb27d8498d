"""Stock and locations, as callers see them."""

from typing import Any

import pytest

from products.models import Document, StockLevel
from tests.products.factories import LocationFactory, ProductFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def place() -> Any:
    return LocationFactory.create(code="berlin")


def test_a_location_lives_from_creation_to_deletion(editor: Any) -> None:
    made = editor.post("/api/v1/locations", {"code": "berlin", "name": "Berlin"})
    assert made.status_code == 201
    assert (made.json()["is_active"], made.json()["version"]) == (True, 1)
    stale = editor.patch("/api/v1/locations/berlin", {"name": "B"}, HTTP_IF_MATCH='"9"')
    assert stale.status_code == 412
    changed = editor.patch(
        "/api/v1/locations/berlin", {"is_active": False}, HTTP_IF_MATCH=made["ETag"]
    )
    assert (changed.json()["is_active"], changed.json()["version"]) == (False, 2)
    taken = editor.post("/api/v1/locations", {"code": "berlin", "name": "Other"})
    assert (taken.status_code, taken.json()["code"]) == (409, "code-taken")
    wrong = editor.post("/api/v1/locations", {"code": "Berlin", "name": "Other"})
    assert wrong.status_code == 400
    assert editor.delete("/api/v1/locations/berlin").status_code == 204
    assert editor.get("/api/v1/locations/berlin").status_code == 404


def test_shoppers_see_availability_and_no_quantity(editor: Any, anonymous: Any, place: Any) -> None:
    product = ProductFactory.create(variants=[{"sku": "S", "track_inventory": True}])
    other = ProductFactory.create()
    items = [{"sku": "S", "location": "berlin", "delta": 7}]
    answer = editor.post("/api/v1/stock/adjust", {"items": items})
    assert answer.status_code == 200
    (level,) = answer.json()["items"]
    assert (level["sku"], level["location"], level["quantity"]) == ("S", "berlin", 7)
    assert level["product"] == str(product.pk)
    for path in ("stock", "locations", "locations/berlin"):
        assert anonymous.get(f"/api/v1/{path}").status_code == 401
        assert editor.get(f"/api/v1/{path}").status_code == 200
    shown = anonymous.get(f"/api/v1/products/{product.pk}")
    assert shown.json()["availability"] == "in_stock"
    assert shown.json()["variants"][0]["availability"] == "in_stock"
    assert "quantity" not in shown.content.decode()
    editor.post("/api/v1/stock/set", {"items": [{"sku": "S", "location": "berlin", "quantity": 0}]})
    for query, found in (("out_of_stock", [product]), ("in_stock", [other]), ("backorder", [])):
        page = anonymous.get(f"/api/v1/products?availability={query}").json()["items"]
        assert [each["id"] for each in page] == [str(each.pk) for each in found]
    assert anonymous.get("/api/v1/products?availability=none").status_code == 400
    variants = anonymous.get(f"/api/v1/products/{product.pk}/variants").json()["items"]
    assert [each["availability"] for each in variants] == ["out_of_stock"]


def test_the_tag_of_a_product_changes_only_with_what_it_shows(
    editor: Any, anonymous: Any, place: Any
) -> None:
    product = ProductFactory.create(variants=[{"sku": "S", "track_inventory": True}])
    path = f"/api/v1/products/{product.pk}"

    def tag_after(delta: int) -> str:
        items = [{"sku": "S", "location": "berlin", "delta": delta}]
        assert editor.post("/api/v1/stock/adjust", {"items": items}).status_code == 200
        return str(anonymous.get(path)["ETag"])

    empty = anonymous.get(path)["ETag"]
    full = tag_after(2)
    assert full != empty
    assert tag_after(1) == full
    assert tag_after(-3) == empty
    # The version is that of the product, whom nobody changed.
    assert editor.patch(path, {"name": "New"}, HTTP_IF_MATCH=full).status_code == 200


def test_levels_are_found_by_what_they_are_about(editor: Any, place: Any) -> None:
    LocationFactory.create(code="paris")
    one = ProductFactory.create(variants=[{"sku": "A"}])
    ProductFactory.create(variants=[{"sku": "B"}])
    items = [
        {"sku": sku, "location": code, "quantity": 1}
        for sku in ("A", "B")
        for code in ("berlin", "paris")
    ]
    assert editor.post("/api/v1/stock/set", {"items": items}).status_code == 200
    variant = one.variants.get().pk
    for query, number in (
        ("", 4),
        ("location=paris", 2),
        ("sku=A", 2),
        (f"product={one.pk}", 2),
        (f"variant={variant}&location=berlin", 1),
        ("sku=none", 0),
    ):
        assert len(editor.get(f"/api/v1/stock?{query}").json()["items"]) == number
    first = editor.get("/api/v1/stock?limit=3").json()
    rest = editor.get(f"/api/v1/stock?limit=3&cursor={first['next_cursor']}").json()
    assert (len(first["items"]), len(rest["items"]), rest["next_cursor"]) == (3, 1, None)


@pytest.mark.parametrize(
    ("item", "pointer"),
    [
        ({"location": "berlin", "delta": 1}, "/items/0/variant"),
        ({"sku": "S", "variant": "x", "location": "berlin", "delta": 1}, "/items/0/variant"),
        ({"sku": "S", "delta": 1}, "/items/0/location"),
        ({"sku": "S", "location": "berlin"}, "/items/0/delta"),
        ({"sku": "S", "location": "berlin", "delta": 1.5}, "/items/0/delta"),
        ({"sku": "S", "location": "berlin", "delta": 10**10}, "/items/0/delta"),
        ({"sku": "S", "location": "berlin", "delta": 1, "qty": 1}, "/items/0/qty"),
    ],
)
def test_what_is_no_item_is_named(editor: Any, place: Any, item: Any, pointer: str) -> None:
    ProductFactory.create(variants=[{"sku": "S"}])
    answer = editor.post("/api/v1/stock/adjust", {"items": [item]})
    assert answer.status_code == 400
    assert [error["pointer"] for error in answer.json()["errors"]] == [pointer]
    assert not StockLevel.objects.exists()


def test_a_thousand_items_are_one_request_and_one_more_is_too_many(editor: Any, place: Any) -> None:
    product = ProductFactory.create(variants=[{"sku": "S", "track_inventory": True}])
    items = [{"sku": "S", "location": "berlin", "delta": 1}] * 1_000
    assert editor.post("/api/v1/stock/adjust", {"items": items}).status_code == 200
    assert StockLevel.objects.get().quantity == 1_000
    assert Document.objects.get(product=product.pk).availability == "in_stock"
    assert editor.post("/api/v1/stock/adjust", {"items": items + items[:1]}).status_code == 400


def test_the_list_of_stock_is_a_fixed_number_of_queries(
    editor: Any, django_assert_max_num_queries: Any, place: Any
) -> None:
    counts = []
    for number in (1, 50):
        variants = [{"sku": f"{number}-{n}", "options": {"N": str(n)}} for n in range(number)]
        ProductFactory.create(variants=variants)
        items = [{"sku": each["sku"], "location": "berlin", "quantity": 1} for each in variants]
        editor.post("/api/v1/stock/set", {"items": items})
        with django_assert_max_num_queries(20) as queries:
            answer = editor.get("/api/v1/stock?limit=100")
        assert len(answer.json()["items"]) >= number
        counts.append(len(queries))
    assert counts[0] == counts[1]

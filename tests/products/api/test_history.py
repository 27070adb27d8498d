"""Histories over HTTP: pages of who did what, versions, comparisons, reverts and undo."""

from typing import Any

import pytest

from products.api.history import HISTORIES
from products.models import Brand, Change
from tests.accounts.fixtures import Caller
from tests.products.factories import BrandFactory, ProductFactory

pytestmark = pytest.mark.django_db
API = "/api/v1"


def patch(caller: Caller, path: str, **values: Any) -> Any:
    answer = caller.patch(f"{API}{path}", values, format="json")
    assert answer.status_code == 200, answer.content
    return answer


def test_a_history_tells_who_did_what_and_pages_join(
    editor: Caller, django_assert_num_queries: Any
) -> None:
    brand = BrandFactory.create(name="A")
    asked = patch(editor, f"/brands/{brand.pk}", name="B", description="New")
    patch(editor, f"/brands/{brand.pk}", name="C")
    place = f"{API}/brands/{brand.slug}/history"
    first = editor.get(place, {"limit": "2"}).json()
    assert [item["version"] for item in first["items"]] == [3, 2]
    told = first["items"][1]
    assert (told["event"], told["source"]) == ("brand.updated", "api")
    assert told["actor"] == {"id": str(editor.user.pk), "label": editor.user.username}
    assert told["request_id"] == asked["X-Request-ID"]
    assert told["differences"] == [
        {"pointer": "/description", "before": "", "after": "New"},
        {"pointer": "/name", "before": "A", "after": "B"},
    ]
    query = {"limit": "2", "cursor": first["next_cursor"]}
    last = editor.get(place, query).json()
    assert [(item["version"], item["differences"]) for item in last["items"]] == [(1, [])]
    assert last["next_cursor"] is None
    with django_assert_num_queries(3):  # the caller, the brand, its changes
        editor.get(place, {"limit": "2"})


def test_rows_in_lists_are_compared_by_their_ids(editor: Caller) -> None:
    product = ProductFactory.create(variants=[{"sku": "A"}, {"sku": "B", "options": {"N": "2"}}])
    second = product.variants.order_by("position")[1]
    patch(editor, f"/products/{product.pk}/variants/{second.pk}", sku="C/D")
    item = editor.get(f"{API}/products/{product.pk}/history", {"limit": "1"}).json()["items"][0]
    assert item["differences"] == [
        {"pointer": f"/variants/{second.pk}/sku", "before": "B", "after": "C/D"}
    ]


def test_a_version_is_read_whole_and_held_against_another(editor: Caller) -> None:
    variants = [{"options": {"Size": str(n)}} for n in range(101)]
    product = ProductFactory.create(name="A", variants=variants)
    patch(editor, f"/products/{product.pk}", name="B")
    patch(editor, f"/products/{product.pk}", name="C", tags=["x"])
    place = f"{API}/products/{product.pk}/history"
    second = editor.get(f"{place}/2").json()
    assert (second["record"]["name"], len(second["record"]["variants"])) == ("B", 101)
    assert second["differences"] is None
    third = editor.get(f"{place}/3", {"compare_with": "1"}).json()
    assert third["differences"] == [
        {"pointer": "/name", "before": "A", "after": "C"},
        {"pointer": "/tags", "before": [], "after": ["x"]},
    ]
    for wrong in ("4", "0", "x", "9" * 12):
        assert editor.get(f"{place}/{wrong}").status_code == 404
    assert editor.get(f"{place}/1", {"compare_with": "7"}).status_code == 404


def test_as_of_finds_what_it_was_at_an_instant(editor: Caller) -> None:
    brand = BrandFactory.create(name="A")
    patch(editor, f"/brands/{brand.pk}", name="B")
    Change.objects.filter(aggregate_id=brand.pk, version=1).update(at="2026-01-01T00:00:00Z")
    place = f"{API}/brands/{brand.pk}/history"
    for instant, versions in (("2026-01-02T00:00:00Z", [1]), ("2025-12-31T23:59:59+00:00", [])):
        found = editor.get(place, {"as_of": instant}).json()["items"]
        assert [item["version"] for item in found] == versions
    assert editor.get(place, {"as_of": "yesterday"}).status_code == 400
    assert editor.get(place, {"since": "2026-01-01"}).status_code == 400
    assert editor.get(place, {"cursor": "nonsense"}).status_code == 400


def test_what_is_deleted_has_a_history_by_its_id(editor: Caller, viewer: Caller) -> None:
    brand = BrandFactory.create()
    assert editor.delete(f"{API}/brands/{brand.pk}").status_code == 204
    events = editor.get(f"{API}/brands/{brand.pk}/history").json()["items"]
    assert [item["event"] for item in events] == ["brand.deleted", "brand.created"]
    assert editor.get(f"{API}/brands/{brand.slug}/history").status_code == 404
    assert viewer.get(f"{API}/brands/{brand.pk}/history").status_code == 403
    # An id of another noun is no history of this one.
    assert editor.get(f"{API}/categories/{brand.pk}/history").status_code == 404


def test_every_noun_with_an_address_of_its_own_has_one(editor: Caller) -> None:
    for plural in HISTORIES:
        assert editor.get(f"{API}/{plural}/nothing/history").status_code == 404, plural


def test_a_product_is_turned_back_by_a_publisher(editor: Caller, publisher: Caller) -> None:
    product = ProductFactory.create(name="A", slug="a")
    patch(editor, f"/products/{product.pk}", name="B", slug="b")
    place = f"{API}/products/{product.pk}/history/1/revert"
    assert editor.post(place).status_code == 403
    stale = publisher.post(place, HTTP_IF_MATCH='"1"')
    assert (stale.status_code, stale.json()["code"]) == (412, "stale-version")
    done = publisher.post(place, HTTP_IF_MATCH='"2"')
    assert (done.status_code, done.json()["name"], done.json()["version"]) == (200, "A", 3)
    assert done["ETag"].startswith('"3-')
    patch(editor, f"/products/{product.pk}", slug="c")
    ProductFactory.create(slug="a")
    refused = publisher.post(place)
    assert (refused.status_code, refused.json()["code"]) == (409, "revert-clashes")
    assert [clash["pointer"] for clash in refused.json()["clashes"]] == ["/slug"]
    assert publisher.post(place, {"slug": "d"}, format="json").status_code == 400


def test_a_brand_is_turned_back_like_a_product(editor: Caller, publisher: Caller) -> None:
    brand = BrandFactory.create(name="A", slug="a")
    patch(editor, f"/brands/{brand.pk}", name="B", slug="b")
    place = f"{API}/brands/b/history/1/revert"
    assert editor.post(place).status_code == 403
    assert publisher.post(place, HTTP_IF_MATCH='"1"').status_code == 412
    done = publisher.post(place, HTTP_IF_MATCH='"2"')
    assert (done.status_code, done.json()["name"], done.json()["version"]) == (200, "A", 3)
    assert done["ETag"] == editor.get(f"{API}/brands/a")["ETag"]
    assert publisher.post(place).status_code == 404  # no brand has that slug now
    assert publisher.delete(f"{API}/brands/{brand.pk}").status_code == 204
    place = f"{API}/brands/{brand.pk}/history/2/revert"
    again = publisher.post(place)
    assert (again.status_code, again.json()["slug"], again.json()["version"]) == (200, "b", 5)
    patch(editor, f"/brands/{brand.pk}", slug="c")
    BrandFactory.create(slug="b")
    refused = publisher.post(place)
    assert (refused.status_code, refused.json()["code"]) == (409, "revert-clashes")
    (clash,) = refused.json()["clashes"]
    assert (clash["code"], clash["pointer"]) == ("slug-taken", "/slug")
    assert publisher.post(f"{place}?x=1").status_code == 400


def test_what_a_request_made_beside_products_goes_with_it(publisher: Caller) -> None:
    made = publisher.post(f"{API}/brands", {"name": "A"}, format="json")
    body = {"request_id": made["X-Request-ID"]}
    product = ProductFactory.create(brand=Brand.objects.get())
    left = publisher.post(f"{API}/changes/undo", body, format="json").json()
    assert (left["others_undone"], left["others_left"][0]["type"]) == ([], "brand")
    assert "Products have this brand" in left["others_left"][0]["detail"]
    patch(publisher, f"/products/{product.pk}", brand=None)
    done = publisher.post(f"{API}/changes/undo", body, format="json").json()
    assert done["others_undone"] == [{"type": "brand", "id": made.json()["id"]}]
    assert publisher.get(f"{API}/brands").json()["items"] == []


def test_a_request_is_undone_by_a_publisher(editor: Caller, publisher: Caller) -> None:
    product = ProductFactory.create(name="A")
    asked = patch(editor, f"/products/{product.pk}", name="B")["X-Request-ID"]
    body = {"request_id": asked}
    assert editor.post(f"{API}/changes/undo", body, format="json").status_code == 403
    done = publisher.post(f"{API}/changes/undo", body, format="json").json()
    others: dict[str, list[Any]] = {"others_undone": [], "others_left": []}
    assert done == {"undone": [str(product.pk)], "skipped": [], **others}
    again = publisher.post(f"{API}/changes/undo", body, format="json")
    assert (again.status_code, again.json()["code"]) == (409, "changed-since")
    assert again.json()["products"] == [str(product.pk)]
    unknown = publisher.post(f"{API}/changes/undo", {"request_id": "nobody"}, format="json")
    assert unknown.status_code == 404

"""Category trees, as callers see them."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from products.models import Category
from products.services.channels import create_channel
from products.services.listings import write_listings
from tests.products.factories import SYSTEM, CategoryFactory, ProductFactory

pytestmark = pytest.mark.django_db
URL = "/api/v1/categories"


class Shop:
    """Two trees: home > (bath, kitchen > mugs) and season > summer."""

    def __init__(self) -> None:
        self.home = CategoryFactory.create(name="Home")
        self.kitchen = CategoryFactory.create(name="Kitchen", parent=self.home, position=2)
        self.bath = CategoryFactory.create(name="Bath", parent=self.home, position=1)
        self.mugs = CategoryFactory.create(name="Mugs", parent=self.kitchen)
        self.season = CategoryFactory.create(name="Season")
        self.summer = CategoryFactory.create(name="Summer", parent=self.season)


@pytest.fixture
def shop(db: None) -> Shop:
    return Shop()


def names(answer: Any) -> list[str]:
    return [item["name"] for item in answer.json()["items"]]


def test_a_root_is_a_tree_of_its_own(anonymous: Any, shop: Shop) -> None:
    for tree in ("home", str(shop.home.pk)):
        assert names(anonymous.get(URL, {"tree": tree})) == ["Home", "Mugs", "Bath", "Kitchen"]
    assert names(anonymous.get(URL, {"tree": "season", "depth": "1"})) == ["Season"]
    assert names(anonymous.get(URL, {"depth": "1"})) == ["Home", "Season"]


def test_a_subtree_is_read_from_top_to_bottom(anonymous: Any, shop: Shop) -> None:
    answer = anonymous.get(f"{URL}/home/subtree")
    assert names(answer) == ["Home", "Bath", "Kitchen", "Mugs"]
    assert [item["child_count"] for item in answer.json()["items"]] == [2, 0, 1, 0]
    assert names(anonymous.get(f"{URL}/home/subtree?levels=2")) == ["Home", "Bath", "Kitchen"]
    assert names(anonymous.get(f"{URL}/mugs/subtree")) == ["Mugs"]
    again = anonymous.get(f"{URL}/home/subtree", HTTP_IF_NONE_MATCH=answer["ETag"])
    assert again.status_code == 304


def test_a_subtree_that_is_too_large_is_refused(
    anonymous: Any, shop: Shop, monkeypatch: Any
) -> None:
    monkeypatch.setattr("products.api.categories.MOST_AT_ONCE", 3)
    answer = anonymous.get(f"{URL}/home/subtree")
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (400, "/levels")
    assert "more than 3" in answer.json()["errors"][0]["detail"]
    assert len(names(anonymous.get(f"{URL}/home/subtree?levels=2"))) == 3


def test_the_ancestors_are_breadcrumbs(anonymous: Any, shop: Shop) -> None:
    assert names(anonymous.get(f"{URL}/mugs/ancestors")) == ["Home", "Kitchen"]
    assert names(anonymous.get(f"{URL}/home/ancestors")) == []
    assert anonymous.get(f"{URL}/none/ancestors").status_code == 404


def test_products_are_counted_as_shoppers_find_them(anonymous: Any, shop: Shop) -> None:
    ProductFactory.create(categories=[shop.mugs, shop.kitchen, shop.summer])
    ProductFactory.create(categories=[shop.mugs])
    ProductFactory.create(categories=[shop.mugs], status="draft")
    ProductFactory.create(categories=[shop.mugs], publish_at=datetime.now(UTC) + timedelta(hours=1))
    answer = anonymous.get(URL, {"counts": "true"})
    assert {item["name"]: item["product_counts"] for item in answer.json()["items"]} == {
        "Home": {"direct": 0, "subtree": 2},
        "Bath": {"direct": 0, "subtree": 0},
        "Kitchen": {"direct": 1, "subtree": 2},
        "Mugs": {"direct": 2, "subtree": 2},
        "Season": {"direct": 0, "subtree": 1},
        "Summer": {"direct": 1, "subtree": 1},
    }
    one = anonymous.get(f"{URL}/kitchen?counts=true").json()
    assert (one["child_count"], one["product_counts"]) == (1, {"direct": 1, "subtree": 2})
    assert "product_counts" not in anonymous.get(f"{URL}/kitchen").json()


def test_products_are_counted_as_the_channel_shows_them(anonymous: Any, shop: Shop) -> None:
    hidden, _ = (ProductFactory.create(categories=[shop.mugs]) for _ in range(2))
    create_channel(values={"name": "Outlet"}, actor=SYSTEM)
    items: Any = [{"channel": "outlet", "is_listed": False}]
    write_listings(hidden.pk, items=items, expected_version=None, actor=SYSTEM)
    for channel, number in (("default", 2), ("outlet", 1)):
        one = anonymous.get(f"{URL}/mugs?counts=true&channel={channel}").json()
        assert one["product_counts"] == {"direct": number, "subtree": number}


@pytest.mark.parametrize("rows", [1, 50])
def test_the_reads_are_a_fixed_number_of_queries(
    anonymous: Any, django_assert_num_queries: Any, rows: int
) -> None:
    root = CategoryFactory.create(name="Root")
    for _ in range(rows):
        leaf = CategoryFactory.create(parent=root)
        ProductFactory.create(categories=[leaf])
    for address, queries in {
        "?limit=100&counts=true": 2,
        "?limit=100&tree=root&depth=2": 2,
        "/root/subtree?counts=true": 3,
        f"/{leaf.pk}/ancestors": 2,
        "/root?counts=true": 2,
    }.items():
        with django_assert_num_queries(queries):
            assert anonymous.get(f"{URL}{address}").status_code == 200


def test_a_move_is_checked_against_the_version(editor: Any, shop: Shop) -> None:
    place = f"{URL}/{shop.kitchen.pk}"
    tag = editor.get(place)["ETag"]
    moved = editor.post(f"{place}/move", {"before": str(shop.bath.pk)}, HTTP_IF_MATCH=tag)
    assert moved.status_code == 200
    assert (moved.json()["version"], moved.json()["child_count"]) == (2, 1)
    assert names(editor.get(URL, {"parent": str(shop.home.pk)})) == ["Kitchen", "Bath"]
    stale = editor.post(f"{place}/move", {"parent": None}, HTTP_IF_MATCH=tag)
    assert (stale.status_code, stale.json()["code"]) == (412, "stale-version")
    moved = editor.post(f"{place}/move", {"parent": None}, HTTP_IF_MATCH=moved["ETag"])
    assert (moved.json()["parent"], moved.json()["depth"]) == (None, 1)


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({}, "/parent"),
        ({"parent": "home"}, "/parent"),
        ({"position": 3}, "/position"),
        ({"before": None}, "/before"),
        ({"before": "0197f3c5-6f0e-7c3a-9b1d-2f4f6a8c0e02"}, "/before"),
    ],
)
def test_a_wrong_place_is_named(editor: Any, shop: Shop, body: Any, pointer: str) -> None:
    answer = editor.post(f"{URL}/mugs/move", body)
    assert answer.status_code == 400
    flaws = answer.json().get("errors") or [answer.json()]
    assert pointer in [flaw["pointer"] for flaw in flaws]
    assert Category.objects.get(pk=shop.mugs.pk).version == 1


def test_before_and_after_are_one_too_many(editor: Any, shop: Shop) -> None:
    both = {"before": str(shop.bath.pk), "after": str(shop.home.pk)}
    answer = editor.post(f"{URL}/mugs/move", both)
    assert [flaw["pointer"] for flaw in answer.json()["errors"]] == ["/after"]


@pytest.mark.parametrize(
    ("query", "parameter"),
    [
        ("tree=mugs", "tree"),
        ("tree=nothing", "tree"),
        ("depth=0", "depth"),
        ("depth=13", "depth"),
        ("depth=two", "depth"),
        ("counts=yes", "counts"),
    ],
)
def test_a_wrong_parameter_is_named(anonymous: Any, shop: Shop, query: str, parameter: str) -> None:
    answer = anonymous.get(f"{URL}?{query}")
    assert answer.status_code == 400
    assert [flaw["pointer"] for flaw in answer.json()["errors"]] == [f"/{parameter}"]

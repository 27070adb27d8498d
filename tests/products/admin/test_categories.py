"""The tree in the admin: read in order, moved from the form, and as fast with 10,000 of them."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from django.test import Client

from catalog_project.models import uuid7
from products.models import Category
from products.services.categories import create_category, update_category
from tests.products.admin.pages import errors, form_fields, send, url
from tests.products.factories import SYSTEM

pytestmark = pytest.mark.django_db


def grow(tree: dict[str, Any], parent: UUID | None = None) -> None:
    for name, below in tree.items():
        values: Any = {"name": name, "parent": parent}
        grow(below, create_category(values=values, actor=SYSTEM).pk)


def the(name: str) -> Category:
    return Category.objects.get(name=name)


def listed(browser: Client, query: str = "") -> list[str]:
    answer: Any = browser.get(f"{url('category')}{query}")
    return [category.label for category in answer.context_data["cl"].result_list]


def place(browser: Client, name: str, **values: str) -> Any:
    keys = {field: str(the(other).pk) if other else "" for field, other in values.items()}
    return send(browser, url("category", the(name).pk, "change"), keys, "category")


@pytest.fixture
def shop(db: None) -> None:
    grow({"Clothes": {"Belts": {}, "Hats": {}, "Shirts": {"Oxford": {}}}, "Toys": {"Cars": {}}})


def test_the_list_is_the_tree_in_order_with_the_path_of_each(
    publisher_browser: Client, shop: None
) -> None:
    assert listed(publisher_browser) == [
        "Clothes",
        "Clothes > Belts",
        "Clothes > Hats",
        "Clothes > Shirts",
        "Clothes > Shirts > Oxford",
        "Toys",
        "Toys > Cars",
    ]
    found = publisher_browser.get(f"{url('category')}?q=oxf").content.decode()
    assert "Clothes &gt; Shirts</span>" in found


@pytest.mark.parametrize(
    ("values", "order"),
    [
        ({"before": "Belts"}, ["Shirts", "Belts", "Hats"]),
        ({"after": "Belts"}, ["Belts", "Shirts", "Hats"]),
        ({"parent": "Toys", "before": "Cars"}, ["Belts", "Hats"]),
    ],
)
def test_a_category_is_put_beside_another(
    values: dict[str, str], order: list[str], publisher_browser: Client, shop: None
) -> None:
    assert place(publisher_browser, "Shirts", **values).status_code == 302
    clothes = [each.split(" > ") for each in listed(publisher_browser)]
    assert [path[1] for path in clothes if path[0] == "Clothes" and len(path) == 2] == order
    if "parent" in values:
        tail = listed(publisher_browser)[-4:]
        assert tail == ["Toys", "Toys > Shirts", "Toys > Shirts > Oxford", "Toys > Cars"]


def test_a_new_category_is_put_beside_another(publisher_browser: Client, shop: None) -> None:
    values = {"name": "Gloves", "parent": str(the("Clothes").pk), "after": str(the("Belts").pk)}
    assert send(publisher_browser, url("category", "add"), values, "category").status_code == 302
    assert listed(publisher_browser)[1:4] == [
        "Clothes > Belts",
        "Clothes > Gloves",
        "Clothes > Hats",
    ]


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"before": "Belts", "after": "Hats"}, "Choose one place, before or behind another."),
        ({"before": "Shirts"}, "A category does not stand beside itself."),
        ({"before": "Oxford"}, "Choose a parent that is not below it."),
        ({"parent": "Toys", "before": "Belts"}, "It is no child of this parent"),
    ],
)
def test_a_place_that_cannot_be_is_refused_and_nothing_is_saved(
    values: dict[str, str], said: str, publisher_browser: Client, shop: None
) -> None:
    before, version = listed(publisher_browser), the("Shirts").version
    refused = place(publisher_browser, "Shirts", **values)
    assert [text for text in errors(refused) if said in text] != []
    assert (listed(publisher_browser), the("Shirts").version) == (before, version)


def test_a_move_is_kept_beside_a_new_name_of_somebody_else(
    publisher_browser: Client, shop: None
) -> None:
    address = url("category", the("Shirts").pk, "change")
    opened = form_fields(publisher_browser.get(address), "category_form")
    update_category(
        the("Shirts").pk, values={"name": "Shirts"[::-1]}, expected_version=None, actor=SYSTEM
    )
    moved = {**opened, "before": str(the("Belts").pk), "_save": "Save"}
    assert publisher_browser.post(address, moved).status_code == 302
    names = listed(publisher_browser)
    assert names.index("Clothes > strihS") < names.index("Clothes > Belts")


def test_ten_thousand_categories_cost_as_many_queries_as_ten(
    publisher_browser: Client, shop: None, django_assert_num_queries: Callable[..., Any]
) -> None:
    pages = {
        url("category"): 3,
        f"{url('category')}?q=7": 3,
        f"{url('category', 'choices')}?term=7": 2,
        url("category", the("Oxford").pk, "change"): 4,
    }
    for address in pages:
        publisher_browser.get(address)
    for address, count in pages.items():
        with django_assert_num_queries(count):
            assert publisher_browser.get(address).status_code == 200
    _plant_ten_thousand()
    for address, count in pages.items():
        with django_assert_num_queries(count):
            assert publisher_browser.get(address).status_code == 200
    assert listed(publisher_browser, "?p=3")[0].startswith("Grove > ")


def _plant_ten_thousand() -> None:
    """12 levels: each category hangs below one of the level above it."""
    levels: list[list[Category]] = []
    for depth in range(12):
        above = levels[-1] if levels else [None]
        rows = [_below(above[n % len(above)], n) for n in range(1 if depth == 0 else 900)]
        levels.append(rows)
    Category.objects.bulk_create([row for rows in levels for row in rows])


def _below(parent: Category | None, n: int) -> Category:
    key = uuid7()
    name = f"Branch {n}" if parent else "Grove"
    path = [*(parent.path if parent else []), key]
    return Category(id=key, name=name, slug=f"c-{key}", parent=parent, path=path)

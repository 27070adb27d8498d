"""Where a category stands among its siblings, and what a move writes."""

import random
from typing import Any
from uuid import UUID, uuid4

import pytest

from products.documents import build
from products.errors import (
    CategoryCycle,
    InvalidValue,
    NotFound,
    StaleVersion,
    UnknownReference,
)
from products.models import Category, Change, ProductCategory
from products.models.categories import MAX_POSITION
from products.services.catalog_check import check_shared
from products.services.category_moves import Place, move_category
from tests.products.factories import SYSTEM, CategoryFactory, ProductFactory

pytestmark = pytest.mark.django_db


def move(category: Category, **place: Any) -> Category:
    values: Any = {name: getattr(each, "pk", each) for name, each in place.items()}
    return move_category(category.pk, place=values, expected_version=None, actor=SYSTEM)


def names(parent: Category | None = None) -> str:
    rows = Category.objects.filter(parent=parent).order_by("position", "name", "pk")
    return "".join(rows.values_list("name", flat=True))


def row_of(text: str, parent: Category | None = None) -> dict[str, Category]:
    """Categories of these letters, all on position 0: their names order them."""
    return {name: CategoryFactory.create(name=name, parent=parent) for name in text}


def test_a_category_moves_before_and_behind_its_siblings() -> None:
    row = row_of("ABCD")
    move(row["D"], before=row["A"])
    assert names() == "DABC"
    move(row["A"], after=row["C"])
    assert names() == "DBCA"
    move(row["B"], parent=None)
    assert names() == "DCAB"
    assert list(check_shared()) == []


def test_a_gap_is_used_before_anybody_is_numbered_anew() -> None:
    row = row_of("ABC")
    move(row["C"], before=row["A"])
    versions = dict(Category.objects.values_list("name", "version"))
    assert versions == {"A": 2, "B": 2, "C": 1}  # C stood on 0 already
    events = Change.objects.filter(aggregate_id=row["A"].pk).order_by("version")
    assert list(events.values_list("event", flat=True)) == [
        "category.created",
        "category.reordered",
    ]
    move(row["B"], before=row["A"])
    assert names() == "CBA"
    assert dict(Category.objects.values_list("name", "version")) == {"A": 2, "B": 3, "C": 1}


def test_beside_a_category_of_another_parent_it_hangs_there() -> None:
    home, garden = CategoryFactory.create(name="Home"), CategoryFactory.create(name="Garden")
    row = row_of("AB", home)
    guest = CategoryFactory.create(name="G", parent=garden)
    leaf = CategoryFactory.create(name="L", parent=guest)
    product = ProductFactory.create(categories=[leaf])
    moved = move(guest, before=row["B"])
    leaf.refresh_from_db()
    assert names(home) == "AGB"
    assert (moved.version, moved.path) == (2, [home.pk, guest.pk])
    assert leaf.path == [home.pk, guest.pk, leaf.pk]
    assert build.drifted([product.pk]) == []
    assert list(check_shared()) == []


def test_the_place_where_it_stands_is_no_change() -> None:
    row = row_of("AB")
    row["B"] = move(row["B"], after=row["A"])
    again = move(row["B"], after=row["A"])
    assert again.version == row["B"].version == 2
    assert move(row["B"], parent=None).version == 2


@pytest.mark.parametrize("side", ["before", "after"])
def test_a_neighbour_must_be_another_category_that_exists(side: str) -> None:
    row, stranger = row_of("AB"), uuid4()
    with pytest.raises(UnknownReference, match=str(stranger)):
        move(row["A"], **{side: stranger})
    with pytest.raises(InvalidValue, match="beside itself"):
        move(row["A"], **{side: row["A"]})
    with pytest.raises(InvalidValue, match="no child of this parent"):
        move(row["A"], **{side: row["B"], "parent": row["B"]})
    child = CategoryFactory.create(parent=row["A"])
    with pytest.raises(CategoryCycle):
        move(row["A"], **{side: child})
    assert set(Category.objects.values_list("version", flat=True)) == {1}


def test_a_stale_version_moves_nothing() -> None:
    row = row_of("AB")
    place: Place = {"before": row["A"].pk}
    with pytest.raises(StaleVersion):
        move_category(row["B"].pk, place=place, expected_version=9, actor=SYSTEM)
    with pytest.raises(NotFound):
        move_category(uuid4(), place={"parent": None}, expected_version=None, actor=SYSTEM)
    assert names() == "AB"


def test_at_the_end_of_all_numbers_the_siblings_are_spaced_anew() -> None:
    last = CategoryFactory.create(name="Z", position=MAX_POSITION)
    row = row_of("AB")
    move(row["A"], after=last)
    assert names() == "BZA"
    positions = Category.objects.values_list("position", flat=True)
    assert max(positions) <= MAX_POSITION


def test_any_moves_give_the_order_that_a_list_gives() -> None:
    chance = random.Random(7)
    rows = list(row_of("ABCDEFGH").values())
    expected = [row.pk for row in rows]
    for _ in range(60):
        category, neighbour = chance.sample(rows, 2)
        side = chance.choice(["before", "after"])
        move(category, **{side: neighbour})
        expected.remove(category.pk)
        expected.insert(expected.index(neighbour.pk) + (side == "after"), category.pk)
        keys = Category.objects.order_by("position", "name", "pk").values_list("pk", flat=True)
        assert list(keys) == expected
    assert list(check_shared()) == []


@pytest.mark.parametrize("below", [2, 60])
def test_a_move_is_a_fixed_number_of_statements(django_assert_num_queries: Any, below: int) -> None:
    old, new, branch = CategoryFactory.create_batch(3)
    move(branch, parent=old)
    for _ in range(below):
        ProductFactory.create(categories=[CategoryFactory.create(parent=branch)])
    with django_assert_num_queries(16):
        move(branch, parent=new)
    products: list[UUID] = list(ProductCategory.objects.values_list("product", flat=True))
    assert len(products) == below
    assert build.drifted(products) == []

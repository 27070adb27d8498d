"""The category tree stays a tree, whatever eight writers do to it at once."""

import random
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import connection

from products.documents import build
from products.errors import (
    CategoryCycle,
    CategoryTooDeep,
    InvalidValue,
    NotFound,
    SlugTaken,
    StaleVersion,
    StillInUse,
    UnknownReference,
)
from products.models import Category, Change, Product
from products.models.categories import MAX_DEPTH
from products.services.catalog_check import check_shared
from products.services.categories import (
    create_category,
    delete_category,
    ensure_category_paths,
    update_category,
)
from products.services.category_moves import Place, move_category
from products.services.products import create_product
from tests.products.factories import SYSTEM, CategoryFactory, ProductFactory

WRITERS = 8
# What a writer may be told when others were faster.
EXPECTED = (
    CategoryCycle,
    CategoryTooDeep,
    InvalidValue,
    NotFound,
    StillInUse,
    UnknownReference,
)


def move(category: UUID, parent: UUID | None) -> Category:
    return update_category(category, values={"parent": parent}, expected_version=None, actor=SYSTEM)


def assert_tree() -> None:
    """Every path is what walking up the parents gives, so there is no cycle and no orphan."""
    parents = dict(Category.objects.values_list("pk", "parent_id"))
    for category in Category.objects.all():
        walked = [category.pk]
        while (parent := parents[walked[0]]) is not None:
            assert len(walked) < MAX_DEPTH, f"a cycle or too deep: {walked}"
            walked.insert(0, parent)
        assert category.path == walked


def random_writer(seed: int, rounds: int) -> list[str]:
    """Creates, moves, reorders and deletes at random, also products; answers what is unexpected."""
    chance = random.Random(seed)
    unexpected = []

    def anyone() -> UUID | None:
        keys = list(Category.objects.values_list("pk", flat=True))
        return chance.choice([*keys, None])

    def create() -> None:
        create_category(values={"name": f"C {uuid4()}", "parent": anyone()}, actor=SYSTEM)

    def relocate() -> None:
        if category := anyone():
            move(category, anyone())

    def reorder() -> None:
        category, neighbour = anyone(), anyone()
        if category and neighbour:
            place: Place = {chance.choice(["before", "after"]): neighbour}  # type: ignore[misc]  # one of the keys
            move_category(category, place=place, expected_version=None, actor=SYSTEM)

    def sell() -> None:
        if category := anyone():
            values: Any = {"name": f"P {uuid4()}", "categories": [category]}
            create_product(values=values, actor=SYSTEM)

    def delete() -> None:
        if category := anyone():
            delete_category(category, expected_version=None, actor=SYSTEM)

    steps: list[Callable[[], None]] = [create, create, relocate, relocate, reorder, sell, delete]
    try:
        for _ in range(rounds):
            try:
                chance.choice(steps)()
            except EXPECTED:
                continue
            except Exception as error:  # noqa: BLE001  # whatever it is, the test reports it
                unexpected.append(repr(error))
    finally:
        connection.close()
    return unexpected


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("rounds", [25, pytest.param(600, marks=pytest.mark.soak)])
def test_eight_writers_leave_a_tree(rounds: int) -> None:
    roots = CategoryFactory.create_batch(3)
    leaves = [CategoryFactory.create(parent=root) for root in roots for _ in range(3)]
    for leaf in leaves:
        ProductFactory.create(categories=[leaf])
    connection.close()  # the pool has one for each writer
    with ThreadPoolExecutor(WRITERS) as pool:
        found = pool.map(partial(random_writer, rounds=rounds), range(WRITERS))
        unexpected = [each for one in found for each in one]
    assert unexpected == []
    assert_tree()
    assert build.drifted(list(Product.objects.values_list("pk", flat=True))) == []
    assert list(check_shared()) == []
    for key, version in Category.objects.values_list("pk", "version"):
        written = Change.objects.filter(aggregate_id=key).order_by("version")
        assert list(written.values_list("version", flat=True)) == list(range(1, version + 1))


@pytest.mark.django_db(transaction=True)
def test_two_moves_into_each_other_make_no_cycle() -> None:
    """Each alone is allowed; the second one must see what the first one did."""
    one, two = CategoryFactory.create_batch(2)

    def swap(pair: tuple[UUID, UUID]) -> str:
        try:
            move(*pair)
        except CategoryCycle:
            return "refused"
        finally:
            connection.close()
        return "moved"

    with ThreadPoolExecutor(2) as pool:
        outcomes = list(pool.map(swap, [(one.pk, two.pk), (two.pk, one.pk)]))
    assert sorted(outcomes) == ["moved", "refused"]
    assert_tree()


@pytest.mark.django_db
class TestTree:
    def test_a_move_takes_the_subtree_along(self) -> None:
        old, new = CategoryFactory.create_batch(2)
        branch = CategoryFactory.create(parent=old)
        leaf = CategoryFactory.create(parent=branch)
        moved = move(branch.pk, new.pk)
        leaf.refresh_from_db()
        assert moved.path == [new.pk, branch.pk]
        assert leaf.path == [new.pk, branch.pk, leaf.pk]
        assert (moved.version, leaf.version) == (2, 1)
        assert Change.objects.last().event == "category.moved"  # type: ignore[union-attr]

    def test_a_move_to_the_root_and_back(self) -> None:
        root = CategoryFactory.create()
        child = CategoryFactory.create(parent=root)
        assert move(child.pk, None).path == [child.pk]
        assert move(child.pk, root.pk).path == [root.pk, child.pk]

    def test_a_category_cannot_move_below_itself(self) -> None:
        root = CategoryFactory.create()
        child = CategoryFactory.create(parent=root)
        for parent in (root.pk, child.pk):
            with pytest.raises(CategoryCycle):
                move(root.pk, parent)
        assert_tree()

    def test_the_tree_has_twelve_levels(self) -> None:
        deepest = CategoryFactory.create()
        for _ in range(MAX_DEPTH - 1):
            deepest = CategoryFactory.create(parent=deepest)
        assert deepest.depth == 12
        with pytest.raises(CategoryTooDeep):
            CategoryFactory.create(parent=deepest)

    def test_a_branch_that_would_get_too_deep_stays(self) -> None:
        deepest = CategoryFactory.create()
        for _ in range(MAX_DEPTH - 2):
            deepest = CategoryFactory.create(parent=deepest)
        branch = CategoryFactory.create()
        leaf = CategoryFactory.create(parent=branch)
        with pytest.raises(CategoryTooDeep):
            move(branch.pk, deepest.pk)
        leaf.refresh_from_db()
        assert leaf.path == [branch.pk, leaf.pk]

    def test_a_parent_must_exist(self) -> None:
        missing = uuid4()
        with pytest.raises(UnknownReference, match=str(missing)):
            create_category(values={"name": "Lost", "parent": missing}, actor=SYSTEM)
        with pytest.raises(UnknownReference):
            move(CategoryFactory.create().pk, missing)

    def test_what_is_in_use_is_not_deleted(self) -> None:
        root = CategoryFactory.create()
        leaf = CategoryFactory.create(parent=root)
        ProductFactory.create(categories=[leaf])
        for category in (root, leaf):
            with pytest.raises(StillInUse):
                delete_category(category.pk, expected_version=None, actor=SYSTEM)
        assert Category.objects.count() == 2

    def test_a_deleted_category_leaves_its_tombstone(self) -> None:
        category = CategoryFactory.create(name="Lamps")
        delete_category(category.pk, expected_version=1, actor=SYSTEM)
        change = Change.objects.get(event="category.deleted")
        assert (change.aggregate_id, change.version) == (category.pk, 2)
        assert change.snapshot["name"] == "Lamps"

    def test_a_stale_version_changes_nothing(self) -> None:
        category = CategoryFactory.create(name="Lamps")
        with pytest.raises(StaleVersion):
            update_category(
                category.pk, values={"name": "Lights"}, expected_version=7, actor=SYSTEM
            )
        with pytest.raises(StaleVersion):
            delete_category(category.pk, expected_version=7, actor=SYSTEM)
        category.refresh_from_db()
        assert (category.name, category.version) == ("Lamps", 1)

    def test_the_same_values_are_no_new_version(self) -> None:
        category = CategoryFactory.create(name="Lamps")
        same = update_category(
            category.pk,
            values={"name": "Lamps", "parent": None},
            expected_version=1,
            actor=SYSTEM,
        )
        assert same.version == 1
        assert Change.objects.count() == 1

    def test_a_move_and_a_new_name_are_one_version(self) -> None:
        root, category = CategoryFactory.create_batch(2)
        product = ProductFactory.create(categories=[category])
        values: Any = {"parent": root.pk, "name": "Lights", "slug": "lights", "position": 3}
        after = update_category(category.pk, values=values, expected_version=1, actor=SYSTEM)
        assert (after.version, after.name, after.position) == (2, "Lights", 3)
        assert build.drifted([product.pk]) == []
        assert Product.objects.get(pk=product.pk).version == 1  # reprinted, not changed

    def test_a_taken_slug_is_refused(self) -> None:
        CategoryFactory.create(slug="lamps")
        with pytest.raises(SlugTaken):
            CategoryFactory.create(slug="lamps")

    def test_a_taken_name_gets_a_slug_of_its_own(self) -> None:
        first, second = CategoryFactory.create_batch(2, name="Lamps")
        assert first.slug == "lamps"
        assert second.slug.startswith("lamps-")

    def test_paths_of_names_are_found_or_made(self) -> None:
        home = CategoryFactory.create(name="Home")
        wanted = [("Home", "Lamps"), ("Home", "Lamps", "Desk"), ("Garden",)]
        found = ensure_category_paths(wanted, actor=SYSTEM)
        assert found[("Home",)] == home.pk
        assert Category.objects.get(pk=found[("Home", "Lamps", "Desk")]).path == [
            home.pk,
            found[("Home", "Lamps")],
            found[("Home", "Lamps", "Desk")],
        ]
        assert ensure_category_paths(wanted, actor=SYSTEM) == found
        assert Category.objects.count() == 4
        assert ensure_category_paths([], actor=SYSTEM) == {}
        assert_tree()

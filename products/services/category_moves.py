"""Moves in the category tree: to another parent, and among siblings.

Everything here runs under the lock of the tree, which `lock_tree` takes. A move rewrites the paths
below it in one statement, however many categories that are.
"""

from collections.abc import Sequence
from typing import TypedDict
from uuid import UUID

from django.db import connection

from accounts.actors import Actor
from products.errors import CategoryCycle, CategoryTooDeep, InvalidValue, UnknownReference
from products.models import Category, ProductCategory
from products.models.categories import MAX_DEPTH, MAX_POSITION
from products.services.locking import lock_row, lock_tree
from products.services.unit_of_work import UnitOfWork, unit_of_work

# Room between siblings: the next one that comes between two of them moves nobody else.
STEP = 1_000


class Place(TypedDict, total=False):
    """Below a parent (None: at the root) as the last child, or beside a category there."""

    parent: UUID | None
    before: UUID
    after: UUID


def move_category(
    category_id: UUID, *, place: Place, expected_version: int | None, actor: Actor
) -> Category:
    """Hang the category, with all below it, where `place` says.

    Raises NotFound, StaleVersion, UnknownReference, InvalidValue, CategoryCycle, CategoryTooDeep.
    """
    with unit_of_work(actor, renames=True) as work:
        lock_tree()
        category = lock_row(Category, category_id, expected_version=expected_version)
        parent_id = _parent_at(category, place)
        if parent_id != category.parent_id:
            move_subtree(category, parent_id)
            work.changed("category", [category_id], "moved")
            reprint_subtree(category_id, work)
        _put(category, parent_id, place, work)
    category.refresh_from_db()
    return category


def path_below(parent_id: UUID | None) -> list[UUID]:
    """The path that children of this category begin with.

    Raises UnknownReference, CategoryTooDeep.
    """
    if parent_id is None:
        return []
    parent = Category.objects.filter(pk=parent_id).first()
    if parent is None:
        raise UnknownReference("category", parent_id, pointer="/parent")
    if parent.depth >= MAX_DEPTH:
        raise CategoryTooDeep("Choose a parent on a higher level.", pointer="/parent")
    return parent.path


def move_subtree(category: Category, parent_id: UUID | None) -> None:
    """Hang the category elsewhere and rewrite the paths below it, in one statement.

    Raises UnknownReference, CategoryCycle, CategoryTooDeep.
    """
    path = path_below(parent_id)
    if category.pk in path:
        raise CategoryCycle("Choose a parent that is not below it.", pointer="/parent")
    with connection.cursor() as cursor:
        cursor.execute(
            """
            UPDATE products_category
               SET path = %(path)s::uuid[] || path[%(depth)s:],
                   parent_id = CASE WHEN id = %(id)s THEN %(parent)s ELSE parent_id END
             WHERE path @> ARRAY[%(id)s]::uuid[]
            """,
            {"path": path, "depth": category.depth, "id": category.pk, "parent": parent_id},
        )


def reprint_subtree(category_id: UUID, work: UnitOfWork) -> None:
    """Documents show breadcrumbs, so they change with any category above them."""
    below = Category.objects.subtree(category_id)
    members = ProductCategory.objects.filter(category__in=below)
    work.reprint(members.values_list("product_id", flat=True))


def _parent_at(category: Category, place: Place) -> UUID | None:
    """The parent that the place means. A neighbour that is named must stand there."""
    side = _side(place)
    if side is None:
        return place.get("parent", category.parent_id)
    neighbour = place[side]  # type: ignore[literal-required]  # one of the keys
    if neighbour == category.pk:
        raise InvalidValue("A category does not stand beside itself.", pointer=f"/{side}")
    row = Category.objects.filter(pk=neighbour).values_list("parent_id", flat=True)
    if not row:
        raise UnknownReference("category", neighbour, pointer=f"/{side}")
    if "parent" in place and place["parent"] != row[0]:
        raise InvalidValue(f"It is no child of this parent: {neighbour}.", pointer=f"/{side}")
    return row[0]


def _side(place: Place) -> str | None:
    return next((name for name in ("before", "after") if name in place), None)


def _put(category: Category, parent_id: UUID | None, place: Place, work: UnitOfWork) -> None:
    """Give the category the position that the place means among its siblings."""
    rows = Category.objects.filter(parent=parent_id).exclude(pk=category.pk)
    siblings = list(rows.order_by("position", "name", "pk").values_list("pk", "position"))
    index = _index(siblings, place)
    lower = siblings[index - 1][1] if index else -1
    upper = siblings[index][1] if index < len(siblings) else None
    if lower < category.position and (upper is None or category.position < upper):
        return
    position = _between(lower, upper)
    if position is None:
        position = _renumber([key for key, _ in siblings], index, work)
    if position != category.position:
        Category.objects.filter(pk=category.pk).update(position=position)
        work.changed("category", [category.pk], "moved")


def _index(siblings: Sequence[tuple[UUID, int]], place: Place) -> int:
    side = _side(place)
    if side is None:
        return len(siblings)
    keys = [key for key, _ in siblings]
    return keys.index(place[side]) + (side == "after")  # type: ignore[literal-required]  # one of the keys


def _between(lower: int, upper: int | None) -> int | None:
    """A position between these two, with room on both sides; None where there is none."""
    if upper is None:
        return lower + STEP if 0 <= lower <= MAX_POSITION - STEP else (0 if lower < 0 else None)
    return (lower + upper) // 2 if upper - lower > 1 else None


def _renumber(siblings: list[UUID], index: int, work: UnitOfWork) -> int:
    """Space all siblings evenly around a gap at `index`; answers the position of the gap."""
    step = max(1, min(STEP, MAX_POSITION // (len(siblings) + 1)))
    positions = [step * (n + (n >= index)) for n in range(len(siblings))]
    with connection.cursor() as cursor:
        cursor.execute(
            """
            UPDATE products_category c SET position = given.position
              FROM unnest(%s::uuid[], %s::int[]) given(id, position)
             WHERE c.id = given.id AND c.position <> given.position RETURNING c.id
            """,
            [siblings, positions],
        )
        work.changed("category", [row[0] for row in cursor.fetchall()], "reordered")
    return step * index

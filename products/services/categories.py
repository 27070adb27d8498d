"""Writes of the category tree: one writer at a time, under one advisory lock."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.db import connection

from accounts.actors import Actor
from catalog_project.models import uuid7
from products.errors import (
    CategoryCycle,
    CategoryTooDeep,
    StillInUse,
    UnknownReference,
)
from products.models import Category, ProductCategory
from products.models.categories import MAX_DEPTH
from products.services.locking import lock_row, lock_tree
from products.services.naming import free_slug
from products.services.references import ensure_unreferenced
from products.services.unit_of_work import UnitOfWork, unit_of_work
from products.services.values import CategoryValues


def create_category(*, values: CategoryValues, actor: Actor) -> Category:
    """Raises SlugTaken, UnknownReference (parent), CategoryTooDeep."""
    with unit_of_work(actor) as work:
        lock_tree()
        key = uuid7()
        plain = {name: value for name, value in values.items() if name != "parent"}
        category = Category.objects.create(
            **{
                **plain,
                "id": key,
                "slug": values.get("slug") or free_slug(Category, values["name"]),
                "parent_id": values.get("parent"),
                "path": [*_path_of(values.get("parent")), key],
            }
        )
        work.created("category", [key])
    return category


def update_category(
    category_id: UUID, *, values: CategoryValues, expected_version: int | None, actor: Actor
) -> Category:
    """Write what is named; a new parent takes the whole subtree along.

    Raises NotFound, StaleVersion, SlugTaken, UnknownReference, CategoryCycle, CategoryTooDeep.
    """
    with unit_of_work(actor, renames=bool(values.keys() & {"parent", "name", "slug"})) as work:
        lock_tree()
        category = lock_row(Category, category_id, expected_version=expected_version)
        fields: dict[str, Any] = {
            ("parent_id" if name == "parent" else name): value for name, value in values.items()
        }
        changed = {
            name: value for name, value in fields.items() if getattr(category, name) != value
        }
        if "parent_id" in changed:
            _move_subtree(category, changed.pop("parent_id"))
            work.changed("category", [category_id], "moved")
            _reprint_subtree(category_id, work)
        if changed:
            Category.objects.filter(pk=category_id).update(**changed)
            work.changed("category", [category_id])
            if {"name", "slug"} & changed.keys():
                _reprint_subtree(category_id, work)
    category.refresh_from_db()
    return category


def delete_category(category_id: UUID, *, expected_version: int | None, actor: Actor) -> None:
    """Raises NotFound, StaleVersion, StillInUse."""
    with unit_of_work(actor) as work:
        lock_tree()
        category = lock_row(Category, category_id, expected_version=expected_version)
        if category.children.exists():
            raise StillInUse("It has categories below it: move or delete them first.")
        if category.memberships.exists():
            raise StillInUse("Products are in it: move them to another category first.")
        ensure_unreferenced("category", category_id)
        work.deleting("category", [category_id])
        category.delete()


def ensure_category_paths(
    paths: Iterable[tuple[str, ...]], *, actor: Actor
) -> dict[tuple[str, ...], UUID]:
    """The categories that these paths of names lead to, made where they are missing."""
    wanted = sorted({path[:end] for path in paths for end in range(1, len(path) + 1)}, key=len)
    found: dict[tuple[str, ...], UUID] = {}
    with unit_of_work(actor):
        if wanted:
            lock_tree()
        for path in wanted:
            parent = found.get(path[:-1])
            known = Category.objects.filter(parent=parent, name=path[-1]).order_by("id").first()
            if known is None:
                values: CategoryValues = {"name": path[-1], "parent": parent}
                known = create_category(values=values, actor=actor)
            found[path] = known.pk
    return found


def _path_of(parent_id: UUID | None) -> list[UUID]:
    if parent_id is None:
        return []
    parent = Category.objects.filter(pk=parent_id).first()
    if parent is None:
        raise UnknownReference("category", parent_id, pointer="/parent")
    if parent.depth >= MAX_DEPTH:
        raise CategoryTooDeep("Choose a parent on a higher level.", pointer="/parent")
    return parent.path


def _move_subtree(category: Category, parent_id: UUID | None) -> None:
    """Hang the category elsewhere and rewrite the paths below it, in one statement each."""
    path = _path_of(parent_id)
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


def _reprint_subtree(category_id: UUID, work: UnitOfWork) -> None:
    """Documents show breadcrumbs, so they change with any category above them."""
    below = Category.objects.subtree(category_id)
    members = ProductCategory.objects.filter(category__in=below)
    work.reprint(members.values_list("product_id", flat=True))

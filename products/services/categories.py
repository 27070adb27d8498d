"""Writes of the category tree: one writer at a time, under one advisory lock."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from accounts.actors import Actor
from catalog_project.models import uuid7
from products.errors import StillInUse
from products.models import Category
from products.services.category_moves import move_subtree, path_below, reprint_subtree
from products.services.locking import lock_row, lock_tree
from products.services.naming import free_slug
from products.services.references import ensure_unreferenced
from products.services.rule_references import ensure_no_rule_names
from products.services.translated_slugs import ensure_free_in_locales
from products.services.translations import keep_old_translated_slugs, with_translations
from products.services.unit_of_work import unit_of_work
from products.services.values import CategoryValues

# What documents of the products below it show.
SHOWN = {"name", "slug", "translations", "translation_changes"}


def create_category(*, values: CategoryValues, actor: Actor) -> Category:
    """Raises SlugTaken, UnknownReference (parent), CategoryTooDeep."""
    with unit_of_work(actor, renames="translations" in values) as work:
        lock_tree()
        values = with_translations("category", values)
        key = uuid7()
        plain = {name: value for name, value in values.items() if name != "parent"}
        category = Category.objects.create(
            **{
                **plain,
                "id": key,
                "slug": values.get("slug") or free_slug(Category, values["name"]),
                "parent_id": values.get("parent"),
                "path": [*path_below(values.get("parent")), key],
            }
        )
        ensure_free_in_locales(Category, key, {**plain, "slug": category.slug})
        work.created("category", [key])
    return category


def update_category(
    category_id: UUID, *, values: CategoryValues, expected_version: int | None, actor: Actor
) -> Category:
    """Write what is named; a new parent takes the whole subtree along.

    Raises NotFound, StaleVersion, SlugTaken, UnknownReference, CategoryCycle, CategoryTooDeep.
    """
    with unit_of_work(actor, renames=bool(values.keys() & {"parent", *SHOWN})) as work:
        lock_tree()
        category = lock_row(Category, category_id, expected_version=expected_version)
        values = with_translations("category", values, category.translations)
        fields: dict[str, Any] = {
            ("parent_id" if name == "parent" else name): value for name, value in values.items()
        }
        changed = {
            name: value for name, value in fields.items() if getattr(category, name) != value
        }
        if "parent_id" in changed:
            move_subtree(category, changed.pop("parent_id"))
            work.changed("category", [category_id], "moved")
            reprint_subtree(category_id, work)
        ensure_free_in_locales(Category, category_id, changed)
        if "translations" in changed:
            keep_old_translated_slugs(
                "category", category_id, category.translations, changed["translations"]
            )
        if changed:
            Category.objects.filter(pk=category_id).update(**changed)
            if "slug" in changed:
                work.reslugged("category", {category_id: category.slug})
            work.changed("category", [category_id])
            if SHOWN & changed.keys():
                reprint_subtree(category_id, work)
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
        ensure_unreferenced("category", [category_id])
        ensure_no_rule_names("category", [category_id])
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

"""Writes of the category tree: one writer at a time, under one advisory lock."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from django.db.models import Q

from accounts.actors import Actor
from catalog_project.models import uuid7
from products.errors import CategoryTooDeep, StillInUse
from products.models import Category
from products.models.categories import MAX_DEPTH
from products.services.category_moves import move_subtree, path_below, reprint_subtree
from products.services.locking import lock_row, lock_tree
from products.services.naming import free_slug, free_slugs, taken_slugs
from products.services.references import ensure_unreferenced
from products.services.rule_references import ensure_no_rule_names
from products.services.translated_slugs import ensure_free_in_locales
from products.services.translations import keep_old_translated_slugs, with_translations
from products.services.unit_of_work import UnitOfWork, unit_of_work
from products.services.values import CategoryValues

# What documents of the products below it show.
SHOWN = {"name", "slug", "translations", "translation_changes"}
Path = tuple[str, ...]  # names, from the root down


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
    paths: Iterable[Path], *, facts: Mapping[Path, CategoryValues] | None = None, actor: Actor
) -> dict[Path, UUID]:
    """The categories that these paths of names lead to, made where they are missing: statements for
    each level, not for each path. `facts` are what is known of those that may have to be made.

    Raises CategoryTooDeep, SlugTaken, InvalidValue.
    """
    wanted = {path[:end] for path in paths for end in range(1, len(path) + 1)}
    facts = facts or {}
    found: dict[Path, UUID] = {}
    renames = any("translations" in each for each in facts.values())
    with unit_of_work(actor, renames=renames) as work:
        if wanted:
            lock_tree()
        below: dict[UUID | None, list[UUID]] = {None: []}
        for depth in range(1, max(map(len, wanted), default=0) + 1):
            if depth > MAX_DEPTH:
                raise CategoryTooDeep(f"Categories have at most {MAX_DEPTH} levels.")
            level = [path for path in wanted if len(path) == depth]
            _find_level(level, found, below)
            _make_level([path for path in level if path not in found], found, below, facts, work)
    return found


def _find_level(
    level: Sequence[Path], found: dict[Path, UUID], below: dict[UUID | None, list[UUID]]
) -> None:
    """Below parents that are found; of several with one name, the oldest."""
    parents = {found[path[:-1]] for path in level if len(path) > 1}
    of_parents = Q(parent__in=parents) if parents else Q(parent=None)
    rows = Category.objects.filter(of_parents, name__in={path[-1] for path in level})
    known: dict[tuple[UUID | None, str], UUID] = {}
    for row in rows.order_by("-id"):
        known[row.parent_id, row.name] = row.pk
        below[row.pk] = row.path
    for path in level:
        place = (found.get(path[:-1]), path[-1])
        if place in known:
            found[path] = known[place]


def _make_level(
    missing: Sequence[Path],
    found: dict[Path, UUID],
    below: dict[UUID | None, list[UUID]],
    facts: Mapping[Path, CategoryValues],
    work: UnitOfWork,
) -> None:
    if not missing:
        return
    missing = sorted(missing)
    items = [with_translations("category", facts.get(path, CategoryValues())) for path in missing]
    taken = taken_slugs(Category.objects.all(), [each.get("slug", "") for each in items])
    made = free_slugs(Category.objects.all(), [path[-1] for path in missing])
    rows = []
    for path, item, made_slug in zip(missing, items, made, strict=True):
        named = item.get("slug")
        slug = named if named and named not in taken else made_slug
        key, parent = uuid7(), found.get(path[:-1])
        found[path], below[key] = key, [*below[parent], key]
        rows.append(
            Category(
                id=key,
                name=path[-1],
                slug=slug,
                description=item.get("description", ""),
                position=item.get("position", 0),
                translations=item.get("translations", {}),
                parent_id=parent,
                path=below[key],
            )
        )
        ensure_free_in_locales(Category, key, {"slug": slug, **_texts_of(item)})
    Category.objects.bulk_create(rows)
    work.created("category", [row.pk for row in rows])


def _texts_of(item: CategoryValues) -> dict[str, Any]:
    return {"translations": item["translations"]} if item.get("translations") else {}

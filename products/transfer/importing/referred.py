"""Products and categories that values of attributes refer to: by id, or by slug."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from products.models import Category, Product
from products.services.attribute_types import Refused
from products.transfer.importing.world import World
from products.transfer.records import AttributeCell, Text

NOUNS = ("product", "category")


class NotYet(Exception):
    """It may stand further down in the file."""


def load_targets(world: World, cells: Iterable[AttributeCell]) -> None:
    """Four statements at most; none where no attribute refers to anything."""
    types = {each.spec.code: each.spec.type for each in world.assigned.values()}
    if not set(NOUNS) & set(types.values()):
        return
    wanted: dict[str, set[str]] = {noun: set() for noun in NOUNS}
    for cell in cells:
        if types.get(cell.code) in NOUNS and (name := name_of(cell.value)):
            wanted[types[cell.code]].add(name)
    models: tuple[tuple[str, Any], ...] = (("product", Product), ("category", Category))
    for noun, model in models:
        names = wanted[noun]
        ids = {key for name in names if (key := _uuid(name))}
        if names:
            rows = model._default_manager.filter(slug__in=names).order_by()
            if noun == "product":
                rows = rows.exclude(status=Product.Status.ARCHIVED)
            for slug, key in rows.values_list("slug", "pk"):
                world.targets.setdefault((noun, slug), key)
        if ids:
            there = model._default_manager.filter(pk__in=ids).order_by()
            for key in there.values_list("pk", flat=True):
                world.targets[noun, str(key)] = key


def target_of(world: World, noun: str, value: Any) -> Any:
    """Its id. Raises Refused, and NotYet for a product that may still come."""
    name = name_of(value)
    if name is None:
        return value
    key = world.targets.get((noun, name))
    if key is not None:
        return str(key)
    if noun == "product" and not world.is_last_pass:
        raise NotYet
    raise Refused(f"There is no {noun} {name[:100]!r}.")


def name_of(value: Any) -> str | None:
    if isinstance(value, Text):
        return value.text.strip() or None
    return value if isinstance(value, str) else None


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None

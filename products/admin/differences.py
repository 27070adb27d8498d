"""What is different between two states of a row, in words that staff use."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from products.admin.category_choices import is_id
from products.models import Brand, Category, Product, ProductType, TaxClass

LONGEST = 80
MOST_PARTS = 3  # named in one line
MOST_MEMBERS = 10  # of an object, such as the attributes: a line each
# They differ in every change and say nothing about it.
NOISE = {"id", "version", "updated_at", "created_at", "product_id", "variant_id"}
# Members that are ids of rows, and what calls them by their names.
REFERENCES: Mapping[str, Any] = {
    "brand_id": Brand,
    "product_type_id": ProductType,
    "tax_class_id": TaxClass,
    "parent_id": Category,
    "categories": Category,
    "target_id": Product,
}


def names_in(states: Sequence[Mapping[str, Any] | None]) -> dict[str, str]:
    """Id -> name, of what the states refer to: a query for each noun that they name."""
    names: dict[str, str] = {}
    for member, model in REFERENCES.items():
        values = [state.get(member) for state in states if state]
        ids = {key for value in values for key in (value if isinstance(value, list) else [value])}
        if wanted := {key for key in ids if is_id(key)}:
            rows = model.objects.filter(pk__in=wanted).values_list("pk", "name")
            names.update((str(key), name) for key, name in rows)
    return names


def differences(
    before: Mapping[str, Any], after: Mapping[str, Any], names: Mapping[str, str]
) -> Iterator[str]:
    """A line each; `names` is what names_in says."""
    for name in sorted(before.keys() | after.keys()):
        old, new = before.get(name), after.get(name)
        if name in NOISE or _facts(old) == _facts(new):
            continue
        label = name.removesuffix("_id").replace("_", " ")
        if name in REFERENCES:
            yield f"{label}: {_named(old, names)} → {_named(new, names)}"
        elif isinstance(old, list) and isinstance(new, list) and len(old) != len(new):
            yield f"{label}: {len(old)} → {len(new)}"
        elif isinstance(new, list) and (changed := _changed_parts(old, new)):
            yield f"{label}: {changed}"
        elif isinstance(new, dict) and isinstance(old, dict | None):
            yield from _changed_members(label, old or {}, new)
        elif isinstance(new, list):
            yield f"{label} changed"
        else:
            yield f"{label}: {_short(old)} → {_short(new)}"


def _changed_members(label: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[str]:
    """Each member that differs: those of attributes by their codes."""
    names = [name for name in sorted(old.keys() | new.keys()) if old.get(name) != new.get(name)]
    for name in names[:MOST_MEMBERS]:
        yield f"{label}, {name}: {_short(old.get(name))} → {_short(new.get(name))}"
    if len(names) > MOST_MEMBERS:
        yield f"{label}: {len(names) - MOST_MEMBERS} more"


def _named(value: Any, names: Mapping[str, str]) -> str:
    keys = value if isinstance(value, list) else [value] if value else []
    return ", ".join(names.get(str(key), str(key)) for key in keys) or "empty"


def _changed_parts(old: Any, new: list[Any]) -> str:
    """The parts that differ, by what staff call them, each with what differs; "" where parts have
    no ids."""
    before = {part["id"]: part for part in old or () if isinstance(part, dict) and "id" in part}
    told = []
    for part in new:
        earlier = before.get(part.get("id")) if isinstance(part, dict) else None
        if earlier is None:
            return ""
        if names := _differing(earlier, part):
            called = part.get("sku") or part.get("alt") or part.get("name") or part["id"]
            told.append(f"{_short(called)} ({', '.join(names)})")
    more = f" and {len(told) - MOST_PARTS} more" if len(told) > MOST_PARTS else ""
    return ", ".join(told[:MOST_PARTS]) + more


def _differing(before: dict[str, Any], after: dict[str, Any]) -> list[str]:
    names = sorted((before.keys() | after.keys()) - NOISE)
    return [
        name.removesuffix("_id").replace("_", " ")
        for name in names
        if _facts(before.get(name)) != _facts(after.get(name))
    ]


def _facts(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _facts(item) for name, item in value.items() if name not in NOISE - {"id"}}
    if isinstance(value, list):
        return [_facts(item) for item in value]
    return value


def _short(value: Any) -> str:
    if value is None or value == "":
        return "empty"
    text = _words(value)
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"


def _words(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ", ".join(map(_words, value)) or "empty"
    if isinstance(value, dict) and value.keys() == {"value", "unit"}:
        return f"{value['value']} {value['unit']}"
    if isinstance(value, dict):
        return "; ".join(f"{name}: {_words(inner)}" for name, inner in value.items()) or "empty"
    return "empty" if value is None else str(value)

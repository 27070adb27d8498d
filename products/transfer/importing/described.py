"""A record's attributes as the catalog stores them, laid over those that are stored."""

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from catalog_project.api.pointers import escape
from products.errors import Flaw
from products.services.attribute_types import AttributeSpec, Refused
from products.services.attribute_values import Judge
from products.transfer.importing.cells import rich_text, value_of
from products.transfer.importing.intents import Intent
from products.transfer.importing.referred import NOUNS, NotYet, target_of
from products.transfer.importing.world import World
from products.transfer.records import AttributeCell, Remark, Text


def stored_attributes(
    world: World,
    type_id: UUID | None,
    cells: Iterable[AttributeCell],
    before: Mapping[str, Any],
    *,
    is_variant: bool,
    place: str,
    intent: Intent,
) -> dict[str, Any]:
    """Those that the cells name, in stored form; values in other locales and channels stay.

    Raises AttributesRefused.
    """
    given: dict[str, Any] = {}
    flaws: list[Flaw] = []
    for cell in cells:
        found = world.assigned.get((type_id, cell.code)) if type_id else None
        try:
            value = _value(world, found.spec if found else None, cell, intent.warnings)
        except NotYet:
            intent.is_deferred = True
            continue
        except Refused as refused:
            flaws.append(Flaw(f"{place}/{escape(cell.code)}{refused.place}", str(refused)))
            continue
        if value is not None and found is not None:
            _lay(given, found.spec, cell, value, world)
        elif value is not None:
            given[cell.code] = value
    judge = Judge(world.assigned, frozenset(world.locales), frozenset(world.channels), flaws)
    clean = judge.clean(type_id, given, is_variant=is_variant, place=place)
    judge.ensure_right()
    return {
        code: _deep(before.get(code), value, world.assigned[type_id, code].spec)
        for code, value in clean.items()
        if type_id
    }


def _value(
    world: World, spec: AttributeSpec | None, cell: AttributeCell, warnings: list[Remark]
) -> Any:
    """Of a blank cell: None."""
    if isinstance(cell.value, Text) and not cell.value.text.strip():
        return None
    if spec is not None and spec.type in NOUNS:
        return target_of(world, spec.type, cell.value)
    if not isinstance(cell.value, Text):
        return cell.value
    if spec is None:
        return cell.value.text
    if spec.type == "long_text":
        text, is_cleaned = rich_text(cell.value.text)
        if is_cleaned:
            warnings.append(
                Remark(
                    "html-cleaned",
                    cell.line,
                    f"The HTML of {cell.code} had parts that are not kept.",
                    "Look at it in the catalog.",
                    cell.column,
                )
            )
        return text
    return value_of(spec, cell.value, world.options.get(spec.code, {}))


def _lay(
    given: dict[str, Any], spec: AttributeSpec, cell: AttributeCell, value: Any, world: World
) -> None:
    """Into the place of its locale and channel. A value that names none is that of the default
    locale, unless it is an object of all of them; of channels it is that of each."""
    is_text = isinstance(cell.value, Text)
    if spec.is_localizable and (is_text or cell.locale):
        value = {cell.locale or world.default_locale: value}
    if spec.is_per_channel and (is_text or cell.channel):
        channels = [cell.channel] if cell.channel else list(world.channels)
        value = dict.fromkeys(channels, value)
    given[spec.code] = _deep(given.get(spec.code), value, spec)


def _deep(before: Any, value: Any, spec: AttributeSpec) -> Any:
    if not (spec.is_localizable or spec.is_per_channel) or not isinstance(before, dict):
        return value
    merged = {**before}
    for key, inner in value.items():
        both = spec.is_localizable and spec.is_per_channel and isinstance(merged.get(key), dict)
        merged[key] = {**merged[key], **inner} if both else inner
    return merged

"""Values of attributes, judged: the one place for API, admin, bulk and commands.

Pure functions over preloaded attributes. All flaws of a product are found at once, each with the
JSON pointer of the exact value.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Self
from uuid import UUID

import orjson

from catalog_project.api.pointers import escape
from products.errors import AttributesRefused, Flaw
from products.services.attribute_types import AttributeSpec, Refused, clean_value

MAX_VALUES = 1_000  # of one product, or of one variant
MAX_BYTES = 262_144  # of JSON: every list page carries them
REFERENCES = ("product", "category")


@dataclass(frozen=True, slots=True)
class Assigned:
    """An attribute as a type has it: for the product, or for each of its variants."""

    spec: AttributeSpec
    is_variant: bool = False


@dataclass(slots=True)
class Judge:
    """Cleans values, and remembers what is wrong with them and what they refer to."""

    assigned: Mapping[tuple[UUID, str], Assigned] = field(default_factory=dict)
    locales: frozenset[str] = frozenset()
    channels: frozenset[str] = frozenset()
    flaws: list[Flaw] = field(default_factory=list)
    references: dict[str, dict[UUID, str]] = field(
        default_factory=lambda: {noun: {} for noun in REFERENCES}
    )

    def another(self) -> Self:
        """One who knows the same, for another product."""
        return replace(self, flaws=[], references={noun: {} for noun in REFERENCES})

    def clean(
        self, type_id: UUID | None, values: Mapping[str, Any], *, is_variant: bool, place: str
    ) -> dict[str, Any]:
        """The values as they are stored; null stays, for whoever takes values away.

        What is refused is left out and stands in `flaws`, with a pointer that begins with `place`.
        """
        clean: dict[str, Any] = {}
        for code, value in values.items():
            pointer = f"{place}/{escape(code)}"
            spec = self._spec_of(type_id, code, is_variant, pointer)
            if spec is None:
                continue
            clean[code] = None if value is None else self._clean_one(spec, value, pointer)
        return clean

    def ensure_right(self) -> None:
        """Raises AttributesRefused with every flaw."""
        if self.flaws:
            raise AttributesRefused(self.flaws)

    def _spec_of(
        self, type_id: UUID | None, code: str, is_variant: bool, pointer: str
    ) -> AttributeSpec | None:
        found = self.assigned.get((type_id, code)) if type_id else None
        if found is not None and found.is_variant == is_variant:
            return found.spec
        self.flaws.append(Flaw(pointer, _why_not(type_id, code, found)))
        return None

    def _clean_one(self, spec: AttributeSpec, value: Any, pointer: str) -> Any:
        def clean(single: Any, place: str) -> Any:
            try:
                stored = clean_value(spec, single)
            except Refused as refused:
                self.flaws.append(Flaw(place + refused.place, str(refused)))
                return None
            if spec.type in REFERENCES:
                self.references[spec.type].setdefault(UUID(stored), place)
            return stored

        def per_locale(single: Any, place: str) -> Any:
            return self._each(single, place, self.locales, "locale", clean)

        inner = per_locale if spec.is_localizable else clean
        if spec.is_per_channel:
            return self._each(value, pointer, self.channels, "channel", inner)
        return inner(value, pointer)

    def _each(
        self,
        values: Any,
        place: str,
        known: frozenset[str],
        noun: str,
        clean: Callable[[Any, str], Any],
    ) -> dict[str, Any]:
        """{"en": value}: one value for each locale or channel."""
        if not isinstance(values, dict) or not values:
            self.flaws.append(Flaw(place, f"Give an object with a value per {noun}."))
            return {}
        result = {}
        for key, value in values.items():
            pointer = f"{place}/{escape(key)}"
            if key not in known:
                self.flaws.append(Flaw(pointer, f"There is no {noun} {key[:50]!r}."))
            elif value is None:
                self.flaws.append(Flaw(pointer, f"Leave out a {noun} that has no value."))
            else:
                result[key] = clean(value, pointer)
        return result


def _why_not(type_id: UUID | None, code: str, found: Assigned | None) -> str:
    if type_id is None:
        return "A product without a type has no attributes: name its product_type."
    if found is None:
        return f"The product's type has no attribute {code[:100]!r}."
    if found.is_variant:
        return "Each variant has its own value: give it there."
    return "The product has the value, not its variants."


def strings_in(value: Any) -> Iterator[str]:
    """Every string that the value holds: among them are the options that it may name."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for inner in value.values():
            yield from strings_in(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from strings_in(inner)


def ensure_bounded(values: Mapping[str, Any], place: str = "/attributes") -> None:
    """Raises AttributesRefused for more than a product, or a variant, shall carry."""
    if len(values) > MAX_VALUES:
        raise AttributesRefused([Flaw(place, f"At most {MAX_VALUES} attributes have a value.")])
    size = len(orjson.dumps(values))
    if size > MAX_BYTES:
        why = f"Attributes have at most {MAX_BYTES} bytes of JSON; these have {size}."
        raise AttributesRefused([Flaw(place, why)])


def merged(stored: Mapping[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    """The stored values with these changes; null takes a value away (RFC 7396).

    Raises AttributesRefused where they become too many.
    """
    values = without_nulls({**stored, **changes})
    ensure_bounded(values)
    return values


def without_nulls(values: Mapping[str, Any]) -> dict[str, Any]:
    return {code: value for code, value in values.items() if value is not None}

"""What a rule says of products, judged and compiled, once, when it is written.

The grammar is in docs/collections.md. It becomes a condition that PostgreSQL evaluates.

Texts of callers never become part of the condition: they are its variables. Numbers do, as digits.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from typing import Any
from uuid import UUID

from django.db import connection

from catalog_project.api.serializers import CANONICAL_UUID
from products.errors import Flaw, RuleRefused
from products.models import Attribute, Brand, Category, Product, ProductType
from products.models.units import DIMENSIONS, in_base_unit, unit_of
from products.services.attribute_types import (
    DAY,
    AttributeSpec,
    Refused,
    clean_value,
    decimal_text,
    instant_of,
    instant_text,
)

MAX_DEPTH = 3
MAX_CONDITIONS = 50
MAX_VALUES = 100
DIGITS = 20  # behind the point, in values of attributes
GROUP, CONDITION = {"match", "conditions"}, {"field", "operator", "value"}
ANY_OF, BOUNDS = ("is", "is_not"), ("at_least", "at_most")
COMPARED = {"at_least": ">=", "at_most": "<="}
# Fields and types of attributes whose values are ids of rows.
REFERENCES = {
    "brand": Brand,
    "category": Category,
    "product": Product,
    "product_type": ProductType,
}
FIELDS: Mapping[str, tuple[str, ...]] = {
    "status": ANY_OF,
    "product_type": (*ANY_OF, "exists"),
    "brand": (*ANY_OF, "exists"),
    "category": (*ANY_OF, "exists"),
    "tag": (*ANY_OF, "exists"),
    "price": (*BOUNDS, "exists"),
    "created_at": BOUNDS,
    "publish_at": (*BOUNDS, "exists"),
    "attribute": (*ANY_OF, *BOUNDS, "exists"),
}
_OF_TEXTS = (*ANY_OF, "exists")
_OF_NUMBERS = (*ANY_OF, *BOUNDS, "exists")
_OF_ORDERED = (*BOUNDS, "exists")
ATTRIBUTES: Mapping[str, tuple[str, ...]] = {
    **dict.fromkeys(("text", "url", "choice", "multi_choice", "colour"), _OF_TEXTS),
    **dict.fromkeys(("product", "category", "boolean"), _OF_TEXTS),
    **dict.fromkeys(("integer", "decimal"), _OF_NUMBERS),
    **dict.fromkeys(("date", "datetime", "measurement"), _OF_ORDERED),
    **dict.fromkeys(("long_text", "json"), ("exists",)),
}


@dataclass
class Compiled:
    """A condition for `jsonb_path_match` over the facts of a product, and its variables."""

    path: str = ""
    values: dict[str, Any] = field(default_factory=lambda: {"attributes": []})


def compile_rule(rule: object) -> Compiled:
    """Raises RuleRefused, which names each flaw by its place."""
    compiler = _Compiler(_attributes(rule))
    compiler.out.path = compiler.group(rule, "/rule", depth=1)
    compiler.ensure_references()
    if compiler.flaws:
        raise RuleRefused(compiler.flaws)
    compiler.out.path = _as_stored(compiler.out.path)
    return compiler.out


def _as_stored(path: str) -> str:
    """The condition as PostgreSQL spells it, so that the same rule is always the same text."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT %s::jsonpath::text", [path])
        return str(cursor.fetchone()[0])


def named_in(rule: object) -> Iterator[Mapping[str, Any]]:
    """The conditions of a rule that has the right form, at any depth."""
    if isinstance(rule, dict):
        if isinstance(rule.get("conditions"), list):
            for each in rule["conditions"][:MAX_CONDITIONS]:
                yield from named_in(each)
        elif "field" in rule:
            yield rule


def _attributes(rule: object) -> dict[str, Attribute]:
    """The attributes that the rule asks for, with their options, in two queries."""
    codes = (each.get("attribute") for each in named_in(rule))
    wanted = {code for code in codes if isinstance(code, str) and "\0" not in code}
    if not wanted:
        return {}
    rows = Attribute.objects.filter(code__in=wanted).prefetch_related("options")
    return {row.code: row for row in rows}


class _Compiler:
    def __init__(self, attributes: Mapping[str, Attribute]) -> None:
        self.attributes = attributes
        self.out = Compiled()
        self.flaws: list[Flaw] = []
        self.references: dict[str, dict[UUID, str]] = {name: {} for name in REFERENCES}
        self.count = 0

    def refuse(self, place: str, detail: str) -> str:
        self.flaws.append(Flaw(place, detail))
        return ""

    def group(self, group: object, place: str, *, depth: int) -> str:
        if not isinstance(group, dict) or group.keys() != GROUP:
            return self.refuse(place, 'Give {"match": "all" or "any", "conditions": [...]}.')
        conditions = group["conditions"]
        if group["match"] not in ("all", "any"):
            self.refuse(f"{place}/match", "There are: all, any.")
        if depth > MAX_DEPTH:
            return self.refuse(place, f"Groups stand in each other {MAX_DEPTH} deep at most.")
        if not isinstance(conditions, list) or not conditions:
            return self.refuse(f"{place}/conditions", "Give a list with a condition in it.")
        parts = []
        for n, each in enumerate(conditions):
            self.count += 1
            if self.count > MAX_CONDITIONS:
                self.refuse(f"{place}/conditions", f"At most {MAX_CONDITIONS} in the whole rule.")
                break
            where = f"{place}/conditions/{n}"
            is_group = isinstance(each, dict) and "conditions" in each
            parts.append(
                self.group(each, where, depth=depth + 1)
                if is_group
                else self.condition(each, where)
            )
        return f"({(' && ' if group['match'] == 'all' else ' || ').join(parts)})"

    def condition(self, said: object, place: str) -> str:
        if not isinstance(said, dict) or not isinstance(said.get("field"), str):
            return self.refuse(place, 'Give {"field": ..., "operator": ..., "value": ...}.')
        name = said["field"]
        if name not in FIELDS:
            return self.refuse(f"{place}/field", f"There are: {', '.join(FIELDS)}.")
        names = CONDITION | ({"attribute"} if name == "attribute" else set())
        for other in sorted(said.keys() ^ names, key=str):
            word = "Give it." if other in names else "Unknown field."
            self.refuse(f"{place}/{other}", word)
        if said.keys() != names:
            return ""
        attribute, operators = None, FIELDS[name]
        if name == "attribute":
            attribute = self.attributes.get(str(said["attribute"]))
            if attribute is None:
                return self.refuse(f"{place}/attribute", "There is no attribute with this code.")
            operators = ATTRIBUTES[attribute.type]
        if said["operator"] not in operators:
            return self.refuse(f"{place}/operator", f"There are: {', '.join(operators)}.")
        return self.tested(name, attribute, said, f"{place}/value")

    def tested(
        self, name: str, attribute: Attribute | None, said: Mapping[str, Any], place: str
    ) -> str:
        """The test of one condition whose form is right."""
        facts, read = f"$.{name}[*]", self.reader(name)
        if attribute is not None:
            refers, facts = attribute.type in REFERENCES, f'$.attribute."{attribute.code}"[*]'
            read = self.reader(attribute.type) if refers else _attribute_reader(attribute)
            self.out.values["attributes"].append(attribute.code)
        operator, value = said["operator"], said["value"]
        if operator == "exists":
            if not isinstance(value, bool):
                return self.refuse(place, "Give true or false.")
            return f"{'' if value else '!'}exists({facts})"
        if operator in BOUNDS:
            bound = self.one(read, value, place)
            return "" if bound is None else self.bounded(facts, attribute, operator, bound)
        if not isinstance(value, list) or not 1 <= len(value) <= MAX_VALUES:
            return self.refuse(place, f"Give a list of 1 to {MAX_VALUES} values.")
        wanted = [self.one(read, each, f"{place}/{n}") for n, each in enumerate(value)]
        equal = " || ".join(f"@ == {self.literal(each)}" for each in wanted)
        return f"{'!' if operator == 'is_not' else ''}exists({facts} ? ({equal}))"

    def one(self, read: Callable[[Any, str], Any], value: Any, place: str) -> Any:
        try:
            return read(value, place)
        except Refused as refused:
            self.refuse(f"{place}{refused.place}", str(refused))
            return None

    def bounded(self, facts: str, attribute: Attribute | None, operator: str, bound: Any) -> str:
        sign = COMPARED[operator]
        if attribute is not None and attribute.type == "measurement":
            tests = [
                f"(@.unit == {self.literal(unit)} && @.value {sign} {limit:f})"
                for unit, limit in _limits(attribute.dimension, bound, operator)
            ]
            return f"exists({facts} ? ({' || '.join(tests)}))"
        return f"exists({facts} ? (@ {sign} {self.literal(bound)}))"

    def literal(self, value: Any) -> str:
        if isinstance(value, bool):
            return "true" if value else "false"
        if isinstance(value, int | Decimal):
            return f"{value:f}" if isinstance(value, Decimal) else str(value)
        name = f"v{len(self.out.values)}"
        self.out.values[name] = value
        return f"${name}"

    def reader(self, name: str) -> Callable[[Any, str], Any]:
        if name in REFERENCES:
            return lambda value, place: self.reference(name, value, place)
        readers = {"status": _status, "tag": _tag, "price": _number}
        return readers.get(name, _instant)

    def reference(self, name: str, value: Any, place: str) -> str:
        if not isinstance(value, str) or not CANONICAL_UUID.fullmatch(value):
            raise Refused(f"Give the id of a {name.replace('_', ' ')} (a UUID).")
        self.references[name].setdefault(UUID(value), place)
        return str(UUID(value))

    def ensure_references(self) -> None:
        for name, wanted in self.references.items():
            if wanted:
                rows: Any = REFERENCES[name]._default_manager.filter(pk__in=wanted)
                for missing in wanted.keys() - set(rows.values_list("pk", flat=True)):
                    self.refuse(wanted[missing], f"There is no {name.replace('_', ' ')} {missing}.")


def _status(value: Any, _: str) -> str:
    if value not in Product.Status.values:
        raise Refused(f"There are: {', '.join(Product.Status.values)}.")
    return str(value)


def _tag(value: Any, _: str) -> str:
    if not isinstance(value, str) or not value.strip() or len(value) > 100 or "\0" in value:
        raise Refused("Give a tag: 1 to 100 characters.")
    return value.strip()


def _number(value: Any, _: str) -> Decimal:
    return Decimal(decimal_text(value))


def _instant(value: Any, _: str) -> str:
    return instant_text(instant_of(value))


def _attribute_reader(attribute: Attribute) -> Callable[[Any, str], Any]:
    """Values are read as those of products are; what they must be like does not matter here."""
    if attribute.type in ("integer", "decimal"):
        return _number
    if attribute.type == "measurement":
        return lambda value, _: _measured(attribute.dimension, value)
    if attribute.type == "date":
        return _day
    kind = "choice" if attribute.type == "multi_choice" else attribute.type
    options = frozenset(row.code for row in attribute.options.all())
    spec = AttributeSpec(attribute.code, kind, attribute.dimension, options=options)
    return lambda value, _: clean_value(spec, value)


def _day(value: Any, _: str) -> str:
    if not isinstance(value, str) or not DAY.fullmatch(value):
        raise Refused("Give a day, such as 2026-03-01.")
    return str(clean_value(AttributeSpec("", "date"), value))


def _measured(dimension: str, value: Any) -> Fraction:
    clean = clean_value(AttributeSpec("", "measurement", dimension), value)
    return in_base_unit(dimension, clean["value"], clean["unit"])


def _limits(dimension: str, bound: Fraction, operator: str) -> Iterator[tuple[str, Decimal]]:
    """The bound in each unit, exact for every value that can be stored: they have 20 decimals."""
    for unit in DIMENSIONS[dimension]:
        known = unit_of(dimension, unit)
        assert known is not None
        scaled = (bound - known.offset) / known.factor * 10**DIGITS
        whole = -(-scaled // 1) if operator == "at_least" else scaled // 1
        yield unit, Decimal(whole).scaleb(-DIGITS)

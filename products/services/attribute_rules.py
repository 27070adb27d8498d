"""What an attribute may ask of its values, beyond their type."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from products.errors import InvalidValue
from products.models.units import DIMENSIONS, in_base_unit
from products.services.attribute_types import (
    AttributeSpec,
    Refused,
    clean_value,
    decimal_text,
)
from products.services.patterns import BadPattern, compiled

LENGTHS = frozenset({"min_length", "max_length"})
BOUNDS = frozenset({"min", "max"})
MAX_LENGTH = 100_000
# Type -> the rules that it knows.
KNOWN: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "text": LENGTHS | {"pattern"},
        "long_text": LENGTHS,
        "url": LENGTHS,
        "multi_choice": LENGTHS,
        "integer": BOUNDS,
        "decimal": BOUNDS,
        "date": BOUNDS,
        "datetime": BOUNDS,
        "measurement": BOUNDS | {"unit"},
    }
)


def ensure_dimension(type_: str, dimension: str) -> None:
    """Measurements have one that we know; nothing else has one."""
    if type_ == "measurement" and dimension not in DIMENSIONS:
        known = ", ".join(sorted(DIMENSIONS))
        raise InvalidValue(f"A measurement has one of: {known}.", pointer="/dimension")
    if type_ != "measurement" and dimension:
        raise InvalidValue("Only measurements have a dimension.", pointer="/dimension")


def clean_rules(type_: str, dimension: str, rules: Mapping[str, Any]) -> dict[str, Any]:
    """The rules in the form of the values that they judge. Raises InvalidValue."""
    known = KNOWN.get(type_, frozenset())
    for name in rules:
        if name not in known:
            there_are = f" It knows: {', '.join(sorted(known))}." if known else ""
            raise InvalidValue(
                f"{type_} has no rule {name[:50]!r}.{there_are}", pointer=f"/rules/{name}"
            )
    clean = {name: _clean(type_, name, value) for name, value in rules.items()}
    _ensure_unit(type_, dimension, clean)
    _ensure_order(type_, dimension, clean)
    return clean


def _clean(type_: str, name: str, value: Any) -> Any:
    try:
        if name in LENGTHS:
            return _length(value)
        if name == "pattern":
            return _pattern(value)
        if name == "unit":
            return value
        if type_ == "measurement":
            return decimal_text(value)
        return clean_value(AttributeSpec(code="", type=type_), value)
    except Refused as refused:
        raise InvalidValue(str(refused), pointer=f"/rules/{name}") from None


def _length(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= MAX_LENGTH:
        raise Refused(f"Give a whole number from 0 to {MAX_LENGTH}.")
    return value


def _pattern(value: Any) -> str:
    if not isinstance(value, str) or not value:
        raise Refused("Give a regular expression, such as [A-Z]{2}[0-9]+.")
    try:
        compiled(value)
    except BadPattern as bad:
        raise Refused(f"RE2 does not take this pattern: {bad}.") from None
    return value


def _ensure_unit(type_: str, dimension: str, rules: Mapping[str, Any]) -> None:
    if type_ != "measurement" or not rules:
        return
    unit = rules.get("unit")
    if not isinstance(unit, str) or unit not in DIMENSIONS[dimension]:
        known = ", ".join(DIMENSIONS[dimension])
        raise InvalidValue(f"Name the unit of min and max: {known}.", pointer="/rules/unit")


def _ensure_order(type_: str, dimension: str, rules: Mapping[str, Any]) -> None:
    def comparable(name: str) -> Any:
        value = rules[name]
        if type_ == "measurement":
            return in_base_unit(dimension, value, rules["unit"])
        return in_base_unit("ratio", value, "1") if type_ == "decimal" else value

    for least, most in (("min", "max"), ("min_length", "max_length")):
        if least in rules and most in rules and comparable(least) > comparable(most):
            raise InvalidValue(f"{most} is below {least}.", pointer=f"/rules/{most}")

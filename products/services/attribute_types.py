"""The types of attributes: for each, which JSON it accepts and the one form in which it is stored.

Pure functions: what they need to know of an attribute is in its `AttributeSpec`. A value that is
stored is accepted again, and gives itself.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from types import MappingProxyType
from typing import Any
from uuid import UUID

import orjson
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator

from catalog_project.api.serializers import CANONICAL_UUID, Instant
from products.models.units import DIMENSIONS, in_base_unit
from products.services.patterns import matches
from products.services.rich_text import NotAllowed, sanitized

MAX_TEXT = 10_000
MAX_LONG_TEXT = 100_000
MAX_URL = 2_000
MAX_JSON = 20_000
MAX_CHOICES = 100
# Every reader of JSON keeps these exactly (RFC 7493, section 2.2).
MAX_INTEGER = 2**53 - 1
DECIMAL = re.compile(r"-?[0-9]{1,30}(\.[0-9]{1,20})?")
COLOUR = re.compile(r"#([0-9a-f]{3}|[0-9a-f]{6}|[0-9a-f]{8})", re.IGNORECASE)
DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
is_url = URLValidator(schemes=["http", "https"])


class Refused(ValueError):
    """The attribute does not take the value; `place` is a pointer into it."""

    def __init__(self, detail: str, place: str = "") -> None:
        super().__init__(detail)
        self.place = place


@dataclass(frozen=True, slots=True)
class AttributeSpec:
    """What a value is judged by."""

    code: str
    type: str
    dimension: str = ""
    is_localizable: bool = False
    is_per_channel: bool = False
    rules: Mapping[str, Any] = field(default_factory=dict)
    options: frozenset[str] = frozenset()


def clean_value(spec: AttributeSpec, value: Any) -> Any:
    """The value in the form in which it is stored. Raises Refused."""
    return CLEANERS[spec.type](spec, value)


def _string(value: Any, most: int) -> str:
    if not isinstance(value, str):
        raise Refused("Give a JSON string.")
    if not value.strip():
        raise Refused("This may not be blank; null takes the value away.")
    if len(value) > most:
        raise Refused(f"At most {most} characters are kept; these are {len(value)}.")
    if "\0" in value or (not value.isprintable() and _has_surrogate(value)):
        raise Refused("NUL and half surrogate pairs cannot be stored.")
    return value


def _has_surrogate(value: str) -> bool:
    return any("\ud800" <= character <= "\udfff" for character in value)


def _within_length(spec: AttributeSpec, length: int, noun: str) -> None:
    least, most = spec.rules.get("min_length"), spec.rules.get("max_length")
    if least is not None and length < least:
        raise Refused(f"At least {least} {noun} are wanted; these are {length}.")
    if most is not None and length > most:
        raise Refused(f"At most {most} {noun} are allowed; these are {length}.")


def _within(spec: AttributeSpec, value: Any, read: Callable[[Any], Any]) -> None:
    least, most = spec.rules.get("min"), spec.rules.get("max")
    if least is not None and value < read(least):
        raise Refused(f"The least value is {least}.")
    if most is not None and value > read(most):
        raise Refused(f"The greatest value is {most}.")


def _text(spec: AttributeSpec, value: Any) -> str:
    text = _string(value, MAX_TEXT)
    _within_length(spec, len(text), "characters")
    pattern = spec.rules.get("pattern")
    if pattern is not None and not matches(pattern, text):
        raise Refused(f"The whole text must match {pattern}")
    return text


def _long_text(spec: AttributeSpec, value: Any) -> str:
    try:
        text = sanitized(_string(value, MAX_LONG_TEXT))
    except NotAllowed as lost:
        raise Refused(f"Not allowed in rich text: {lost}") from None
    _within_length(spec, len(text), "characters")
    # Escaping may have made it longer, and what is stored is accepted again.
    return _string(text, MAX_LONG_TEXT)


def _integer(spec: AttributeSpec, value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise Refused("Give a whole JSON number.")
    if abs(value) > MAX_INTEGER:
        raise Refused("Beyond ±9007199254740991: use a decimal attribute.")
    _within(spec, value, int)
    return value


def decimal_text(value: Any) -> str:
    """The number without superfluous zeros: "12.50" is "12.5". Raises Refused."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise Refused('Give an exact decimal as a string, such as "12.5".')
    text = value if isinstance(value, str) else _plain(value)
    if not DECIMAL.fullmatch(text):
        raise Refused('Give digits with a point, such as "12.5": at most 30 before it, 20 after.')
    sign, digits = ("-", text[1:]) if text.startswith("-") else ("", text)
    whole, _, fraction = digits.partition(".")
    whole, fraction = whole.lstrip("0") or "0", fraction.rstrip("0")
    short = f"{whole}.{fraction}" if fraction else whole
    return short if short == "0" else sign + short


def _plain(value: float) -> str:
    """The digits that the JSON number was written with, without an exponent."""
    exact = Decimal(repr(value))
    return f"{exact:f}" if exact.is_finite() and abs(exact.adjusted()) < 50 else "beyond"


def _decimal(spec: AttributeSpec, value: Any) -> str:
    text = decimal_text(value)
    _within(spec, Decimal(text), Decimal)
    return text


def _boolean(_: AttributeSpec, value: Any) -> bool:
    if not isinstance(value, bool):
        raise Refused("Give true or false.")
    return value


def _date(spec: AttributeSpec, value: Any) -> str:
    if not isinstance(value, str) or not DAY.fullmatch(value):
        raise Refused("Give a day, such as 2026-03-01.")
    try:
        day = date.fromisoformat(value)
    except ValueError:
        raise Refused("There is no such day.") from None
    _within(spec, day, date.fromisoformat)
    return day.isoformat()


def instant_of(value: Any) -> datetime:
    """The instant that a text of RFC 3339 names, in UTC. Raises Refused."""
    if not isinstance(value, str) or not Instant.FORM.fullmatch(value):
        raise Refused("Give date, time and offset, such as 2026-03-01T09:00:00Z (RFC 3339).")
    try:
        return datetime.fromisoformat(value).astimezone(UTC)
    except (ValueError, OverflowError):
        raise Refused("There is no such instant.") from None


def instant_text(instant: datetime) -> str:
    """The form in which instants are stored, and sort."""
    return f"{instant.year:04}-{instant:%m-%dT%H:%M:%S.%fZ}"


def _datetime(spec: AttributeSpec, value: Any) -> str:
    instant = instant_of(value)
    _within(spec, instant, datetime.fromisoformat)
    return instant_text(instant)


def _colour(_: AttributeSpec, value: Any) -> str:
    if not isinstance(value, str) or not COLOUR.fullmatch(value):
        raise Refused("Give a colour as #rrggbb or #rrggbbaa.")
    digits = value[1:].lower()
    return f"#{digits}" if len(digits) > 3 else "#" + "".join(digit * 2 for digit in digits)


def _choice(spec: AttributeSpec, value: Any) -> str:
    if not isinstance(value, str) or value not in spec.options:
        raise Refused(f"There is no option {str(value)[:50]!r}.")
    return value


def _multi_choice(spec: AttributeSpec, value: Any) -> list[str]:
    """Stored in the order of codes; documents print it in the order of the options."""
    if not isinstance(value, list) or not value:
        raise Refused("Give a list of option codes; null takes the value away.")
    if len(value) > MAX_CHOICES:
        raise Refused(f"At most {MAX_CHOICES} options can be chosen.")
    for index, code in enumerate(value):
        if not isinstance(code, str) or code not in spec.options:
            raise Refused(f"There is no option {str(code)[:50]!r}.", f"/{index}")
        if code in value[:index]:
            raise Refused(f"{code!r} is given twice.", f"/{index}")
    _within_length(spec, len(value), "options")
    return sorted(value)


def _measurement(spec: AttributeSpec, value: Any) -> dict[str, str]:
    if not isinstance(value, dict) or value.keys() != {"value", "unit"}:
        raise Refused('Give {"value": "12.5", "unit": "cm"}.')
    unit, known = value["unit"], DIMENSIONS[spec.dimension]
    if not isinstance(unit, str) or unit not in known:
        raise Refused(f"Units of {spec.dimension}: {', '.join(known)}.", "/unit")
    try:
        amount = decimal_text(value["value"])
    except Refused as refused:
        raise Refused(str(refused), "/value") from None
    base = in_base_unit(spec.dimension, amount, unit)
    _within(spec, base, lambda bound: in_base_unit(spec.dimension, bound, spec.rules["unit"]))
    return {"value": amount, "unit": unit}


def _reference(spec: AttributeSpec, value: Any) -> str:
    if not isinstance(value, str) or not CANONICAL_UUID.fullmatch(value):
        raise Refused(f"Give the id of a {spec.type} (a UUID).")
    return str(UUID(value))


def _url(spec: AttributeSpec, value: Any) -> str:
    text = _string(value, MAX_URL)
    try:
        is_url(text)
    except ValidationError:
        raise Refused("Give an address with http:// or https://.") from None
    _within_length(spec, len(text), "characters")
    return text


def _json(_: AttributeSpec, value: Any) -> Any:
    try:
        size = len(orjson.dumps(value))
    except TypeError:
        raise Refused("This is no JSON value that can be stored.") from None
    if value is None:
        raise Refused("null takes the value away; it is none itself.")
    if size > MAX_JSON:
        raise Refused(f"At most {MAX_JSON} bytes are kept.")
    if b"\\u0000" in orjson.dumps(value):
        raise Refused("NUL cannot be stored.")
    return value


CLEANERS: Mapping[str, Callable[[AttributeSpec, Any], Any]] = MappingProxyType(
    {
        "text": _text,
        "long_text": _long_text,
        "integer": _integer,
        "decimal": _decimal,
        "boolean": _boolean,
        "date": _date,
        "datetime": _datetime,
        "colour": _colour,
        "choice": _choice,
        "multi_choice": _multi_choice,
        "measurement": _measurement,
        "product": _reference,
        "category": _reference,
        "url": _url,
        "json": _json,
    }
)

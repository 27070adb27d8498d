"""Cells of attributes as values of the API: the attribute's type says what a text means."""

import re
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal, InvalidOperation
from types import MappingProxyType
from typing import Any

import orjson

from products.models.units import DIMENSIONS
from products.services.attribute_types import AttributeSpec, Refused
from products.services.rich_text import NotAllowed, cleaned, sanitized
from products.transfer.records import Text

YES = frozenset({"true", "yes", "y", "1", "on", "t"})
NO = frozenset({"false", "no", "n", "0", "off", "f"})
SEPARATORS = (",", ";", "|")
NUMBER = re.compile(r"([+-]?[0-9][0-9.,]*)\s*(.*)", re.DOTALL)
MIDNIGHT = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})[T ]00:00(:00(\.0+)?)?(Z|[+-][0-9:]{4,6})?")
# What other programs call our units; else the name itself, whatever its case.
UNITS = MappingProxyType(
    {
        "gram": "g", "grams": "g", "kilogram": "kg", "kilograms": "kg", "milligram": "mg",
        "ounce": "oz", "ounces": "oz", "pound": "lb", "pounds": "lb", "lbs": "lb", "ton": "t",
        "meter": "m", "metre": "m", "meters": "m", "millimeter": "mm", "millimetre": "mm",
        "centimeter": "cm", "centimetre": "cm", "decimeter": "dm", "kilometer": "km",
        "inch": "in", "inches": "in", "foot": "ft", "feet": "ft", "yard": "yd", "mile": "mi",
        "liter": "l", "litre": "l", "milliliter": "ml", "millilitre": "ml", "centiliter": "cl",
        "second": "s", "minute": "min", "hour": "h", "day": "d", "week": "wk",
        "celsius": "°C", "fahrenheit": "°F", "kelvin": "K", "percent": "%",
        "watt": "W", "kilowatt": "kW", "volt": "V", "ampere": "A", "milliampere": "mA",
        "hertz": "Hz", "kilohertz": "kHz", "megahertz": "MHz", "gigahertz": "GHz",
        "byte": "B", "kilobyte": "kB", "megabyte": "MB", "gigabyte": "GB", "terabyte": "TB",
        "square_meter": "m2", "square_centimeter": "cm2", "cubic_meter": "m3",
        "cubic_centimeter": "cm3", "bar": "bar", "pascal": "Pa", "joule": "J", "lumen": "lm",
        "decibel": "dB", "pixel": "px", "megapixel": "MP", "dots_per_inch": "dpi",
    }
)  # fmt: skip


def value_of(spec: AttributeSpec, cell: Text, options: Mapping[str, str]) -> Any:
    """`options`: label or code -> code. Raises Refused."""
    text = cell.text.strip()
    if spec.type == "measurement":
        return _measurement(spec, text, cell.unit)
    if spec.type == "choice":
        return _option(text, options)
    if spec.type == "multi_choice":
        return _options(text, options)
    read = READERS.get(spec.type)
    return read(text) if read else text


def option_names(value: Any) -> Iterator[str]:
    """Every word of the cell that may name an option."""
    if isinstance(value, Text):
        text = value.text.strip()
        yield text
        for separator in SEPARATORS:
            if separator in text:
                yield from (part.strip() for part in text.split(separator))
    elif isinstance(value, str):
        yield value
    elif isinstance(value, list | dict):
        for inner in value.values() if isinstance(value, dict) else value:
            yield from option_names(inner)


def rich_text(text: str) -> tuple[str, bool]:
    """HTML as it can be kept, and whether something of it had to go."""
    try:
        sanitized(text)
    except NotAllowed:
        return cleaned(text), True
    return text, False


def _integer(text: str) -> int:
    try:
        number = Decimal(text)
    except InvalidOperation:
        raise Refused(f"{text[:40]!r} is no whole number.") from None
    if not number.is_finite() or number != number.to_integral_value():
        raise Refused(f"{text[:40]!r} is no whole number.")
    return int(number)


def _decimal(text: str) -> str:
    try:
        number = Decimal(text)
    except InvalidOperation:
        raise Refused(
            f"{text[:40]!r} is no number. Write it like 1299.95: a point, no thousands separator."
        ) from None
    return f"{number:f}" if number.is_finite() and abs(number.adjusted()) < 50 else text


def _boolean(text: str) -> bool:
    said = text.casefold()
    if said not in YES | NO:
        raise Refused(f"{text[:40]!r} is neither yes nor no: give true or false.")
    return said in YES


def _date(text: str) -> str:
    """Programs that know instants alone write a day as its midnight."""
    midnight = MIDNIGHT.fullmatch(text)
    return midnight[1] if midnight else text


def _json(text: str) -> Any:
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:
        raise Refused("This is no JSON.") from None


READERS: Mapping[str, Callable[[str], Any]] = MappingProxyType(
    {
        "integer": _integer,
        "decimal": _decimal,
        "boolean": _boolean,
        "date": _date,
        "json": _json,
    }
)


def _measurement(spec: AttributeSpec, text: str, unit: str) -> dict[str, str]:
    found = NUMBER.fullmatch(text)
    if found is None:
        raise Refused(f"{text[:40]!r} does not begin with a number.")
    amount, rest = found[1], found[2].strip()
    named = unit.strip() or rest or spec.rules.get("unit", "")
    return {"value": _decimal(amount), "unit": _unit(spec.dimension, named)}


def _unit(dimension: str, name: str) -> str:
    known = DIMENSIONS[dimension]
    if name in known:
        return name
    lower = name.casefold()
    alias = UNITS.get(lower, lower)
    if alias in known:
        return alias
    same = [unit for unit in known if unit.casefold() == lower]
    return same[0] if len(same) == 1 else name


def _option(text: str, options: Mapping[str, str]) -> str:
    return options.get(text, text)


def _options(text: str, options: Mapping[str, str]) -> list[str]:
    if text in options:
        return [options[text]]
    for separator in SEPARATORS:
        parts = [part.strip() for part in text.split(separator) if part.strip()]
        if len(parts) > 1 and all(part in options for part in parts):
            return list(dict.fromkeys(options[part] for part in parts))
    separator = next((each for each in SEPARATORS if each in text), SEPARATORS[0])
    parts = [part.strip() for part in text.split(separator) if part.strip()]
    return list(dict.fromkeys(options.get(part, part) for part in parts))

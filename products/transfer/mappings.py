"""Mapping files: what the columns of any file mean. JSON, strict: what is not known is an error.

docs/formats.md is their reference; `draft_mapping` writes a first one.
"""

import difflib
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, NoReturn

from products.models.shapes import CODE_FORM
from products.models.units import DIMENSIONS
from products.services.prices import CURRENCIES
from products.transfer.mapping_fields import COMMON, FIELDS, FLAGS, NEEDED, TYPES, Target
from products.transfer.readers.amounts import LENGTH_UNITS, WEIGHT_UNITS
from products.transfer.readers.entries import CODECS, FileOptions
from products.transfer.records import FileRefused, Remark

VERSION = 1
MAX_BYTES = 1024 * 1024
MAX_TARGETS = 2_000


@dataclass(frozen=True, slots=True)
class FileMapping:
    targets: tuple[Target, ...]
    ignored: frozenset[str] = frozenset()  # columns that are left out on purpose
    file: FileOptions = field(default_factory=FileOptions)
    group_by: str = ""  # the column whose cell says which lines are one product
    product_type: Mapping[str, str] = field(default_factory=dict)  # slug and name


# Keys of a mapping file. The second are defaults of all columns that have such an option.
KEYS = ("version", "file", "group_by", "product_type", "columns", "constants", "remarks")
DEFAULTS = ("decimal", "currency", "locale", "list_separator", "separator", "html")
FILE_KEYS = ("encoding", "separator", "list", "variants", "columns")


def load_mapping(content: bytes) -> dict[str, Any]:
    """A mapping file as JSON, not judged yet. Raises FileRefused."""
    if len(content) > MAX_BYTES:
        refuse("", f"It is over {MAX_BYTES:,} bytes.", "Map only what is imported.")
    try:
        found = json.loads(content.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        refuse("", f"It is no JSON: {error}.", "Correct it.")
    if not isinstance(found, dict):
        refuse("", "It is no JSON object.", "Begin it with {.")
    return found


def parse_mapping(given: Mapping[str, Any]) -> FileMapping:
    """Raises FileRefused, which names the place and the nearest thing that is known."""
    _known("", given, (*KEYS, *DEFAULTS))
    if given.get("version") != VERSION:
        refuse("version", f"{given.get('version')!r} is no version.", f"Write {VERSION}.")
    defaults = {key: given[key] for key in DEFAULTS if key in given}
    columns, constants = given.get("columns", {}), given.get("constants", [])
    if not isinstance(columns, dict) or not isinstance(constants, list):
        refuse("columns", "columns are an object, constants a list.", "See docs/formats.md.")
    targets: list[Target] = []
    ignored: set[str] = set()
    for column, said in columns.items():
        if said is None:
            ignored.add(column)
        for each in said if isinstance(said, list) else [said] if said is not None else []:
            targets.append(_target(f"columns.{column}", column, each, defaults))
    for number, each in enumerate(constants):
        targets.append(_constant(f"constants.{number}", each, defaults))
    if len(targets) > MAX_TARGETS:
        refuse("columns", f"There are more than {MAX_TARGETS:,}.", "Map fewer columns.")
    mapping = FileMapping(
        tuple(targets),
        frozenset(ignored),
        _file(given.get("file", {})),
        _text("group_by", given.get("group_by", "")),
        _product_type(given.get("product_type", {})),
    )
    _ensure_whole(mapping)
    return mapping


def _target(place: str, column: str, said: Any, defaults: Mapping[str, Any], *extra: str) -> Target:
    options = {"field": said} if isinstance(said, str) else said
    if not isinstance(options, dict) or "field" not in options:
        refuse(place, "It names no field.", 'Write "name", or {"field": "name"}.')
    name = options["field"]
    if not isinstance(name, str) or name not in FIELDS:
        refuse(place, f"There is no field {name!r}.", nearest(str(name), FIELDS))
    allowed = FIELDS[name]
    _known(place, options, (*allowed, *COMMON, *extra))
    values = {key: value for key, value in defaults.items() if key in allowed}
    values |= {key: value for key, value in options.items() if key not in extra}
    needed = NEEDED.get(name)
    if needed and not values.get(needed):
        refuse(place, f"The field {name} needs {needed}.", f'Add "{needed}": "...".')
    return Target(column=column, **{key: _option(place, key, values[key]) for key in values})


def _constant(place: str, said: Any, defaults: Mapping[str, Any]) -> Target:
    if not isinstance(said, dict) or not isinstance(said.get("value"), str):
        refuse(place, "It has no value.", 'Write {"field": "brand", "value": "Acme"}.')
    return _target(place, "", {**said, "default": said["value"]}, defaults, "value")


def _option(place: str, key: str, value: Any) -> Any:
    where = f"{place}.{key}"
    if key in FLAGS:
        if not isinstance(value, bool):
            refuse(where, "It is neither true nor false.", "Write true or false.")
        return value
    if key in {"divide_by", "min_quantity"}:
        if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= 1_000_000:
            refuse(where, "It is no whole number from 1 to 1,000,000.", "Write 100 for cents.")
        return value
    if key == "map":
        return _map(where, value)
    text = _text(where, value)
    if key in CHOICES and text not in CHOICES[key]:
        refuse(where, f"There is no {text!r}.", nearest(text, CHOICES[key]))
    if key in {"separator", "list_separator"} and not text:
        refuse(where, "It is empty.", "Write what stands between two values.")
    return text


CHOICES: Mapping[str, Iterable[str]] = {
    "decimal": (".", ","),
    "html": ("keep", "text", "sanitize"),
    "on": ("product", "variant"),
    "type": TYPES,
    "currency": CURRENCIES,
    "unit": (*WEIGHT_UNITS, *LENGTH_UNITS),
    "dimension": tuple(DIMENSIONS),
}


def _map(place: str, value: Any) -> dict[str, str]:
    if not isinstance(value, dict) or not all(isinstance(each, str) for each in value.values()):
        refuse(place, "It is no object of texts.", 'Write {"in stock": "published"}.')
    return {key.strip().casefold(): each for key, each in value.items()}


def _file(given: Any) -> FileOptions:
    if not isinstance(given, dict):
        refuse("file", "It is no object.", 'Write {"separator": ";"}.')
    _known("file", given, FILE_KEYS)
    columns = given.get("columns", [])
    if not isinstance(columns, list) or not all(isinstance(each, str) for each in columns):
        refuse("file.columns", "It is no list of names.", 'Write ["sku", "name"].')
    said = {key: _text(f"file.{key}", given[key]) for key in given if key != "columns"}
    if said.get("encoding") and said["encoding"].lower() not in CODECS:
        refuse("file.encoding", f"There is no {said['encoding']!r}.", nearest("utf-8", CODECS))
    if len(said.get("separator", "")) > 1:
        refuse("file.separator", "It is more than one character.", "Write one.")
    said["encoding"] = said.get("encoding", "").lower()
    return FileOptions(**said, columns=tuple(columns))


def _product_type(given: Any) -> dict[str, str]:
    if not isinstance(given, dict):
        refuse("product_type", "It is no object.", 'Write {"slug": "shoe", "name": "Shoe"}.')
    _known("product_type", given, ("slug", "name"))
    if given and not given.get("slug"):
        refuse("product_type", "It has no slug.", 'Write {"slug": "shoe", "name": "Shoe"}.')
    return {key: _text(f"product_type.{key}", value) for key, value in given.items()}


def _ensure_whole(mapping: FileMapping) -> None:
    """What is allowed alone may be wrong together."""
    if not mapping.targets:
        refuse("columns", "No column is mapped.", 'Write {"Title": "name"}.')
    for target in mapping.targets:
        place = f"columns.{target.column}"
        if target.field == "attribute":
            if not mapping.product_type:
                refuse(
                    "product_type", "Attributes need it.", 'Write {"slug": "...", "name": "..."}.'
                )
            if not re.fullmatch(CODE_FORM, target.code):
                refuse(place, f"{target.code!r} is no code.", "Use letters, digits, - and _.")
            if target.type == "measurement" and not target.dimension:
                refuse(place, "A measurement needs a dimension.", 'Add "dimension": "length".')
        units = WEIGHT_UNITS if target.field == "weight" else LENGTH_UNITS
        is_measured = target.field in {"weight", "length", "width", "height"}
        if is_measured and target.unit and target.unit not in units:
            refuse(place, f"{target.unit!r} is no unit of it.", nearest(target.unit, units))
    twice = [each for each in mapping.targets if each.field in {"name", "sku", "slug"}]
    seen: dict[tuple[str, str], str] = {}
    for target in twice:
        key = (target.field, target.locale)
        if key in seen:
            said = f"{seen[key]!r} and {target.column!r} are both {target.field}."
            refuse(f"columns.{target.column}", said, "Map one of them.")
        seen[key] = target.column


def _known(place: str, given: Mapping[str, Any], known: Iterable[str]) -> None:
    names = set(known)
    for key in given:
        if key not in names:
            refuse(f"{place}.{key}".strip("."), f"There is no {key!r} here.", nearest(key, names))


def _text(place: str, value: Any) -> str:
    if not isinstance(value, str):
        refuse(place, f"{value!r} is no text.", "Write a text in quotes.")
    return value


def nearest(word: str, known: Iterable[str]) -> str:
    """What was probably meant."""
    names = sorted(known)
    near = difflib.get_close_matches(word, names, n=1)
    return f"Did you mean {near[0]!r}?" if near else f"Use one of {', '.join(names)[:400]}."


def refuse(place: str, message: str, remedy: str) -> NoReturn:
    where = f"The mapping, at {place}: " if place else "The mapping: "
    raise FileRefused(Remark("invalid-mapping", 0, where + message, remedy))

"""Filters by attribute: `attributes.<code>`, with `.min`, `.max` or `.exists` behind it.

The query string is read once and remembered (product_filters), the attributes are looked up for
each request: one statement, for requests that ask for any.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from types import MappingProxyType
from typing import Any, NoReturn

from django.http import QueryDict
from rest_framework import serializers

from catalog_project.api.serializers import did_you_mean
from products.documents.conditions import ATTRIBUTES
from products.documents.facts import LONGEST, ORDERED, UNREAD, keys_between, measured
from products.documents.filterable import Filterable, filterable_attributes, filterable_codes
from products.models.units import DIMENSIONS, in_base_unit
from products.services.attribute_types import AttributeSpec, Refused, clean_value

MAX_TESTS = 20
MAX_VALUES = 50  # of one filter
MOST_NAMED = 30  # attributes in the text of a refusal
CODE = "[A-Za-z0-9][A-Za-z0-9_-]{0,99}"
NAME = re.compile(rf"attributes\.({CODE})(?:\.(min|max|exists))?")
MEASURE = re.compile(r"(-?[0-9]{1,30}(?:\.[0-9]{1,20})?) ?(\S{1,20})")
WHOLE = re.compile(r"-?[0-9]{1,16}")
# Beyond every number that can be stored.
LEAST, MOST = "-1e99", "1e99"
EPOCH = date(1970, 1, 1)
EPOCH_INSTANT = datetime(1970, 1, 1, tzinfo=UTC)
BOOLEANS = {"true": True, "false": False}


@dataclass(frozen=True, slots=True)
class AttributeTest:
    """What one parameter of the query asks for, as it stands there."""

    code: str
    kind: str  # min, max, exists, or nothing: one of the texts
    texts: tuple[str, ...]

    @property
    def parameter(self) -> str:
        return ATTRIBUTES + self.code + (f".{self.kind}" if self.kind else "")


def read_attribute_tests(
    parameters: QueryDict,
) -> tuple[tuple[AttributeTest, ...], dict[str, str]]:
    """The tests, and what is wrong with each parameter of the wrong form."""
    errors: dict[str, str] = {}
    tests = []
    for name, texts in parameters.lists():
        if not name.startswith(ATTRIBUTES):
            continue
        form = NAME.fullmatch(name)
        most = MAX_VALUES if form and not form[2] else 1
        if not form:
            errors[name] = "Name it attributes.<code>, with .min, .max or .exists behind it."
        elif len(texts) > most:
            errors[name] = "Give it once." if most == 1 else f"Give it at most {most} times."
        elif not all(text.strip() and len(text) <= LONGEST and "\0" not in text for text in texts):
            errors[name] = f"Give 1 to {LONGEST} characters."
        else:
            tests.append(AttributeTest(form[1], form[2] or "", tuple(sorted(set(texts)))))
    if len(tests) > MAX_TESTS:
        errors[tests[-1].parameter] = f"At most {MAX_TESTS} filters by attribute."
    return tuple(tests), errors


def attribute_filters(tests: Iterable[AttributeTest]) -> dict[str, Any]:
    """The filters of a Listing that these tests are.

    Raises ValidationError for attributes that do not exist or are not filterable, naming those
    that are, and for values that the attribute does not know.
    """
    asked = [*tests]
    known = filterable_attributes(sorted({test.code for test in asked})) if asked else {}
    errors: dict[str, Any] = {}
    filters: dict[str, Any] = {}
    bounds: dict[str, dict[str, str]] = {}
    for test in asked:
        try:
            attribute = known.get(test.code) or _refuse(test.code)
            if test.kind == "exists":
                kind = ".exists" if _flag(test.texts[0]) else ".absent"
                filters[f"{ATTRIBUTES}{test.code}{kind}"] = test.code
            elif test.kind:
                bounds.setdefault(test.code, {})[test.kind] = _bound(attribute, test.texts[0])
            else:
                tokens = sorted({f"{test.code}={_token(attribute, t)}" for t in test.texts})
                filters[ATTRIBUTES + test.code] = tokens
        except Refused as refused:
            errors[test.parameter] = [str(refused)]
    if errors:
        raise serializers.ValidationError(errors)
    for code, said in bounds.items():
        least, most = said.get("min", LEAST), said.get("max", MOST)
        keys = keys_between(code, float(least), float(most))
        limits = f'{{"least": {least}, "most": {most}}}'
        filters[f"{ATTRIBUTES}{code}.range"] = [code, limits, *keys]
    return filters


def _refuse(code: str) -> NoReturn:
    codes = filterable_codes()
    if not codes:
        raise Refused("No attribute is filterable.")
    names = f" There are: {', '.join(codes)}." if len(codes) <= MOST_NAMED else ""
    raise Refused(f"There is no filterable attribute {code!r}.{names or did_you_mean(code, codes)}")


def _flag(text: str) -> bool:
    if text not in BOOLEANS:
        raise Refused("Give true or false.")
    return BOOLEANS[text]


def _token(attribute: Filterable, text: str) -> str:
    """The value as `facts` has it. Raises Refused."""
    if attribute.type in UNREAD:
        raise Refused(f"Of {attribute.type} attributes, only .exists is known.")
    clean = _clean(attribute, text)
    if attribute.type in ("boolean", "integer"):
        return str(clean).lower()
    if attribute.type == "measurement":
        return f"{_number(attribute, clean).normalize():f}"
    return str(clean[0] if attribute.type == "multi_choice" else clean)


def _bound(attribute: Filterable, text: str) -> str:
    if attribute.type not in ORDERED:
        raise Refused(f"Only these have .min and .max: {', '.join(ORDERED)}.")
    return f"{_number(attribute, _clean(attribute, text)):f}"


def _clean(attribute: Filterable, text: str) -> Any:
    options = frozenset(attribute.options)
    spec = AttributeSpec(attribute.code, attribute.type, attribute.dimension, options=options)
    try:
        return clean_value(spec, READ.get(attribute.type, str)(text))
    except Refused as refused:
        if attribute.type == "measurement":
            units = ", ".join(DIMENSIONS[attribute.dimension])
            text = f"Give a number and a unit, such as 12.5 {_unit(attribute)}. Units: {units}."
            raise Refused(text) from None
        if options and len(options) <= MOST_NAMED:
            raise Refused(f"{refused} There are: {', '.join(attribute.options)}.") from None
        raise


def _unit(attribute: Filterable) -> str:
    return next(iter(DIMENSIONS[attribute.dimension]))


def _integer(text: str) -> int:
    if not WHOLE.fullmatch(text):
        raise Refused("Give a whole number.")
    return int(text)


def _measure(text: str) -> dict[str, str]:
    found = MEASURE.fullmatch(text.strip())
    return {"value": found[1], "unit": found[2]} if found else {}


# How a text becomes the JSON that the attribute takes; all other types take the text.
READ: Mapping[str, Callable[[str], Any]] = MappingProxyType(
    {
        "integer": _integer,
        "boolean": _flag,
        "multi_choice": lambda text: [text],
        "measurement": _measure,
    }
)


def _number(attribute: Filterable, clean: Any) -> Decimal:
    """The clean value as `numbers` has it."""
    if attribute.type == "date":
        return Decimal((date.fromisoformat(clean) - EPOCH).days)
    if attribute.type == "datetime":
        passed = datetime.fromisoformat(clean) - EPOCH_INSTANT
        return Decimal(passed // timedelta(microseconds=1)).scaleb(-6)
    if attribute.type == "measurement":
        return measured(in_base_unit(attribute.dimension, clean["value"], clean["unit"]))
    return Decimal(clean)


ATTRIBUTES_PARAMETER: dict[str, Any] = {
    "name": "attributes",
    "in": "query",
    "description": "By any filterable attribute: `attributes.wood=oak` (again for either value), "
    "`attributes.seat_height.min=40 cm`, `attributes.seat_height.max=50 cm`, "
    "`attributes.wood.exists=true`. Values are those of the attribute's type; a measurement is a "
    "number and a unit. The value of a product, or of any active variant of it, counts.",
    "schema": {
        "type": "object",
        "propertyNames": {"pattern": rf"^attributes\.{CODE}(\.(min|max|exists))?$"},
        "additionalProperties": {"type": "string", "minLength": 1, "maxLength": LONGEST},
        "maxProperties": MAX_TESTS,
    },
}

"""A rule as rows of a form: a condition is a field, an operator and a typed value.

What a rule may say is judged by the services; here it only gets inputs and words.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from django import forms
from django.conf import settings
from unfold.widgets import (
    UnfoldAdminDateWidget,
    UnfoldAdminSelect2MultipleWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminSplitDateTimeWidget,
    UnfoldAdminTextInputWidget,
)

from products.admin.category_choices import (
    IdSelectMultiple,
    is_id,
    labelled,
    membership_field,
)
from products.admin.text_fields import CommaListField
from products.models import Attribute, Brand, Category, Product, ProductType, Relation
from products.services.attribute_types import instant_text
from products.services.collection_rules import ATTRIBUTES, FIELDS, named_in

ATTRIBUTE = "attribute:"  # before the code, in the name of a row's field
LABELS = {
    "status": "Status",
    "product_type": "Product type",
    "brand": "Brand",
    "category": "Category, with all below it",
    "tag": "Tag",
    "price": "Lowest price",
    "created_at": "Created",
    "publish_at": "Time of publication",
}
OPERATORS = {
    "is": "is one of",
    "is_not": "is none of",
    "at_least": "is at least",
    "at_most": "is at most",
    "exists": "has a value",
    "exists_not": "has no value",
}
IN_TIME = {"at_least": "is not before", "at_most": "is not after"}
INSTANT = re.compile(r"(\d{4}-\d\d-\d\d)T(\d\d:\d\d).*Z")
WITHOUT_VALUE = {"exists", "exists_not"}
BOUNDS = {"at_least", "at_most"}
INSTANTS = {"created_at", "publish_at", "datetime"}
NUMBERS = {"price", "integer", "decimal"}
CHOSEN = {"status", "choice", "multi_choice", "boolean"}
TEXTS = {"tag", "text", "url", "colour"}
MODELS: Mapping[str, Any] = {
    "brand": Brand,
    "category": Category,
    "product": Product,
    "product_type": ProductType,
}


@dataclass
class Known:
    """What rows need of the database, asked for all of them at once."""

    attributes: dict[str, Attribute] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)  # id -> name, of what rows refer to

    @classmethod
    def of(cls, rule: Any, codes: Sequence[str] = (), ids: Sequence[str] = ()) -> "Known":
        conditions = list(named_in(rule))
        wanted = {*codes, *(each["attribute"] for each in conditions if "attribute" in each)}
        attributes = Attribute.objects.filter(code__in=wanted).prefetch_related("options")
        known = cls({row.code: row for row in attributes} if wanted else {})
        values = [each["value"] for each in conditions if isinstance(each["value"], list)]
        keys = {*ids, *(key for value in values for key in value if isinstance(key, str))}
        keys = {key for key in keys if is_id(key)}
        for model in MODELS.values() if keys else ():
            rows = model.objects.filter(pk__in=keys)
            label = "label" if model is Category else "name"
            rows = labelled(rows) if model is Category else rows
            known.names.update((str(key), name) for key, name in rows.values_list("pk", label))
        return known

    def kind_of(self, name: str) -> str | None:
        """The field itself, or the type of its attribute; None where there is none."""
        if not name.startswith(ATTRIBUTE):
            return name if name in LABELS else None
        attribute = self.attributes.get(name.removeprefix(ATTRIBUTE))
        return attribute.type if attribute else None

    def label_of(self, name: str) -> str:
        attribute = self.attributes.get(name.removeprefix(ATTRIBUTE))
        return LABELS.get(name) or (attribute.name if attribute else name)

    def operators_of(self, name: str) -> list[tuple[str, str]]:
        kind = self.kind_of(name) or ""
        possible = ATTRIBUTES[kind] if name.startswith(ATTRIBUTE) else FIELDS[kind]
        words = OPERATORS | (IN_TIME if kind in INSTANTS | {"date"} else {})
        named = [key for key in words if key.removesuffix("_not") in possible or key in possible]
        if "is_not" not in possible:
            named = [key for key in named if key != "is_not"]
        return [(key, words[key]) for key in named]


class RowForm(forms.Form):
    """One condition. Its prefix numbers it; its field is chosen when it is added, and stays."""

    field = forms.CharField(widget=forms.HiddenInput)
    operator = forms.ChoiceField(widget=UnfoldAdminSelectWidget)
    gone = forms.BooleanField(required=False)

    def __init__(self, name: str, known: Known, data: Any, number: int, stored: Any = None) -> None:
        """`stored` is the condition that the row showed at first."""
        shown = initial_of(stored)[1] if stored else {}
        super().__init__(data, prefix=f"c-{number}", initial={"field": name, **shown})
        self.name, self.known, self.stored = name, known, stored
        self.kind = known.kind_of(name) or ""
        self.label = known.label_of(name)
        if self.kind in INSTANTS and "value" in self.initial:
            self.initial["value"] = datetime.fromisoformat(self.initial["value"])
        self.fields["operator"].choices = known.operators_of(name)  # type: ignore[attr-defined]  # it has choices
        if (value := self._value_field()) is not None:
            self.fields["value"] = value

    def _value_field(self) -> forms.Field | None:
        attribute = self.known.attributes.get(self.name.removeprefix(ATTRIBUTE))
        if self.kind in MODELS:
            return _references(self.kind, self.known.names)
        if self.kind in CHOSEN:
            choices = _choices(self.kind, attribute)
            widget = UnfoldAdminSelect2MultipleWidget()
            return forms.MultipleChoiceField(choices=choices, widget=widget, required=False)
        return INPUTS[self.kind]() if self.kind in INPUTS else None

    def condition(self) -> dict[str, Any]:
        """As rules have it. What is no value is left to the service to say."""
        if self.stored and not self.has_changed():
            return dict(self.stored)
        operator, value = self.cleaned_data["operator"], self.cleaned_data.get("value")
        said: dict[str, Any] = {"field": self.name, "operator": operator}
        if self.name.startswith(ATTRIBUTE):
            said |= {"field": "attribute", "attribute": self.name.removeprefix(ATTRIBUTE)}
        if operator in WITHOUT_VALUE:
            return {**said, "operator": "exists", "value": operator == "exists"}
        return {**said, "value": self._written(operator, value)}

    def _written(self, operator: str, value: Any) -> Any:
        if self.kind in WRITERS:
            return None if value is None else WRITERS[self.kind](value)
        if operator in BOUNDS:
            return value[0] if len(value) == 1 else ", ".join(value)
        return list(value)


def _measured(text: str) -> dict[str, str]:
    number, _, unit = text.partition(" ")
    return {"value": number, "unit": unit.strip()}


def _instant_field() -> forms.Field:
    return forms.SplitDateTimeField(
        widget=UnfoldAdminSplitDateTimeWidget(), help_text="UTC.", required=False
    )


def _day_field() -> forms.Field:
    return forms.DateField(widget=UnfoldAdminDateWidget(), required=False)


def _list_field() -> forms.Field:
    return CommaListField(help_text="Several: separated by commas.", required=False)


def _measure_field() -> forms.Field:
    return forms.CharField(widget=UnfoldAdminTextInputWidget(), help_text="12.5 cm", required=False)


def _price_field() -> forms.Field:
    return CommaListField(help_text=f"In {settings.CATALOG_CURRENCY}.", required=False)


INPUTS: Mapping[str, Callable[[], forms.Field]] = {
    **dict.fromkeys(INSTANTS, _instant_field),
    **dict.fromkeys(TEXTS | NUMBERS, _list_field),
    "price": _price_field,
    "date": _day_field,
    "measurement": _measure_field,
}
WRITERS: Mapping[str, Callable[[Any], Any]] = {
    **dict.fromkeys(INSTANTS, lambda value: instant_text(value.astimezone(UTC))),
    **dict.fromkeys(MODELS, lambda rows: [str(row.pk) for row in rows]),
    "boolean": lambda texts: [each == "true" for each in texts],
    "date": lambda day: day.isoformat(),
    "measurement": _measured,
}


class _Chosen(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]  # not generic at run time
    def label_from_instance(self, obj: Any) -> str:
        return str(obj.name)


def _references(kind: str, names: Mapping[str, str]) -> forms.Field:
    fields: Mapping[str, Any] = {
        "brand": Product._meta.get_field("brand"),
        "product_type": Product._meta.get_field("product_type"),
        "product": Relation._meta.get_field("target"),
        "category": membership_field(),
    }
    widget = IdSelectMultiple.of(fields[kind], known=names)
    return _Chosen(queryset=MODELS[kind].objects.all(), widget=widget, required=False)


def _choices(kind: str, attribute: Attribute | None) -> list[tuple[str, str]]:
    if kind == "status":
        return [(str(key), str(label)) for key, label in Product.Status.choices]
    if kind == "boolean":
        return [("true", "Yes"), ("false", "No")]
    rows = attribute.options.all() if attribute else ()
    return [(row.code, row.label) for row in rows]


def is_flat(rule: Any) -> bool:
    """Whether rows can show it: one group, without others in it."""
    return not any("conditions" in each for each in rule["conditions"])


def initial_of(condition: Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
    """The field of a condition, and what the other inputs of its row show."""
    code = condition.get("attribute")
    name = condition["field"] if code is None else f"{ATTRIBUTE}{code}"
    operator, value = condition["operator"], condition["value"]
    if operator == "exists":
        return name, {"operator": "exists" if value else "exists_not"}
    if isinstance(value, dict):
        value = f"{value['value']} {value['unit']}"
    elif isinstance(value, list):
        value = [_as_text(each) for each in value]
    return name, {"operator": operator, "value": value}


def _instant_in_words(text: str) -> str:
    match = INSTANT.fullmatch(text)
    return f"{match[1]} {match[2]} UTC" if match else text


def _as_text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def in_words(rule: Any, known: Known) -> str:
    """The rule as a sentence."""
    return " ".join(_group(rule, known, is_inner=False))


def _group(rule: Any, known: Known, *, is_inner: bool) -> Iterator[str]:
    word = " and " if rule["match"] == "all" else " or "
    parts = [
        " ".join(_group(each, known, is_inner=True))
        if "conditions" in each
        else _sentence(each, known)
        for each in rule["conditions"]
    ]
    yield f"({word.join(parts)})" if is_inner and len(parts) > 1 else word.join(parts)


def _sentence(condition: Mapping[str, Any], known: Known) -> str:
    name, shown = initial_of(condition)
    words = dict(known.operators_of(name)) if known.kind_of(name) else OPERATORS
    value = shown.get("value", "")
    values = value if isinstance(value, list) else [_instant_in_words(str(value))]
    attribute = known.attributes.get(name.removeprefix(ATTRIBUTE))
    labels = {**known.names, **dict(_choices(known.kind_of(name) or "", attribute))}
    text = ", ".join(labels.get(each, each) for each in values)
    return f"{known.label_of(name)} {words[shown['operator']]} {text}".strip()

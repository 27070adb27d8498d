"""A product's type and the inputs for its attributes: what is typed is judged by the services."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.contrib import admin
from unfold.widgets import (
    UnfoldAdminSelect2MultipleWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminTextareaWidget,
    UnfoldAdminTextInputWidget,
)

from catalog_project.api.parsers import parse_json
from catalog_project.api.refusals import MalformedBody
from catalog_project.errors import DomainError
from products.admin.asked_once import asked_once
from products.admin.category_choices import CategoryField, IdSelect
from products.admin.keyed_inputs import (
    PREFIX,
    Place,
    Places,
    changed_values,
    input_at,
    places_for,
)
from products.admin.text_fields import JSONObjectField, ParsedField
from products.admin.translations import all_locales
from products.errors import AttributesRefused
from products.models import Attribute, Product, ProductTypeAttribute, Relation
from products.models.units import DIMENSIONS

# A type with more has one box with all values: thousands of inputs are no form.
MOST_INPUTS = 200
EMPTY = ("", "-")


class ValueField(ParsedField):
    """Text that stands for a value: what is no value of the type is left to the service to say."""

    def __init__(self, attribute: Attribute, **options: Any) -> None:
        self.attribute = attribute
        super().__init__(**options)

    def parse(self, text: str) -> Any:
        kind = self.attribute.type
        if kind == "integer":
            return int(text) if text.removeprefix("-").isdecimal() and len(text) < 20 else text
        if kind == "measurement":
            value, _, unit = text.partition(" ")
            return {"value": value, "unit": unit.strip()}
        return text

    def show(self, value: Any) -> str:
        if value is None:
            return ""
        if isinstance(value, dict):
            return f"{value['value']} {value['unit']}"
        return str(value)


class JSONValueField(JSONObjectField):
    """Any JSON value."""

    empty: Any = None

    def parse(self, text: str) -> Any:
        try:
            return parse_json(text.encode(), most_depth=20)
        except MalformedBody as error:
            raise forms.ValidationError(str(error.detail)) from None

    def prepare_value(self, value: Any) -> Any:
        return self.show(value) if not isinstance(value, str) or self._is_initial(value) else value

    def _is_initial(self, value: str) -> bool:
        return bool(value == self.initial)

    def show(self, value: Any) -> str:
        return "" if value is None else super().show(value) or "{}"


# Shown below the inputs.
HELP = {
    "long_text": "HTML: p, ul, li, strong, em, a, table, …",
    "date": "2026-03-01",
    "datetime": "2026-03-01T09:00:00Z",
    "colour": "#rrggbb",
}


class ProductField(forms.ModelChoiceField):  # type: ignore[type-arg]  # not generic at run time
    """Found by typing; its value is an id, as in the attributes."""

    def __init__(self, **options: Any) -> None:
        widget = IdSelect(Relation._meta.get_field("target"), admin.site)
        super().__init__(queryset=Product.objects.all(), widget=widget, **options)

    def clean(self, value: Any) -> str | None:
        chosen = super().clean(value)
        return None if chosen is None else str(chosen.pk)


class CategoryIdField(CategoryField):
    def clean(self, value: Any) -> str | None:
        chosen = super().clean(value)
        return None if chosen is None else str(chosen.pk)


REFERENCES = {"product": ProductField, "category": CategoryIdField}


def help_of(attribute: Attribute) -> str:
    """A measurement is written in one of the units of its dimension."""
    if attribute.type == "measurement":
        units = list(DIMENSIONS[attribute.dimension])
        return f"12.5 {units[0]}. Units: {', '.join(units)}."
    return HELP.get(attribute.type, "")


def input_of(assigned: ProductTypeAttribute, place: Place, value: Any) -> forms.Field:
    """The input for an attribute of the product, or for one of its values."""
    attribute = assigned.attribute
    label = attribute.name + (" *" if assigned.is_required else "")
    where = [place.channel.name] if place.channel else []
    if place.locale and not place.tab:
        where.append(place.locale.name)
    options: dict[str, Any] = {
        "label": " · ".join([label, *where]),
        "required": False,
        "initial": value,
        "help_text": help_of(attribute),
    }
    if attribute.type == "json":
        return JSONValueField(**{**options, "help_text": "JSON."})
    if attribute.type == "boolean":
        choices = [EMPTY, ("True", "Yes"), ("False", "No")]
        return forms.TypedChoiceField(
            choices=choices,
            coerce=lambda text: text == "True",
            empty_value=None,
            widget=UnfoldAdminSelectWidget(),
            **{**options, "initial": None if value is None else str(value)},
        )
    if attribute.type in REFERENCES:
        return REFERENCES[attribute.type](**{**options, "help_text": ""})
    if attribute.type in ("choice", "multi_choice"):
        return _choice(attribute, options)
    is_long = attribute.type == "long_text"
    widget = UnfoldAdminTextareaWidget() if is_long else UnfoldAdminTextInputWidget()
    return ValueField(attribute, widget=widget, **options)


def _choice(attribute: Attribute, options: dict[str, Any]) -> forms.Field:
    labels = [(option.code, option.label) for option in attribute.options.all()]
    if attribute.type == "choice":
        return forms.TypedChoiceField(
            choices=[EMPTY, *labels], empty_value=None, widget=UnfoldAdminSelectWidget(), **options
        )
    widget = UnfoldAdminSelect2MultipleWidget()
    return forms.TypedMultipleChoiceField(
        choices=labels, empty_value=None, widget=widget, **options
    )


@dataclass
class Inputs:
    """Those of a product's type, in its order."""

    fields: dict[str, forms.Field] = field(default_factory=dict)
    groups: dict[str, list[str]] = field(default_factory=dict)  # heading -> names
    tabs: dict[str, list[str]] = field(default_factory=dict)  # code of a locale -> names
    left_out: int = 0

    def fieldsets(self) -> list[Any]:
        """The inputs under the headings of their groups."""
        more = (
            {"description": f"{self.left_out} more channels and locales: through the API."}
            if self.left_out
            else {}
        )
        return [
            (f"Attributes: {group}" if group else "Attributes", {"fields": names, **more})
            for group, names in self.groups.items()
        ]


def attribute_inputs(request: Any, product: Product | None) -> Inputs:
    """Asked once for a page."""
    return asked_once(request, "attribute_inputs", lambda: _inputs(request, product))


def _inputs(request: Any, product: Product | None) -> Inputs:
    found = Inputs()
    if product is None or product.product_type_id is None:
        return found
    rows = ProductTypeAttribute.objects.filter(
        product_type=product.product_type_id, is_variant=False
    )
    if rows.count() > MOST_INPUTS:
        found.fields["attributes"] = JSONObjectField(
            required=False, initial=product.attributes, help_text="Code -> value, as JSON."
        )
        found.groups[""] = ["attributes"]
        return found
    assigned = list(
        rows.select_related("attribute").prefetch_related("attribute__options").order_by("position")
    )
    attributes = [each.attribute for each in assigned]
    is_localizable = any(each.is_localizable for each in attributes)
    places = places_for(attributes, all_locales(request) if is_localizable else ())
    found.left_out = places.left_out
    _fill(found, assigned, places, product)
    return found


def _fill(
    found: Inputs, assigned: list[ProductTypeAttribute], places: Places, product: Product
) -> None:
    for each in assigned:
        for place in places.of(each.attribute):
            value = place.value_in(product.attributes)
            found.fields[place.name] = input_of(each, place, value)
            if place.tab:
                found.tabs.setdefault(place.tab, []).append(place.name)
            else:
                found.groups.setdefault(each.attribute.group, []).append(place.name)


def changes_in(values: dict[str, Any], stored: Mapping[str, Any]) -> dict[str, Any]:
    """Takes the inputs out of the touched fields: code -> value, None where one was emptied."""
    names = [name for name in values if name.startswith(PREFIX)]
    changes = {name: values.pop(name) for name in names}
    return changed_values(
        stored,
        {name: None if value in ("", [], {}) else value for name, value in changes.items()},
    )


class AttributeInputs(forms.ModelForm):  # type: ignore[type-arg]  # not generic at run time
    """The part of the product's form that is about attributes."""

    refusal: DomainError | None
    accept_loss = forms.BooleanField(
        label="Take values away",
        required=False,
        help_text="Another type takes away the values that it does not have. It is refused first, "
        "and says what would be lost: tick this and save again to lose them.",
    )

    def described(self, values: dict[str, Any]) -> dict[str, Any]:
        """The touched fields as services take them."""
        values.pop("accept_loss", None)
        if "product_type" in values:
            values["product_type"] = values["product_type"] and values["product_type"].pk
        if changes := changes_in(values, self.instance.attributes or {}):
            values["attribute_changes"] = changes
        return values

    def place(self, pointer: str, message: str) -> None:
        """Show each flaw at its input."""
        flaws = (
            [(flaw.pointer, flaw.detail) for flaw in self.refusal.flaws]
            if isinstance(self.refusal, AttributesRefused)
            else [(pointer, message)]
        )
        for place, detail in flaws:
            name = input_at(place, self.fields) if place.startswith("/attributes/") else ""
            if name:
                self.add_error(name, detail)
            else:
                super().place(place, detail)  # type: ignore[misc]  # of ReadingForm

"""Attributes and product types in the admin, for publishers."""

import re
from typing import TYPE_CHECKING, Any, ClassVar
from uuid import UUID

from django import forms
from django.contrib import admin
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminTextareaWidget

from accounts.actors import Actor
from accounts.roles import Role, has_role
from products.admin.forms import VersionedForm
from products.admin.labels import Labelled, heading
from products.admin.saving import FACTS, ServiceAdmin
from products.admin.text_fields import JSONObjectField, ParsedField
from products.admin.translations import TranslatedAdmin, TranslationInputs
from products.models import Attribute, ProductType
from products.models.units import DIMENSIONS
from products.services import attributes, product_types

if TYPE_CHECKING:
    from django.http import HttpRequest

WORD = re.compile(r"[^\s:]+")
FLAGS = {"required": "is_required", "variant": "is_variant"}


class OptionLinesField(ParsedField):
    """An option a line, in order: `code: Label`. Translations of known codes stay."""

    widget = UnfoldAdminTextareaWidget
    empty: Any = []

    def parse(self, text: str) -> list[dict[str, str]]:
        options = []
        for line in filter(str.strip, text.split("\n")):
            code, _, label = (part.strip() for part in line.partition(":"))
            if not WORD.fullmatch(code):
                raise forms.ValidationError(f"Write options as code: Label, not {line[:40]!r}.")
            options.append({"code": code, "label": label or code})
        return options

    def show(self, value: Any) -> str:
        return "\n".join(f"{option['code']}: {option['label']}" for option in value)


class AssignmentLinesField(ParsedField):
    """An attribute a line, in order: its code, then `required` and `variant` where they hold."""

    widget = UnfoldAdminTextareaWidget
    empty: Any = []

    def parse(self, text: str) -> list[dict[str, Any]]:
        assignments = []
        for line in filter(str.strip, text.split("\n")):
            code, *flags = line.split()
            if unknown := [flag for flag in flags if flag not in FLAGS]:
                raise forms.ValidationError(
                    f"{code}: {unknown[0]!r} is neither required nor variant."
                )
            said = {name: flag in flags for flag, name in FLAGS.items()}
            assignments.append({"code": code, **said})
        return assignments

    def show(self, value: Any) -> str:
        return "\n".join(
            " ".join([each["code"], *(flag for flag, name in FLAGS.items() if each[name])])
            for each in value
        )


class ShapingForm(VersionedForm):
    accept_loss = forms.BooleanField(
        label="Take values away",
        required=False,
        help_text="Where products have values that this removes, it is refused first and says what "
        "would be lost. Tick this and save again to lose them.",
    )

    def touched(self) -> dict[str, Any]:
        values = super().touched()
        values.pop("accept_loss", None)
        return values


class AttributeForm(ShapingForm):
    dimension = forms.ChoiceField(
        required=False,
        choices=[("", "-"), *((name, name.replace("_", " ")) for name in DIMENSIONS)],
        widget=UnfoldAdminSelectWidget(),
        help_text="Of measurements.",
    )
    rules = JSONObjectField(
        required=False,
        help_text='{"min": 1, "max": 9}, {"min_length": 2, "max_length": 9, "pattern": "[A-Z]+"}; '
        'of measurements {"min": "1", "max": "2", "unit": "m"}.',
    )
    translations = JSONObjectField(
        required=False, help_text='{"de": {"name": "Farbe", "group": "Aussehen"}}'
    )
    options = OptionLinesField(
        required=False, help_text="Of choices: one a line, in order, as code: Label."
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not self.instance._state.adding:
            rows = self.instance.options.order_by("position")
            self.initial["options"] = [{"code": row.code, "label": row.label} for row in rows]


class ProductTypeForm(TranslationInputs, ShapingForm):
    assigned = AssignmentLinesField(
        label="Attributes",
        required=False,
        help_text="One a line, in the order in which pages show them: the attribute's code, then "
        "“required” if products need it to be published, “variant” if each variant has its own.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not self.instance._state.adding:
            rows = self.instance.assignments.select_related("attribute").order_by("position")
            self.initial["assigned"] = [
                {
                    "code": row.attribute.code,
                    "is_required": row.is_required,
                    "is_variant": row.is_variant,
                }
                for row in rows
            ]

    def touched(self) -> dict[str, Any]:
        values = super().touched()
        if "assigned" in values:
            values["attributes"] = values.pop("assigned")
        return values

    def place(self, pointer: str, message: str) -> None:
        super().place(pointer.replace("/attributes", "/assigned", 1), message)


class ShapingAdmin(ServiceAdmin):
    """Publishers shape the catalog; editors and viewers look."""

    least_to_delete = Role.PUBLISHER
    update_service: ClassVar[Any]
    takes_loss: ClassVar[bool] = True  # whether a change may take values away from products

    def has_add_permission(self, request: "HttpRequest", obj: Any = None) -> bool:
        return has_role(request.user, Role.PUBLISHER)

    def has_change_permission(self, request: "HttpRequest", obj: Any = None) -> bool:
        return has_role(request.user, Role.PUBLISHER)

    def values_of(self, request: Any, form: Any, formsets: Any) -> Any:
        values = form.touched()
        return (
            {**values, "accept_loss": form.cleaned_data["accept_loss"]}
            if self.takes_loss
            else (values)
        )

    def update(self, key: UUID, values: Any, **options: Any) -> None:
        options.pop("may_publish")
        if self.takes_loss:
            options["accept_loss"] = values.pop("accept_loss")
        type(self).update_service(key, values=values, **options)


@admin.register(Attribute)
class AttributeAdmin(ShapingAdmin):
    form = AttributeForm
    list_display = ("code", "name", "type", "group", heading("position"), "changed_at")
    list_filter = (
        "type",
        ("is_filterable", Labelled),
        ("is_localizable", Labelled),
        ("is_per_channel", Labelled),
    )
    search_fields = ("code", "name")
    ordering = ("code",)
    fieldsets = (
        (None, {"fields": ("code", "name", "type", "dimension", "options")}),
        (
            "Use",
            {"fields": ("is_filterable", "is_searchable", "is_localizable", "is_per_channel")},
        ),
        ("Rules, place, translations", {"fields": ("rules", "group", "position", "translations")}),
        ("Values that products have", {"fields": ("accept_loss",)}),
        FACTS,
    )
    update_service = staticmethod(attributes.update_attribute)

    def create(self, values: Any, actor: Actor) -> UUID:
        values.pop("accept_loss")
        return attributes.create_attribute(values=values, actor=actor).pk

    def delete(self, key: UUID, actor: Actor) -> None:
        attributes.delete_attribute(key, expected_version=None, actor=actor)

    # What somebody sees who may not edit.

    def options(self, attribute: Attribute) -> str:
        rows = attribute.options.order_by("position")
        return ", ".join(row.label for row in rows) or "-"

    def accept_loss(self, _: Attribute) -> str:
        return "-"


@admin.register(ProductType)
class ProductTypeAdmin(TranslatedAdmin, ShapingAdmin):
    form = ProductTypeForm
    list_display = ("name", "slug", "changed_at")
    search_fields = ("name", "slug")
    ordering = ("name", "pk")
    fieldsets = (
        (None, {"fields": ("name", "slug", "assigned")}),
        ("Values that products have", {"fields": ("accept_loss",)}),
        FACTS,
    )
    update_service = staticmethod(product_types.update_product_type)

    def create(self, values: Any, actor: Actor) -> UUID:
        values.pop("accept_loss")
        return product_types.create_product_type(values=values, actor=actor).pk

    def delete(self, key: UUID, actor: Actor) -> None:
        product_types.delete_product_type(key, expected_version=None, actor=actor)

    # What somebody sees who may not edit.

    def assigned(self, kind: ProductType) -> str:
        rows = kind.assignments.select_related("attribute").order_by("position")
        return ", ".join(row.attribute.name for row in rows) or "-"

    def accept_loss(self, _: ProductType) -> str:
        return "-"

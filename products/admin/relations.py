"""What goes with a product: rows on its page, and the kinds on pages of their own."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django import forms
from django.contrib import admin
from django.db.models import Q, QuerySet
from unfold.widgets import UnfoldAdminIntegerFieldWidget, UnfoldAdminTextInputWidget

from accounts.actors import Actor
from catalog_project.errors import DomainError
from products.admin.attributes import ShapingAdmin
from products.admin.category_choices import IdSelect, is_id
from products.admin.counting import count_of
from products.admin.forms import ReadingForm, VersionedForm
from products.admin.inlines import PartFormSet, PartInline
from products.admin.labels import heading
from products.admin.saving import FACTS
from products.admin.translations import TranslatedAdmin, TranslationInputs
from products.models import Relation, RelationKind, Variant
from products.models.relations import MAX_QUANTITY
from products.services import relation_kinds as services

if TYPE_CHECKING:
    from django.http import HttpRequest

LONGEST_KEY = 100  # of a SKU; an id is shorter
# The services' names -> the form's.
PLACES = {"product": "target", "variant": "variant_key"}


class RelationForm(ReadingForm):
    variant_key = forms.CharField(
        label="Variant",
        required=False,
        max_length=LONGEST_KEY,
        help_text="SKU or id of one of its variants. Empty: the product in general.",
        widget=UnfoldAdminTextInputWidget(attrs={"class": "catalog-code"}),
    )
    quantity = forms.IntegerField(
        required=False,
        min_value=1,
        max_value=MAX_QUANTITY,
        help_text="Of the parts of a bundle.",
        widget=UnfoldAdminIntegerFieldWidget(attrs={"class": "catalog-amount"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["position"].required = False
        self.fields["position"].label = "Order"
        if self.instance._state.adding:
            self.initial["position"] = None
        else:
            self.initial["variant_key"] = key_of(self.instance.variant)
            widget: Any = self.fields["target"].widget
            getattr(widget, "widget", widget).known = {  # inside the one with the links
                str(self.instance.target_id): str(self.instance.target)
            }

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        key, target = cleaned.get("variant_key"), cleaned.get("target")
        cleaned["variant"] = None
        if key and target:
            cleaned["variant"] = self._variant(key, target.pk)
            if cleaned["variant"] is None:
                self.add_error("variant_key", f"{target} has no variant {key!r}.")
        return cleaned

    def _variant(self, key: str, target: UUID) -> UUID | None:
        if key == self.initial.get("variant_key") and target == self.instance.target_id:
            return self.instance.variant_id  # type: ignore[no-any-return]  # of a model form
        named = Q(sku=key)
        if is_id(key):
            named |= Q(pk=key)
        return Variant.objects.filter(named, product=target).values_list("pk", flat=True).first()

    def values(self) -> dict[str, Any]:
        """The row as RelationValues."""
        cleaned = self.cleaned_data
        return {
            "kind": cleaned["kind"].code,
            "product": cleaned["target"].pk,
            "variant": cleaned["variant"],
            "quantity": cleaned.get("quantity") or 1,
        }

    def place(self, pointer: str, message: str) -> None:
        name = pointer.removeprefix("/").partition("/")[0]
        super().place(PLACES.get(name, name), message)


def key_of(variant: Variant | None) -> str:
    return "" if variant is None else variant.sku or str(variant.pk)


class RelationFormSet(PartFormSet):
    """The order of the list is the order of the relations, so rows are sorted by the numbers that
    somebody gave them; where two have the same, the one that was moved comes first."""

    part = "relations"

    def add_fields(self, form: Any, index: int | None) -> None:
        super().add_fields(form, index)
        form.fields["kind"].choices = self.kind_choices()

    def kind_choices(self) -> list[tuple[Any, str]]:
        """Asked once for all rows."""
        if not hasattr(self, "_kind_choices"):
            kinds = RelationKind.objects.values_list("pk", "name")
            self._kind_choices = [("", "---------"), *((key, name) for key, name in kinds)]
        return self._kind_choices

    def items(self) -> Iterator[tuple[dict[str, Any], Any]]:
        forms = {form.instance.pk: form for form in self.initial_forms}
        rows = Relation.objects.filter(product=self.instance.pk).select_related("kind")
        placed = [
            (row.position, True, _stored(row), None)
            if (form := forms.get(row.pk)) is None
            else (*_place(form, row.position), form.values(), form)
            for row in rows
            if row.pk not in forms or not _is_deleted(forms[row.pk])
        ]
        last = max((position for position, *_ in placed), default=-1)
        for form in self.extra_forms:
            if form.has_changed() and not _is_deleted(form):
                last += 1
                placed.append((*_place(form, last), form.values(), form))
        placed.sort(key=lambda item: item[:2])
        for _, _, values, form in placed:
            yield values, form

    def place(self, refusal: DomainError) -> None:
        """A kind or a product may be gone since the refusal: then its row says so itself."""
        if all(form.is_valid() for form in self.forms):
            super().place(refusal)


def _is_deleted(form: Any) -> bool:
    return bool(form.cleaned_data.get("DELETE"))


def _place(form: Any, otherwise: int) -> tuple[int, bool]:
    """The number, and whether nobody touched it."""
    given = form.cleaned_data.get("position")
    is_touched = given is not None and "position" in form.changed_data
    return (given if is_touched else otherwise), not is_touched


def _stored(row: Relation) -> dict[str, Any]:
    return {
        "kind": row.kind.code,
        "product": row.target_id,
        "variant": row.variant_id,
        "quantity": row.quantity,
    }


class RelationInline(PartInline):
    model = Relation
    fk_name = "product"
    form = RelationForm
    formset = RelationFormSet
    fields = ("kind", "target", "variant_key", "quantity", "position")
    autocomplete_fields = ("target",)

    def get_queryset(self, request: "HttpRequest") -> QuerySet[Relation]:
        queryset: QuerySet[Relation] = super().get_queryset(request)
        return queryset.select_related("kind", "target", "variant")

    def formfield_for_foreignkey(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
        if db_field.name == "target":
            kwargs.setdefault("widget", IdSelect(db_field, self.admin_site))
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    # What somebody sees who may not edit.

    @admin.display(description="Variant")
    def variant_key(self, relation: Relation) -> str:
        return key_of(relation.variant) or "-"


class RelationKindForm(TranslationInputs, VersionedForm):
    pass


@admin.register(RelationKind)
class RelationKindAdmin(TranslatedAdmin, ShapingAdmin):
    form = RelationKindForm
    list_display = (
        "name",
        "code",
        heading("is_bundle", boolean=True),
        heading("is_symmetric", boolean=True),
        "uses",
        heading("position"),
        "changed_at",
    )
    search_fields = ("code", "name")
    ordering = ("position", "code")
    fieldsets = (
        (None, {"fields": ("name", "code", "position")}),
        ("Nature", {"fields": ("is_bundle", "is_symmetric")}),
        FACTS,
    )
    takes_loss = False
    update_service = staticmethod(services.update_relation_kind)

    def get_readonly_fields(self, request: "HttpRequest", obj: Any = None) -> Sequence[str]:
        return (*self.readonly_fields, "code", "is_bundle") if obj else self.readonly_fields

    def formfield_for_dbfield(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if help_text := HELP.get(db_field.name):
            field.help_text = help_text
        return field

    def get_queryset(self, request: "HttpRequest") -> QuerySet[RelationKind]:
        queryset: QuerySet[RelationKind] = super().get_queryset(request)
        return queryset.annotate(relation_count=count_of(Relation, "kind"))

    @admin.display(description="relations")
    def uses(self, kind: Any) -> int:
        return int(kind.relation_count)

    def create(self, values: Any, actor: Actor) -> UUID:
        return services.create_relation_kind(values=values, actor=actor).pk

    def delete(self, key: UUID, actor: Actor) -> None:
        services.delete_relation_kind(key, expected_version=None, actor=actor)


HELP = {
    "code": "Programs know the kind by it: it stays as it is.",
    "position": "Small numbers come first.",
    "is_bundle": "Its relations are parts, each with a quantity. It stays as it is.",
    "is_symmetric": "Told of one product, it is shown on both.",
}

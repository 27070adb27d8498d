"""What staff say of search: synonyms, and what the results of a query show first or last."""

from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.contrib import admin
from django.db.models import QuerySet

from accounts.actors import Actor
from products.admin.attributes import ShapingAdmin
from products.admin.category_choices import IdSelect
from products.admin.counting import count_of
from products.admin.forms import ReadingForm, VersionedForm
from products.admin.inlines import PartFormSet, PartInline
from products.admin.saving import FACTS
from products.admin.text_fields import CommaListField
from products.models import CuratedProduct, Curation, Synonym
from products.models.search_rules import LONGEST_PHRASE, MAX_CURATED
from products.services import curations, synonyms
from products.services.curations import PLACES

if TYPE_CHECKING:
    from django.http import HttpRequest


class SynonymForm(VersionedForm):
    phrases = CommaListField(
        most_characters=LONGEST_PHRASE,
        help_text="Words, or phrases of several, such as: sofa, couch, settee. Each stands for all "
        "others.",
    )
    means = CommaListField(
        required=False,
        most_characters=LONGEST_PHRASE,
        help_text="Where this is filled in, the phrases stand for these, too, and not the other "
        "way round.",
    )

    def touched(self) -> dict[str, Any]:
        return with_codes(super().touched())


@admin.register(Synonym)
class SynonymAdmin(ShapingAdmin):
    form = SynonymForm
    list_display = ("said", "meant", "locale", "changed_at")
    list_display_links = ("said",)
    list_filter = ("locale",)
    list_select_related = ("locale",)
    search_fields = ("phrases", "means")
    ordering = ("-pk",)
    fieldsets = ((None, {"fields": ("locale", "phrases", "means")}), FACTS)
    takes_loss = False
    update_service = staticmethod(synonyms.update_synonym)

    @admin.display(description="phrases")
    def said(self, synonym: Synonym) -> str:
        return ", ".join(synonym.phrases)

    @admin.display(description="means")
    def meant(self, synonym: Synonym) -> str:
        return ", ".join(synonym.means) or "each other"

    phrases, means = said, meant  # what somebody sees who may not edit

    def create(self, values: Any, actor: Actor) -> UUID:
        return synonyms.create_synonym(values=values, actor=actor).pk

    def delete(self, key: UUID, actor: Actor) -> None:
        synonyms.delete_synonym(key, expected_version=None, actor=actor)


class CuratedForm(ReadingForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["position"].required = False
        if self.instance._state.adding:
            self.initial["position"] = None
            return
        widget: Any = self.fields["product"].widget
        getattr(widget, "widget", widget).known = {  # inside the one with the links
            str(self.instance.product_id): str(self.instance.product)
        }


class CuratedFormSet(PartFormSet):
    """All products of the query are on one page: the service takes each list as a whole."""

    def clean(self) -> None:
        """What the service refused stands above the form."""

    def lists(self) -> dict[str, list[UUID]]:
        """By place, in the order of the numbers that somebody gave them. Of two with the same
        number the one that was moved comes first, and what has none comes last."""
        placed: dict[str, list[tuple[int, bool, UUID]]] = {name: [] for name in PLACES}
        for form in self.forms:
            row = form.cleaned_data
            if not row.get("product") or row.get("DELETE"):
                continue
            number = row.get("position")
            is_moved = "position" in form.changed_data
            order = MAX_CURATED if number is None else number
            placed[row["place"]].append((order, not is_moved, row["product"].pk))
        return {
            name: [key for *_, key in sorted(rows, key=lambda row: row[:2])]
            for name, rows in placed.items()
        }


class CuratedInline(PartInline):
    model = CuratedProduct
    form = CuratedForm
    formset = CuratedFormSet
    fields = ("product", "place", "position")
    autocomplete_fields = ("product",)
    per_page = MAX_CURATED
    tab = False
    verbose_name, verbose_name_plural = "product", "products"

    def get_queryset(self, request: "HttpRequest") -> QuerySet[CuratedProduct]:
        queryset: QuerySet[CuratedProduct] = super().get_queryset(request)
        return queryset.select_related("product").order_by("-place", "position", "pk")

    def formfield_for_foreignkey(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
        if db_field.name == "product":
            kwargs.setdefault("widget", IdSelect(db_field, self.admin_site))
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def has_add_permission(self, request: "HttpRequest", obj: Any = None) -> bool:
        return self.has_publish_permission(request)

    has_change_permission = has_delete_permission = has_add_permission


class CurationForm(VersionedForm):
    def touched(self) -> dict[str, Any]:
        return with_codes(super().touched())


@admin.register(Curation)
class CurationAdmin(ShapingAdmin):
    form = CurationForm
    list_display = ("query", "locale", "shown_channel", "product_count", "changed_at")
    list_filter = ("locale", "channel")
    list_select_related = ("locale", "channel")
    search_fields = ("query", "words")
    ordering = ("words", "pk")
    fieldsets = ((None, {"fields": ("query", "locale", "channel")}), FACTS)
    inlines = (CuratedInline,)
    takes_loss = False
    update_service = staticmethod(curations.update_curation)

    def get_queryset(self, request: "HttpRequest") -> QuerySet[Curation]:
        queryset: QuerySet[Curation] = super().get_queryset(request)
        return queryset.annotate(product_count=count_of(CuratedProduct, "curation"))

    @admin.display(description="products")
    def product_count(self, curation: Any) -> int:
        return int(curation.product_count)

    @admin.display(description="channel", ordering="channel")
    def shown_channel(self, curation: Curation) -> str:
        return str(curation.channel or "all channels")

    def values_of(self, request: Any, form: Any, formsets: Any) -> Any:
        values = super().values_of(request, form, formsets)
        for formset in formsets:
            if formset.has_changed() or form.instance._state.adding:
                values |= formset.lists()
        return values

    def create(self, values: Any, actor: Actor) -> UUID:
        return curations.create_curation(values=values, actor=actor).pk

    def delete(self, key: UUID, actor: Actor) -> None:
        curations.delete_curation(key, expected_version=None, actor=actor)


def with_codes(values: dict[str, Any]) -> dict[str, Any]:
    """Rows as services name them."""
    if "locale" in values:
        values["locale"] = values["locale"].code
    if "channel" in values:
        values["channel"] = values["channel"] and values["channel"].slug
    return values

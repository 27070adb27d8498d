"""Products in the admin: the whole aggregate on one page, written at once."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, ClassVar
from uuid import UUID

from django.contrib import admin
from unfold.widgets import UnfoldAdminTextareaWidget

from accounts.actors import Actor
from accounts.roles import Role
from catalog_project.errors import pointing_at
from products.admin.category_choices import CategoriesField, CategoryField, IdSelect
from products.admin.copying import Copies
from products.admin.external_id_fields import HELP, ExternalIdsField, shown_ids
from products.admin.forms import VersionedForm
from products.admin.listings import ListedAdmin, ListingInputs
from products.admin.media import MediaInline
from products.admin.product_attributes import (
    AttributeInputs,
    attribute_inputs,
)
from products.admin.product_list import ProductList
from products.admin.publishing import Publishing
from products.admin.relations import RelationInline
from products.admin.saving import FACTS, ServiceAdmin
from products.admin.shown_values import values_in_words
from products.admin.text_fields import CommaListField, JSONObjectField
from products.admin.translations import TranslatedAdmin, TranslationInputs
from products.admin.variant_costs import CostsForm
from products.admin.variant_stock import StockForm
from products.admin.variant_tables import TableForm, VariantTables
from products.admin.variants import VariantInline
from products.models import ExternalId, Product
from products.services import products as services
from products.services.files import stored_file

if TYPE_CHECKING:
    from django.http import HttpRequest

CATEGORIES = {"primary_category", "other_categories"}


class ProductForm(AttributeInputs, TranslationInputs, ListingInputs, VersionedForm):
    primary_category = CategoryField(help_text="The one that breadcrumbs show.")
    other_categories = CategoriesField()
    tags = CommaListField(
        required=False,
        help_text="Separated by commas.",
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 2}),
    )
    option_names = CommaListField(
        required=False,
        help_text="In the order in which a shopper chooses: Color, Size. Variants add theirs.",
    )
    external_ids = ExternalIdsField(
        label="External ids",
        help_text=f"What other systems call the product: {HELP}",
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 2}),
    )
    metadata = JSONObjectField(required=False, help_text="A JSON object for your own programs.")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not self.instance._state.adding:
            memberships = self.instance.memberships.order_by("position")
            categories = list(memberships.values_list("category_id", flat=True))
            self.initial["primary_category"] = categories[0] if categories else None
            self.initial["other_categories"] = categories[1:]
            self.initial["external_ids"] = shown_ids(own_ids(self.instance))

    def clean_other_categories(self) -> list[UUID]:
        """In the order chosen; the query set of the field has none."""
        chosen = {category.pk for category in self.cleaned_data["other_categories"]}
        field = self["other_categories"]
        return [key for key in map(UUID, field.data) if key in chosen]

    def touched(self) -> dict[str, Any]:
        values = super().touched()
        if CATEGORIES & values.keys():
            primary = self.cleaned_data["primary_category"]
            first = [primary.pk] if primary else []
            values["categories"] = [*first, *self.cleaned_data["other_categories"]]
        if "brand" in values:
            values["brand"] = values["brand"] and values["brand"].pk
        values = self.described(values)
        return {name: value for name, value in values.items() if name not in CATEGORIES}


def own_ids(product: Product) -> list[ExternalId]:
    """Without those of its variants."""
    return list(product.external_ids.filter(variant=None))


@admin.register(Product)
class ProductAdmin(
    Copies,
    VariantTables,
    Publishing,
    ProductList,
    TranslatedAdmin,
    ListedAdmin,
    ServiceAdmin,
):
    form = ProductForm
    tables: ClassVar[dict[str, type[TableForm]]] = {"stock": StockForm, "costs": CostsForm}
    inlines = (VariantInline, MediaInline, RelationInline)
    least_to_delete = Role.PUBLISHER
    autocomplete_fields = ("brand", "product_type", "tax_class")
    fieldsets = (
        (None, {"fields": ("name", "slug", "description", "brand", "tax_class")}),
        ("Type", {"fields": ("product_type", "accept_loss")}),
        ("Place in the shop", {"fields": ("primary_category", "other_categories", "tags")}),
        ("Publication", {"fields": ("publish_at", "unpublish_at")}),
        (
            "Search engines, options, external ids, metadata",
            {
                "fields": (
                    "seo_title",
                    "seo_description",
                    "option_names",
                    "external_ids",
                    "metadata",
                ),
                "classes": ["collapse"],
            },
        ),
        FACTS,
    )

    def get_readonly_fields(self, request: "HttpRequest", obj: Any = None) -> Sequence[str]:
        if self.has_publish_permission(request):
            return self.readonly_fields
        return (*self.readonly_fields, "publish_at", "unpublish_at")

    def formfield_for_foreignkey(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
        kwargs.setdefault("widget", IdSelect(db_field, self.admin_site))
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def formfield_for_dbfield(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if db_field.name in {"publish_at", "unpublish_at"}:
            field.help_text = "UTC. Empty: no limit."
        return field

    def get_form(self, request: Any, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        """With an input for each attribute of the product's type."""
        if self.has_change_permission(request, obj):
            inputs: dict[str, Any] = {**attribute_inputs(request, obj).fields}
            kwargs["form"] = type("ProductForm", (self.form,), inputs)
        return super().get_form(request, obj, change=change, **kwargs)

    def get_fieldsets(self, request: Any, obj: Any = None) -> Any:
        first, kind, *rest = super().get_fieldsets(request, obj)
        if not self.has_change_permission(request, obj):
            shown = ("Type", {"fields": ("product_type", "shown_attributes")})
            return [first, shown, *rest]
        return [first, kind, *attribute_inputs(request, obj).fieldsets(), *rest]

    def more_in_locale(self, request: Any, obj: Any, code: str) -> list[str]:
        return attribute_inputs(request, obj).tabs.get(code, [])

    def values_of(self, request: Any, form: Any, formsets: Sequence[Any]) -> dict[str, Any]:
        values: dict[str, Any] = form.touched()
        values["accept_loss"] = form.cleaned_data["accept_loss"]
        for formset in formsets:
            if formset.has_changed():
                values[formset.part] = [item for item, _ in formset.items()]
            if formset.part == "variants" and formset.has_changed():
                values["variants_gone"] = formset.gone()
        for position, item in enumerate(values.get("media", [])):
            if upload := item.pop("upload", None):
                with pointing_at(f"/media/{position}/upload"):
                    image = stored_file(upload.read(), name=upload.name)
                    item["file"] = request.stored_files.enter_context(image)
                self._keep_rest_of_replaced(formsets, item)
        return values

    def _keep_rest_of_replaced(self, formsets: Sequence[Any], item: dict[str, Any]) -> None:
        """An upload makes a new row; what the old one said about the picture stays."""
        old = item.pop("id", None)
        if old:
            item["replaces"] = old
        for media in self._media(formsets):
            if media.pk == old:
                item.setdefault("alt", media.alt)
                item.setdefault("translations", media.translations)
        item.pop("url", None)

    def _media(self, formsets: Sequence[Any]) -> list[Any]:
        return [
            form.instance
            for formset in formsets
            if formset.part == "media"
            for form in formset.initial_forms
        ]

    def create(self, values: Any, actor: Actor) -> UUID:
        values.pop("accept_loss")
        values.pop("variants_gone", None)
        return services.create_product(values=values, actor=actor)

    def update(self, key: UUID, values: Any, **options: Any) -> None:
        accept_loss = values.pop("accept_loss")
        listings = values.pop("listings", None)
        services.update_product(key, values=values, accept_loss=accept_loss, **options)
        self.write_listings(key, listings, options)

    def delete(self, key: UUID, actor: Actor) -> None:
        services.delete_product(key, expected_version=None, actor=actor)

    # What somebody sees who may not edit.

    @admin.display(description="Attributes")
    def shown_attributes(self, product: Product) -> str:
        return values_in_words(product)

    def external_ids(self, product: Product) -> str:
        return ExternalIdsField().show(shown_ids(own_ids(product))) or "-"

    def primary_category(self, product: Product) -> str:
        first = product.memberships.select_related("category").order_by("position").first()
        return first.category.name if first else "-"

    def other_categories(self, product: Product) -> str:
        rows = product.memberships.select_related("category").order_by("position")[1:]
        return ", ".join(row.category.name for row in rows) or "-"

"""Locations, and what lies there."""

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.html import format_html
from unfold.widgets import UnfoldAdminIntegerFieldWidget

from accounts.actors import Actor
from products.admin.forms import VersionedForm
from products.admin.labels import heading
from products.admin.saving import FACTS, ServiceAdmin
from products.admin.variant_field import VariantField
from products.errors import StaleVersion
from products.models import Location, StockLevel
from products.models.stock import MOST
from products.services import locations as services
from products.services.stock import StockItem, set_stock

if TYPE_CHECKING:
    from django.http import HttpRequest


@admin.register(Location)
class LocationAdmin(ServiceAdmin):
    list_display = ("name", "code", heading("is_active", boolean=True), "changed_at")
    search_fields = ("name", "code")
    ordering = ("code",)
    fieldsets = (
        (None, {"fields": ("name", "code", "is_active")}),
        FACTS,
    )

    def create(self, values: Any, actor: Actor) -> UUID:
        return services.create_location(values=values, actor=actor).pk

    def update(self, key: UUID, values: Any, **options: Any) -> None:
        options.pop("may_publish")
        services.update_location(key, values=values, **options)

    def delete(self, key: UUID, actor: Actor) -> None:
        services.delete_location(key, expected_version=None, actor=actor)


class StockForm(VersionedForm):
    """One quantity. The version says that nobody counted since the page was opened."""

    sku = VariantField()
    quantity = forms.IntegerField(
        min_value=-MOST, max_value=MOST, widget=UnfoldAdminIntegerFieldWidget()
    )

    def place(self, pointer: str, message: str) -> None:
        super().place("/quantity" if pointer.startswith("/items/") else pointer, message)


@admin.register(StockLevel)
class StockLevelAdmin(ServiceAdmin):
    form = StockForm
    list_display = ("sku", "product", "location", "quantity", "counted_at")
    list_display_links = ("sku",)
    list_filter = ("location",)
    search_fields = ("variant__sku",)
    search_help_text = "The start of an SKU"
    sortable_by = ()
    ordering = ("pk",)
    actions = None
    fieldsets = ((None, {"fields": ("sku", "location", "quantity")}), FACTS)

    def has_delete_permission(self, request: "HttpRequest", obj: Any = None) -> bool:
        """A level stays, be it zero: its history belongs to it."""
        return False

    def get_queryset(self, request: "HttpRequest") -> QuerySet[StockLevel]:
        queryset: QuerySet[StockLevel] = super().get_queryset(request)
        return queryset.select_related("location", "variant__product")

    def get_search_results(
        self, request: "HttpRequest", queryset: QuerySet[StockLevel], search_term: str
    ) -> tuple[QuerySet[StockLevel], bool]:
        term = search_term.strip()
        return (queryset.filter(variant__sku__startswith=term) if term else queryset), False

    def get_form(self, request: Any, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        """What is counted stays: another variant or place is another level."""
        if obj is not None:
            kwargs["form"] = type("StockForm", (self.form,), {"sku": None})
        return super().get_form(request, obj, change=change, **kwargs)

    def get_readonly_fields(self, request: "HttpRequest", obj: Any = None) -> Sequence[str]:
        return (
            (*self.readonly_fields, "sku", "product", "location")
            if obj
            else super().readonly_fields
        )

    def get_fieldsets(self, request: Any, obj: Any = None) -> Any:
        if obj is None:
            return super().get_fieldsets(request, obj)
        return ((None, {"fields": ("sku", "product", "location", "quantity")}), FACTS)

    @admin.display(description="SKU")
    def sku(self, level: StockLevel) -> str:
        return str(level.variant)

    @admin.display(description="product")
    def product(self, level: StockLevel) -> str:
        address = reverse("admin:products_product_stock", args=[level.variant.product_id])
        return format_html(
            '<a class="catalog-link" href="{}">{}</a>', address, level.variant.product
        )

    @admin.display(description="counted")
    def counted_at(self, level: StockLevel) -> datetime:
        return level.updated_at

    def values_of(self, request: Any, form: Any, formsets: Sequence[Any]) -> Any:
        return form.cleaned_data

    def create(self, values: Any, actor: Actor) -> UUID:
        """Refused where somebody has counted already: then there is a level to be changed."""
        item = StockItem(
            location=values["location"].code,
            number=values["quantity"],
            variant=values["sku"],
            expected=0,
        )
        return set_stock([item], actor=actor)[0].pk

    def update(self, key: UUID, values: Any, **options: Any) -> None:
        """Guarded twice: by the version that was looked at, and by its quantity under the lock."""
        level = StockLevel.objects.select_related("location").get(pk=key)
        if level.version != options["expected_version"]:
            raise StaleVersion(expected=options["expected_version"], current=level.version)
        item = StockItem(
            location=level.location.code,
            number=values["quantity"],
            variant=level.variant_id,
            expected=level.quantity,
        )
        set_stock([item], actor=options["actor"])

"""Locations, and what lies there."""

from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.contrib import admin
from django.db.models import QuerySet
from unfold.admin import ModelAdmin

from accounts.actors import Actor
from products.admin.paging import CappedPaginator
from products.admin.rights import ReadOnlyRights
from products.admin.saving import FACTS, ServiceAdmin
from products.models import Location, StockLevel
from products.services import locations as services

if TYPE_CHECKING:
    from django.http import HttpRequest


@admin.register(Location)
class LocationAdmin(ServiceAdmin):
    list_display = ("name", "code", "is_active", "changed_at")
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


@admin.register(StockLevel)
class StockLevelAdmin(ReadOnlyRights, ModelAdmin):  # type: ignore[misc]  # unfold has no types
    """To look at: the shop's own system counts."""

    list_display = ("sku", "product", "location", "quantity", "updated_at")
    list_display_links = ("sku",)
    list_filter = ("location",)
    search_fields = ("variant__sku",)
    search_help_text = "A SKU"
    sortable_by = ()
    ordering = ("pk",)
    paginator = CappedPaginator
    show_full_result_count = False
    list_per_page = 50
    list_max_show_all = 0
    actions = None
    fields = ("sku", "product", "location", "quantity", "version", "updated_at")

    def get_queryset(self, request: "HttpRequest") -> QuerySet[StockLevel]:
        queryset: QuerySet[StockLevel] = super().get_queryset(request)
        return queryset.select_related("location", "variant__product")

    def get_search_results(
        self, request: "HttpRequest", queryset: QuerySet[StockLevel], search_term: str
    ) -> tuple[QuerySet[StockLevel], bool]:
        term = search_term.strip()
        return (queryset.filter(variant__sku=term) if term else queryset), False

    @admin.display(description="SKU")
    def sku(self, level: StockLevel) -> str:
        return level.variant.sku or str(level.variant)

    @admin.display(description="product")
    def product(self, level: StockLevel) -> str:
        return str(level.variant.product)

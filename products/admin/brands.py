"""Brands in the admin."""

from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.contrib import admin
from django.db.models import QuerySet

from accounts.actors import Actor
from products.admin.counting import count_of
from products.admin.forms import VersionedForm
from products.admin.saving import FACTS, ServiceAdmin
from products.admin.translations import TranslatedAdmin, TranslationInputs
from products.models import Brand, Product
from products.services import brands as services

if TYPE_CHECKING:
    from django.http import HttpRequest


class BrandForm(TranslationInputs, VersionedForm):
    pass


@admin.register(Brand)
class BrandAdmin(TranslatedAdmin, ServiceAdmin):
    form = BrandForm
    list_display = ("name", "slug", "product_count", "changed_at")
    search_fields = ("name", "slug")
    ordering = ("name", "pk")
    fieldsets = (
        (None, {"fields": ("name", "slug", "description")}),
        FACTS,
    )

    def get_queryset(self, request: "HttpRequest") -> QuerySet[Brand]:
        queryset: QuerySet[Brand] = super().get_queryset(request)
        return queryset.annotate(product_count=count_of(Product, "brand"))

    @admin.display(description="products")
    def product_count(self, brand: Any) -> int:
        return int(brand.product_count)

    def create(self, values: Any, actor: Actor) -> UUID:
        return services.create_brand(values=values, actor=actor).pk

    def update(self, key: UUID, values: Any, **options: Any) -> None:
        options.pop("may_publish")
        services.update_brand(key, values=values, **options)

    def delete(self, key: UUID, actor: Actor) -> None:
        services.delete_brand(key, expected_version=None, actor=actor)

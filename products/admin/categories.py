"""The category tree in the admin."""

from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.urls import path
from django.utils.html import format_html

from accounts.actors import Actor
from products.admin.category_choices import TREE_ORDER, CategoryField, choices_view
from products.admin.counting import count_of
from products.admin.forms import VersionedForm
from products.admin.saving import FACTS, ServiceAdmin
from products.admin.translations import TranslatedAdmin, TranslationInputs
from products.models import Category, ProductCategory
from products.services import categories as services

if TYPE_CHECKING:
    from django.http import HttpRequest
    from django.urls import URLPattern


class CategoryForm(TranslationInputs, VersionedForm):
    parent = CategoryField(help_text="Empty for a category of the first level.")

    def touched(self) -> dict[str, Any]:
        values = super().touched()
        if "parent" in values:
            values["parent"] = values["parent"] and values["parent"].pk
        return values


@admin.register(Category)
class CategoryAdmin(TranslatedAdmin, ServiceAdmin):
    form = CategoryForm
    list_display = ("tree_name", "slug", "position", "product_count", "changed_at")
    search_fields = ("name", "slug")
    ordering = (TREE_ORDER.asc(), "pk")
    sortable_by = ()
    fieldsets = (
        (None, {"fields": ("name", "slug", "parent", "position", "description")}),
        FACTS,
    )

    def get_queryset(self, request: "HttpRequest") -> QuerySet[Category]:
        queryset: QuerySet[Category] = super().get_queryset(request)
        return queryset.annotate(product_count=count_of(ProductCategory, "category"))

    def get_urls(self) -> "list[URLPattern]":
        view = self.admin_site.admin_view(self.choices_view)
        own = [path("choices/", view, name="products_category_choices")]
        return [*own, *super().get_urls()]

    def choices_view(self, request: "HttpRequest") -> Any:
        if not self.has_view_permission(request):
            raise PermissionDenied
        return choices_view(request)

    @admin.display(description="category")
    def tree_name(self, category: Category) -> str:
        indent = (category.depth - 1) * 1.75
        return format_html(
            '<span class="catalog-tree" style="padding-left: {}rem">{}</span>',
            indent,
            category.name,
        )

    @admin.display(description="products")
    def product_count(self, category: Any) -> int:
        return int(category.product_count)

    def create(self, values: Any, actor: Actor) -> UUID:
        return services.create_category(values=values, actor=actor).pk

    def update(self, key: UUID, values: Any, **options: Any) -> None:
        options.pop("may_publish")
        services.update_category(key, values=values, **options)

    def delete(self, key: UUID, actor: Actor) -> None:
        services.delete_category(key, expected_version=None, actor=actor)

"""The category tree in the admin."""

from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.urls import path
from django.utils.html import format_html

from accounts.actors import Actor
from products.admin.category_choices import (
    SEPARATOR,
    TREE_ORDER,
    CategoryField,
    choices_view,
    labelled,
)
from products.admin.counting import count_of
from products.admin.forms import VersionedForm
from products.admin.saving import FACTS, ServiceAdmin
from products.admin.translations import TranslatedAdmin, TranslationInputs
from products.models import Category, ProductCategory
from products.services import categories as services
from products.services.category_moves import Place, move_category

if TYPE_CHECKING:
    from django.http import HttpRequest
    from django.urls import URLPattern


PLACES = {"parent", "before", "after"}


class CategoryForm(TranslationInputs, VersionedForm):
    parent = CategoryField(help_text="Empty for a category of the first level.")
    before = CategoryField(label="Place before", help_text="Puts it right before this one.")
    after = CategoryField(label="Place behind", help_text="Puts it right behind this one.")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if cleaned.get("before") and cleaned.get("after"):
            self.add_error("after", "Choose one place, before or behind another.")
        return cleaned

    def touched(self) -> dict[str, Any]:
        values = super().touched()
        for name in PLACES & values.keys():
            values[name] = values[name] and values[name].pk
        return values


def place_in(values: dict[str, Any]) -> Place:
    """Takes the neighbour out of the values."""
    given = {side: values.pop(side, None) for side in ("before", "after")}
    return {side: key for side, key in given.items() if key}  # type: ignore[return-value]  # its keys


@admin.register(Category)
class CategoryAdmin(TranslatedAdmin, ServiceAdmin):
    form = CategoryForm
    list_display = ("tree_name", "slug", "product_count", "changed_at")
    search_fields = ("name", "slug")
    ordering = (TREE_ORDER.asc(), "pk")
    sortable_by = ()
    fieldsets = (
        (None, {"fields": ("name", "slug", "parent", "before", "after", "description")}),
        FACTS,
    )

    def get_queryset(self, request: "HttpRequest") -> QuerySet[Category]:
        queryset: QuerySet[Category] = super().get_queryset(request)
        return labelled(queryset).annotate(product_count=count_of(ProductCategory, "category"))

    def get_urls(self) -> "list[URLPattern]":
        view = self.admin_site.admin_view(self.choices_view)
        own = [path("choices/", view, name="products_category_choices")]
        return [*own, *super().get_urls()]

    def choices_view(self, request: "HttpRequest") -> Any:
        if not self.has_view_permission(request):
            raise PermissionDenied
        return choices_view(request)

    @admin.display(description="category")
    def tree_name(self, category: Any) -> str:
        indent = (category.depth - 1) * 1.75
        above = category.label.removesuffix(category.name)
        return format_html(
            '<span class="catalog-tree" style="padding-left: {}rem" title="{}">{}'
            '<span class="catalog-slug">{}</span></span>',
            indent,
            category.label,
            category.name,
            above.removesuffix(SEPARATOR),
        )

    @admin.display(description="products")
    def product_count(self, category: Any) -> int:
        return int(category.product_count)

    def create(self, values: Any, actor: Actor) -> UUID:
        place = place_in(values)
        key = services.create_category(values=values, actor=actor).pk
        self._put(key, place, values, actor)
        return key

    def update(self, key: UUID, values: Any, **options: Any) -> None:
        options.pop("may_publish")
        place = place_in(values)
        services.update_category(key, values=values, **options)
        self._put(key, place, values, options["actor"])

    def _put(self, key: UUID, place: Place, values: Any, actor: Actor) -> None:
        """Beside another one, which must be a child of the parent where one was chosen, too."""
        if place:
            if "parent" in values:
                place["parent"] = values["parent"]
            move_category(key, place=place, expected_version=None, actor=actor)

    def delete(self, key: UUID, actor: Actor) -> None:
        services.delete_category(key, expected_version=None, actor=actor)

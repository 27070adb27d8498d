"""Collections in the admin: texts and publication; the products have a page of their own."""

from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpResponseRedirect
from django.urls import reverse

from accounts.actors import Actor
from products.admin.collection_products import CollectionProducts
from products.admin.counting import count_of
from products.admin.forms import VersionedForm
from products.admin.labels import heading
from products.admin.saving import FACTS, ServiceAdmin
from products.admin.translations import TranslatedAdmin, TranslationInputs
from products.models import Collection, CollectionProduct
from products.services import collections as services

if TYPE_CHECKING:
    from django.http import HttpRequest


class CollectionForm(TranslationInputs, VersionedForm):
    pass


@admin.register(Collection)
class CollectionAdmin(CollectionProducts, TranslatedAdmin, ServiceAdmin):
    form = CollectionForm
    list_display = (
        "name",
        "slug",
        "status",
        "kind",
        "product_count",
        heading("position"),
        "changed_at",
    )
    list_filter = ("status",)
    search_fields = ("name", "slug")
    ordering = ("position", "name", "pk")

    fieldsets = (
        (None, {"fields": ("name", "slug", "description", "position")}),
        ("Publication", {"fields": ("status", "publish_at", "unpublish_at")}),
        ("Search engines", {"fields": ("seo_title", "seo_description")}),
        FACTS,
    )
    change_form_outer_before_template = "admin/products/collection_bar.html"

    def get_queryset(self, request: "HttpRequest") -> QuerySet[Collection]:
        queryset: QuerySet[Collection] = super().get_queryset(request)
        return queryset.annotate(product_count=count_of(CollectionProduct, "collection"))

    @admin.display(description="products")
    def product_count(self, collection: Any) -> int:
        return int(collection.product_count)

    @admin.display(description="chosen")
    def kind(self, collection: Collection) -> str:
        return "by a rule" if collection.is_rule_based else "by hand"

    def values_of(self, request: "HttpRequest", form: Any, formsets: Any) -> Any:
        return {**form.touched(), "may_publish": self.has_publish_permission(request)}

    def create(self, values: Any, actor: Actor) -> UUID:
        may_publish = values.pop("may_publish")
        return services.create_collection(values=values, may_publish=may_publish, actor=actor).pk

    def update(self, key: UUID, values: Any, **options: Any) -> None:
        values.pop("may_publish")  # the options have it
        services.update_collection(key, values=values, **options)

    def response_add(self, request: "HttpRequest", obj: Any, **options: Any) -> Any:
        """A collection without products is none: its products come next."""
        if "_save" not in request.POST:
            return super().response_add(request, obj, **options)
        messages.success(request, f"{obj} is made. Now choose its products.")
        return HttpResponseRedirect(reverse("admin:products_collection_products", args=[obj.pk]))

    def delete(self, key: UUID, actor: Actor) -> None:
        services.delete_collection(key, expected_version=None, actor=actor)

"""Collections in the admin: products by hand, one a line, or a rule."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from unfold.widgets import UnfoldAdminTextareaWidget

from accounts.actors import Actor
from products.admin.counting import count_of
from products.admin.forms import VersionedForm
from products.admin.saving import FACTS, ServiceAdmin
from products.admin.text_fields import JSONObjectField, ParsedField
from products.models import Collection, CollectionProduct, Product
from products.services import collections as services
from products.services.collection_members import replace_products
from products.services.collection_rules import FIELDS

if TYPE_CHECKING:
    from django.http import HttpRequest


class RuleField(JSONObjectField):
    """A rule as the API takes it; empty where products are chosen by hand."""

    empty: Mapping[str, Any] | None = None  # type: ignore[assignment]  # there is none

    def show(self, value: Any) -> str:
        return "" if value is None else super().show(value)


class ProductLinesField(ParsedField):
    """Slugs of products, one a line, in their order."""

    widget = UnfoldAdminTextareaWidget
    empty: Any = []

    def parse(self, text: str) -> list[UUID]:
        slugs = [line.strip() for line in text.split("\n") if line.strip()]
        rows = Product.objects.exclude(status=Product.Status.ARCHIVED).filter(slug__in=slugs)
        known = dict(rows.values_list("slug", "pk"))
        if missing := [slug for slug in slugs if slug not in known]:
            raise forms.ValidationError(f"There is no product {missing[0][:100]!r}.")
        if len(set(slugs)) < len(slugs):
            raise forms.ValidationError("A product is given twice.")
        return [known[slug] for slug in slugs]

    def show(self, value: Any) -> str:
        slugs = dict(Product.objects.filter(pk__in=value).values_list("pk", "slug"))
        return "\n".join(slugs[key] for key in value)


RULE_HELP = (
    'Empty: products are chosen by hand. {"match": "all", "conditions": [{"field": "tag", '
    '"operator": "is", "value": ["sale"]}]}. "match" is "all" or "any"; fields are '
    f"{', '.join(FIELDS)}; operators is, is_not, at_least, at_most, exists."
)


class CollectionForm(VersionedForm):
    rule = RuleField(
        required=False,
        help_text=RULE_HELP,
    )
    products = ProductLinesField(
        required=False,
        help_text="By hand: slugs of products, one a line, in the order in which they are shown.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance._state.adding or self.instance.is_rule_based:
            del self.fields["products"]
        else:
            rows = CollectionProduct.objects.filter(
                collection=self.instance, product__status__in=["draft", "published"]
            )
            ordered = rows.order_by("position", "-product")
            self.initial["products"] = list(ordered.values_list("product", flat=True))


@admin.register(Collection)
class CollectionAdmin(ServiceAdmin):
    form = CollectionForm
    list_display = ("name", "slug", "status", "kind", "product_count", "position", "changed_at")
    list_filter = ("status",)
    search_fields = ("name", "slug")
    ordering = ("position", "name", "pk")

    def get_fieldsets(self, request: Any, obj: Any = None) -> Any:
        names = ("name", "slug", "description", "position", "rule")
        by_hand = obj is not None and not obj.is_rule_based
        return [
            (None, {"fields": (*names, "products") if by_hand else names}),
            ("Publication", {"fields": ("status", "publish_at", "unpublish_at")}),
            ("Search engines", {"fields": ("seo_title", "seo_description")}),
            *([FACTS] if obj else []),
        ]

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
        products = values.pop("products", None)
        services.update_collection(key, values=values, **options)
        if products is not None and values.get("rule") is None:
            replace_products(key, products=products, expected_version=None, actor=options["actor"])

    def delete(self, key: UUID, actor: Actor) -> None:
        services.delete_collection(key, expected_version=None, actor=actor)

    # What somebody sees who may not edit.

    def products(self, collection: Collection) -> str:
        rows = collection.members.order_by("position").select_related("product")[:100]
        return ", ".join(row.product.name for row in rows) or "-"

"""The list of products: columns, search and filters, with a fixed number of queries."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.conf import settings
from django.contrib import admin
from django.contrib.admin.options import IncorrectLookupParameters
from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Now
from django.utils.html import format_html
from unfold.contrib.filters.admin import (
    AutocompleteSelectFilter,
    ChoicesDropdownFilter,
    DropdownFilter,
)
from unfold.contrib.filters.forms import AutocompleteDropdownForm
from unfold.decorators import display

from products.admin.category_choices import CategoryField, CategorySelect, membership_field
from products.admin.counting import count_of
from products.admin.media import thumbnail
from products.admin.text_fields import money
from products.models import Document, Media, Product, Rendition, Variant
from products.models.channels import DEFAULT_VIEW

if TYPE_CHECKING:
    from django.http import HttpRequest

MOST_WORDS = 8
STATES = {
    "draft": "info",
    "published": "success",
    "scheduled": "primary",
    "ended": "warning",
    "archived": "",
}


class CategoryFilterForm(AutocompleteDropdownForm):  # type: ignore[misc]  # unfold has no types
    field = CategoryField
    widget = CategorySelect


class CategoryFilter(admin.SimpleListFilter):
    """The category and everything below it: documents name all ancestors."""

    title = "category"
    parameter_name = "category"
    template = "unfold/filters/filters_field.html"
    form_class = CategoryFilterForm

    def __init__(self, request: Any, params: Any, model: Any, model_admin: Any) -> None:
        super().__init__(request, params, model, model_admin)
        self.request, self.model_admin = request, model_admin

    def has_output(self) -> bool:
        return True

    def lookups(self, request: Any, model_admin: Any) -> list[tuple[str, str]]:
        return []  # the select box asks for them while somebody types

    def choices(self, changelist: Any) -> Iterator[dict[str, Any]]:  # type: ignore[override]  # what unfold's template takes
        yield {
            "form": self.form_class(
                request=self.request,
                name=self.parameter_name,
                label="By category",
                choices=(),
                field=membership_field(),
                model_admin=self.model_admin,
                data={self.parameter_name: self.value()},
            )
        }

    def queryset(self, request: "HttpRequest", queryset: QuerySet[Product]) -> QuerySet[Product]:
        if not self.value():
            return queryset
        try:
            category = UUID(self.value())
        except ValueError as error:
            raise IncorrectLookupParameters(error) from error
        inside = shown_now().filter(category_ids__contains=[category])
        return queryset.filter(pk__in=inside.values("product"))


class VisibleNow(DropdownFilter):  # type: ignore[misc]  # unfold has no types
    title = "visibility to shoppers"
    parameter_name = "visible"

    def lookups(self, request: Any, model_admin: Any) -> list[tuple[str, str]]:
        return [("yes", "Now"), ("no", "Not now")]

    def queryset(self, request: "HttpRequest", queryset: QuerySet[Product]) -> QuerySet[Product]:
        visible = (
            Q(status="published")
            & (Q(publish_at=None) | Q(publish_at__lte=Now()))
            & (Q(unpublish_at=None) | Q(unpublish_at__gt=Now()))
        )
        if self.value() == "yes":
            return queryset.filter(visible)
        return queryset.exclude(visible) if self.value() == "no" else queryset


def shown_now() -> QuerySet[Document]:
    """One document of each product: how the shop's default channel shows it at this moment."""
    return Document.objects.filter(
        view=DEFAULT_VIEW, holds_from__lte=Now(), holds_until__gt=Now()
    ).order_by()


def search(queryset: QuerySet[Product], text: str) -> QuerySet[Product]:
    """Each word in the name, or all of it as the start of a slug or SKU, or as a GTIN."""
    text = text.strip()
    words = text.split()[:MOST_WORDS]
    named = Q()
    for word in words:
        named &= Q(name__icontains=word)
    coded = Q(sku__istartswith=text)
    if text.isascii() and text.isdigit():
        coded |= Q(gtin=text.zfill(14))
    variants = Variant.objects.filter(coded).values("product")
    return queryset.filter(named | Q(slug__startswith=text.lower()) | Q(pk__in=variants))


class ProductList:
    list_display = (
        "picture",
        "named",
        "state",
        "brand",
        "price_range",
        "variant_count",
        "complete",
        "changed_at",
    )
    list_display_links = ("picture", "named")
    list_select_related = ("brand",)
    list_filter = (
        ("status", ChoicesDropdownFilter),
        ("brand", AutocompleteSelectFilter),
        CategoryFilter,
        VisibleNow,
    )
    list_filter_submit = True
    search_fields = ("name", "slug", "variants__sku", "variants__gtin")  # see get_search_results
    search_help_text = "Words of the name, or the start of a slug or SKU, or a GTIN"
    ordering = ("-pk",)  # ids grow with time

    def get_queryset(self, request: "HttpRequest") -> QuerySet[Product]:
        queryset: QuerySet[Product] = super().get_queryset(request)  # type: ignore[misc]  # of ModelAdmin
        view = request.resolver_match.url_name if request.resolver_match else None
        if view != "products_product_changelist":
            return queryset
        pictures = Media.objects.filter(product=OuterRef("pk"), kind=Media.Kind.IMAGE)
        first = pictures.order_by("position", "id")
        document = shown_now().filter(product=OuterRef("pk"))
        return queryset.defer("description", "metadata").annotate(
            price_low=Subquery(document.values("price_min")[:1]),
            price_high=Subquery(document.values("price_max")[:1]),
            completeness=Subquery(document.values("completeness")[:1]),
            first_file=Subquery(first.values("file")[:1]),
            first_url=Subquery(first.values("source_url")[:1]),
            first_copy=Subquery(
                Rendition.objects.filter(source=OuterRef("first_file"))
                .order_by("width")
                .values("file")[:1]
            ),
            variant_count=count_of(Variant, "product"),
        )

    def get_search_results(
        self, request: "HttpRequest", queryset: QuerySet[Product], search_term: str
    ) -> tuple[QuerySet[Product], bool]:
        return (search(queryset, search_term) if search_term.strip() else queryset), False

    @admin.display(description="")
    def picture(self, product: Any) -> str:
        file = product.first_copy or product.first_file
        return thumbnail(f"{settings.MEDIA_URL}{file}" if file else product.first_url)

    @admin.display(description="product", ordering="name")
    def named(self, product: Product) -> str:
        return format_html(
            '<span class="catalog-name">{}</span><span class="catalog-slug">{}</span>',
            product.name,
            product.slug,
        )

    @display(description="status", ordering="status", label=STATES)  # type: ignore[untyped-decorator]  # unfold has no types
    def state(self, product: Product) -> tuple[str, str]:
        """What shoppers get, which is more than the status says."""
        state = state_of(product, datetime.now(UTC))
        return state, state.capitalize()

    @admin.display(description="price", ordering="price_low")
    def price_range(self, product: Any) -> str:
        low, high = product.price_low, product.price_high
        if low is None or high is None:
            return "-"
        shown = money(low) if low == high else f"{money(low)} to {money(high)}"
        return f"{shown} {settings.CATALOG_CURRENCY}"

    @admin.display(description="complete", ordering="completeness")
    def complete(self, product: Any) -> str:
        """In the shop's default channel and locale."""
        return f"{product.completeness or 0} %"

    @admin.display(description="variants")
    def variant_count(self, product: Any) -> int:
        return int(product.variant_count)


def state_of(product: Product, now: datetime) -> str:
    if product.status == Product.Status.PUBLISHED and not product.is_visible(now):
        is_early = product.publish_at is not None and now < product.publish_at
        return "scheduled" if is_early else "ended"
    return str(product.status)

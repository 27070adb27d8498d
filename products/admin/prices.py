"""Price lists, tax classes and every single price in the admin."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect
from unfold.widgets import UnfoldAdminSplitDateTimeWidget

from accounts.actors import Actor
from accounts.roles import Role, has_role
from products.admin.counting import count_of
from products.admin.forms import VersionedForm
from products.admin.labels import heading
from products.admin.saving import FACTS, ServiceAdmin
from products.admin.text_fields import money
from products.admin.translations import TranslatedAdmin, TranslationInputs
from products.admin.variant_field import VariantField
from products.models import Price, PriceList, TaxClass
from products.services import price_lists, single_prices, tax_classes

if TYPE_CHECKING:
    from django.http import HttpRequest

PERIOD = ("valid_from", "valid_until")


def _instant(label: str, help_text: str) -> forms.SplitDateTimeField:
    return forms.SplitDateTimeField(
        label=label, required=False, help_text=help_text, widget=UnfoldAdminSplitDateTimeWidget
    )


class PeriodForm(VersionedForm):
    valid_from = _instant("Valid from", "UTC. Empty: no limit.")
    valid_until = _instant("Valid until", "UTC; from this instant on it does not hold any more.")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not self.instance._state.adding:
            self.initial["valid_from"] = self.instance.valid.lower
            self.initial["valid_until"] = self.instance.valid.upper


class PublisherShapes(ServiceAdmin):
    """What shapes many products at once: everybody with a role sees, a publisher writes."""

    least_to_delete = Role.PUBLISHER

    def has_add_permission(self, request: "HttpRequest", obj: Any = None) -> bool:
        return has_role(request.user, Role.PUBLISHER)

    def has_change_permission(self, request: "HttpRequest", obj: Any = None) -> bool:
        return has_role(request.user, Role.PUBLISHER)

    def get_readonly_fields(self, request: "HttpRequest", obj: Any = None) -> Sequence[str]:
        """What others know it by stays."""
        stays = [name for name in ("code", "currency") if hasattr(self.model, name)]
        return (*self.readonly_fields, *stays) if obj else self.readonly_fields


class TaxClassForm(TranslationInputs, VersionedForm):
    pass


@admin.register(TaxClass)
class TaxClassAdmin(TranslatedAdmin, PublisherShapes):
    form = TaxClassForm
    list_display = ("name", "code", "changed_at")
    search_fields = ("name", "code")
    ordering = ("name", "pk")
    fieldsets = ((None, {"fields": ("name", "code")}), FACTS)

    def create(self, values: Any, actor: Actor) -> UUID:
        return tax_classes.create_tax_class(values=values, actor=actor).pk

    def update(self, key: UUID, values: Any, **options: Any) -> None:
        options.pop("may_publish")
        tax_classes.update_tax_class(key, values=values, **options)

    def delete(self, key: UUID, actor: Actor) -> None:
        tax_classes.delete_tax_class(key, expected_version=None, actor=actor)


@admin.register(PriceList)
class PriceListAdmin(PublisherShapes):
    form = PeriodForm
    list_display = (
        "name",
        "code",
        "currency",
        "priority",
        "customer_group",
        heading("is_active", boolean=True),
        "price_count",
    )
    search_fields = ("name", "code")
    ordering = ("-priority", "code")
    list_select_related = ("channel",)
    fieldsets = (
        (None, {"fields": ("name", "code", "currency", "is_active")}),
        ("Whom it is for", {"fields": ("priority", "channel", "customer_group")}),
        ("When it holds", {"fields": PERIOD}),
        FACTS,
    )

    def get_queryset(self, request: "HttpRequest") -> QuerySet[PriceList]:
        queryset: QuerySet[PriceList] = super().get_queryset(request)
        return queryset.annotate(price_count=count_of(Price, "price_list"))

    @admin.display(description="prices")
    def price_count(self, row: Any) -> int:
        return int(row.price_count)

    @admin.display(description="Valid from")
    def valid_from(self, row: PriceList) -> datetime | None:
        return row.valid.lower  # type: ignore[no-any-return]  # a range of instants

    @admin.display(description="Valid until")
    def valid_until(self, row: PriceList) -> datetime | None:
        return row.valid.upper  # type: ignore[no-any-return]  # likewise

    def values_of(self, request: Any, form: Any, formsets: Sequence[Any]) -> Any:
        values = form.touched()
        if "channel" in values:
            values["channel"] = values["channel"] and values["channel"].slug
        return values

    def create(self, values: Any, actor: Actor) -> UUID:
        return price_lists.create_price_list(values=values, actor=actor).pk

    def update(self, key: UUID, values: Any, **options: Any) -> None:
        options.pop("may_publish")
        price_lists.update_price_list(key, values=values, **options)

    def delete(self, key: UUID, actor: Actor) -> None:
        price_lists.delete_price_list(key, expected_version=None, actor=actor)


class PriceForm(PeriodForm):
    variant = VariantField()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("amount", "compare_at"):
            if self.initial.get(name) is not None:
                self.initial[name] = Decimal(money(self.initial[name]))


@admin.register(Price)
class PriceAdmin(ServiceAdmin):
    """Tiers, prices of lists and prices for a while. A product's page has the plain ones."""

    form = PriceForm
    list_display = (
        "variant",
        "product",
        "price_list",
        "shown",
        heading("min_quantity"),
        "valid_from",
        "valid_until",
    )
    list_filter = ("price_list",)
    list_select_related = ("variant__product", "price_list")
    search_fields = ("variant__sku__istartswith", "variant__product__slug__istartswith")
    search_help_text = "The start of an SKU or of a product's slug"
    ordering = ("-pk",)
    readonly_fields = ("id", "version", "created_at", "updated_at")
    autocomplete_fields = ("price_list",)
    fieldsets = (
        (None, {"fields": ("variant", "price_list", "currency")}),
        ("Price", {"fields": ("amount", "compare_at", "min_quantity")}),
        ("When it holds", {"fields": PERIOD}),
        FACTS,
    )

    def get_readonly_fields(self, request: "HttpRequest", obj: Any = None) -> Sequence[str]:
        """A price stays where it is: delete it, and make another one."""
        stays = ("variant", "price_list", "currency")
        return (*self.readonly_fields, *stays) if obj else self.readonly_fields

    def get_form(self, request: Any, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        """The variant of a price stays, and is only shown then."""
        if obj is not None:
            kwargs["form"] = type("PriceForm", (self.form,), {"variant": None})
        return super().get_form(request, obj, change=change, **kwargs)

    @admin.display(description="product")
    def product(self, price: Price) -> str:
        return str(price.variant.product)

    @admin.display(description="price", ordering="amount")
    def shown(self, price: Price) -> str:
        return f"{money(price.amount)} {price.currency}"

    def history_view(
        self, request: "HttpRequest", object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """A price is part of its product, and so is its history."""
        price = self.get_object(request, object_id)
        if price is None:
            return super().history_view(request, object_id, extra_context)
        return redirect("admin:products_product_history", price.variant.product_id)

    def create(self, values: Any, actor: Actor) -> UUID:
        variant_id = values["variant"]
        plain = {name: value for name, value in values.items() if name != "variant"}
        return single_prices.create_price(
            variant_id,
            values=plain,  # type: ignore[arg-type]  # the form has the keys of the TypedDict
            expected_version=None,
            actor=actor,
        ).pk

    def update(self, key: UUID, values: Any, **options: Any) -> None:
        options.pop("may_publish")
        single_prices.update_price(key, values=values, **options)

    def delete(self, key: UUID, actor: Actor) -> None:
        single_prices.delete_price(key, expected_version=None, actor=actor)

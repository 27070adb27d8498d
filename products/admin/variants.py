"""Variants and their prices: rows on the page of their product."""

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django import forms
from django.conf import settings
from django.contrib import admin
from django.db.models import QuerySet
from unfold.widgets import UnfoldAdminDecimalFieldWidget, UnfoldAdminTextInputWidget

from catalog_project.errors import DomainError
from products.admin.forms import ReadingForm
from products.admin.inlines import PartFormSet, PartInline
from products.admin.text_fields import JSONObjectField, OptionsField, PricesField, money
from products.models import Variant

if TYPE_CHECKING:
    from django.http import HttpRequest

PRICES = {"price", "compare_at", "other_prices"}
AS_WRITTEN = 32  # a GTIN with blanks and hyphens


def _amount(label: str) -> forms.DecimalField:
    return forms.DecimalField(
        label=label,
        required=False,
        min_value=0,
        max_digits=18,
        decimal_places=4,
        widget=UnfoldAdminDecimalFieldWidget(attrs={"class": "catalog-amount", "step": "any"}),
    )


class VariantForm(ReadingForm):
    gtin = forms.CharField(
        label="GTIN",
        required=False,
        max_length=AS_WRITTEN,
        empty_value=None,
        widget=UnfoldAdminTextInputWidget(attrs={"class": "catalog-code"}),
    )
    options = OptionsField(required=False, help_text="Color: Red; Size: M")
    attributes = JSONObjectField(
        required=False,
        help_text='{"size": 42}',
        widget=UnfoldAdminTextInputWidget(),
    )
    price = _amount(f"Price {settings.CATALOG_CURRENCY}")
    compare_at = _amount("Former price")
    other_prices = PricesField(
        label="Other currencies", required=False, help_text="EUR 19.90 / 24.90, GBP 17.00"
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["position"].required = False
        if self.instance._state.adding:
            self.initial["position"] = None
        else:
            self.initial.update(shown_prices(self.instance))

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        has_no_price = cleaned.get("price") is None and "price" not in self.errors
        if cleaned.get("compare_at") is not None and has_no_price:
            self.add_error("price", "A former price needs a price beside it.")
        return cleaned

    def values(self) -> dict[str, Any]:
        """The touched fields as a part of VariantValues."""
        touched = self.touched()
        values = {name: value for name, value in touched.items() if name not in PRICES}
        if values.get("position", 0) is None:
            del values["position"]
        if PRICES & touched.keys():
            values["prices"] = self._prices()
        return values

    def _prices(self) -> list[dict[str, Any]]:
        prices = list(self.cleaned_data.get("other_prices") or [])
        if (amount := self.cleaned_data.get("price")) is not None:
            compare_at = self.cleaned_data.get("compare_at")
            currency = settings.CATALOG_CURRENCY
            prices.append({"currency": currency, "amount": amount, "compare_at": compare_at})
        return prices


def shown_prices(variant: Variant) -> dict[str, Any]:
    """The prices as the columns of the table show them. They are prefetched."""
    shown: dict[str, Any] = {"price": None, "compare_at": None, "other_prices": []}
    for price in variant.prices.all():
        if price.currency == settings.CATALOG_CURRENCY:
            shown["price"], shown["compare_at"] = _short(price.amount), _short(price.compare_at)
        else:
            names = ("currency", "amount", "compare_at")
            shown["other_prices"].append({name: getattr(price, name) for name in names})
    return shown


def _short(amount: Decimal | None) -> Decimal | None:
    return None if amount is None else Decimal(money(amount))


class VariantFormSet(PartFormSet):
    part = "variants"

    def place(self, refusal: DomainError) -> None:
        """The database names the SKU that is taken, not the row."""
        for form in self.forms:
            sku = form.cleaned_data.get("sku")
            if sku and f"(sku)=({sku})" in str(refusal):
                form.add_error("sku", str(refusal))
                return
        super().place(refusal)


class VariantInline(PartInline):
    model = Variant
    form = VariantForm
    formset = VariantFormSet
    fields = (
        "sku",
        "gtin",
        "options",
        "attributes",
        "price",
        "compare_at",
        "other_prices",
        "position",
    )

    def get_queryset(self, request: "HttpRequest") -> QuerySet[Variant]:
        queryset: QuerySet[Variant] = super().get_queryset(request)
        return queryset.prefetch_related("prices")

    # What somebody sees who may not edit.

    @admin.display(description=f"Price {settings.CATALOG_CURRENCY}")
    def price(self, variant: Variant) -> str:
        amount = shown_prices(variant)["price"]
        return "-" if amount is None else str(amount)

    @admin.display(description="Former price")
    def compare_at(self, variant: Variant) -> str:
        amount = shown_prices(variant)["compare_at"]
        return "-" if amount is None else str(amount)

    @admin.display(description="Other currencies")
    def other_prices(self, variant: Variant) -> str:
        return PricesField().show(shown_prices(variant)["other_prices"])

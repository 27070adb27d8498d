"""Variants and their prices: rows on the page of their product."""

from collections.abc import Iterator
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django import forms
from django.conf import settings
from django.contrib import admin
from django.db.models import Max, Prefetch, QuerySet
from unfold.widgets import UnfoldAdminDecimalFieldWidget, UnfoldAdminTextInputWidget

from catalog_project.errors import DomainError
from products.admin.external_id_fields import HELP, ExternalIdsField, shown_ids
from products.admin.forms import ReadingForm
from products.admin.inlines import PartFormSet, PartInline
from products.admin.measure_fields import DimensionsField, WeightField
from products.admin.picture_numbers import PicturesField, pictures_of
from products.admin.text_fields import JSONLineField, OptionsField, PricesField, money
from products.models import Price, Variant
from products.models.periods import ALWAYS

if TYPE_CHECKING:
    from django.http import HttpRequest

PRICES = {"price", "compare_at", "other_prices"}
MEASURES = {"weighs": "weight", "measures": "dimensions"}
NAMES = {**MEASURES, "pictures": "media"}
DEFAULTED = ("status", "backorder_policy", "backorder_limit")
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
    attributes = JSONLineField(
        required=False,
        help_text='{"size": 42}',
        widget=UnfoldAdminTextInputWidget(),
    )
    weighs = WeightField(label="Weight", required=False, help_text="1.5 kg")
    measures = DimensionsField(
        label="Dimensions", required=False, help_text="length x width x height: 10 x 20 x 5 cm"
    )
    price = _amount(f"Price {settings.CATALOG_CURRENCY}")
    compare_at = _amount("Former price")
    other_prices = PricesField(
        label="Other prices", required=False, help_text="EUR 19.90 / 24.90, GBP 17.00 x10"
    )

    pictures = PicturesField(
        required=False, help_text="Their numbers, the first one first: 2, 1. Empty: all show it."
    )
    external_ids = ExternalIdsField(label="External ids", help_text=HELP)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["position"].required = False
        for name in DEFAULTED:
            self.fields[name].required = False
        self.initial.update(weighs=self.instance.given_weight)
        self.initial.update(measures=self.instance.given_dimensions)
        if self.instance._state.adding:
            self.initial["position"] = None
        else:
            self.initial.update(shown_prices(self.instance))
            self.initial["external_ids"] = shown_ids(self.instance.external_ids.all())
            self.initial["pictures"] = [row.media_id for row in self.instance.shown_by.all()]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        has_no_price = cleaned.get("price") is None and "price" not in self.errors
        if cleaned.get("compare_at") is not None and has_no_price:
            self.add_error("price", "A former price needs a price beside it.")
        return cleaned

    def values(self) -> dict[str, Any]:
        """The touched fields as a part of VariantValues."""
        touched = self.touched()
        values = {
            NAMES.get(name, name): value for name, value in touched.items() if name not in PRICES
        }
        for name in DEFAULTED:
            if values.get(name, True) in {"", None}:
                del values[name]
        for name in MEASURES.values():
            if name in values:
                values[name] = values[name] or None
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
    """The lasting base prices as the columns of the table show them. They are prefetched."""
    shown: dict[str, Any] = {"price": None, "compare_at": None, "other_prices": []}
    for price in variant.prices.all():
        if price.currency == settings.CATALOG_CURRENCY and price.min_quantity == 1:
            shown["price"], shown["compare_at"] = _short(price.amount), _short(price.compare_at)
        else:
            names = ("currency", "amount", "compare_at")
            tier = {"min_quantity": price.min_quantity} if price.min_quantity > 1 else {}
            shown["other_prices"].append({name: getattr(price, name) for name in names} | tier)
    return shown


def _short(amount: Decimal | None) -> Decimal | None:
    return None if amount is None else Decimal(money(amount))


class VariantFormSet(PartFormSet):
    part = "variants"

    def add_fields(self, form: Any, index: int | None) -> None:
        super().add_fields(form, index)
        if "pictures" in form.fields:
            form.fields["pictures"].keys = pictures_of(self.instance)

    def items(self) -> Iterator[tuple[dict[str, Any], Any]]:
        """Those of this page that somebody touched, and the new ones: a product may have very many
        variants, and the others are none of this page's business."""
        for form in self.initial_forms:
            if form.has_changed() and not form.cleaned_data.get("DELETE"):
                values = {"position": form.instance.position, **form.values()}
                yield {"id": form.instance.pk, **values}, form
        last = self._last_position()
        for n, form in enumerate(self._new_forms(), start=1):
            yield {"position": last + n, **form.values()}, form

    def gone(self) -> list[UUID]:
        marked = [form for form in self.initial_forms if form.cleaned_data.get("DELETE")]
        return [form.instance.pk for form in marked]

    def _new_forms(self) -> list[Any]:
        forms = [form for form in self.extra_forms if form.has_changed()]
        return [form for form in forms if not form.cleaned_data.get("DELETE")]

    def _last_position(self) -> int:
        rows = self.model._default_manager.filter(product_id=self.instance.pk)
        last: int | None = rows.aggregate(last=Max("position"))["last"]
        return -1 if last is None else last

    def place(self, refusal: DomainError) -> None:
        """The database names the SKU or the external id that is taken, not the row."""
        for form in self.forms:
            for pair in form.cleaned_data.get("external_ids") or ():
                if f"=({pair['system']}, {pair['id']})" in str(refusal) and not refusal.pointer:
                    form.add_error("external_ids", str(refusal))
                    return
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
        "options",
        "status",
        "price",
        "compare_at",
        "other_prices",
        "gtin",
        "mpn",
        "attributes",
        "track_inventory",
        "backorder_policy",
        "backorder_limit",
        "weighs",
        "measures",
        "pictures",
        "external_ids",
        "position",
    )

    def get_queryset(self, request: "HttpRequest") -> QuerySet[Variant]:
        queryset: QuerySet[Variant] = super().get_queryset(request)
        # Prices for a while and those of lists have a page of their own.
        lasting = Price.objects.filter(price_list=None, valid=ALWAYS)
        return queryset.prefetch_related(Prefetch("prices", lasting), "external_ids", "shown_by")

    # What somebody sees who may not edit.

    @admin.display(description="Weight")
    def weighs(self, variant: Variant) -> str:
        return WeightField().show(variant.given_weight or {}) or "-"

    @admin.display(description="Dimensions")
    def measures(self, variant: Variant) -> str:
        return DimensionsField().show(variant.given_dimensions or {}) or "-"

    @admin.display(description=f"Price {settings.CATALOG_CURRENCY}")
    def price(self, variant: Variant) -> str:
        amount = shown_prices(variant)["price"]
        return "-" if amount is None else str(amount)

    @admin.display(description="Former price")
    def compare_at(self, variant: Variant) -> str:
        amount = shown_prices(variant)["compare_at"]
        return "-" if amount is None else str(amount)

    @admin.display(description="Other prices")
    def other_prices(self, variant: Variant) -> str:
        return PricesField().show(shown_prices(variant)["other_prices"])

    @admin.display(description="Pictures")
    def pictures(self, variant: Variant) -> str:
        field = PicturesField()
        field.keys = pictures_of(variant.product)
        return field.show([row.media_id for row in variant.shown_by.all()]) or "-"

    @admin.display(description="External ids")
    def external_ids(self, variant: Variant) -> str:
        return ExternalIdsField().show(shown_ids(variant.external_ids.all())) or "-"

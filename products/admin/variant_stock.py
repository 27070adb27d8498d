"""How many there are of each variant at each location: a table that staff count in."""

from typing import Any

from django import forms
from django.urls import reverse
from unfold.widgets import UnfoldAdminIntegerFieldWidget

from accounts.actors import Actor
from catalog_project.errors import DomainError
from products.admin.variant_tables import TableForm
from products.models import Location, StockLevel, Variant
from products.models.stock import MOST
from products.services.stock import StockItem, set_stock

# More columns than these are no table; the page "Stock" has all of them.
MOST_LOCATIONS = 12


class StockForm(TableForm):
    title = "Stock"
    done = "The quantities are saved."
    note = "Empty: nobody has counted there. Where nothing is left, write 0."

    def named_columns(self) -> dict[str, str]:
        locations = list(Location.objects.order_by("code")[:MOST_LOCATIONS])
        levels = StockLevel.objects.filter(variant__in=self.variants, location__in=locations)
        names = {location.pk: location.code for location in locations}
        self.levels = {(row.variant_id, names[row.location_id]): row for row in levels}
        return {
            location.code: location.name if location.is_active else f"{location.name} (not active)"
            for location in locations
        }

    def cell(self, variant: Variant, column: str) -> forms.Field:
        level = self.levels.get((variant.pk, column))
        label = f"{variant}, {self.columns[column]}"
        return forms.IntegerField(
            label=label,
            required=False,
            min_value=-MOST,
            max_value=MOST,
            initial=None if level is None else level.quantity,
            widget=UnfoldAdminIntegerFieldWidget(
                attrs={"class": "catalog-amount", "aria-label": label}
            ),
        )

    def shown(self, field: forms.Field) -> forms.Field:
        return forms.IntegerField(required=False, initial=field.initial, widget=forms.HiddenInput())

    def link(self, variant: Variant, column: str) -> str | None:
        level = self.levels.get((variant.pk, column))
        return (
            None if level is None else reverse("admin:products_stocklevel_history", args=[level.pk])
        )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        for name, _, _, before, now in self.changed_cells():
            if now is None and before is not None and name not in self.errors:
                self.add_error(name, "Write 0 where nothing is left.")
        return cleaned

    def save(self, actor: Actor) -> None:
        cells = list(self.changed_cells())
        items = [
            StockItem(location=column, number=now, variant=variant.pk, expected=before or 0)
            for _, variant, column, before, now in cells
        ]
        try:
            if items:
                set_stock(items, actor=actor)
        except DomainError as refusal:
            _, _, index, *_ = [*(refusal.pointer or "").split("/"), "", "", ""]
            if index.isdigit() and int(index) < len(cells):
                self.add_error(cells[int(index)][0], str(refusal))
            raise

"""What the shop pays for each variant: a table for managers."""

from collections import defaultdict
from decimal import Decimal
from typing import Any
from uuid import UUID

from django import forms
from django.db import transaction
from unfold.widgets import UnfoldAdminTextInputWidget

from accounts.actors import Actor
from catalog_project.errors import DomainError
from products.admin.text_fields import PricesField, money
from products.admin.variant_tables import TableForm
from products.models import Cost, Variant
from products.services.costs import set_costs
from products.services.values import CostValues

EXAMPLE = "EUR 12.50, USD 14.00"


class CostsField(PricesField):
    """EUR 12.50, USD 14.00: an amount for each currency."""

    def parse(self, text: str) -> list[dict[str, Any]]:
        costs = super().parse(text)
        if any(cost["compare_at"] is not None or "min_quantity" in cost for cost in costs):
            raise forms.ValidationError(f"Write costs as {EXAMPLE}.")
        plain = [{name: cost[name] for name in ("currency", "amount")} for cost in costs]
        return sorted(plain, key=lambda cost: str(cost["currency"]))

    def show(self, value: Any) -> str:
        return ", ".join(f"{cost['currency']} {money(cost['amount'])}" for cost in value)


class CostsForm(TableForm):
    title = "Costs"
    done = "The costs are saved."
    note = f"What the shop itself pays, for managers only: {EXAMPLE}"

    def named_columns(self) -> dict[str, str]:
        self.costs: defaultdict[UUID, list[dict[str, Any]]] = defaultdict(list)
        for cost in Cost.objects.filter(variant__in=self.variants).order_by("currency"):
            self.costs[cost.variant_id].append({"currency": cost.currency, "amount": cost.amount})
        return {"costs": "Costs"}

    def cell(self, variant: Variant, column: str) -> forms.Field:
        label = f"Costs of {variant}"
        return CostsField(
            label=label,
            required=False,
            initial=self.costs[variant.pk],
            widget=UnfoldAdminTextInputWidget(attrs={"aria-label": label}),
        )

    def shown(self, field: forms.Field) -> forms.Field:
        return CostsField(required=False, initial=field.initial, widget=forms.HiddenInput())

    def save(self, actor: Actor) -> None:
        """All of them or none."""
        with transaction.atomic():
            for name, variant, _, before, now in self.changed_cells():
                try:
                    set_costs(
                        variant.product_id,
                        variant.pk,
                        costs=_values(now),
                        expected={cost["currency"]: cost["amount"] for cost in before},
                        actor=actor,
                    )
                except DomainError as refusal:
                    self.add_error(name, str(refusal))
                    raise


def _values(costs: list[dict[str, Any]]) -> list[CostValues]:
    return [CostValues(currency=cost["currency"], amount=Decimal(cost["amount"])) for cost in costs]

"""POST /stock/bulk: stock set or adjusted at many places, each with a result of its own."""

from collections.abc import Mapping
from typing import Any

from rest_framework import serializers

from accounts.actors import actor_of
from accounts.permissions import CanKeepStock
from catalog_project.api.serializers import Choice, StrictSerializer, Whole
from catalog_project.errors import DomainError
from products.api.bulk import MOST_ITEMS, BulkViewSet, Outcome, said
from products.api.stock import StockItemInput
from products.models import StockLevel
from products.models.stock import MOST
from products.services.stock import StockItem, write_stock_in_bulk

# Operation -> the member that it takes.
NUMBERS = {"set": "quantity", "adjust": "delta"}


class StockBulkItem(StockItemInput):
    """What there is of a variant at a location (set), or what comes and goes (adjust)."""

    operation = Choice(choices=tuple(NUMBERS))
    quantity = Whole(min_value=-MOST, max_value=MOST, required=False, help_text="To set.")
    delta = Whole(
        min_value=-MOST,
        max_value=MOST,
        required=False,
        help_text="To adjust: what comes or, below zero, goes.",
    )
    expected_quantity = Whole(
        min_value=-MOST,
        max_value=MOST,
        required=False,
        help_text="What you believe there is: another quantity is a conflict.",
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        attrs = super().validate(attrs)
        operation = attrs["operation"]
        (foreign,) = (name for key, name in NUMBERS.items() if key != operation)
        wrong: dict[str, str] = {}
        if NUMBERS[operation] not in attrs:
            wrong[NUMBERS[operation]] = "This field is required."
        if foreign in attrs:
            wrong[foreign] = f"To {operation} takes {NUMBERS[operation]}: leave it out."
        if wrong:
            raise serializers.ValidationError(wrong)
        return attrs


class StockBulk(StrictSerializer):
    """Items, each about another place."""

    items = StockBulkItem(many=True, min_length=1, max_length=MOST_ITEMS)  # type: ignore[call-arg]  # many


class StockBulkViewSet(BulkViewSet):
    queryset = StockLevel.objects.none()
    permission_classes = [CanKeepStock]
    item_shape = StockBulkItem

    def item(self, values: dict[str, Any]) -> StockItem:
        return StockItem(
            location=values["location"],
            number=values[NUMBERS[values["operation"]]],
            variant=values.get("variant"),
            sku=values.get("sku", ""),
            expected=values.get("expected_quantity"),
            is_added=values["operation"] == "adjust",
        )

    def write(
        self, items: dict[int, StockItem], *, is_whole: bool
    ) -> Mapping[int, Outcome | DomainError]:
        actor = actor_of(self.request)
        return said(write_stock_in_bulk(items, is_whole=is_whole, actor=actor))

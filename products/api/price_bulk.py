"""POST /prices/bulk: many prices set or deleted at once."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from rest_framework import serializers

from accounts.actors import actor_of
from accounts.permissions import CanEditPrices
from catalog_project.api.serializers import Choice, Id, StrictSerializer, Text
from catalog_project.errors import DomainError
from products.api.bulk import (
    MOST_ITEMS,
    BulkViewSet,
    IfMatchText,
    Outcome,
    expected_version,
    said,
)
from products.api.price_shapes import PriceInput
from products.models import Price
from products.services.price_bulk import PriceItem, write_prices_in_bulk

AMOUNTS = ("amount", "compare_at")
OF_ITEM = {"operation", "variant", "sku", "if_match"}


class PriceBulkItem(PriceInput):
    """One price of a variant, which is named by its id or its SKU. Which of its prices it is, say
    list, currency, minimum quantity and period; `if_match` is about the product."""

    operation = Choice(choices=("set", "delete"))
    variant = Id(required=False, help_text="The id of the variant; or name its SKU.")
    sku = Text(max_length=100, required=False)
    if_match = IfMatchText()

    def get_fields(self) -> dict[str, Any]:
        fields = super().get_fields()
        fields["amount"].required = False
        return fields

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if ("variant" in attrs) == ("sku" in attrs):
            raise serializers.ValidationError({"variant": "Give a variant or a sku."})
        if attrs["operation"] == "delete":
            say = "What is deleted needs no amount: leave it out."
            if wrong := {name: say for name in AMOUNTS if name in attrs}:
                raise serializers.ValidationError(wrong)
            return attrs
        if "amount" not in attrs:
            raise serializers.ValidationError({"amount": "This field is required."})
        return super().validate(attrs)


class PriceBulk(StrictSerializer):
    """Items, each about another price."""

    items = PriceBulkItem(many=True, min_length=1, max_length=MOST_ITEMS)  # type: ignore[call-arg]  # many


class PriceBulkViewSet(BulkViewSet):
    queryset = Price.objects.none()
    permission_classes = [CanEditPrices]
    item_shape = PriceBulkItem

    def item(self, values: dict[str, Any]) -> PriceItem:
        price = {name: value for name, value in values.items() if name not in OF_ITEM}
        return PriceItem(
            operation=values["operation"],
            values={"amount": Decimal(0), **price},  # type: ignore[typeddict-item]  # the shape's keys
            variant=values.get("variant"),
            sku=values.get("sku", ""),
            expected_version=expected_version(values, is_asked=True),
        )

    def write(
        self, items: dict[int, PriceItem], *, is_whole: bool
    ) -> Mapping[int, Outcome | DomainError]:
        actor = actor_of(self.request)
        return said(write_prices_in_bulk(items, is_whole=is_whole, actor=actor))

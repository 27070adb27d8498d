"""What callers say of a price."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from catalog_project.api.serializers import Instant, Money, StrictSerializer, Text, Whole
from products.models.prices import DECIMAL_PLACES, MAX_DIGITS, MAX_QUANTITY
from products.models.shapes import CODE_LENGTH


@extend_schema_field({"type": "string", "pattern": "^[A-Z]{3}$"})
class CurrencyText(Text):
    pass


class PriceInput(StrictSerializer):
    currency = CurrencyText(max_length=3, help_text="ISO 4217, such as EUR.")
    amount = Money(max_digits=MAX_DIGITS, decimal_places=DECIMAL_PLACES, min_value=0)
    compare_at = Money(
        max_digits=MAX_DIGITS,
        decimal_places=DECIMAL_PLACES,
        min_value=0,
        allow_null=True,
        required=False,
        help_text="The former, higher price.",
    )
    price_list = Text(
        max_length=CODE_LENGTH,
        allow_null=True,
        required=False,
        help_text="The code of a price list; without one it is a base price.",
    )
    min_quantity = Whole(
        min_value=1,
        max_value=MAX_QUANTITY,
        required=False,
        help_text="Who buys as many pays this for each: 1 if it is left out.",
    )
    valid_from = Instant(allow_null=True, required=False, help_text="Null: since ever.")
    valid_until = Instant(
        allow_null=True,
        required=False,
        help_text="The first instant at which it does not hold any more; null: for ever.",
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        compare_at = attrs.get("compare_at")
        if compare_at is not None and compare_at < attrs["amount"]:
            raise serializers.ValidationError(
                {"compare_at": "The compare-at price is never below the amount."}, code="too-low"
            )
        return attrs

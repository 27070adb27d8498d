"""What the variant endpoints promise besides the variant itself."""

from decimal import Decimal
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from products.models.measured import GRAMS, MILLIMETRES


@extend_schema_field({"type": "string", "pattern": r"^[0-9]+(\.[0-9]+)?$"})
class PlainNumber(serializers.Field[Any, Any, str, Any]):
    """The number without superfluous zeros, as text."""

    def to_representation(self, value: Decimal) -> str:
        return f"{value.normalize():f}"


class Weight(serializers.Serializer[Any]):
    """As it was given."""

    value = PlainNumber()
    unit = serializers.ChoiceField(choices=list(GRAMS))


class Dimensions(serializers.Serializer[Any]):
    """As they were given."""

    length = PlainNumber()
    width = PlainNumber()
    height = PlainNumber()
    unit = serializers.ChoiceField(choices=list(MILLIMETRES))


class OptionSummary(serializers.Serializer[Any]):
    """An option that shoppers choose by, with the values that variants have."""

    name = serializers.CharField()
    label = serializers.CharField(  # type: ignore[assignment]  # a field, not the label of this one
        help_text="The name in the locale of the answer."
    )
    values = serializers.ListField(child=serializers.CharField())
    labels = serializers.ListField(child=serializers.CharField(), help_text="Of each value.")


class NewVariant(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    sku = serializers.CharField(allow_null=True)
    position = serializers.IntegerField()


class NewVariants(serializers.Serializer[Any]):
    """What names each new variant, in the order in which they were sent."""

    variants = NewVariant(many=True)

"""What the facets of a list promise."""

from typing import Any

from rest_framework import serializers

from products.api.answers import Total
from products.models import Attribute


class FacetValue(serializers.Serializer[Any]):
    value = serializers.CharField(help_text="What the filter of the facet's name takes.")
    label = serializers.CharField(  # type: ignore[assignment]  # a field's own name for itself
        help_text="What shoppers read, in the locale of the answer."
    )
    slug = serializers.CharField(
        allow_null=True, help_text="Of categories, brands and types; null of all others."
    )
    parent = serializers.UUIDField(  # type: ignore[assignment]  # likewise
        allow_null=True, help_text="Of categories: the one above; null of all others."
    )
    count = serializers.IntegerField(help_text="How many products the list would have with it.")
    is_selected = serializers.BooleanField(help_text="Whether the list is filtered by it now.")


class FacetRange(serializers.Serializer[Any]):
    min = serializers.CharField(
        help_text="As `price_min`, or `attributes.<code>.min`, takes it. Both ends belong to the "
        "range."
    )
    max = serializers.CharField()
    count = serializers.IntegerField(help_text="How many products the list would have with it.")


class Facet(serializers.Serializer[Any]):
    name = serializers.CharField(
        help_text="The parameter to filter by: `brand`, `attributes.wood`; `price` stands for "
        "`price_min` and `price_max`."
    )
    kind = serializers.ChoiceField(
        choices=["choice", "range"], help_text="A choice has values, a range has ranges."
    )
    type = serializers.ChoiceField(
        choices=Attribute.Type.choices, allow_null=True, help_text="Of an attribute, else null."
    )
    label = serializers.CharField(  # type: ignore[assignment]  # likewise
        allow_null=True, help_text="The attribute's name, else null."
    )
    group = serializers.CharField(allow_null=True, help_text="The attribute's heading, else null.")
    unit = serializers.CharField(
        allow_null=True, help_text="Of prices the currency, of measurements the unit, else null."
    )
    exact = serializers.BooleanField(
        help_text="False: only the newest 10,000 products were counted; there are at least so many."
    )
    has_more = serializers.BooleanField(
        help_text="True: there are other values, with fewer products than the 100 here."
    )
    values = FacetValue(many=True)
    ranges = FacetRange(many=True)


class FacetsResponse(serializers.Serializer[Any]):
    total = Total()
    facets = Facet(many=True)

"""Writes as most Django teams would make them: a nested ModelSerializer and a ModelViewSet.

One transaction; uniqueness by the validators of the serializer and the constraints. Nothing
of what else the catalog does: no documents, no change log, no versions, no If-Match.
"""

from typing import Any

from django.db import transaction
from django.urls import path
from rest_framework import serializers, viewsets

from products.models import Price, Product, Variant


class PriceSerializer(serializers.ModelSerializer[Price]):
    class Meta:
        model = Price
        fields = ["id", "currency", "amount", "compare_at"]


class VariantSerializer(serializers.ModelSerializer[Variant]):
    prices = PriceSerializer(many=True)

    class Meta:
        model = Variant
        fields = ["id", "sku", "gtin", "options", "metadata", "position", "prices"]


class ProductSerializer(serializers.ModelSerializer[Product]):
    variants = VariantSerializer(many=True)

    class Meta:
        model = Product
        fields = [
            "id", "slug", "name", "description", "status", "brand", "tags", "option_names",
            "metadata", "seo_title", "seo_description", "variants", "version", "created_at",
            "updated_at",
        ]  # fmt: skip
        read_only_fields = ["version"]

    @transaction.atomic
    def create(self, validated_data: dict[str, Any]) -> Product:
        variants = validated_data.pop("variants")
        product = Product.objects.create(**validated_data)
        for position, values in enumerate(variants):
            prices = values.pop("prices")
            variant = Variant.objects.create(product=product, position=position, **values)
            Price.objects.bulk_create(Price(variant=variant, **each) for each in prices)
        return product


class ProductViewSet(viewsets.ModelViewSet[Product]):
    queryset = Product.objects.select_related("brand").prefetch_related("variants__prices")
    serializer_class = ProductSerializer
    lookup_field = "slug"


urlpatterns = [
    path("api/v1/products", ProductViewSet.as_view({"post": "create", "get": "list"})),
    path(
        "api/v1/products/<str:slug>",
        ProductViewSet.as_view({"get": "retrieve", "patch": "partial_update"}),
    ),
]

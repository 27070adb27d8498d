"""The peer that most Django teams would write: ModelSerializers, nested, with select_related and
prefetch_related, under the middleware that `startproject` makes.

Reads the catalog's own tables through the catalog's own models, in gunicorn as the catalog ships.
"""

from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db.models import Prefetch, Q, QuerySet
from django.urls import path
from django.utils import timezone
from rest_framework import generics, pagination, serializers

from products.models import Brand, Category, Media, Price, Product, Variant


def plain(amount: Decimal) -> str:
    return f"{amount.normalize():f}"


def money(amount: Decimal | None) -> str | None:
    if amount is None:
        return None
    exact = amount.normalize()
    return f"{exact:f}" if -int(exact.as_tuple().exponent) > 2 else f"{exact:.2f}"


class BrandSerializer(serializers.ModelSerializer[Brand]):
    class Meta:
        model = Brand
        fields = ["id", "slug", "name"]


class StepSerializer(serializers.ModelSerializer[Category]):
    class Meta:
        model = Category
        fields = ["id", "slug", "name"]


class CategorySerializer(StepSerializer):
    path = serializers.SerializerMethodField()

    class Meta(StepSerializer.Meta):
        fields = [*StepSerializer.Meta.fields, "path"]

    def get_path(self, category: Category) -> Any:
        steps, each = [category], category
        while each.parent is not None:
            each = each.parent
            steps.insert(0, each)
        return StepSerializer(steps, many=True).data


class PriceSerializer(serializers.ModelSerializer[Price]):
    amount = serializers.SerializerMethodField()
    compare_at = serializers.SerializerMethodField()

    class Meta:
        model = Price
        fields = ["currency", "amount", "compare_at"]

    def get_amount(self, price: Price) -> str | None:
        return money(price.amount)

    def get_compare_at(self, price: Price) -> str | None:
        return money(price.compare_at)


def availability(variant: Variant) -> str:
    total = sum(level.quantity for level in variant.stock.all())
    if not variant.track_inventory or total > 0:
        return "in_stock"
    return "backorder" if variant.backorder_policy == "allow" else "out_of_stock"


class VariantSerializer(serializers.ModelSerializer[Variant]):
    attributes = serializers.ReadOnlyField(default=[])
    prices = PriceSerializer(many=True)
    tax_class = serializers.ReadOnlyField(default=None)
    options = serializers.SerializerMethodField()
    availability = serializers.SerializerMethodField()
    weight = serializers.SerializerMethodField()
    dimensions = serializers.SerializerMethodField()
    media = serializers.SerializerMethodField()

    class Meta:
        model = Variant
        fields = [
            "id", "sku", "gtin", "mpn", "status", "options", "attributes", "prices", "tax_class",
            "availability", "track_inventory", "backorder_policy", "backorder_limit", "weight",
            "dimensions", "media", "metadata", "position",
        ]  # fmt: skip

    def to_representation(self, variant: Variant) -> Any:
        return {**super().to_representation(variant), "attributes": [], "tax_class": None}

    def get_options(self, variant: Variant) -> dict[str, str]:
        names, options = variant.product.option_names, variant.options
        return {name: options[name] for name in names if name in options}

    def get_availability(self, variant: Variant) -> str:
        return availability(variant)

    def get_weight(self, variant: Variant) -> dict[str, str] | None:
        if variant.weight is None:
            return None
        return {"value": plain(variant.weight), "unit": variant.weight_unit}

    def get_dimensions(self, variant: Variant) -> dict[str, str] | None:
        if variant.length is None or variant.width is None or variant.height is None:
            return None
        sizes = {name: plain(getattr(variant, name)) for name in ("length", "width", "height")}
        return {**sizes, "unit": variant.size_unit}

    def get_media(self, variant: Variant) -> list[str]:
        return []


class MediaSerializer(serializers.ModelSerializer[Media]):
    focal_point = serializers.ReadOnlyField()
    renditions = serializers.SerializerMethodField()
    url = serializers.ReadOnlyField()

    class Meta:
        model = Media
        fields = [
            "id", "kind", "url", "content_type", "alt", "position", "width", "height",
            "focal_point", "renditions",
        ]  # fmt: skip

    def get_renditions(self, media: Media) -> list[Any]:
        return []


class ProductSerializer(serializers.ModelSerializer[Product]):
    brand = BrandSerializer()
    categories = serializers.SerializerMethodField()
    price_range = serializers.SerializerMethodField()
    availability = serializers.SerializerMethodField()
    options = serializers.SerializerMethodField()
    variant_count = serializers.SerializerMethodField()
    variants = VariantSerializer(many=True)
    media = MediaSerializer(many=True)
    seo = serializers.SerializerMethodField()

    class Meta:
        model = Product
        fields = [
            "id", "slug", "name", "description", "status", "publish_at", "unpublish_at", "brand",
            "categories", "tags", "price_range", "availability", "option_names", "options",
            "variant_count", "variants", "media", "metadata", "seo", "version", "created_at",
            "updated_at",
        ]  # fmt: skip

    def to_representation(self, product: Product) -> Any:
        # What made-up products do not have.
        lists: dict[str, Any] = {"attributes": [], "collections": [], "relations": []}
        nothing = dict.fromkeys(("product_type", "tax_class", "more_variants"))
        return {**super().to_representation(product), **lists, **nothing}

    def get_categories(self, product: Product) -> Any:
        rows = [membership.category for membership in product.memberships.all()]
        return CategorySerializer(rows, many=True).data

    def get_price_range(self, product: Product) -> Any:
        amounts = [
            price.amount
            for variant in product.variants.all()
            for price in variant.prices.all()
            if price.currency == settings.CATALOG_CURRENCY
        ]
        if not amounts:
            return None
        range_ = {"min": money(min(amounts)), "max": money(max(amounts))}
        return {"currency": settings.CATALOG_CURRENCY, **range_}

    def get_availability(self, product: Product) -> str:
        states = {availability(variant) for variant in product.variants.all()}
        return next((s for s in ("in_stock", "backorder") if s in states), "out_of_stock")

    def get_options(self, product: Product) -> Any:
        options = []
        for name in product.option_names:
            rows = [variant.options for variant in product.variants.all()]
            values = list(dict.fromkeys(row[name] for row in rows if name in row))
            options.append({"name": name, "label": name, "values": values, "labels": values})
        return options

    def get_variant_count(self, product: Product) -> int:
        return len(product.variants.all())

    def get_seo(self, product: Product) -> dict[str, str]:
        return {"title": product.seo_title, "description": product.seo_description}


class Newest(pagination.CursorPagination):
    page_size = 20
    page_size_query_param = "limit"
    max_page_size = 100
    ordering = ("-created_at", "-id")

    def get_paginated_response(self, data: Any) -> Any:
        response = super().get_paginated_response(data)
        response.data = {"items": data, "next_cursor": self.get_next_link()}
        return response


class Products(generics.ListAPIView[Product]):
    serializer_class = ProductSerializer
    pagination_class = Newest

    def get_queryset(self) -> "QuerySet[Product]":
        now = timezone.now()
        active = Variant.objects.filter(status="active").prefetch_related("prices", "stock")
        return (
            Product.objects.filter(status="published")
            .filter(Q(publish_at=None) | Q(publish_at__lte=now))
            .filter(Q(unpublish_at=None) | Q(unpublish_at__gt=now))
            .select_related("brand")
            .prefetch_related(
                "memberships__category__parent__parent",
                Prefetch("variants", active),
                "media",
            )
        )


class OneProduct(Products, generics.RetrieveAPIView[Product]):
    lookup_field = "slug"
    get = generics.RetrieveAPIView.get


urlpatterns = [
    path("api/v1/products", Products.as_view()),
    path("api/v1/products/<str:slug>", OneProduct.as_view()),
]

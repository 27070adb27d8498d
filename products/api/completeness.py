"""What a product still lacks, in each channel and locale: for editors."""

from typing import Any

from django.db.models import F
from django.db.models.functions import Now
from django.http import HttpResponse
from rest_framework import serializers
from rest_framework.request import Request

from accounts.channel_limits import channels_of
from accounts.permissions import CanSeeWork
from catalog_project.api.preconditions import digest, representation
from catalog_project.api.renderers import FastJSONRenderer
from catalog_project.api.views import StrictViewSet
from products.api.products import no_product, product_id_of
from products.models import Document, Product


class CompletenessItem(serializers.Serializer[Any]):
    channel = serializers.CharField()
    locale = serializers.CharField()
    completeness = serializers.IntegerField(help_text="Percent; 100 where nothing is missing.")
    missing = serializers.ListField(
        child=serializers.CharField(),
        help_text="`description`, `media`, `price`, `translations.name`, `attributes.material`, …",
    )


class CompletenessResponse(serializers.Serializer[Any]):
    items = CompletenessItem(many=True)


class CompletenessViewSet(StrictViewSet):
    queryset = Product.objects.none()
    serializer_class = CompletenessResponse
    permission_classes = [CanSeeWork]

    def retrieve(self, request: Request, product: str) -> HttpResponse:
        product_id = product_id_of(request, product)
        documents = Document.objects.filter(
            product=product_id, holds_from__lte=Now(), holds_until__gt=Now()
        )
        if (limit := channels_of(request.user)) is not None:
            documents = documents.filter(view__channel__in=limit)
        rows = documents.order_by("view__channel__slug", "view__position").values(
            "completeness",
            "missing",
            "version",
            channel=F("view__channel__slug"),
            locale=F("view__locale__code"),
        )
        if not rows:
            raise no_product(product)
        body = FastJSONRenderer().render(CompletenessResponse({"items": rows}).data)
        return representation(request, body, f"{rows[0]['version']}-{digest(body)}")

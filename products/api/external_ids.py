"""What other systems call a product and its variants: for whoever has a role, never for shoppers.

The document of a product is the same for everybody, so these stand beside it.
"""

from typing import Any

from django.db.models import F
from django.http import HttpResponse
from rest_framework import serializers
from rest_framework.request import Request

from accounts.permissions import CanReadInternals
from catalog_project.api.preconditions import digest, representation
from catalog_project.api.renderers import FastJSONRenderer
from catalog_project.api.views import StrictViewSet
from products.api.products import no_product, product_id_of
from products.models import ExternalId, Product


class ExternalIdResponse(serializers.Serializer[Any]):
    system = serializers.CharField()
    id = serializers.CharField(source="value")
    variant = serializers.UUIDField(
        source="variant_id", allow_null=True, help_text="Null: the product's own."
    )


class ExternalIdsResponse(serializers.Serializer[Any]):
    items = ExternalIdResponse(many=True)


class ExternalIdsViewSet(StrictViewSet):
    queryset = Product.objects.none()
    serializer_class = ExternalIdsResponse
    permission_classes = [CanReadInternals]

    def retrieve(self, request: Request, product: str) -> HttpResponse:
        row = Product.objects.filter(pk=product_id_of(request, product)).first()
        if row is None:
            raise no_product(product)
        rows = ExternalId.objects.filter(product=row).order_by(
            F("variant").asc(nulls_first=True), "system", "value"
        )
        body = FastJSONRenderer().render(ExternalIdsResponse({"items": rows}).data)
        return representation(request, body, f"{row.version}-{digest(body)}")

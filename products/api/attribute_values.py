"""A product's values as they were written: with every locale and channel, to edit them."""

from typing import Any

from django.http import HttpResponse
from rest_framework import serializers
from rest_framework.request import Request

from accounts.channel_limits import ensure_every_channel
from accounts.permissions import CanReadCatalog
from catalog_project.api.preconditions import digest, representation
from catalog_project.api.renderers import FastJSONRenderer
from catalog_project.api.views import StrictViewSet
from products.api.parts import part_id
from products.api.products import no_product, product_id_of
from products.api.variants import visible_variants
from products.errors import NotFound
from products.models import Product, Variant


class ValuesResponse(serializers.Serializer[Any]):
    product_type = serializers.UUIDField(allow_null=True)
    attributes = serializers.DictField(help_text="Code -> value, in the form of its type.")


class ProductValuesViewSet(StrictViewSet):
    queryset = Product.objects.none()
    serializer_class = ValuesResponse
    permission_classes = [CanReadCatalog]

    def retrieve(self, request: Request, product: str) -> HttpResponse:
        ensure_every_channel(request.user)
        row = Product.objects.filter(pk=product_id_of(request, product)).first()
        if row is None:
            raise no_product(product)
        return _answer(request, row, row.attributes)


class VariantValuesViewSet(StrictViewSet):
    queryset = Variant.objects.none()
    serializer_class = ValuesResponse
    permission_classes = [CanReadCatalog]

    def retrieve(self, request: Request, product: str, variant: str) -> HttpResponse:
        ensure_every_channel(request.user)
        product_id = product_id_of(request, product)
        rows = Variant.objects.filter(product=product_id, pk=part_id(variant))
        rows = visible_variants(request, rows)
        row = rows.select_related("product").first()
        if row is None:
            raise NotFound(f"The product has no variant {variant}.")
        return _answer(request, row.product, row.attributes)


def _answer(request: Request, product: Product, attributes: dict[str, Any]) -> HttpResponse:
    values = {"product_type": product.product_type_id, "attributes": attributes}
    body = FastJSONRenderer().render(ValuesResponse(values).data)
    return representation(request, body, f"{product.version}-{digest(body)}")

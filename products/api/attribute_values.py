"""A product's values as they were written: with every locale and channel, to edit them."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from rest_framework import serializers
from rest_framework.request import Request

from accounts.actors import actor_of
from accounts.channel_limits import channels_of
from accounts.permissions import CanEditCatalog
from catalog_project.api.preconditions import digest, if_match, representation
from catalog_project.api.renderers import FastJSONRenderer
from catalog_project.api.serializers import StrictSerializer
from catalog_project.api.views import StrictViewSet
from products.api.parts import part_id
from products.api.products import no_product, product_id_of
from products.api.shapes import ValuesField
from products.api.variants import visible_variants
from products.errors import NotFound
from products.models import Product, Variant
from products.services.written_values import change_values, values_within


class ValuesResponse(serializers.Serializer[Any]):
    product_type = serializers.UUIDField(allow_null=True)
    attributes = serializers.DictField(help_text="Code -> value, in the form of its type.")


class ValuesPatch(StrictSerializer):
    served_only = ["product_type"]

    attributes = ValuesField(
        help_text="Code -> value; null takes a value away. Of a value per channel, only the "
        "channels that are named change."
    )


class ProductValuesViewSet(StrictViewSet):
    queryset = Product.objects.none()
    serializer_class = ValuesResponse
    permission_classes = [CanEditCatalog]

    def retrieve(self, request: Request, product: str) -> HttpResponse:
        return self._current(request, product_id_of(request, product))

    def partial_update(self, request: Request, product: str) -> HttpResponse:
        changes = self.read(ValuesPatch, request)["attributes"]
        product_id = product_id_of(request, product)
        change_values(
            product_id,
            changes=changes,
            expected_version=if_match(request),
            actor=actor_of(request),
        )
        return self._current(request, product_id)

    def _current(self, request: Request, product_id: UUID) -> HttpResponse:
        row = Product.objects.filter(pk=product_id).first()
        if row is None:
            raise no_product(str(product_id))
        return _answer(request, row, row.attributes)


class VariantValuesViewSet(StrictViewSet):
    queryset = Variant.objects.none()
    serializer_class = ValuesResponse
    permission_classes = [CanEditCatalog]

    def retrieve(self, request: Request, product: str, variant: str) -> HttpResponse:
        return self._current(request, product_id_of(request, product), part_id(variant))

    def partial_update(self, request: Request, product: str, variant: str) -> HttpResponse:
        changes = self.read(ValuesPatch, request)["attributes"]
        product_id, key = product_id_of(request, product), part_id(variant)
        change_values(
            product_id,
            key,
            changes=changes,
            expected_version=if_match(request),
            actor=actor_of(request),
        )
        return self._current(request, product_id, key)

    def _current(self, request: Request, product_id: UUID, key: UUID) -> HttpResponse:
        rows = visible_variants(request, Variant.objects.filter(product=product_id, pk=key))
        row = rows.select_related("product").first()
        if row is None:
            raise NotFound(f"The product has no variant {key}.")
        return _answer(request, row.product, row.attributes)


def _answer(request: Request, product: Product, attributes: dict[str, Any]) -> HttpResponse:
    seen = values_within(attributes, channels_of(request.user))
    values = {"product_type": product.product_type_id, "attributes": seen}
    body = FastJSONRenderer().render(ValuesResponse(values).data)
    return representation(request, body, f"{product.version}-{digest(body)}")

"""A product's values as they were written: with every locale and channel, to edit them."""

from collections.abc import Collection, Mapping
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
from catalog_project.api.views import StrictViewSet, Written, is_json_patch
from products.api.parts import part_id
from products.api.products import found_product, product_id_of
from products.api.shapes import ValuesField
from products.api.variants import visible_variants
from products.errors import NotFound
from products.models import Product, Variant
from products.services.locking import ensure_version
from products.services.written_values import change_values, changes_between, values_within


class ValuesResponse(serializers.Serializer[Any]):
    product_type = serializers.UUIDField(allow_null=True)
    attributes = serializers.DictField(help_text="Code -> value, in the form of its type.")


class ValuesPatch(StrictSerializer):
    served_only = ["product_type"]

    attributes = ValuesField(
        help_text="Code -> value; null takes a value away. Of a value per channel, only the "
        "channels that are named change."
    )


class ValuesPatched(ValuesPatch):
    """After a JSON Patch, which may have changed nothing."""

    attributes = ValuesField(required=False)


class ValuesViewSet(StrictViewSet):
    """Of a product, or of one of its variants."""

    serializer_class = ValuesResponse
    permission_classes = [CanEditCatalog]
    takes_json_patch = True

    def retrieve(self, request: Request, **_: str) -> HttpResponse:
        return self._current(request)

    def partial_update(self, request: Request, **_: str) -> HttpResponse:
        changes = self._changes(request)
        product, variant = self._keys(request)
        change_values(
            product,
            variant,
            changes=changes,
            expected_version=if_match(request),
            actor=actor_of(request),
        )
        return self._current(request)

    def written(
        self, request: Request, fields: Collection[str], expected_version: int | None
    ) -> Written:
        product, attributes = self._found(request)
        ensure_version(product, expected_version)
        seen = values_within(attributes, channels_of(request.user))
        return Written(product.version, dict.fromkeys(fields, seen))

    def _changes(self, request: Request) -> Mapping[str, Any]:
        if not is_json_patch(request):
            return dict(self.read(ValuesPatch, request)["attributes"])
        after = self.read(ValuesPatched, request)
        if not after:
            return {}
        _, before = self._found(request)
        return changes_between(
            values_within(before, channels_of(request.user)), after["attributes"]
        )

    def _keys(self, request: Request) -> tuple[UUID, UUID | None]:
        variant = self.kwargs.get("variant")
        product_id = product_id_of(request, self.kwargs["product"])
        return product_id, None if variant is None else part_id(variant)

    def _found(self, request: Request) -> tuple[Product, dict[str, Any]]:
        """The product with the version, and the values. Raises NotFound."""
        product_id, key = self._keys(request)
        if key is None:
            product = found_product(request, str(product_id))
            return product, product.attributes
        rows = visible_variants(request, Variant.objects.filter(product=product_id, pk=key))
        row = rows.select_related("product").first()
        if row is None:
            raise NotFound(f"The product has no variant {key}.")
        return row.product, row.attributes

    def _current(self, request: Request) -> HttpResponse:
        return _answer(request, *self._found(request))


class ProductValuesViewSet(ValuesViewSet):
    queryset = Product.objects.none()


class VariantValuesViewSet(ValuesViewSet):
    queryset = Variant.objects.none()


def _answer(request: Request, product: Product, attributes: dict[str, Any]) -> HttpResponse:
    seen = values_within(attributes, channels_of(request.user))
    values = {"product_type": product.product_type_id, "attributes": seen}
    body = FastJSONRenderer().render(ValuesResponse(values).data)
    return representation(request, body, f"{product.version}-{digest(body)}")

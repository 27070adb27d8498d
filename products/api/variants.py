"""The variant endpoints."""

from typing import Any
from uuid import UUID

from django.db.models import JSONField, QuerySet
from django.db.models.expressions import RawSQL
from django.http import HttpResponse
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.actors import actor_of
from catalog_project.api.preconditions import if_match
from products.api.answers import VariantResponse
from products.api.parts import PartViewSet, part_id
from products.api.products import as_changes, product_id_of
from products.api.shapes import VariantInput
from products.documents.attributes import OF_VARIANT_ROW
from products.models import Variant
from products.services import variants as services

# What PUT writes to the fields that it does not name.
EMPTIED: dict[str, Any] = {
    "sku": None,
    "gtin": None,
    "options": {},
    "attributes": {},
    "metadata": {},
    "prices": [],
}


class VariantViewSet(PartViewSet):
    queryset = Variant.objects.none()
    serializer_class = VariantResponse

    def parts_of(self, product_id: UUID) -> "QuerySet[Variant]":
        return (
            Variant.objects.filter(product_id=product_id)
            .annotate(shown_attributes=RawSQL(OF_VARIANT_ROW, (), JSONField()))  # noqa: S611 - no value of anybody's is in it
            .select_related("product")
            .prefetch_related("prices")
        )

    def create(self, request: Request, product: str) -> HttpResponse:
        values = self.read(VariantInput, request)
        product_id = product_id_of(request, product)
        variant = services.create_variant(
            product_id,
            values=values,  # type: ignore[arg-type]  # the shape has the keys of the TypedDict
            expected_version=if_match(request),
            actor=actor_of(request),
        )
        return self.current(request, product_id, variant.pk, status=201)

    def update(self, request: Request, product: str, part: str) -> HttpResponse:
        return self._write(request, product, part, {**EMPTIED, **self.read(VariantInput, request)})

    def partial_update(self, request: Request, product: str, part: str) -> HttpResponse:
        values = as_changes(self.read(VariantInput, request))
        return self._write(request, product, part, values)

    def destroy(self, request: Request, product: str, part: str) -> Response:
        self.read_nothing(request)
        services.delete_variant(
            product_id_of(request, product),
            part_id(part),
            expected_version=if_match(request),
            actor=actor_of(request),
        )
        return Response(status=204)

    def _write(self, request: Request, product: str, part: str, values: Any) -> HttpResponse:
        product_id = product_id_of(request, product)
        services.update_variant(
            product_id,
            part_id(part),
            values=values,
            expected_version=if_match(request),
            actor=actor_of(request),
        )
        return self.current(request, product_id, part_id(part))

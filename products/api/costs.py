"""What the shop pays for a variant: for managers only, apart from everything else."""

from typing import Any
from uuid import UUID

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.actors import actor_of
from accounts.permissions import CanSeeCosts
from catalog_project.api.serializers import Money, ServedSerializer, StrictSerializer
from catalog_project.api.views import StrictViewSet
from products.api.parts import part_id
from products.api.price_shapes import CurrencyText
from products.api.products import product_id_of
from products.errors import NotFound
from products.models import Cost, Variant
from products.models.prices import DECIMAL_PLACES, MAX_DIGITS
from products.services.costs import set_costs


class CostInput(StrictSerializer):
    currency = CurrencyText(max_length=3, help_text="ISO 4217, such as EUR.")
    amount = Money(max_digits=MAX_DIGITS, decimal_places=DECIMAL_PLACES, min_value=0)


class CostsInput(StrictSerializer):
    costs = CostInput(many=True, max_length=200)  # type: ignore[call-arg]  # many


class CostResponse(ServedSerializer[Cost]):
    class Meta:
        model = Cost
        fields = ["currency", "amount", "updated_at"]


class CostsResponse(serializers.Serializer[Any]):
    costs = CostResponse(many=True)


class CostsViewSet(StrictViewSet):
    queryset = Cost.objects.none()
    serializer_class = CostsResponse
    permission_classes = [CanSeeCosts]

    def retrieve(self, request: Request, product: str, variant: str) -> Response:
        product_id, key = product_id_of(request, product), part_id(variant)
        if not Variant.objects.filter(product=product_id, pk=key).exists():
            raise NotFound(f"The product has no variant {variant}.")
        return self._answer(key)

    def update(self, request: Request, product: str, variant: str) -> Response:
        costs = self.read(CostsInput, request)["costs"]
        key = part_id(variant)
        set_costs(product_id_of(request, product), key, costs=costs, actor=actor_of(request))
        return self._answer(key)

    def _answer(self, key: UUID) -> Response:
        return Response(self.get_serializer({"costs": Cost.objects.filter(variant=key)}).data)

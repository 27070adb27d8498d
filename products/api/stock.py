"""The stock endpoints: how many there are, for those who may know."""

from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpResponse
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.actors import actor_of
from accounts.permissions import CanKeepStock
from catalog_project.api.pagination import KeysetPagination
from catalog_project.api.preconditions import digest, representation
from catalog_project.api.renderers import FastJSONRenderer
from catalog_project.api.serializers import Id, ServedSerializer, StrictSerializer, Text, Whole
from catalog_project.api.views import StrictViewSet
from products.models import StockLevel
from products.models.stock import CODE_LENGTH, MOST
from products.services.stock import StockItem, adjust_stock, set_stock

MOST_ITEMS = 1_000
# Query parameter -> the column that it is about.
FILTERS: Mapping[str, str] = {
    "location": "location__code",
    "variant": "variant_id",
    "sku": "variant__sku",
    "product": "variant__product_id",
}


class StockItemInput(StrictSerializer):
    variant = Id(required=False, help_text="The id of the variant; or name its SKU.")
    sku = Text(max_length=100, required=False)
    location = Text(max_length=CODE_LENGTH, help_text="The code of the location.")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if ("variant" in attrs) == ("sku" in attrs):
            raise serializers.ValidationError({"variant": "Give a variant or a sku."})
        return attrs


class AdjustItem(StockItemInput):
    delta = Whole(min_value=-MOST, max_value=MOST, help_text="What comes or, below zero, goes.")


class CountItem(StockItemInput):
    quantity = Whole(min_value=-MOST, max_value=MOST)
    expected_quantity = Whole(
        min_value=-MOST,
        max_value=MOST,
        required=False,
        help_text="What you believe there is: another quantity is a conflict.",
    )


class StockAdjustment(StrictSerializer):
    items = AdjustItem(many=True, min_length=1, max_length=MOST_ITEMS)  # type: ignore[call-arg]  # many


class StockCount(StrictSerializer):
    items = CountItem(many=True, min_length=1, max_length=MOST_ITEMS)  # type: ignore[call-arg]  # many


class StockLevelResponse(ServedSerializer[StockLevel]):
    location = serializers.CharField(source="location.code", help_text="The code of the location.")
    sku = serializers.CharField(source="variant.sku", allow_null=True)
    product = serializers.UUIDField(source="variant.product_id")

    class Meta:
        model = StockLevel
        fields = [
            "id",
            "product",
            "variant",
            "sku",
            "location",
            "quantity",
            "version",
            "updated_at",
        ]
        extra_kwargs = {"quantity": {"required": True}}


class StockLevels(serializers.Serializer[Any]):
    items = StockLevelResponse(many=True)


class StockViewSet(StrictViewSet):
    queryset = StockLevel.objects.none()
    serializer_class = StockLevelResponse
    permission_classes = [CanKeepStock]
    pagination_class = KeysetPagination
    keyset = ("id",)
    query_parameters = {"list": ("limit", "cursor", *FILTERS)}

    def list(self, request: Request) -> Response:
        rows = StockLevel.objects.select_related("location", "variant")
        page = self.paginate_queryset(_filtered(rows, request))
        return self.get_paginated_response(self.get_serializer(page, many=True).data)

    @action(detail=False, methods=["post"])
    def adjust(self, request: Request) -> HttpResponse:
        items = self.read(StockAdjustment, request)["items"]
        return self._write(request, items, "delta", adjust_stock)

    @action(detail=False, methods=["post"], url_path="set")
    def count(self, request: Request) -> HttpResponse:
        items = self.read(StockCount, request)["items"]
        return self._write(request, items, "quantity", set_stock)

    def _write(
        self, request: Request, items: Any, number: str, service: Callable[..., Any]
    ) -> HttpResponse:
        levels = service([_item(each, number) for each in items], actor=actor_of(request))
        body = FastJSONRenderer().render({"items": self.get_serializer(levels, many=True).data})
        return representation(request, body, digest(body))


def _item(given: Mapping[str, Any], number: str) -> StockItem:
    return StockItem(
        location=given["location"],
        number=given[number],
        variant=given.get("variant"),
        sku=given.get("sku", ""),
        expected=given.get("expected_quantity"),
    )


def _filtered(rows: "QuerySet[StockLevel]", request: Request) -> "QuerySet[StockLevel]":
    for name in FILTERS.keys() & request.query_params.keys():
        text = request.query_params[name]
        if name in {"variant", "product"}:
            try:
                UUID(text)
            except ValueError:
                raise serializers.ValidationError({name: ["Give an id (a UUID)."]}) from None
        elif not text.strip() or "\0" in text:
            raise serializers.ValidationError({name: ["Give at least one character."]})
        rows = rows.filter(**{FILTERS[name]: text})
    return rows

"""The prices as they are stored: of a price list, or of the base list (`base`)."""

from collections.abc import Collection
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpResponse
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.actors import actor_of
from accounts.permissions import CanEditPrices
from catalog_project.api.pagination import KeysetPagination
from catalog_project.api.preconditions import digest, if_match, representation
from catalog_project.api.renderers import FastJSONRenderer
from catalog_project.api.serializers import CANONICAL_UUID, Id, ServedInstant, ServedSerializer
from catalog_project.api.views import StrictViewSet, Written
from products.api.parts import UUID_PATTERN
from products.api.price_lists import visible_lists
from products.api.price_shapes import PriceInput
from products.api.products import key_of
from products.errors import NotFound
from products.models import Price, PriceList
from products.models.price_lists import BASE
from products.services import single_prices as services
from products.services.locking import ensure_version


class StoredPriceInput(PriceInput):
    served_only = ["id", "product", "created_at", "updated_at"]
    set_elsewhere = {"price_list": "The path says in which list it is."}

    variant = Id(help_text="The id of a variant.")

    def get_fields(self) -> dict[str, Any]:
        fields = super().get_fields()
        del fields["price_list"]
        return fields


class StoredPricePatch(StoredPriceInput):
    set_elsewhere = {
        **StoredPriceInput.set_elsewhere,
        "variant": "A price stays with its variant: delete it, and create another one.",
        "currency": "The currency stays: delete the price, and create another one.",
    }

    def get_fields(self) -> dict[str, Any]:
        fields = super().get_fields()
        del fields["variant"], fields["currency"]
        fields["amount"].required = False
        return fields

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        return super().validate(attrs) if "amount" in attrs else attrs


class StoredPriceResponse(ServedSerializer[Price]):
    product = serializers.UUIDField(source="variant.product_id")
    price_list = serializers.CharField(
        source="price_list.code", allow_null=True, default=None, help_text="Null: a base price."
    )
    valid_from = ServedInstant(allow_null=True)
    valid_until = ServedInstant(allow_null=True)

    class Meta:
        model = Price
        fields = [
            "id",
            "product",
            "variant",
            "price_list",
            "currency",
            "min_quantity",
            "valid_from",
            "valid_until",
            "amount",
            "compare_at",
            "created_at",
            "updated_at",
        ]
        extra_kwargs = {name: {"required": True} for name in ("min_quantity", "compare_at")}


class StoredPriceViewSet(StrictViewSet):
    """The version of a price, and so its ETag, is that of its product."""

    queryset = Price.objects.none()
    serializer_class = StoredPriceResponse
    permission_classes = [CanEditPrices]
    pagination_class = KeysetPagination
    takes_json_patch = True
    keyset = ("id",)
    lookup_field = "part"
    lookup_value_regex = UUID_PATTERN
    query_parameters = {"list": ("limit", "cursor", "variant")}

    def list(self, request: Request, price_list: str) -> Response:
        prices = self._prices(price_list)
        if "variant" in request.query_params:
            prices = prices.filter(variant=_variant(request.query_params["variant"]))
        page = self.paginate_queryset(prices)
        return self.get_paginated_response(self.get_serializer(page, many=True).data)

    def retrieve(self, request: Request, price_list: str, part: str) -> HttpResponse:
        return self._current(request, self._one(price_list, part).pk)

    def create(self, request: Request, price_list: str) -> HttpResponse:
        row = self._list(price_list)
        values = self.read(StoredPriceInput, request)
        price = services.create_price(
            values.pop("variant"),
            values={**values, "price_list": row},  # type: ignore[typeddict-item]  # the shape's keys
            expected_version=if_match(request),
            actor=actor_of(request),
        )
        return self._current(request, price.pk, status=201)

    def partial_update(self, request: Request, price_list: str, part: str) -> HttpResponse:
        price = self._one(price_list, part)
        services.update_price(
            price.pk,
            values=self.read(StoredPricePatch, request),  # type: ignore[arg-type]  # the shape's keys
            expected_version=if_match(request),
            actor=actor_of(request),
        )
        return self._current(request, price.pk)

    def written(
        self, request: Request, fields: Collection[str], expected_version: int | None
    ) -> Written:
        price = self._one(self.kwargs["price_list"], self.kwargs["part"])
        ensure_version(price.variant.product, expected_version)
        served = StoredPriceResponse(price).data
        return Written(price.variant.product.version, {name: served[name] for name in fields})

    def destroy(self, request: Request, price_list: str, part: str) -> Response:
        self.read_nothing(request)
        services.delete_price(
            self._one(price_list, part).pk,
            expected_version=if_match(request),
            actor=actor_of(request),
        )
        return Response(status=204)

    def _prices(self, price_list: str) -> "QuerySet[Price]":
        rows = Price.objects.filter(price_list=self._list(price_list))
        return rows.select_related("variant__product", "price_list")

    def _list(self, text: str) -> PriceList | None:
        """The list with this id or code; None is the base list. Raises NotFound."""
        if text == BASE:
            return None
        key = key_of(text)
        name = "pk" if isinstance(key, UUID) else "code"
        row = visible_lists(self.request).filter(**{name: key}).first()
        if row is None:
            raise NotFound(f"There is no price list {text[:100]!r}.")
        return row

    def _one(self, price_list: str, part: str) -> Price:
        price = None
        if CANONICAL_UUID.fullmatch(part):
            price = self._prices(price_list).filter(pk=part).first()
        if price is None:
            raise NotFound(f"The list has no price {part}.")
        return price

    def _current(self, request: Request, price_id: UUID, *, status: int = 200) -> HttpResponse:
        prices = Price.objects.select_related("variant__product", "price_list")
        price = prices.get(pk=price_id)
        body = FastJSONRenderer().render(self.get_serializer(price).data)
        location = request.build_absolute_uri(f"{request.path}/{price_id}")
        return representation(
            request,
            body,
            f"{price.variant.product.version}-{digest(body)}",
            status=status,
            headers={"Location": location} if status == 201 else None,
        )


def _variant(text: str) -> UUID:
    if not CANONICAL_UUID.fullmatch(text):
        raise serializers.ValidationError({"variant": "Give an id (a UUID)."})
    return UUID(text)

"""The price list endpoints."""

from collections.abc import Mapping
from typing import Any, ClassVar

from django.db.models import Q, QuerySet
from rest_framework import serializers
from rest_framework.request import Request

from accounts.channel_limits import channels_of
from accounts.permissions import CanShapePrices
from catalog_project.api.serializers import (
    Instant,
    ServedInstant,
    ServedSerializer,
    StrictSerializer,
    Text,
    Whole,
)
from products.api.attributes import CodeText
from products.api.nouns import NounViewSet
from products.api.price_shapes import CurrencyText
from products.api.shapes import Flag
from products.models import PriceList
from products.models.price_lists import MAX_PRIORITY
from products.models.shapes import CODE_LENGTH, SLUG_LENGTH
from products.services import price_lists as services


class PriceListInput(StrictSerializer):
    served_only = ["id", "version", "created_at", "updated_at"]

    code = CodeText(help_text="Letters, digits, _ and -. It stays.")
    name = Text(max_length=200)
    currency = CurrencyText(max_length=3, help_text="ISO 4217, of all its prices. It stays.")
    channel = Text(
        max_length=SLUG_LENGTH,
        allow_null=True,
        required=False,
        help_text="The slug of the channel that it is for; null: for all.",
    )
    customer_group = Text(
        max_length=CODE_LENGTH,
        allow_blank=True,
        required=False,
        help_text="Your code of the group of customers that it is for; empty: for everybody.",
    )
    priority = Whole(
        min_value=-MAX_PRIORITY,
        max_value=MAX_PRIORITY,
        required=False,
        help_text="The higher comes first.",
    )
    valid_from = Instant(allow_null=True, required=False)
    valid_until = Instant(
        allow_null=True, required=False, help_text="The first instant when it does not hold."
    )
    is_active = Flag(required=False)


class PriceListPatch(PriceListInput):
    code = CodeText(required=False)
    name = Text(max_length=200, required=False)
    currency = CurrencyText(max_length=3, required=False)


class PriceListResponse(ServedSerializer[PriceList]):
    channel = serializers.CharField(
        source="channel.slug", allow_null=True, default=None, help_text="Null: for all channels."
    )
    valid_from = ServedInstant(source="valid.lower", allow_null=True)
    valid_until = ServedInstant(source="valid.upper", allow_null=True)

    class Meta:
        model = PriceList
        fields = [
            "id",
            "code",
            "name",
            "currency",
            "channel",
            "customer_group",
            "priority",
            "valid_from",
            "valid_until",
            "is_active",
            "version",
            "created_at",
            "updated_at",
        ]
        extra_kwargs = {
            name: {"required": True} for name in ("customer_group", "priority", "is_active")
        }


def visible_lists(request: Request) -> "QuerySet[PriceList]":
    """To whom is limited to some channels, the lists of the others are not there."""
    rows, limit = PriceList.objects.select_related("channel"), channels_of(request.user)
    return rows if limit is None else rows.filter(Q(channel=None) | Q(channel__in=limit))


class PriceListViewSet(NounViewSet):
    queryset = PriceList.objects.select_related("channel")
    serializer_class = PriceListResponse
    permission_classes = [CanShapePrices]
    key_field = "code"
    keyset = ("code", "id")
    create_shape = PriceListInput
    replace_shape = PriceListInput
    patch_shape = PriceListPatch
    create_service = staticmethod(services.create_price_list)
    update_service = staticmethod(services.update_price_list)
    delete_service = staticmethod(services.delete_price_list)
    emptied: ClassVar[Mapping[str, Any]] = {
        "channel": None,
        "customer_group": "",
        "priority": 0,
        "valid_from": None,
        "valid_until": None,
        "is_active": True,
    }

    def get_queryset(self) -> "QuerySet[PriceList]":
        return visible_lists(self.request)

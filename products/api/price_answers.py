"""What a shopper pays: now, at an instant, and at the lowest in 30 days."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import HttpResponse
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.channel_limits import ensure_channel
from accounts.permissions import CanReadCatalog, ensure_any_role
from catalog_project.api.pagination import KeysetPagination
from catalog_project.api.serializers import ServedInstant, ServedMoney, Whole
from catalog_project.api.views import StrictViewSet
from products.api.as_of import read_instant
from products.api.parts import part_id
from products.api.products import no_product, product_id_of
from products.api.variants import visible_variants
from products.documents.price_answers import (
    OMNIBUS,
    Shopper,
    Step,
    lowest,
    lowest_before,
    steps_of,
)
from products.errors import NotFound
from products.models import Channel, ChannelLocale, Product, Variant
from products.models.channels import DEFAULT_VIEW
from products.models.prices import DECIMAL_PLACES, MAX_DIGITS, MAX_QUANTITY
from products.models.shapes import CODE_LENGTH

PARAMETERS = ("price_as_of", "currency", "channel", "customer_group", "quantity")


def read_shopper(request: Request) -> Shopper:
    """Raises ValidationError, NotAuthenticated, PermissionDenied, ChannelForbidden."""
    asked = request.query_params
    group = asked.get("customer_group", "")
    if group:
        ensure_any_role(request.user, "Prices of customer groups are for callers with a role.")
    if len(group) > CODE_LENGTH or "\0" in group:
        raise serializers.ValidationError({"customer_group": "Give the code of a group."})
    channel = _channel(asked.get("channel"), request.user)
    currency = asked.get("currency") or channel.currency or settings.CATALOG_CURRENCY
    if not (len(currency) == 3 and currency.isascii() and currency.isupper()):
        raise serializers.ValidationError({"currency": "Give a currency of ISO 4217, as EUR."})
    return Shopper(channel.pk, currency, group, _quantity(asked.get("quantity", "1")))


def _quantity(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= 10):
        raise serializers.ValidationError({"quantity": "Give a whole number from 1."})
    try:
        return int(Whole(min_value=1, max_value=MAX_QUANTITY).run_validation(int(text)))
    except serializers.ValidationError as error:
        raise serializers.ValidationError({"quantity": error.detail}) from None


def _channel(slug: str | None, user: Any) -> Channel:
    if slug is None:
        channel = ChannelLocale.objects.select_related("channel").get(pk=DEFAULT_VIEW).channel
        ensure_channel(user, channel.pk)
        return channel
    found = Channel.objects.filter(slug=slug).first()
    ensure_channel(user, found.pk if found else None)
    if found is None:
        raise serializers.ValidationError({"channel": f"There is no channel {slug[:100]!r}."})
    return found


class AmountField(ServedMoney):
    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_digits=MAX_DIGITS, decimal_places=DECIMAL_PLACES, **kwargs)


class ChosenPrice(serializers.Serializer[Any]):
    amount = AmountField()
    compare_at = AmountField(allow_null=True)
    min_quantity = serializers.IntegerField(help_text="Of the tier that was reached.")
    price_list = serializers.CharField(allow_null=True, help_text="Null: a base price.")


class VariantPriceResponse(serializers.Serializer[Any]):
    """What a variant costs whoever asks."""

    variant = serializers.UUIDField()
    at = ServedInstant(help_text="The instant that is spoken of.")
    currency = serializers.CharField()
    quantity = serializers.IntegerField()
    price = ChosenPrice(allow_null=True, help_text="Null: it has no price there and then.")
    lowest_30_days = AmountField(
        allow_null=True, help_text="The lowest price of the 30 days up to the instant."
    )
    prior_price = AmountField(
        allow_null=True,
        help_text="The lowest price of the 30 days before the present one began to apply: the "
        "prior price of a reduction (Directive 98/6/EC, article 6a). Null: there was none.",
    )


class PriceStep(serializers.Serializer[Any]):
    start = ServedInstant(source="begins")
    end = ServedInstant(allow_null=True, source="ends", help_text="Null: it still holds.")
    price = ChosenPrice(allow_null=True)

    def get_fields(self) -> dict[str, Any]:
        fields = super().get_fields()
        return {"from": fields["start"], "until": fields["end"], "price": fields["price"]}


class VariantPriceHistoryResponse(VariantPriceResponse):
    history = PriceStep(many=True, help_text="Of the last 400 days, the newest first.")


class ProductPricesViewSet(StrictViewSet):
    """A page of variants, each with its price."""

    queryset = Variant.objects.none()
    serializer_class = VariantPriceResponse
    permission_classes = [CanReadCatalog]
    pagination_class = KeysetPagination
    keyset = ("position", "id")
    query_parameters = {"list": ("limit", "cursor", *PARAMETERS)}

    def list(self, request: Request, product: str) -> Response:
        shopper, at = read_shopper(request), read_instant(request) or datetime.now(UTC)
        product_id = product_id_of(request, product)
        if not Product.objects.filter(pk=product_id).exists():
            raise no_product(product)
        variants = visible_variants(request, Variant.objects.filter(product=product_id))
        page = self.paginate_queryset(variants)
        if page is None:  # a keyset always pages
            page = []
        steps = steps_of([variant.pk for variant in page], shopper, at)
        rows = [answer(variant.pk, steps[variant.pk], shopper, at) for variant in page]
        return self.get_paginated_response(self.get_serializer(rows, many=True).data)


class VariantPricesViewSet(StrictViewSet):
    queryset = Variant.objects.none()
    serializer_class = VariantPriceHistoryResponse
    permission_classes = [CanReadCatalog]
    query_parameters = {"retrieve": PARAMETERS}

    def retrieve(self, request: Request, product: str, variant: str) -> HttpResponse:
        shopper, at = read_shopper(request), read_instant(request) or datetime.now(UTC)
        product_id, key = product_id_of(request, product), part_id(variant)
        rows = visible_variants(request, Variant.objects.filter(product=product_id))
        if not rows.filter(pk=key).exists():
            raise NotFound(f"The product has no variant {variant}.")
        steps = steps_of([key], shopper, at)[key]
        row = {**answer(key, steps, shopper, at), "history": history(steps)}
        return Response(self.get_serializer(row).data)


def answer(key: UUID, steps: list[Step], shopper: Shopper, at: datetime) -> dict[str, Any]:
    return {
        "variant": key,
        "at": at,
        "currency": shopper.currency,
        "quantity": shopper.quantity,
        "price": chosen(steps[-1]) if steps else None,
        "lowest_30_days": _lowest(steps, at),
        "prior_price": lowest_before(steps),
    }


def _lowest(steps: list[Step], at: datetime) -> Decimal | None:
    return lowest(steps, at - OMNIBUS, at + timedelta(microseconds=1))


def history(steps: list[Step]) -> list[Mapping[str, Any]]:
    ends = [*(step.start for step in steps[1:]), None]
    rows: list[Mapping[str, Any]] = [
        {"begins": step.start, "ends": end, "price": chosen(step)}
        for step, end in zip(steps, ends, strict=True)
    ]
    while rows and rows[0]["price"] is None:
        del rows[0]  # it had no price yet
    return rows[::-1]


def chosen(step: Step) -> Mapping[str, Any] | None:
    if step.amount is None:
        return None
    return {
        name: getattr(step, name) for name in ("amount", "compare_at", "min_quantity", "price_list")
    }

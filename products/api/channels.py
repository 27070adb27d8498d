"""The channel endpoints."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, ClassVar

from django.db.models import Prefetch, QuerySet
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request

from accounts.channel_limits import channels_of
from accounts.permissions import CanShapeCatalog
from catalog_project.api.serializers import (
    Money,
    ServedMoney,
    ServedSerializer,
    StrictSerializer,
    Text,
)
from products.api.consent import CONSENT, accepts_loss
from products.api.locales import LocaleCode
from products.api.nouns import NounViewSet
from products.api.price_shapes import CurrencyText
from products.api.shapes import SlugText
from products.models.channels import (
    BOOST_DECIMALS,
    BOOST_DIGITS,
    DEFAULT_VIEW,
    Channel,
    ChannelLocale,
)
from products.services import channels as services
from products.services.channels import MAX_VIEWS


class ChannelCurrency(CurrencyText):
    """Null is the shop's own currency, which the column holds as an empty text."""

    def run_validation(self, data: Any = serializers.empty) -> Any:
        value = super().run_validation(data)
        return "" if value is None else value


@extend_schema_field(
    {
        "type": ["string", "number"],
        "pattern": r"^(0*1(\.0{1,2})?|0+(\.[0-9]{1,2})?)$",
        "minimum": 0,
        "maximum": 1,
        "maxLength": 4,
        "examples": ["0.50"],
    }
)
class Share(Money):
    """From nothing to all of it."""

    def __init__(self, **kwargs: Any) -> None:
        bounds: Any = {"min_value": Decimal(0), "max_value": Decimal(1)}
        super().__init__(max_digits=3, decimal_places=2, **bounds, **kwargs)


class BoostInput(StrictSerializer):
    by = Text(
        max_length=120,
        help_text="`newest`, `availability`, or `attributes.<code>` of a filterable attribute with "
        "whole numbers, decimals or measurements.",
    )
    weight = Share(help_text="From 0 to 1. At 1, the most a product can gain is half of its score.")
    half_at = Money(
        max_digits=BOOST_DIGITS,
        decimal_places=BOOST_DECIMALS,
        min_value=Decimal("0.000001"),
        required=False,
        help_text="The number that gets half of the boost; of `newest`, the age in days. Of "
        "attributes it must be there, of measurements in the base unit.",
    )


class BoostResponse(serializers.Serializer[Any]):
    by = serializers.CharField(source="boost_by")
    weight = ServedMoney(source="boost_weight", max_digits=3, decimal_places=2)
    half_at = ServedMoney(
        source="boost_half_at", max_digits=BOOST_DIGITS, decimal_places=BOOST_DECIMALS
    )


class ChannelInput(StrictSerializer):
    served_only = ["id", "is_default", "is_printed", "version", "created_at", "updated_at"]

    name = Text(max_length=200)
    slug = SlugText(required=False)
    currency = ChannelCurrency(
        max_length=3,
        required=False,
        allow_null=True,
        help_text="ISO 4217, such as EUR; null for the shop's own.",
    )
    locales = serializers.ListField(
        child=LocaleCode(),
        max_length=MAX_VIEWS,
        required=False,
        help_text="Codes of locales, in order; the first answers callers who name none. Left out "
        "at creation: the shop's default locale.",
    )
    boost = BoostInput(
        required=False, allow_null=True, help_text="What search puts a little further up."
    )


class ChannelReplace(ChannelInput):
    """The locales must be there: an empty list is no channel."""

    def get_fields(self) -> dict[str, Any]:
        fields = super().get_fields()
        fields["locales"].required = True
        return fields


class ChannelPatch(ChannelInput):
    name = Text(max_length=200, required=False)


class ChannelResponse(ServedSerializer[Channel]):
    currency = serializers.SerializerMethodField()
    locales = serializers.SerializerMethodField()
    boost = serializers.SerializerMethodField()
    is_default = serializers.SerializerMethodField()
    is_printed = serializers.SerializerMethodField()

    class Meta:
        model = Channel
        fields = [
            "id", "slug", "name", "currency", "locales", "boost", "is_default", "is_printed",
            "version", "created_at", "updated_at",
        ]  # fmt: skip

    def get_currency(self, channel: Channel) -> str | None:
        return channel.currency or None

    @extend_schema_field(BoostResponse(allow_null=True))
    def get_boost(self, channel: Channel) -> Any:
        return BoostResponse(channel).data if channel.boost_by else None

    def get_locales(self, channel: Channel) -> list[str]:
        return [pair.locale.code for pair in channel.channel_locales.all()]

    def get_is_default(self, channel: Channel) -> bool:
        """Whether it answers callers who name no channel."""
        return any(pair.pk == DEFAULT_VIEW for pair in channel.channel_locales.all())

    def get_is_printed(self, channel: Channel) -> bool:
        """False while a new locale of it waits for its documents: it does not answer yet."""
        return all(pair.is_printed for pair in channel.channel_locales.all())


PAIRS = Prefetch(
    "channel_locales", ChannelLocale.objects.select_related("locale").order_by("position")
)


class ChannelViewSet(NounViewSet):
    queryset = Channel.objects.prefetch_related(PAIRS)
    serializer_class = ChannelResponse
    permission_classes = [CanShapeCatalog]
    keyset = ("slug",)
    query_parameters = {"list": ("limit", "cursor"), "destroy": CONSENT}
    create_shape = ChannelInput
    replace_shape = ChannelReplace
    patch_shape = ChannelPatch
    create_service = staticmethod(services.create_channel)
    update_service = staticmethod(services.update_channel)
    delete_service = staticmethod(services.delete_channel)
    emptied: ClassVar[Mapping[str, Any]] = {"currency": "", "boost": None}

    def get_queryset(self) -> "QuerySet[Channel]":
        """To whom is limited to some channels, the others are not there."""
        limit, rows = channels_of(self.request.user), super().get_queryset()
        return rows if limit is None else rows.filter(pk__in=limit)

    def write_options(self, request: Request) -> dict[str, Any]:
        is_deletion = self.action == "destroy"
        return {"accept_loss": accepts_loss(request)} if is_deletion else {}

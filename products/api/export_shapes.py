"""What the endpoints of exports and feeds accept and answer."""

from typing import Any

from django.conf import settings
from django.http import QueryDict
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from catalog_project.api.serializers import Choice, ServedSerializer, StrictSerializer, Text, Whole
from products.api.price_shapes import CurrencyText
from products.api.shapes import Flag
from products.models import Export, Feed
from products.models.exports import LEAST_MINUTES, MOST_MINUTES
from products.models.stock import CODE_LENGTH
from products.transfer.exporting import WRITERS

FORMATS = tuple(WRITERS)
FEED_FORMATS = tuple(code for code, writer in WRITERS.items() if writer.is_feed)
MAX_FILTERS, MAX_LINK = 4_000, 500


@extend_schema_field({"type": "string", "maxLength": MAX_FILTERS})
class FiltersText(Text):
    """The views judge what it says: they know the caller."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            max_length=MAX_FILTERS,
            allow_blank=True,
            help_text="A query string of the product list: `status=published&brand=…`.",
            **kwargs,
        )


@extend_schema_field({"type": "string", "maxLength": MAX_LINK, "pattern": r"^(https?://\S+)?$"})
class LinkText(Text):
    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            max_length=MAX_LINK,
            allow_blank=True,
            help_text="Of feeds: the address of a product's page, with `{slug}`, `{id}`, `{sku}` "
            "or `{variant}` in it. Left out, the pages of this service.",
            **kwargs,
        )

    def to_internal_value(self, data: Any) -> str:
        value = super().to_internal_value(data)
        if value and (not value.startswith(("http://", "https://")) or len(value.split()) != 1):
            raise serializers.ValidationError("Give an address with http:// or https://.")
        return value


@extend_schema_field({"type": "string", "pattern": r"^[A-Za-z0-9_-]{1,64}$", "maxLength": 64})
class AddressText(serializers.RegexField):
    default_error_messages = {"invalid": "Use letters, digits, hyphens and underscores."}


@extend_schema_field({"type": "string", "pattern": r"^[a-z0-9]+([_-][a-z0-9]+)*$"})
class LocationCode(Text):
    pass


class ExportInput(StrictSerializer):
    served_only = ["id", "state", "products", "size", "error", "created_at", "expires_at"]

    format = Choice(choices=FORMATS)
    filters = FiltersText(required=False)
    archived = Flag(required=False, help_text="Archived products, too.")
    with_costs = Flag(required=False, help_text="What the shop pays, too: for managers.")
    currency = CurrencyText(
        max_length=3, required=False, help_text="Of files for other shops; else the shop's own."
    )
    location = LocationCode(
        max_length=CODE_LENGTH,
        required=False,
        help_text="Whose stock stands in files for other shops; else that of all together.",
    )
    link = LinkText(required=False)


class LackResponse(serializers.Serializer[Any]):
    code = serializers.CharField()
    items = serializers.IntegerField(min_value=0)
    detail = serializers.CharField()


class LackingItemResponse(serializers.Serializer[Any]):
    product = serializers.UUIDField()
    slug = serializers.CharField()
    variant = serializers.UUIDField()
    sku = serializers.CharField(allow_null=True)
    lacks = serializers.ListField(child=serializers.CharField())


class LackingResponse(serializers.Serializer[Any]):
    items = serializers.IntegerField(min_value=0)
    left_out = serializers.IntegerField(min_value=0)
    lacks = LackResponse(many=True)
    examples = LackingItemResponse(many=True)


class ExportResponse(ServedSerializer[Export]):
    archived = serializers.BooleanField(source="with_archived")
    lacking = LackingResponse(allow_null=True)
    file = serializers.SerializerMethodField()

    class Meta:
        model = Export
        fields = [
            *("id", "state", "format", "filters", "archived", "with_costs", "products", "size"),
            *("lacking", "error", "file", "created_at", "finished_at", "expires_at"),
        ]
        extra_kwargs = {
            "filters": {"required": True},
            "with_costs": {"required": True},
            "error": {"required": True},
            "products": {"min_value": 0},
            "size": {"min_value": 0},
        }

    @extend_schema_field({"type": ["string", "null"]})
    def get_file(self, export: Export) -> str | None:
        """Where it is fetched, once it is made."""
        is_done = export.state == Export.State.DONE
        return f"/api/v1/exports/{export.pk}/file" if is_done else None


class FeedInput(StrictSerializer):
    served_only = [
        *("id", "version", "is_public", "url", "made_at", "size", "items", "left_out", "error"),
        *("created_at", "updated_at"),
    ]

    name = Text(max_length=200)
    address = AddressText(
        r"^[A-Za-z0-9_-]{1,64}$",
        required=False,
        allow_null=True,
        help_text="What stands in its URL. Left out or null: a secret that nobody guesses.",
    )
    format = Choice(choices=FEED_FORMATS)
    filters = FiltersText(required=False)
    link = LinkText(required=False)
    minutes = Whole(
        required=False,
        min_value=LEAST_MINUTES,
        max_value=MOST_MINUTES,
        help_text="How often it is made anew.",
    )
    is_active = Flag(required=False, help_text="Otherwise it is not made, and nobody reads it.")


class FeedPatch(FeedInput):
    name = Text(max_length=200, required=False)
    format = Choice(choices=FEED_FORMATS, required=False)


class FeedResponse(ServedSerializer[Feed]):
    is_public = serializers.SerializerMethodField()
    url = serializers.SerializerMethodField()
    items = serializers.SerializerMethodField()
    left_out = serializers.SerializerMethodField()

    class Meta:
        model = Feed
        fields = [
            *("id", "name", "address", "is_public", "url", "format", "filters", "link", "minutes"),
            *("is_active", "made_at", "size", "items", "left_out", "error", "version"),
            *("created_at", "updated_at"),
        ]
        extra_kwargs = {
            **{name: {"required": True} for name in ("filters", "link", "is_active")},
            "error": {"required": True},
            "size": {"min_value": 0},
            "minutes": {
                "required": True,
                "min_value": LEAST_MINUTES,
                "max_value": MOST_MINUTES,
            },
        }

    def get_is_public(self, feed: Feed) -> bool:
        """Whether its address was chosen; else nobody guesses it."""
        return not feed.is_secret

    def get_url(self, feed: Feed) -> str:
        """Where anybody who knows it reads the feed."""
        return f"{settings.PUBLIC_URL}{path_of(feed)}"

    @extend_schema_field({"type": ["integer", "null"], "minimum": 0})
    def get_items(self, feed: Feed) -> int | None:
        return feed.lacking and feed.lacking["items"]

    @extend_schema_field({"type": ["integer", "null"], "minimum": 0})
    def get_left_out(self, feed: Feed) -> int | None:
        return feed.lacking and feed.lacking["left_out"]


def path_of(feed: Feed) -> str:
    return f"/feeds/{feed.address}{WRITERS[feed.format].suffix}"


def names_in(filters: str) -> list[str]:
    return list(QueryDict(filters))

"""What the product endpoints accept. What they promise is in `answers`: the two share no class."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from catalog_project.api.serializers import (
    Choice,
    Id,
    Instant,
    StrictSerializer,
    Text,
    Whole,
)
from products.api.link_shapes import ExternalIdInput, RelationInput
from products.api.measure_shapes import DimensionsInput, WeightInput
from products.api.media_shapes import MediaName
from products.api.price_shapes import PriceInput
from products.api.translation_shapes import TranslationsField
from products.models import Variant
from products.models.external_ids import MAX_EXTERNAL_IDS
from products.models.media import MAX_MEDIA, Kind
from products.models.products import MAX_CATEGORIES, MAX_OPTIONS, MAX_TAGS
from products.models.relations import MAX_RELATIONS
from products.models.shapes import CODE_LENGTH, SLUG_LENGTH
from products.models.variants import MAX_BACKORDER, MAX_VARIANTS
from products.services.variants import OPTION_LENGTH

ALL_OF_THEM = "All of them; left as they are when they are not named."
# What the document of a product does not show whole, or at all: a PUT need not send it back.
LEFT_AS_THEY_ARE = {"slug", "external_ids", "relations", "translations"}
MAX_POSITION = 1_000_000
MAX_DESCRIPTION = 100_000


# No ASCII punctuation but hyphen and underscore; the service knows the other alphabets.
@extend_schema_field({"type": "string", "pattern": r"^[^\s!-,./:-@\[-^`{-~]+$"})
class SlugText(Text):
    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            max_length=SLUG_LENGTH,
            help_text="One segment of a URL. Made from the name when it is left out.",
            **kwargs,
        )
        self.validators.append(_ensure_slug)


def _ensure_slug(value: str) -> None:
    if not all(character.isalnum() or character in "-_" for character in value):
        raise serializers.ValidationError(
            "A slug has letters, digits, hyphens and underscores only.", code="invalid"
        )


@extend_schema_field({"type": "string", "pattern": r"^[0-9Xx -]{8,20}$"})
class GtinText(Text):
    pass


class Flag(serializers.BooleanField):
    """JSON's true or false, and nothing that means it."""

    default_error_messages = {"invalid": "Give true or false."}

    def to_internal_value(self, data: Any) -> bool:
        if not isinstance(data, bool):
            self.fail("invalid", input=data)
        return data


class ValuesField(serializers.DictField):
    """Code of an attribute -> its value. The service knows the types; null is no value."""


class VariantInput(StrictSerializer):
    """A variant on its own."""

    served_only = ["id", "created_at", "updated_at", "version", "availability"]

    sku = Text(max_length=100, allow_null=True, required=False)
    gtin = GtinText(
        max_length=20,
        allow_null=True,
        required=False,
        help_text="GTIN-8, 12, 13 or 14, or ISBN, with its check digit; served with 14 digits.",
    )
    mpn = Text(
        max_length=100, allow_null=True, required=False, help_text="The maker's number of the part."
    )
    status = Choice(
        choices=Variant.Status.choices,
        required=False,
        help_text="Shoppers see active variants only.",
    )
    options = serializers.DictField(
        child=Text(max_length=OPTION_LENGTH), required=False, help_text='{"Color": "Red"}'
    )
    attributes = ValuesField(required=False, help_text="As the product's type says of variants.")
    tax_class = Text(
        max_length=CODE_LENGTH,
        allow_null=True,
        required=False,
        help_text="The code of a tax class; null: that of the product.",
    )
    prices = PriceInput(many=True, required=False, max_length=200)  # type: ignore[call-arg]  # many
    track_inventory = Flag(
        required=False, help_text="Whether stock says if it can be bought; if not, it always can."
    )
    backorder_policy = Choice(
        choices=Variant.Backorder.choices,
        required=False,
        help_text="What happens when nothing is left.",
    )
    backorder_limit = Whole(
        min_value=0,
        max_value=MAX_BACKORDER,
        required=False,
        help_text="With the policy limit: how far below zero stock may fall.",
    )
    weight = WeightInput(allow_null=True, required=False)
    dimensions = DimensionsInput(allow_null=True, required=False)
    metadata = serializers.DictField(required=False)
    position = Whole(min_value=0, max_value=MAX_POSITION, required=False)
    external_ids = ExternalIdInput(  # type: ignore[call-arg]  # many
        many=True, required=False, max_length=MAX_EXTERNAL_IDS, help_text=ALL_OF_THEM
    )
    media = serializers.ListField(
        child=MediaName(),
        max_length=MAX_MEDIA,
        required=False,
        help_text="Which of the product's media show it, in order: their ids, or their URLs.",
    )


class VariantBatch(StrictSerializer):
    """New variants, in their order."""

    variants = VariantInput(many=True, min_length=1, max_length=MAX_VARIANTS)  # type: ignore[call-arg]  # many


class VariantPatch(VariantInput):
    """Only what is named is written (RFC 7396); of options and metadata, too, only the members
    that are named, and null takes one away."""

    options = serializers.DictField(
        child=Text(max_length=OPTION_LENGTH, allow_null=True), required=False
    )


class ProductVariantInput(VariantInput):
    """A variant inside its product; `id` names one that exists."""

    served_only = ["created_at", "updated_at", "version", "availability"]

    id = Id(required=False)


class FocalPointInput(StrictSerializer):
    """What a crop must keep, from the upper left corner: 0 to 1 of width and height."""

    x = serializers.FloatField(min_value=0, max_value=1)
    y = serializers.FloatField(min_value=0, max_value=1)


MEDIA_FACTS = ["content_type", "width", "height", "renditions", "fetch_state", "fetch_error"]
SERVED = ["created_at", "updated_at", "version"]


class MediaInput(StrictSerializer):
    served_only = ["id", *MEDIA_FACTS, *SERVED]

    url = serializers.URLField(max_length=2000)
    kind = Choice(
        choices=Kind.choices,
        required=False,
        help_text="What the URL shows; an image unless you say otherwise. A file's bytes say it.",
    )
    alt = Text(max_length=500, allow_blank=True, required=False)
    position = Whole(min_value=0, max_value=MAX_POSITION, required=False)
    focal_point = FocalPointInput(allow_null=True, required=False)
    fetch = Flag(required=False, help_text="True: the worker makes a copy, and serves that.")
    translations = TranslationsField()

    def validate_url(self, value: str) -> str:
        if not value.lower().startswith(("http://", "https://")):
            raise serializers.ValidationError("Give an address with http:// or https://.")
        return value


class ProductMediaInput(MediaInput):
    """Media inside its product; `id` names one that exists, as it must for an uploaded file."""

    served_only = [*MEDIA_FACTS, *SERVED]

    id = Id(required=False)
    url = serializers.URLField(max_length=2000, required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if not attrs.keys() & {"id", "url"}:
            raise serializers.ValidationError({"url": "Give a url, or the id of existing media."})
        return attrs


class SeoInput(StrictSerializer):
    title = Text(max_length=200, allow_blank=True, required=False)
    description = Text(max_length=500, allow_blank=True, required=False)


class ProductInput(StrictSerializer):
    """The fields of a product that a caller writes."""

    served_only = [
        "id",
        "version",
        "created_at",
        "updated_at",
        "price_range",
        "availability",
        "options",
        "variant_count",
        "more_variants",
    ]
    set_elsewhere = {
        "status": "POST to …/publish, …/unpublish, …/archive or …/restore changes the status."
    }

    name = Text(max_length=500)
    slug = SlugText(required=False)
    description = Text(max_length=MAX_DESCRIPTION, allow_blank=True, required=False)
    publish_at = Instant(allow_null=True, required=False)
    unpublish_at = Instant(allow_null=True, required=False)
    brand = Id(allow_null=True, required=False, help_text="The id of a brand.")
    product_type = Id(
        allow_null=True, required=False, help_text="The id of a product type; it has attributes."
    )
    tax_class = Text(
        max_length=CODE_LENGTH,
        allow_null=True,
        required=False,
        help_text="The code of a tax class.",
    )
    attributes = ValuesField(
        required=False,
        help_text='{"material": "oak"}: values of the type\'s attributes, by code.',
    )
    categories = serializers.ListField(
        child=Id(),
        max_length=MAX_CATEGORIES,
        required=False,
        help_text="Ids of categories; the first is the primary one.",
    )
    tags = serializers.ListField(child=Text(max_length=100), max_length=MAX_TAGS, required=False)
    option_names = serializers.ListField(
        child=Text(max_length=100),
        max_length=MAX_OPTIONS,
        required=False,
        help_text="The order in which shoppers choose: Color, then Size.",
    )
    variants = ProductVariantInput(many=True, required=False, max_length=MAX_VARIANTS)  # type: ignore[call-arg]  # many
    media = ProductMediaInput(many=True, required=False, max_length=MAX_MEDIA)  # type: ignore[call-arg]  # many
    metadata = serializers.DictField(required=False, help_text="Any JSON object of your own.")
    seo = SeoInput(required=False)
    translations = TranslationsField()
    relations = RelationInput(  # type: ignore[call-arg]  # many
        many=True, required=False, max_length=MAX_RELATIONS, help_text=ALL_OF_THEM
    )
    external_ids = ExternalIdInput(  # type: ignore[call-arg]  # many
        many=True, required=False, max_length=MAX_EXTERNAL_IDS, help_text=ALL_OF_THEM
    )


class ProductReplace(ProductInput):
    """Every field but LEFT_AS_THEY_ARE, so that nothing is emptied by being forgotten."""

    def get_fields(self) -> dict[str, Any]:
        fields = super().get_fields()
        for name, each in fields.items():
            each.required = name not in LEFT_AS_THEY_ARE
        return fields


class ProductPatch(ProductInput):
    """Only what is named is written (RFC 7396); lists are named as a whole. Of attributes, metadata
    and translations, too, only the members that are named, and null takes one away."""

    name = Text(max_length=500, required=False)


class ProductCreate(ProductInput):
    status = Choice(
        choices=["draft", "published"],
        required=False,
        help_text="Draft, unless a publisher says otherwise.",
    )

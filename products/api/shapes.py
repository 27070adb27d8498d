"""What the product endpoints accept. What they promise is in `answers`: the two share no class."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from catalog_project.api.serializers import (
    Id,
    Instant,
    Money,
    StrictSerializer,
    Text,
    Whole,
)
from products.models.media import MAX_MEDIA
from products.models.prices import DECIMAL_PLACES, MAX_DIGITS
from products.models.products import MAX_CATEGORIES, MAX_OPTIONS, MAX_TAGS
from products.models.shapes import SLUG_LENGTH
from products.models.variants import MAX_VARIANTS
from products.services.variants import OPTION_LENGTH

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


@extend_schema_field({"type": "string", "pattern": "^[A-Z]{3}$"})
class CurrencyText(Text):
    pass


@extend_schema_field({"type": "string", "pattern": r"^[0-9 -]{8,20}$"})
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


class PriceInput(StrictSerializer):
    currency = CurrencyText(max_length=3, help_text="ISO 4217, such as EUR.")
    amount = Money(max_digits=MAX_DIGITS, decimal_places=DECIMAL_PLACES, min_value=0)
    compare_at = Money(
        max_digits=MAX_DIGITS,
        decimal_places=DECIMAL_PLACES,
        min_value=0,
        allow_null=True,
        required=False,
        help_text="The former, higher price.",
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        compare_at = attrs.get("compare_at")
        if compare_at is not None and compare_at < attrs["amount"]:
            raise serializers.ValidationError(
                {"compare_at": "The compare-at price is never below the amount."}, code="too-low"
            )
        return attrs


class VariantInput(StrictSerializer):
    """A variant on its own."""

    served_only = ["id", "created_at", "updated_at", "version"]

    sku = Text(max_length=100, allow_null=True, required=False)
    gtin = GtinText(
        max_length=20,
        allow_null=True,
        required=False,
        help_text="GTIN-8, 12, 13 or 14 with its check digit; served with 14 digits.",
    )
    options = serializers.DictField(
        child=Text(max_length=OPTION_LENGTH), required=False, help_text='{"Color": "Red"}'
    )
    attributes = ValuesField(required=False, help_text="As the product's type says of variants.")
    prices = PriceInput(many=True, required=False, max_length=200)  # type: ignore[call-arg]  # many
    metadata = serializers.DictField(required=False)
    position = Whole(min_value=0, max_value=MAX_POSITION, required=False)


class ProductVariantInput(VariantInput):
    """A variant inside its product; `id` names one that exists."""

    served_only = ["created_at", "updated_at", "version"]

    id = Id(required=False)


class MediaInput(StrictSerializer):
    served_only = ["id", "width", "height", "created_at", "updated_at", "version"]

    url = serializers.URLField(max_length=2000)
    alt = Text(max_length=500, allow_blank=True, required=False)
    position = Whole(min_value=0, max_value=MAX_POSITION, required=False)
    variant = Id(allow_null=True, required=False)

    def validate_url(self, value: str) -> str:
        if not value.lower().startswith(("http://", "https://")):
            raise serializers.ValidationError("Give an address with http:// or https://.")
        return value


class ProductMediaInput(MediaInput):
    """Media inside its product; `id` names one that exists, as it must for an uploaded file."""

    served_only = ["width", "height", "created_at", "updated_at", "version"]

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

    served_only = ["id", "version", "created_at", "updated_at", "price_range"]
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


class ProductReplace(ProductInput):
    """Every field must be there, so that nothing is emptied by being forgotten."""

    def get_fields(self) -> dict[str, Any]:
        fields = super().get_fields()
        for name, each in fields.items():
            each.required = name != "slug"
        return fields


class ProductPatch(ProductInput):
    """Only what is named is written (RFC 7396); lists are named as a whole."""

    name = Text(max_length=500, required=False)


class ProductCreate(ProductInput):
    status = serializers.ChoiceField(
        choices=["draft", "published"],
        required=False,
        help_text="Draft, unless a publisher says otherwise.",
    )

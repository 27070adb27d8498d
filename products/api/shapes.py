"""What the product endpoints accept, and what they promise. The two never share a class.

Responses are documents that SQL prebuilt; their serializers here describe them (OpenAPI), and
the tests render products through them to prove that every document is what they say.
"""

from typing import Any

from rest_framework import serializers

from catalog_project.api.serializers import Id, Instant, Money, StrictSerializer, Text, Whole
from products.models import Brand, Category, Media, Price, Product, Variant
from products.models.media import MAX_MEDIA
from products.models.prices import DECIMAL_PLACES, MAX_DIGITS
from products.models.products import MAX_CATEGORIES, MAX_OPTIONS, MAX_TAGS
from products.models.shapes import SLUG_LENGTH
from products.models.variants import MAX_VARIANTS
from products.services.variants import OPTION_LENGTH

MAX_POSITION = 1_000_000
MAX_DESCRIPTION = 100_000


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


class PriceInput(StrictSerializer):
    currency = Text(max_length=3, help_text="ISO 4217, such as EUR.")
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
    """A variant on its own; `id` and `created_at` are served only."""

    served_only = ["id", "created_at", "updated_at", "version"]

    sku = Text(max_length=100, allow_null=True, required=False)
    gtin = Text(
        max_length=20,
        allow_null=True,
        required=False,
        help_text="GTIN-8, 12, 13 or 14 with its check digit; served with 14 digits.",
    )
    options = serializers.DictField(
        child=Text(max_length=OPTION_LENGTH), required=False, help_text='{"Color": "Red"}'
    )
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

    served_only = ["id", "status", "version", "created_at", "updated_at", "price_range"]

    name = Text(max_length=500)
    slug = SlugText(required=False)
    description = Text(max_length=MAX_DESCRIPTION, allow_blank=True, required=False)
    publish_at = Instant(allow_null=True, required=False)
    unpublish_at = Instant(allow_null=True, required=False)
    brand = Id(allow_null=True, required=False, help_text="The id of a brand.")
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
    served_only = ["id", "version", "created_at", "updated_at", "price_range"]

    status = serializers.ChoiceField(
        choices=["draft", "published"],
        required=False,
        help_text="Draft, unless a publisher says otherwise.",
    )


class BrandSummary(serializers.ModelSerializer[Brand]):
    class Meta:
        model = Brand
        fields = ["id", "slug", "name"]


class CategorySummary(serializers.ModelSerializer[Category]):
    class Meta:
        model = Category
        fields = ["id", "slug", "name"]


class CategoryMembership(CategorySummary):
    """A category with its breadcrumbs, from the root down to itself."""

    path = CategorySummary(many=True)

    class Meta(CategorySummary.Meta):
        fields = [*CategorySummary.Meta.fields, "path"]


class PriceResponse(serializers.ModelSerializer[Price]):
    class Meta:
        model = Price
        fields = ["currency", "amount", "compare_at"]
        extra_kwargs = {"compare_at": {"required": True}}


class OptionsField(serializers.DictField):
    """A variant's options in the product's order, which jsonb forgets."""

    def get_attribute(self, instance: Variant) -> dict[str, str]:
        names, options = instance.product.option_names, instance.options
        return {name: options[name] for name in names if name in options}


class VariantResponse(serializers.ModelSerializer[Variant]):
    options = OptionsField(child=serializers.CharField())
    prices = PriceResponse(many=True)
    metadata = serializers.DictField()

    class Meta:
        model = Variant
        fields = ["id", "sku", "gtin", "options", "prices", "metadata", "position"]
        extra_kwargs = {name: {"required": True} for name in ("sku", "gtin", "position")}


class MediaResponse(serializers.ModelSerializer[Media]):
    url = serializers.CharField(help_text="An uploaded file's address is relative to this host.")

    class Meta:
        model = Media
        fields = ["id", "url", "alt", "position", "variant", "width", "height"]
        extra_kwargs = {name: {"required": True} for name in ("alt", "position", "variant")}


class PriceRange(serializers.Serializer[Any]):
    """The lowest and highest price in the shop's currency."""

    currency = serializers.CharField()
    min = serializers.DecimalField(max_digits=MAX_DIGITS, decimal_places=DECIMAL_PLACES)
    max = serializers.DecimalField(max_digits=MAX_DIGITS, decimal_places=DECIMAL_PLACES)


class Seo(serializers.Serializer[Any]):
    title = serializers.CharField()
    description = serializers.CharField()


class ProductResponse(serializers.ModelSerializer[Product]):
    brand = BrandSummary(allow_null=True)
    categories = CategoryMembership(many=True)
    tags = serializers.ListField(child=serializers.CharField())
    price_range = PriceRange(allow_null=True)
    option_names = serializers.ListField(child=serializers.CharField())
    variants = VariantResponse(many=True)
    media = MediaResponse(many=True)
    metadata = serializers.DictField()
    seo = Seo()

    class Meta:
        model = Product
        fields = [
            "id",
            "slug",
            "name",
            "description",
            "status",
            "publish_at",
            "unpublish_at",
            "brand",
            "categories",
            "tags",
            "price_range",
            "option_names",
            "variants",
            "media",
            "metadata",
            "seo",
            "version",
            "created_at",
            "updated_at",
        ]
        extra_kwargs = {
            name: {"required": True}
            for name in ("description", "status", "publish_at", "unpublish_at")
        }


class Total(serializers.Serializer[Any]):
    value = serializers.IntegerField()
    exact = serializers.BooleanField(help_text="False: there are at least this many.")


class ProductPage(serializers.Serializer[Any]):
    items = ProductResponse(many=True)
    next_cursor = serializers.CharField(
        allow_null=True, help_text="Send it as `cursor` for the next page; null on the last one."
    )
    total = Total(required=False, help_text="Only when asked for with `total=true`.")

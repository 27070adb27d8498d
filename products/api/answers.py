"""What the product endpoints promise.

Products are documents that SQL prebuilt. The serializers here describe them (OpenAPI), and the
tests render rows through them to prove that every document is what they say.
"""

from typing import Any

from drf_spectacular.utils import extend_schema_serializer
from rest_framework import serializers

from catalog_project.api.serializers import ServedInstant, ServedMoney, ServedSerializer
from products.api.in_locale import InLocale
from products.api.media_shapes import MediaIds
from products.api.variant_answers import Dimensions, OptionSummary, Weight
from products.documents.listing import BODY_FIELDS
from products.documents.stock import AVAILABILITIES
from products.documents.variants import SHOWN
from products.models import (
    Attribute,
    Brand,
    Category,
    Collection,
    Media,
    MediaFetch,
    Product,
    ProductType,
    TaxClass,
    Variant,
)
from products.models.prices import DECIMAL_PLACES, MAX_DIGITS


class NullWhenBlank(serializers.CharField):
    def __init__(self, **kwargs: Any) -> None:
        super().__init__(allow_null=True, **kwargs)

    def to_representation(self, value: Any) -> str | None:  # type: ignore[override]
        return value or None


class BrandSummary(ServedSerializer[Brand]):
    class Meta:
        model = Brand
        fields = ["id", "slug", "name"]


class CategorySummary(ServedSerializer[Category]):
    class Meta:
        model = Category
        fields = ["id", "slug", "name"]


class CategoryMembership(CategorySummary):
    """A category with its breadcrumbs, from the root down to itself."""

    path = CategorySummary(many=True)

    class Meta(CategorySummary.Meta):
        fields = [*CategorySummary.Meta.fields, "path"]


class CollectionSummary(ServedSerializer[Collection]):
    class Meta:
        model = Collection
        fields = ["id", "slug", "name"]


class PriceResponse(serializers.Serializer[Any]):
    """What one piece costs. A plain price has the first three members; a tier, a dated price and
    one of a price list have all seven."""

    currency = serializers.CharField()
    amount = ServedMoney(max_digits=MAX_DIGITS, decimal_places=DECIMAL_PLACES)
    compare_at = ServedMoney(max_digits=MAX_DIGITS, decimal_places=DECIMAL_PLACES, allow_null=True)
    min_quantity = serializers.IntegerField(required=False)
    price_list = serializers.CharField(allow_null=True, required=False)
    valid_from = ServedInstant(allow_null=True, required=False)
    valid_until = ServedInstant(allow_null=True, required=False)

    def to_representation(self, instance: Any) -> dict[str, Any]:
        served = super().to_representation(instance)
        return {name: value for name, value in served.items() if name in instance}


class TaxClassSummary(ServedSerializer[TaxClass]):
    class Meta:
        model = TaxClass
        fields = ["code", "name"]


class OptionsField(serializers.DictField):
    """A variant's options in the product's order, which jsonb forgets."""

    def get_attribute(self, instance: Variant) -> dict[str, str]:
        names, options = instance.product.option_names, instance.options
        return {name: options[name] for name in names if name in options}


class ProductTypeSummary(ServedSerializer[ProductType]):
    class Meta:
        model = ProductType
        fields = ["id", "slug", "name"]


class AttributeValue(serializers.Serializer[Any]):
    """A value with what is shown beside it, in the locale and channel of the answer."""

    code = serializers.CharField()
    name = serializers.CharField()
    type = serializers.ChoiceField(choices=Attribute.Type.choices)
    group = serializers.CharField()
    value = serializers.JSONField(help_text="In the form of the type: see docs/attributes.md.")
    labels = serializers.ListField(
        child=serializers.CharField(),
        allow_null=True,
        help_text="What the chosen options are called; null for all other types.",
    )


class VariantResponse(ServedSerializer[Variant]):
    options = OptionsField(child=serializers.CharField())
    attributes = AttributeValue(many=True, source="shown_attributes")
    prices = PriceResponse(many=True, source="shown_prices")
    tax_class = TaxClassSummary(allow_null=True)
    availability = serializers.ChoiceField(choices=AVAILABILITIES)
    weight = Weight(allow_null=True, source="given_weight")
    dimensions = Dimensions(allow_null=True, source="given_dimensions")
    media = MediaIds(source="shown_media")
    metadata = serializers.DictField()

    class Meta:
        model = Variant
        fields = [
            "id",
            "sku",
            "gtin",
            "mpn",
            "status",
            "options",
            "attributes",
            "prices",
            "tax_class",
            "availability",
            "track_inventory",
            "backorder_policy",
            "backorder_limit",
            "weight",
            "dimensions",
            "media",
            "metadata",
            "position",
        ]
        extra_kwargs = {
            name: {"required": True}
            for name in (
                "sku",
                "gtin",
                "mpn",
                "status",
                "position",
                "track_inventory",
                "backorder_policy",
                "backorder_limit",
            )
        }


class FocalPointResponse(serializers.Serializer[Any]):
    x = serializers.FloatField()
    y = serializers.FloatField()


class RenditionResponse(serializers.Serializer[Any]):
    """A smaller copy of a picture, made by the worker."""

    width = serializers.IntegerField()
    height = serializers.IntegerField()
    url = serializers.CharField()
    format = serializers.CharField(help_text="webp")


class MediaResponse(InLocale, ServedSerializer[Media]):
    url = serializers.CharField(
        help_text="An uploaded file's address is relative to this host, unless MEDIA_URL is a URL."
    )
    content_type = NullWhenBlank(help_text="Of a file of ours; null for a URL.")
    focal_point = FocalPointResponse(allow_null=True)
    renditions = RenditionResponse(many=True, source="shown_renditions")

    class Meta:
        model = Media
        fields = [
            "id",
            "kind",
            "url",
            "content_type",
            "alt",
            "position",
            "width",
            "height",
            "focal_point",
            "renditions",
        ]
        extra_kwargs = {name: {"required": True} for name in ("kind", "alt", "position")}


class MediaDetail(MediaResponse):
    """What staff want to know beside what shoppers see."""

    fetch_state = serializers.ChoiceField(
        choices=MediaFetch.State.choices,
        source="fetch.state",
        allow_null=True,
        help_text="Of the copy that was asked for with `fetch`; null when none was.",
    )
    fetch_error = NullWhenBlank(
        source="fetch.error", help_text="Why the last attempt gave no copy; null when all is well."
    )

    class Meta(MediaResponse.Meta):
        fields = [*MediaResponse.Meta.fields, "fetch_state", "fetch_error"]


class PriceRange(serializers.Serializer[Any]):
    """The lowest and highest price in the shop's currency."""

    currency = serializers.CharField()
    min = ServedMoney(max_digits=MAX_DIGITS, decimal_places=DECIMAL_PLACES)
    max = ServedMoney(max_digits=MAX_DIGITS, decimal_places=DECIMAL_PLACES)


class Seo(serializers.Serializer[Any]):
    title = serializers.CharField()
    description = serializers.CharField()


class RelationResponse(serializers.Serializer[Any]):
    """Another product that goes with this one."""

    kind = serializers.CharField(help_text="The code of a relation kind.")
    kind_name = serializers.CharField(help_text="What shoppers read above it.")
    product = serializers.UUIDField()
    variant = serializers.UUIDField(allow_null=True, help_text="Null: the product in general.")
    quantity = serializers.IntegerField(help_text="Of the part of a bundle; else 1.")


class ProductResponse(ServedSerializer[Product]):
    status = serializers.ChoiceField(choices=Product.Status.choices)
    brand = BrandSummary(allow_null=True)
    product_type = ProductTypeSummary(allow_null=True)
    attributes = AttributeValue(many=True)
    categories = CategoryMembership(many=True)
    collections = CollectionSummary(many=True)
    tags = serializers.ListField(child=serializers.CharField())
    price_range = PriceRange(allow_null=True)
    tax_class = TaxClassSummary(allow_null=True)
    availability = serializers.ChoiceField(
        choices=AVAILABILITIES, help_text="That of its best variant."
    )
    option_names = serializers.ListField(child=serializers.CharField())
    options = OptionSummary(many=True)
    variant_count = serializers.IntegerField()
    variants = VariantResponse(many=True, help_text=f"The first {SHOWN} of them.")
    more_variants = serializers.CharField(
        allow_null=True, help_text="Where the next variants are; null where all are shown."
    )
    media = MediaResponse(many=True)
    metadata = serializers.DictField()
    seo = Seo()
    relations = RelationResponse(many=True)

    class Meta:
        model = Product
        fields = list(BODY_FIELDS)
        extra_kwargs = {
            name: {"required": True} for name in ("description", "publish_at", "unpublish_at")
        }


class Total(serializers.Serializer[Any]):
    value = serializers.IntegerField()
    exact = serializers.BooleanField(help_text="False: there are at least this many.")


@extend_schema_serializer(many=False)
class ProductPage(serializers.Serializer[Any]):
    items = ProductResponse(many=True)
    next_cursor = serializers.CharField(
        allow_null=True, help_text="Send it as `cursor` for the next page; null on the last one."
    )
    previous_cursor = serializers.CharField(
        required=False,
        allow_null=True,
        help_text="The same for the page before; null on the first one. Of lists with filters.",
    )
    total = Total(required=False, help_text="Only when asked for with `total=true`.")

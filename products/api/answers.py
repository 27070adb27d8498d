"""What the product endpoints promise.

Products are documents that SQL prebuilt. The serializers here describe them (OpenAPI), and the
tests render rows through them to prove that every document is what they say.
"""

from typing import Any

from drf_spectacular.utils import extend_schema_serializer
from rest_framework import serializers

from catalog_project.api.serializers import ServedMoney, ServedSerializer
from products.documents.listing import BODY_FIELDS
from products.models import Attribute, Brand, Category, Media, Price, Product, ProductType, Variant
from products.models.prices import DECIMAL_PLACES, MAX_DIGITS


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


class PriceResponse(ServedSerializer[Price]):
    class Meta:
        model = Price
        fields = ["currency", "amount", "compare_at"]
        extra_kwargs = {"compare_at": {"required": True}}


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
    prices = PriceResponse(many=True)
    metadata = serializers.DictField()

    class Meta:
        model = Variant
        fields = [
            "id",
            "sku",
            "gtin",
            "options",
            "attributes",
            "prices",
            "metadata",
            "position",
        ]
        extra_kwargs = {name: {"required": True} for name in ("sku", "gtin", "position")}


class MediaResponse(ServedSerializer[Media]):
    url = serializers.CharField(help_text="An uploaded file's address is relative to this host.")

    class Meta:
        model = Media
        fields = ["id", "url", "alt", "position", "variant", "width", "height"]
        extra_kwargs = {name: {"required": True} for name in ("alt", "position", "variant")}


class PriceRange(serializers.Serializer[Any]):
    """The lowest and highest price in the shop's currency."""

    currency = serializers.CharField()
    min = ServedMoney(max_digits=MAX_DIGITS, decimal_places=DECIMAL_PLACES)
    max = ServedMoney(max_digits=MAX_DIGITS, decimal_places=DECIMAL_PLACES)


class Seo(serializers.Serializer[Any]):
    title = serializers.CharField()
    description = serializers.CharField()


class ProductResponse(ServedSerializer[Product]):
    status = serializers.ChoiceField(choices=Product.Status.choices)
    brand = BrandSummary(allow_null=True)
    product_type = ProductTypeSummary(allow_null=True)
    attributes = AttributeValue(many=True)
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
    total = Total(required=False, help_text="Only when asked for with `total=true`.")

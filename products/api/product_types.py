"""The product type endpoints."""

from typing import Any

from django.db.models import Prefetch
from rest_framework import serializers
from rest_framework.request import Request

from accounts.permissions import CanShapeCatalog
from catalog_project.api.serializers import ServedSerializer, StrictSerializer, Text
from products.api.consent import CONSENT, accepts_loss
from products.api.nouns import NounViewSet
from products.api.shapes import Flag, SlugText
from products.api.translation_shapes import TranslationsField
from products.models import ProductType, ProductTypeAttribute
from products.models.product_types import MAX_ASSIGNMENTS
from products.services import product_types as services


class AssignmentInput(StrictSerializer):
    served_only = ["name", "type"]

    code = Text(max_length=100, help_text="Of an attribute.")
    is_required = Flag(required=False, help_text="A product without it cannot be published.")
    is_variant = Flag(required=False, help_text="Each variant has its own value, the product none.")


class ProductTypeInput(StrictSerializer):
    served_only = ["id", "version", "created_at", "updated_at"]

    name = Text(max_length=200)
    translations = TranslationsField()
    slug = SlugText(required=False)
    attributes = AssignmentInput(  # type: ignore[call-arg]  # many
        many=True,
        required=False,
        max_length=MAX_ASSIGNMENTS,
        help_text="All of them, in the order in which documents show them.",
    )


class ProductTypePatch(ProductTypeInput):
    name = Text(max_length=200, required=False)


class AssignmentResponse(ServedSerializer[ProductTypeAttribute]):
    code = serializers.CharField(source="attribute.code")
    name = serializers.CharField(source="attribute.name")
    type = serializers.CharField(source="attribute.type")

    class Meta:
        model = ProductTypeAttribute
        fields = ["code", "name", "type", "is_required", "is_variant"]
        extra_kwargs = {name: {"required": True} for name in ("is_required", "is_variant")}


class ProductTypeListed(ServedSerializer[ProductType]):
    """A type without its attributes: there may be thousands of them."""

    class Meta:
        model = ProductType
        fields = ["id", "slug", "name", "translations", "version", "created_at", "updated_at"]


class ProductTypeResponse(ServedSerializer[ProductType]):
    attributes = AssignmentResponse(many=True, source="assignments")

    class Meta:
        model = ProductType
        fields = [*ProductTypeListed.Meta.fields, "attributes"]


ASSIGNMENTS = Prefetch(
    "assignments", ProductTypeAttribute.objects.select_related("attribute").order_by("position")
)


class ProductTypeViewSet(NounViewSet):
    queryset = ProductType.objects.all()
    serializer_class = ProductTypeResponse
    permission_classes = [CanShapeCatalog]
    keyset = ("name", "id")
    merges_translations = True
    query_parameters = {
        "list": ("limit", "cursor"),
        "update": CONSENT,
        "partial_update": CONSENT,
    }
    create_shape = ProductTypeInput
    replace_shape = ProductTypeInput
    patch_shape = ProductTypePatch
    create_service = staticmethod(services.create_product_type)
    update_service = staticmethod(services.update_product_type)
    delete_service = staticmethod(services.delete_product_type)
    emptied = {"attributes": []}

    def get_queryset(self) -> Any:
        types = super().get_queryset()
        return types if self.action == "list" else types.prefetch_related(ASSIGNMENTS)

    def get_serializer_class(self) -> Any:
        return ProductTypeListed if self.action == "list" else ProductTypeResponse

    def write_options(self, request: Request) -> dict[str, Any]:
        is_deletion = self.action == "destroy"  # which is refused while a product has the type
        return {} if is_deletion else {"accept_loss": accepts_loss(request)}

"""The brand endpoints."""

from catalog_project.api.serializers import ServedSerializer, StrictSerializer, Text
from products.api.in_locale import InLocale
from products.api.shapes import MAX_DESCRIPTION, SlugText
from products.api.translated import TranslatedNounViewSet
from products.api.translation_shapes import TranslationsField
from products.api.viewing import NAMES
from products.models import Brand
from products.services import brands as services


class BrandInput(StrictSerializer):
    served_only = ["id", "version", "created_at", "updated_at"]

    name = Text(max_length=200)
    slug = SlugText(required=False)
    description = Text(max_length=MAX_DESCRIPTION, allow_blank=True, required=False)
    translations = TranslationsField()


class BrandPatch(BrandInput):
    name = Text(max_length=200, required=False)


class BrandResponse(InLocale, ServedSerializer[Brand]):
    class Meta:
        model = Brand
        fields = ["id", "slug", "name", "description", "version", "created_at", "updated_at"]
        extra_kwargs = {"description": {"required": True}}


class BrandViewSet(TranslatedNounViewSet):
    queryset = Brand.objects.all()
    serializer_class = BrandResponse
    redirects = "brand"
    query_parameters = {"list": ("limit", "cursor", *NAMES), "retrieve": NAMES}
    keyset = ("name", "id")
    create_shape = BrandInput
    replace_shape = BrandInput
    patch_shape = BrandPatch
    create_service = staticmethod(services.create_brand)
    update_service = staticmethod(services.update_brand)
    delete_service = staticmethod(services.delete_brand)
    emptied = {"description": ""}

"""The tax class endpoints."""

from collections.abc import Mapping
from typing import Any, ClassVar

from accounts.permissions import CanShapeCatalog
from catalog_project.api.serializers import ServedSerializer, StrictSerializer, Text
from products.api.attributes import CodeText
from products.api.nouns import NounViewSet
from products.api.translation_shapes import TranslationsField
from products.models import TaxClass
from products.services import tax_classes as services


class TaxClassInput(StrictSerializer):
    served_only = ["id", "version", "created_at", "updated_at"]

    code = CodeText(help_text="Letters, digits, _ and -. It stays.")
    name = Text(max_length=200)
    translations = TranslationsField()


class TaxClassPatch(TaxClassInput):
    code = CodeText(required=False)
    name = Text(max_length=200, required=False)


class TaxClassResponse(ServedSerializer[TaxClass]):
    class Meta:
        model = TaxClass
        fields = ["id", "code", "name", "translations", "version", "created_at", "updated_at"]


class TaxClassViewSet(NounViewSet):
    queryset = TaxClass.objects.all()
    serializer_class = TaxClassResponse
    permission_classes = [CanShapeCatalog]
    key_field = "code"
    keyset = ("code", "id")
    merges_translations = True
    create_shape = TaxClassInput
    replace_shape = TaxClassInput
    patch_shape = TaxClassPatch
    create_service = staticmethod(services.create_tax_class)
    update_service = staticmethod(services.update_tax_class)
    delete_service = staticmethod(services.delete_tax_class)
    emptied: ClassVar[Mapping[str, Any]] = {}

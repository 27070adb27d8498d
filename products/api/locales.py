"""The locale endpoints."""

from collections.abc import Mapping
from typing import Any, ClassVar

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request

from accounts.permissions import CanShapeCatalog
from catalog_project.api.serializers import ServedSerializer, StrictSerializer, Text
from products.api.consent import CONSENT, accepts_loss
from products.api.nouns import NounViewSet
from products.models import Locale
from products.models.channels import MAX_STOP_WORDS
from products.services import locales as services


@extend_schema_field(
    {"type": "string", "pattern": "^[a-z]{2,3}(-[A-Z][a-z]{3})?(-([A-Z]{2}|[0-9]{3}))?$"}
)
class LocaleCode(Text):
    """BCP 47: a language, perhaps a script and a region."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=16, **kwargs)


class LocaleInput(StrictSerializer):
    served_only = ["id", "is_default", "version", "created_at", "updated_at"]

    code = LocaleCode(help_text="BCP 47: a language, perhaps a script and a region.")
    name = Text(max_length=100)
    fallback = LocaleCode(
        required=False,
        allow_null=True,
        help_text="The code of the locale whose texts stand in for those that this one lacks. The "
        "shop's default locale is last in every chain.",
    )
    stop_words = serializers.ListField(
        child=Text(max_length=60),
        max_length=MAX_STOP_WORDS,
        required=False,
        help_text="Words that search leaves out of queries that have others, besides those of the "
        "language itself. Served as search compares them: small letters, no accents.",
    )


class LocalePatch(LocaleInput):
    code = LocaleCode(required=False)
    name = Text(max_length=100, required=False)


class LocaleResponse(ServedSerializer[Locale]):
    fallback = serializers.CharField(source="fallback.code", allow_null=True, default=None)
    is_default = serializers.BooleanField(
        help_text="The locale of the products' own texts; all others are translations."
    )

    class Meta:
        model = Locale
        fields = [
            "id", "code", "name", "fallback", "stop_words", "is_default", "version", "created_at",
            "updated_at",
        ]  # fmt: skip
        extra_kwargs = {"stop_words": {"required": True}}


class LocaleViewSet(NounViewSet):
    queryset = Locale.objects.select_related("fallback")
    serializer_class = LocaleResponse
    permission_classes = [CanShapeCatalog]
    key_field = "code"
    keyset = ("code",)
    query_parameters = {"list": ("limit", "cursor"), "destroy": CONSENT}
    create_shape = LocaleInput
    replace_shape = LocaleInput
    patch_shape = LocalePatch
    create_service = staticmethod(services.create_locale)
    update_service = staticmethod(services.update_locale)
    delete_service = staticmethod(services.delete_locale)
    emptied: ClassVar[Mapping[str, Any]] = {"fallback": None, "stop_words": []}

    def write_options(self, request: Request) -> dict[str, Any]:
        is_deletion = self.action == "destroy"
        return {"accept_loss": accepts_loss(request)} if is_deletion else {}

"""The endpoints of curations: what the results of a query show first, last, or not at all."""

from collections.abc import Mapping
from typing import Any, ClassVar
from uuid import UUID

from rest_framework import serializers

from accounts.permissions import CanShapeSearch
from catalog_project.api.serializers import Id, ServedSerializer, StrictSerializer, Text
from products.api.locales import LocaleCode
from products.api.nouns import NounViewSet
from products.models import Curation
from products.models.search_rules import LONGEST_CURATED_QUERY, MAX_CURATED
from products.models.shapes import SLUG_LENGTH
from products.services import curations as services
from products.services.curations import PLACES, products_of


def products(help_text: str) -> serializers.ListField:
    return serializers.ListField(
        child=Id(), max_length=MAX_CURATED, required=False, help_text=help_text
    )


class CurationInput(StrictSerializer):
    served_only = ["id", "words", "version", "created_at", "updated_at"]

    query = Text(
        max_length=LONGEST_CURATED_QUERY, help_text="The whole query; case and accents are equal."
    )
    locale = LocaleCode(help_text="The locale whose queries it is for.")
    channel = Text(
        max_length=SLUG_LENGTH,
        allow_null=True,
        required=False,
        help_text="The slug of the channel that it is for; null: all that have no other.",
    )
    pinned = products("Products that come first, in this order, be they found or not.")
    buried = products("Products that come last, where they are found.")
    excluded = products("Products that are not found.")


class CurationPatch(CurationInput):
    query = Text(max_length=LONGEST_CURATED_QUERY, required=False)
    locale = LocaleCode(required=False)


class CurationResponse(ServedSerializer[Curation]):
    locale = serializers.CharField(source="locale.code")
    channel = serializers.CharField(
        source="channel.slug", allow_null=True, default=None, help_text="Null: all channels."
    )
    words = serializers.CharField(help_text="The query as search compares it.")
    pinned = serializers.ListField(child=serializers.UUIDField())
    buried = serializers.ListField(child=serializers.UUIDField())
    excluded = serializers.ListField(child=serializers.UUIDField())

    class Meta:
        model = Curation
        fields = [
            "id", "query", "words", "locale", "channel", *PLACES, "version", "created_at",
            "updated_at",
        ]  # fmt: skip

    def to_representation(self, instance: Curation) -> Any:
        lists: Mapping[str, list[UUID]] = products_of(instance)
        for name, keys in lists.items():
            setattr(instance, name, keys)
        return super().to_representation(instance)


class CurationViewSet(NounViewSet):
    queryset = Curation.objects.select_related("locale", "channel").prefetch_related("products")
    serializer_class = CurationResponse
    permission_classes = [CanShapeSearch]
    key_field = ""
    keyset = ("words", "id")
    create_shape = CurationInput
    replace_shape = CurationInput
    patch_shape = CurationPatch
    create_service = staticmethod(services.create_curation)
    update_service = staticmethod(services.update_curation)
    delete_service = staticmethod(services.delete_curation)
    emptied: ClassVar[Mapping[str, Any]] = {"channel": None, **{name: [] for name in PLACES}}

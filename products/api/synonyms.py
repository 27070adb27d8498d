"""The endpoints of synonyms."""

from collections.abc import Mapping
from typing import Any, ClassVar

from rest_framework import serializers

from accounts.permissions import CanShapeSearch
from catalog_project.api.serializers import ServedSerializer, StrictSerializer, Text
from products.api.locales import LocaleCode
from products.api.nouns import NounViewSet
from products.models import Synonym
from products.models.search_rules import LONGEST_PHRASE, MAX_PHRASES
from products.services import synonyms as services


def phrase_list(**options: Any) -> serializers.ListField:
    return serializers.ListField(
        child=Text(max_length=LONGEST_PHRASE), max_length=MAX_PHRASES, **options
    )


class SynonymInput(StrictSerializer):
    served_only = ["id", "version", "created_at", "updated_at"]

    locale = LocaleCode(help_text="The locale whose queries it is for.")
    phrases = phrase_list(
        min_length=1, help_text="Words, or phrases of several, that mean the same: two or more."
    )
    means = phrase_list(
        required=False,
        help_text="Where it is not empty: what each of the phrases stands for, too, and not the "
        "other way round. Then one phrase is enough.",
    )


class SynonymPatch(SynonymInput):
    locale = LocaleCode(required=False)
    phrases = phrase_list(min_length=1, required=False)


class SynonymResponse(ServedSerializer[Synonym]):
    locale = serializers.CharField(source="locale.code")

    class Meta:
        model = Synonym
        fields = ["id", "locale", "phrases", "means", "version", "created_at", "updated_at"]
        extra_kwargs = {"means": {"required": True}}


class SynonymViewSet(NounViewSet):
    queryset = Synonym.objects.select_related("locale")
    serializer_class = SynonymResponse
    permission_classes = [CanShapeSearch]
    key_field = ""
    keyset = ("id",)
    create_shape = SynonymInput
    replace_shape = SynonymInput
    patch_shape = SynonymPatch
    create_service = staticmethod(services.create_synonym)
    update_service = staticmethod(services.update_synonym)
    delete_service = staticmethod(services.delete_synonym)
    emptied: ClassVar[Mapping[str, Any]] = {"means": []}

"""The collection endpoints."""

from typing import Any, cast

from django.db.models import QuerySet
from django.http import HttpResponse
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request

from accounts.actors import actor_of
from accounts.permissions import CanEditCatalog
from accounts.roles import Role, has_role
from catalog_project.api.serializers import (
    Choice,
    Instant,
    ServedSerializer,
    StrictSerializer,
    Text,
)
from catalog_project.api.serializers import Whole as WholeNumber
from catalog_project.api.views import StrictViewSet
from products.api.answers import ProductResponse, Seo
from products.api.in_locale import InLocale, text_in
from products.api.products import sees_all
from products.api.shapes import MAX_DESCRIPTION, MAX_POSITION, SeoInput, SlugText
from products.api.translated import TranslatedNounViewSet
from products.api.translation_shapes import TranslationsField
from products.api.viewing import NAMES
from products.documents.collection_keys import open_collection
from products.documents.listing import read_many
from products.documents.redirects import newer_slug
from products.models import Collection
from products.services import collections as services
from products.services.collection_preview import preview_rule
from products.services.values import CollectionValues


class CollectionInput(StrictSerializer):
    served_only = ["id", "version", "created_at", "updated_at"]

    name = Text(max_length=200)
    slug = SlugText(required=False)
    description = Text(max_length=MAX_DESCRIPTION, allow_blank=True, required=False)
    status = Choice(choices=Collection.Status.choices, required=False)
    publish_at = Instant(allow_null=True, required=False)
    unpublish_at = Instant(allow_null=True, required=False)
    position = WholeNumber(
        min_value=0, max_value=MAX_POSITION, required=False, help_text="In lists of collections."
    )
    seo = SeoInput(required=False)
    translations = TranslationsField()
    rule = serializers.DictField(
        allow_null=True,
        required=False,
        help_text="What products are like; null where they are chosen by hand.",
    )


class CollectionPatch(CollectionInput):
    name = Text(max_length=200, required=False)


class CollectionResponse(InLocale, ServedSerializer[Collection]):
    status = serializers.ChoiceField(choices=Collection.Status.choices)
    seo = serializers.SerializerMethodField()
    rule = serializers.DictField(allow_null=True)

    class Meta:
        model = Collection
        fields = [
            "id",
            "slug",
            "name",
            "description",
            "status",
            "publish_at",
            "unpublish_at",
            "position",
            "seo",
            "rule",
            "version",
            "created_at",
            "updated_at",
        ]
        extra_kwargs = {
            name: {"required": True}
            for name in ("description", "publish_at", "unpublish_at", "position")
        }

    @extend_schema_field(Seo)
    def get_seo(self, row: Collection) -> dict[str, str]:
        chain = getattr(self.context.get("view"), "chain", ())
        names = {"title": "seo_title", "description": "seo_description"}
        return {
            shown: text_in(row.translations, name, chain, getattr(row, name))
            for shown, name in names.items()
        }


class RulePreviewInput(StrictSerializer):
    rule = serializers.DictField()


class RulePreview(serializers.Serializer[Any]):
    count = serializers.IntegerField()
    items = ProductResponse(many=True)


class SeenCollections(TranslatedNounViewSet):
    """Those that the caller may see, by old slugs, too."""

    redirects = "collection"

    def get_queryset(self) -> "QuerySet[Any]":
        return Collection.objects.all() if sees_all(self.request) else Collection.objects.visible()

    def _moved_slug(self, text: str) -> str | None:
        seen = "true" if sees_all(self.request) else open_collection("row")
        table = Collection._meta.db_table
        return newer_slug(self.redirects, table, text, chain=self.chain, seen=seen)


class CollectionViewSet(SeenCollections):
    queryset = Collection.objects.all()
    serializer_class = CollectionResponse
    query_parameters = {"list": ("limit", "cursor", *NAMES), "retrieve": NAMES}
    keyset = ("position", "name", "id")
    create_shape = CollectionInput
    replace_shape = CollectionInput
    patch_shape = CollectionPatch
    update_service = staticmethod(services.update_collection)
    delete_service = staticmethod(services.delete_collection)
    emptied = {
        "description": "",
        "publish_at": None,
        "unpublish_at": None,
        "position": 0,
        "seo_title": "",
        "seo_description": "",
    }

    def read(self, shape: type[serializers.Serializer[Any]], request: Request) -> dict[str, Any]:
        """`seo` is two plain fields to the services."""
        values = super().read(shape, request)
        for name, value in values.pop("seo", {}).items():
            values[f"seo_{name}"] = value
        return values

    def write_options(self, request: Request) -> dict[str, Any]:
        if self.action == "destroy":
            return {}
        return {"may_publish": has_role(request.user, Role.PUBLISHER)}

    def create(self, request: Request) -> HttpResponse:
        row = services.create_collection(
            values=cast("CollectionValues", self.read(CollectionInput, request)),
            actor=actor_of(request),
            **self.write_options(request),
        )
        location = request.build_absolute_uri(f"{request.path}/{row.pk}")
        return self._representation(request, row, status=201, headers={"Location": location})


class RulePreviewViewSet(StrictViewSet):
    """What a rule would find, before anybody stores it."""

    queryset = Collection.objects.none()
    permission_classes = [CanEditCatalog]
    serializer_class = RulePreviewInput

    def create(self, request: Request) -> HttpResponse:
        found = preview_rule(self.read(RulePreviewInput, request)["rule"])
        body = b'{"count":%d,"items":[%s]}' % (found.count, b",".join(read_many(found.first)))
        return HttpResponse(body, content_type="application/json")

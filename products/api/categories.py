"""The category endpoints."""

from typing import Any

from django.db.models import QuerySet
from rest_framework import serializers

from catalog_project.api.serializers import (
    CANONICAL_UUID,
    Id,
    ServedSerializer,
    StrictSerializer,
    Text,
    Whole,
)
from products.api.nouns import NounViewSet
from products.api.shapes import MAX_DESCRIPTION, MAX_POSITION, SlugText
from products.models import Category
from products.services import categories as services


class CategoryInput(StrictSerializer):
    served_only = ["id", "path", "depth", "version", "created_at", "updated_at"]

    name = Text(max_length=200)
    slug = SlugText(required=False)
    description = Text(max_length=MAX_DESCRIPTION, allow_blank=True, required=False)
    parent = Id(allow_null=True, required=False, help_text="Null for a root.")  # type: ignore[assignment]  # a field, not the serializer above
    position = Whole(
        min_value=0, max_value=MAX_POSITION, required=False, help_text="Among its siblings."
    )


class CategoryPatch(CategoryInput):
    name = Text(max_length=200, required=False)


class CategoryResponse(ServedSerializer[Category]):
    path = serializers.ListField(
        child=serializers.UUIDField(), help_text="Ids from the root down to the category itself."
    )

    class Meta:
        model = Category
        fields = [
            "id",
            "slug",
            "name",
            "description",
            "parent",
            "position",
            "path",
            "depth",
            "version",
            "created_at",
            "updated_at",
        ]
        extra_kwargs = {name: {"required": True} for name in ("description", "parent", "position")}


class CategoryViewSet(NounViewSet):
    queryset = Category.objects.all()
    serializer_class = CategoryResponse
    keyset = ("position", "name", "id")
    query_parameters = {"list": ("limit", "cursor", "below", "parent")}
    create_shape = CategoryInput
    replace_shape = CategoryInput
    patch_shape = CategoryPatch
    create_service = staticmethod(services.create_category)
    update_service = staticmethod(services.update_category)
    delete_service = staticmethod(services.delete_category)
    emptied = {"description": "", "parent": None, "position": 0}

    def filter_queryset(self, queryset: "QuerySet[Any]") -> "QuerySet[Any]":
        parameters = self.request.query_params
        below, parent = parameters.get("below"), parameters.get("parent")
        if below is not None:
            queryset = queryset.filter(path__contains=[_id("below", below)])
        if parent is not None:
            is_root = parent == "none"
            wanted = {"parent__isnull": True} if is_root else {"parent": _id("parent", parent)}
            queryset = queryset.filter(**wanted)
        return queryset


def _id(name: str, text: str) -> str:
    if not CANONICAL_UUID.fullmatch(text):
        raise serializers.ValidationError({name: ["Give the id of a category (a UUID)."]})
    return text

"""The category endpoints."""

from collections.abc import Sequence
from typing import Any, TypeAlias, cast
from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpResponse
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.actors import actor_of
from catalog_project.api.preconditions import digest, if_match, representation
from catalog_project.api.renderers import FastJSONRenderer
from catalog_project.api.serializers import (
    CANONICAL_UUID,
    Id,
    ServedSerializer,
    StrictSerializer,
    Text,
    Whole,
)
from products.api.answers import CategorySummary
from products.api.in_locale import InLocale
from products.api.products import key_of
from products.api.shapes import MAX_DESCRIPTION, SlugText
from products.api.translated import TranslatedNounViewSet
from products.api.translation_shapes import TranslationsField
from products.api.viewing import NAMES
from products.documents.category_counts import count_products
from products.models import Category
from products.models.categories import MAX_DEPTH, MAX_POSITION
from products.services import categories as services
from products.services.category_moves import Place, move_category

# A page of a menu; whoever wants more walks the list.
MOST_AT_ONCE = 2_000
# What an answer says beside what can be written.
SERVED = (
    "path",
    "depth",
    "child_count",
    "product_counts",
    "version",
    "created_at",
    "updated_at",
)
Served: TypeAlias = list[dict[str, Any]]


class CategoryInput(StrictSerializer):
    served_only = ["id", *SERVED]

    name = Text(max_length=200)
    slug = SlugText(required=False)
    description = Text(max_length=MAX_DESCRIPTION, allow_blank=True, required=False)
    translations = TranslationsField()
    parent = Id(allow_null=True, required=False, help_text="Null for a root.")  # type: ignore[assignment]  # a field, not the serializer above
    position = Whole(
        min_value=0, max_value=MAX_POSITION, required=False, help_text="Among its siblings."
    )


class CategoryPatch(CategoryInput):
    name = Text(max_length=200, required=False)


class CategoryMove(StrictSerializer):
    parent = Id(  # type: ignore[assignment]  # a field, not the serializer above
        allow_null=True, required=False, help_text="Its last child; null for the last root."
    )
    before = Id(required=False, help_text="The category that it shall stand before.")
    after = Id(required=False, help_text="Or the one that it shall stand behind.")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if not attrs:
            raise serializers.ValidationError({"parent": "Give parent, before or after."})
        if {"before", "after"} <= attrs.keys():
            raise serializers.ValidationError({"after": "Give before or after, not both."})
        return attrs


class ProductCountsResponse(serializers.Serializer[Any]):
    """Of the products that shoppers see now."""

    direct = serializers.IntegerField(help_text="In the category itself.")
    subtree = serializers.IntegerField(help_text="In it or anywhere below it, each once.")


class CategoryResponse(InLocale, ServedSerializer[Category]):
    path = serializers.ListField(
        child=serializers.UUIDField(), help_text="Ids from the root down to the category itself."
    )
    child_count = serializers.IntegerField(help_text="Categories right below it.")
    product_counts = ProductCountsResponse(
        required=False, help_text="Only when asked for with `counts=true`."
    )

    class Meta:
        model = Category
        fields = ["id", "slug", "name", "description", "parent", "position", *SERVED]
        extra_kwargs = {name: {"required": True} for name in ("description", "parent", "position")}


class CategoryStep(InLocale, CategorySummary):
    """A category on the way to another one."""


class CategoryTreeResponse(serializers.Serializer[Any]):
    """Depth first: each category stands before those below it."""

    items = CategoryResponse(many=True)


class CategoryAncestorsResponse(serializers.Serializer[Any]):
    """From the root down to the parent."""

    items = CategoryStep(many=True)


class CategoryViewSet(TranslatedNounViewSet):
    queryset = Category.objects.with_child_count()
    serializer_class = CategoryResponse
    redirects = "category"
    keyset = ("position", "name", "id")
    query_parameters = {
        "list": ("limit", "cursor", "below", "depth", "parent", "tree", "counts", *NAMES),
        "retrieve": ("counts", *NAMES),
        "subtree": ("levels", "counts", *NAMES),
        "ancestors": NAMES,
    }
    create_shape = CategoryInput
    replace_shape = CategoryInput
    patch_shape = CategoryPatch
    create_service = staticmethod(services.create_category)
    update_service = staticmethod(services.update_category)
    delete_service = staticmethod(services.delete_category)
    emptied = {"description": "", "parent": None, "position": 0}

    def filter_queryset(self, queryset: "QuerySet[Any]") -> "QuerySet[Any]":
        parameters = self.request.query_params
        if (below := parameters.get("below")) is not None:
            queryset = queryset.filter(path__contains=[_id("below", below)])
        if (parent := parameters.get("parent")) is not None:
            is_root = parent == "none"
            wanted = {"parent__isnull": True} if is_root else {"parent": _id("parent", parent)}
            queryset = queryset.filter(**wanted)
        if (tree := parameters.get("tree")) is not None:
            queryset = queryset.filter(path__contains=[_root(tree)])
        if (depth := parameters.get("depth")) is not None:
            queryset = queryset.filter(path__len__lte=_level("depth", depth))
        return queryset

    def list(self, request: Request) -> Response:
        page = self.paginate_queryset(self.filter_queryset(self.get_queryset()))
        return self.get_paginated_response(self._served(page or []))

    @action(detail=True, methods=["get"])
    def subtree(self, request: Request, key: str) -> HttpResponse:
        top = self._row(key)
        levels = _level("levels", request.query_params.get("levels", str(MAX_DEPTH)))
        rows = self.get_queryset().filter(path__contains=[top.pk], path__len__lt=top.depth + levels)
        found = list(rows.order_by(*self.keyset)[: MOST_AT_ONCE + 1])
        if len(found) > MOST_AT_ONCE:
            raise serializers.ValidationError(
                {"levels": [f"That is more than {MOST_AT_ONCE} categories: ask for fewer levels."]}
            )
        body = FastJSONRenderer().render({"items": self._served(depth_first(found))})
        return representation(request, body, digest(body) + self.tag_suffix())

    @action(detail=True, methods=["get"])
    def ancestors(self, request: Request, key: str) -> HttpResponse:
        path = self._row(key).path
        rows = Category.objects.filter(pk__in=path[:-1]).order_by("path__len")
        shape = CategoryStep(rows, many=True, context=self.get_serializer_context())
        body = FastJSONRenderer().render({"items": shape.data})
        return representation(request, body, digest(body) + self.tag_suffix())

    @action(detail=True, methods=["post"])
    def move(self, request: Request, key: str) -> HttpResponse:
        row = move_category(
            self._row(key).pk,
            place=cast("Place", self.read(CategoryMove, request)),
            expected_version=if_match(request),
            actor=actor_of(request),
        )
        return self._representation(request, row)

    def _representation(self, request: Request, row: Any, **answer: Any) -> HttpResponse:
        if not hasattr(row, "child_count"):  # it comes from a service
            row = self._row(str(row.pk))
        body = FastJSONRenderer().render(self._served([row])[0])
        return representation(
            request, body, f"{row.version}-{digest(body)}{self.tag_suffix()}", **answer
        )

    def _served(self, rows: Sequence[Category]) -> Served:
        """The rows as they are answered; with counts of products where those are asked for."""
        wanted = self.request.query_params.get("counts")
        if wanted not in (None, "true", "false"):
            raise serializers.ValidationError({"counts": ["Give true or false."]})
        if wanted == "true":
            counts = count_products([row.pk for row in rows], view=self.view.number)
            for row in rows:
                row.product_counts = counts[row.pk]  # type: ignore[attr-defined]  # for the shape
        served: Served = self.get_serializer(rows, many=True).data
        return served


def depth_first(rows: Sequence[Category]) -> list[Category]:
    """The rows of a subtree, which stand in the order of siblings, as a tree is read."""
    children: dict[UUID | None, list[Category]] = {}
    known = {row.pk for row in rows}
    for row in rows:
        children.setdefault(row.parent_id if row.parent_id in known else None, []).append(row)
    ordered: list[Category] = []
    waiting = children.get(None, [])[::-1]
    while waiting:
        row = waiting.pop()
        ordered.append(row)
        waiting += children.get(row.pk, [])[::-1]
    return ordered


def _id(name: str, text: str) -> str:
    if not CANONICAL_UUID.fullmatch(text):
        raise serializers.ValidationError({name: ["Give the id of a category (a UUID)."]})
    return text


def _root(text: str) -> UUID:
    """The root with this id or slug."""
    key = key_of(text)
    field = "pk" if isinstance(key, UUID) else "slug"
    found = Category.objects.filter(parent=None, **{field: key}).values_list("pk", flat=True)
    if "\0" in text or not found:
        raise serializers.ValidationError({"tree": ["There is no root with this id or slug."]})
    return found[0]


def _level(name: str, text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 3 and 1 <= int(text) <= MAX_DEPTH):
        raise serializers.ValidationError({name: [f"Give a whole number from 1 to {MAX_DEPTH}."]})
    return int(text)

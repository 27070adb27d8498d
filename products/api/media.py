"""The media endpoints: a URL as JSON, or a file as multipart/form-data."""

from collections.abc import Collection
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpResponse
from rest_framework import serializers
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.actors import actor_of
from catalog_project.api.parsers import StrictJSONParser
from catalog_project.api.preconditions import if_match
from catalog_project.api.serializers import StrictSerializer, Text, Whole
from catalog_project.api.views import Written, is_json_patch
from products.api.answers import MediaDetail
from products.api.parts import PartViewSet, part_id
from products.api.products import found_product, product_id_of
from products.api.shapes import MAX_POSITION, MediaInput
from products.api.written import WrittenMedia, as_translation_changes
from products.errors import NotFound
from products.models import Media
from products.services import media as services
from products.services.locking import ensure_version

# What PUT writes to the fields that it does not name; position stays as it is.
EMPTIED: dict[str, Any] = {"alt": "", "focal_point": None}


class FormPosition(Whole):
    """A form knows no numbers, only their digits."""

    def to_internal_value(self, data: Any) -> int:
        is_number = isinstance(data, str) and data.isascii() and data.isdigit() and len(data) < 8
        return super().to_internal_value(int(data) if is_number else data)


class FormShare(serializers.FloatField):
    """A share of a side, from 0 to 1, in digits."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(min_value=0, max_value=1, **kwargs)


class MediaUpload(StrictSerializer):
    served_only = MediaInput.served_only

    file = serializers.FileField(allow_empty_file=False, max_length=255)
    alt = Text(max_length=500, allow_blank=True, required=False)
    position = FormPosition(min_value=0, max_value=MAX_POSITION, required=False)
    focal_x = FormShare(required=False, help_text="Together with focal_y.")
    focal_y = FormShare(required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if ("focal_x" in attrs) != ("focal_y" in attrs):
            missing = "focal_y" if "focal_x" in attrs else "focal_x"
            raise serializers.ValidationError({missing: "A focal point has an x and a y."})
        if "focal_x" in attrs:
            attrs["focal_point"] = {"x": attrs.pop("focal_x"), "y": attrs.pop("focal_y")}
        return attrs


class MediaPatch(MediaInput):
    url = serializers.URLField(max_length=2000, required=False)


class MediaViewSet(PartViewSet):
    queryset = Media.objects.none()
    serializer_class = MediaDetail
    takes_json_patch = True
    parser_classes = [StrictJSONParser, MultiPartParser]

    def parts_of(self, product_id: UUID) -> "QuerySet[Media]":
        rows = Media.objects.filter(product_id=product_id).select_related("product", "fetch")
        return rows.with_renditions()

    def create(self, request: Request, product: str) -> HttpResponse:
        product_id = product_id_of(request, product)
        is_form = (request.content_type or "").startswith("multipart/")
        media = self._upload(request, product_id) if is_form else self._add_url(request, product_id)
        return self.current(request, product_id, media.pk, status=201)

    def _upload(self, request: Request, product_id: UUID) -> Media:
        values = self.read(MediaUpload, request)
        file = values.pop("file")
        return services.upload_media(
            product_id,
            content=file.read(),
            name=file.name,
            expected_version=if_match(request),
            actor=actor_of(request),
            **values,
        )

    def _add_url(self, request: Request, product_id: UUID) -> Media:
        return services.add_media_url(
            product_id,
            values=self.read(MediaInput, request),  # type: ignore[arg-type]  # the shape has the keys of the TypedDict
            expected_version=if_match(request),
            actor=actor_of(request),
        )

    def partial_update(self, request: Request, product: str, part: str) -> HttpResponse:
        values = self.read(MediaPatch, request)
        if not is_json_patch(request):
            values = as_translation_changes(values)
        return self._write(request, product, part, values)

    def written(
        self, request: Request, fields: Collection[str], expected_version: int | None
    ) -> Written:
        product = found_product(request, self.kwargs["product"])
        ensure_version(product, expected_version)
        key = part_id(self.kwargs["part"])
        media = Media.objects.filter(product=product, pk=key).first()
        if media is None:
            raise NotFound(f"The product has no media {key}.")
        served = WrittenMedia(media).data
        return Written(product.version, {name: served[name] for name in fields if name in served})

    def update(self, request: Request, product: str, part: str) -> HttpResponse:
        return self._write(request, product, part, {**EMPTIED, **self.read(MediaPatch, request)})

    def destroy(self, request: Request, product: str, part: str) -> Response:
        self.read_nothing(request)
        services.delete_media(
            product_id_of(request, product),
            part_id(part),
            expected_version=if_match(request),
            actor=actor_of(request),
        )
        return Response(status=204)

    def _write(self, request: Request, product: str, part: str, values: Any) -> HttpResponse:
        product_id = product_id_of(request, product)
        services.update_media(
            product_id,
            part_id(part),
            values=values,
            expected_version=if_match(request),
            actor=actor_of(request),
        )
        return self.current(request, product_id, part_id(part))

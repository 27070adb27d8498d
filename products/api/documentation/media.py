"""What the OpenAPI document says about media."""

from typing import Any

from drf_spectacular.utils import OpenApiResponse, extend_schema

from catalog_project.api.openapi import (
    IF_MATCH,
    LOCATION,
    READ,
    UNCHANGED,
    WRITE,
    answered,
    in_path,
    problems,
    sent,
)
from products.api.answers import MediaResponse
from products.api.documentation.variants import PRODUCT, VERSIONS
from products.api.media import MediaPatch, MediaUpload
from products.api.shapes import MediaInput

FORM = "multipart/form-data"
MEDIA: dict[str, Any] = {
    "id": "0197f3c5-6f0e-7c3a-9b1d-2f4f6a8c0e05",
    "url": "https://images.example/enamel-mug-blue.jpg",
    "alt": "A blue enamel mug on a wooden table",
    "position": 0,
    "variant": None,
    "width": None,
    "height": None,
}
BODY = {"url": MEDIA["url"], "alt": MEDIA["alt"]}
UPLOADED = {
    **MEDIA,
    "url": "/media/products/0197f3c5/6f0e7c3a9b1d2f4f.jpg",
    "width": 1200,
    "height": 900,
}
PART = in_path("part", "The id of the picture.", MEDIA["id"], format="uuid")


def _said(verb: str, summary: str, description: str, **more: Any) -> Any:
    return extend_schema(
        operation_id=f"media_{verb}",
        tags=["media"],
        summary=summary,
        description=description,
        **more,
    )


OPERATIONS = {
    "list": _said(
        "list",
        "List the pictures of a product",
        "In their order, page by page: send `next_cursor` as `cursor` until it is null.",
        parameters=[PRODUCT],
        responses={200: OpenApiResponse(MediaResponse(many=True), "A page of pictures.")},
        examples=[answered(MEDIA)],
    ),
    "create": _said(
        "create",
        "Add a picture",
        "Either the address of a picture as JSON, or a file as a form: JPEG, PNG, GIF or WebP. "
        f"A file is checked, and what it says of place and camera is removed. {VERSIONS}",
        parameters=[PRODUCT, *WRITE, LOCATION],
        request={"application/json": MediaInput, FORM: MediaUpload},
        responses={201: OpenApiResponse(MediaResponse, "The new picture."), **problems(507)},
        examples=[
            sent(BODY),
            sent({"file": "(the bytes of the file)", "alt": MEDIA["alt"]}, "Form", media_type=FORM),
            answered(MEDIA, "Address", status=201),
            answered(UPLOADED, "File", status=201),
        ],
    ),
    "retrieve": _said(
        "retrieve",
        "Read a picture",
        "Where it is, what it shows, how large it is.",
        parameters=[PRODUCT, PART, *READ],
        responses={200: OpenApiResponse(MediaResponse, "The picture."), 304: UNCHANGED},
        examples=[answered(UPLOADED)],
    ),
    "update": _said(
        "replace",
        "Replace what is said of a picture",
        "`alt` and `variant` are emptied when they are left out; address, file and position stay "
        f"as they are. {VERSIONS}",
        parameters=[PRODUCT, PART, *WRITE],
        request={"application/json": MediaPatch},
        responses={200: OpenApiResponse(MediaResponse, "The picture as it now is.")},
        examples=[sent({"alt": MEDIA["alt"]}), answered(UPLOADED)],
    ),
    "partial_update": _said(
        "update",
        "Change what is said of a picture",
        f"Only the fields that are named are written. An uploaded file has no `url` to set. "
        f"{VERSIONS}",
        parameters=[PRODUCT, PART, *WRITE],
        request={"application/json": MediaPatch},
        responses={200: OpenApiResponse(MediaResponse, "The picture as it now is.")},
        examples=[sent({"alt": MEDIA["alt"]}), answered(UPLOADED)],
    ),
    "destroy": _said(
        "delete",
        "Delete a picture",
        "An uploaded file goes with it.",
        parameters=[PRODUCT, PART, IF_MATCH],
        responses={204: OpenApiResponse(description="It is gone.")},
    ),
}

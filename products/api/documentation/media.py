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
from products.api.answers import MediaDetail
from products.api.documentation.variants import PRODUCT, VERSIONS
from products.api.documentation.viewing import VIEWED
from products.api.media import MediaPatch, MediaUpload
from products.api.shapes import MediaInput

STEM = "products/9f/9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
FORM = "multipart/form-data"
MEDIA: dict[str, Any] = {
    "id": "0197f3c5-6f0e-7c3a-9b1d-2f4f6a8c0e05",
    "kind": "image",
    "url": "https://images.example/enamel-mug-blue.jpg",
    "content_type": None,
    "alt": "A blue enamel mug on a wooden table",
    "position": 0,
    "width": None,
    "height": None,
    "focal_point": {"x": 0.5, "y": 0.35},
    "renditions": [],
}
ASKED = {**MEDIA, "fetch_state": "pending", "fetch_error": None}
BODY = {**{name: MEDIA[name] for name in ("url", "alt", "focal_point")}, "fetch": True}
UPLOADED = {
    **ASKED,
    "url": f"/media/{STEM}.jpg",
    "content_type": "image/jpeg",
    "fetch_state": None,
    "width": 1200,
    "height": 900,
    "renditions": [
        {"width": w, "height": w * 3 // 4, "url": f"/media/{STEM}-{w}q80.webp", "format": "webp"}
        for w in (160, 320, 640)
    ],
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
        parameters=[PRODUCT, *VIEWED],
        responses={200: OpenApiResponse(MediaDetail(many=True), "A page of pictures.")},
        examples=[answered(ASKED)],
    ),
    "create": _said(
        "create",
        "Add a picture",
        "Either an address as JSON, or a file as a form: a picture (JPEG, PNG, GIF, WebP, "
        "AVIF), a video (MP4, WebM) or a PDF. A file is checked, what it says of place and camera "
        "is removed, and the worker makes smaller copies of a picture: `renditions`. With `fetch` "
        "the worker copies what an address shows; `fetch_state` says how far it is, and the "
        f"address is shown until then. {VERSIONS}",
        parameters=[PRODUCT, *WRITE, LOCATION],
        request={"application/json": MediaInput, FORM: MediaUpload},
        responses={201: OpenApiResponse(MediaDetail, "The new picture."), **problems(507)},
        examples=[
            sent(BODY),
            sent({"file": "(the bytes of the file)", "alt": MEDIA["alt"]}, "Form", media_type=FORM),
            answered(ASKED, "Address", status=201),
            answered(UPLOADED, "File", status=201),
        ],
    ),
    "retrieve": _said(
        "retrieve",
        "Read a picture",
        "Where it is, what it shows, how large it is.",
        parameters=[PRODUCT, PART, *VIEWED, *READ],
        responses={200: OpenApiResponse(MediaDetail, "The picture."), 304: UNCHANGED},
        examples=[answered(UPLOADED)],
    ),
    "update": _said(
        "replace",
        "Replace what is said of a picture",
        "`alt` and `focal_point` are emptied when they are left out; the rest stays "
        f"as they are. {VERSIONS}",
        parameters=[PRODUCT, PART, *WRITE],
        request={"application/json": MediaPatch},
        responses={200: OpenApiResponse(MediaDetail, "The picture as it now is.")},
        examples=[sent({"alt": MEDIA["alt"]}), answered(UPLOADED)],
    ),
    "partial_update": _said(
        "update",
        "Change what is said of a picture",
        f"Only the fields that are named are written. An uploaded file has no `url` to set. "
        f"{VERSIONS}",
        parameters=[PRODUCT, PART, *WRITE],
        request={"application/json": MediaPatch},
        responses={200: OpenApiResponse(MediaDetail, "The picture as it now is.")},
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

"""What the OpenAPI document says about exports as files, and about feeds."""

from typing import Any

from drf_spectacular.utils import OpenApiExample, OpenApiParameter, OpenApiResponse, extend_schema

from catalog_project.api.openapi import LOCATION, answered, in_path, problems, sent
from products.api.documentation.nouns import operations
from products.api.documentation.products import documented
from products.api.export_files import MOST_STREAMED
from products.api.export_selection import LOOKS
from products.api.export_shapes import (
    FORMATS,
    MAX_LINK,
    ExportInput,
    ExportResponse,
    FeedInput,
    FeedPatch,
    FeedResponse,
    LackingResponse,
)
from products.api.product_filters import CONTROLS, LIST_PARAMETERS
from products.models.stock import CODE_LENGTH
from products.transfer.exporting import WRITERS

EXPORT: dict[str, Any] = {
    "id": "0199f0a1-7f3e-7000-8000-0000000000e1",
    "state": "done",
    "format": "csv",
    "filters": "status=published",
    "archived": False,
    "with_costs": False,
    "products": 1200,
    "size": 913408,
    "lacking": None,
    "error": "",
    "file": "/api/v1/exports/0199f0a1-7f3e-7000-8000-0000000000e1/file",
    "created_at": "2026-11-21T15:18:17.123456Z",
    "finished_at": "2026-11-21T15:18:21.000000Z",
    "expires_at": "2026-11-28T15:18:21.000000Z",
}
WAITING = {
    **EXPORT,
    **dict.fromkeys(("products", "size", "file", "finished_at", "expires_at")),
    "state": "pending",
}
FEED: dict[str, Any] = {
    "id": "0199f0a1-7f3e-7000-8000-0000000000f1",
    "name": "Google, Germany",
    "address": "google-de",
    "is_public": True,
    "url": "https://catalog.example/feeds/google-de.xml",
    "format": "google-xml",
    "filters": "channel=default&locale=en",
    "link": "https://shop.example/p/{slug}",
    "minutes": 60,
    "is_active": True,
    "made_at": "2026-11-21T15:18:17.123456Z",
    "size": 913408,
    "items": 1180,
    "left_out": 20,
    "error": "",
    "version": 1,
    "created_at": "2026-11-21T15:18:17.123456Z",
    "updated_at": "2026-11-21T15:18:17.123456Z",
}
LACKING: dict[str, Any] = {
    "items": 1180,
    "left_out": 20,
    "lacks": [{"code": "no-image", "items": 20, "detail": "It has no picture."}],
    "examples": [
        {
            "product": "0199f0a1-7f3e-7000-8000-000000000001",
            "slug": "enamel-mug",
            "variant": "0199f0a1-7f3e-7000-8000-000000000002",
            "sku": "MUG-1",
            "lacks": ["no-image"],
        }
    ],
}
_KEY = in_path("key", "The id of the export.", str(EXPORT["id"]), format="uuid")
_SAID = "In which format, and how: docs/exporting.md."


def _query(name: str, description: str, schema: dict[str, Any], **more: Any) -> OpenApiParameter:
    return OpenApiParameter(name, schema, OpenApiParameter.QUERY, description=description, **more)


_FLAG = {"type": "boolean", "default": False}
_CODE = {"type": "string", "pattern": "^[a-z0-9]+([_-][a-z0-9]+)*$", "maxLength": CODE_LENGTH}
_LINES = (
    '{"format": "catalog", "version": 1, "definitions": {}}\n'
    '{"id": "0199f0a1-7f3e-7000-8000-000000000001", "slug": "enamel-mug"}\n{"count": 1}\n'
)
_MEDIA_TYPES = sorted({each.media_type.partition(";")[0] for each in WRITERS.values()})
_LEFT_OUT = set(CONTROLS) - set(LOOKS)
_FILE = OpenApiResponse({"type": "string"}, "The file.")
_FILES = {(200, media_type): _FILE for media_type in _MEDIA_TYPES}
_EXAMPLES = [
    OpenApiExample("File", value=_LINES, response_only=True, media_type=media_type)
    for media_type in _MEDIA_TYPES
]


def _said(tag: str, name: str, summary: str, description: str, **more: Any) -> Any:
    return extend_schema(
        operation_id=name, tags=[tag], summary=summary, description=description, **more
    )


STREAM = {
    "retrieve": _said(
        "exports",
        "exports_products",
        "Export products at once",
        f"The file as the answer, of one instant; up to {MOST_STREAMED:,} products, beyond that "
        "409 `export-too-large`: ask for a job. Filters are those of the product list. Needs the "
        "role editor; costs need a manager.",
        parameters=[
            _query("format", _SAID, {"type": "string", "enum": list(FORMATS)}, required=True),
            _query("archived", "Archived products, too.", _FLAG),
            _query("with_costs", "What the shop pays, too: for managers.", _FLAG),
            _query(
                "currency", "Of files for other shops.", {"type": "string", "pattern": "^[A-Z]{3}$"}
            ),
            _query("location", "Whose stock stands in files for other shops.", _CODE),
            _query(
                "link",
                "Of feeds: the address of a product's page.",
                {"type": "string", "pattern": r"^(https?://\S+)?$", "maxLength": MAX_LINK},
            ),
            *(documented(each) for each in LIST_PARAMETERS if each["name"] not in _LEFT_OUT),
        ],
        responses={**_FILES, **problems(403, 404, 409)},
        examples=_EXAMPLES,
    )
}
JOBS = {
    "list": _said(
        "exports",
        "exports_list",
        "List exports",
        "The newest first, until their time is over.",
        responses={200: OpenApiResponse(ExportResponse(many=True), "A page of exports.")},
        examples=[answered(EXPORT)],
    ),
    "create": _said(
        "exports",
        "exports_create",
        "Ask for an export",
        "The worker makes the file: read the export until its state is `done` or `failed`, then "
        "fetch `file`. Needs the role editor; costs need a manager.",
        parameters=[LOCATION],
        request=ExportInput,
        responses={
            202: OpenApiResponse(ExportResponse, "It will be made."),
            **problems(403, 404, 409),
        },
        examples=[
            sent({"format": "csv", "filters": "status=published"}),
            answered(WAITING, status=202),
        ],
    ),
    "retrieve": _said(
        "exports",
        "exports_retrieve",
        "Read an export",
        "`lacking` says of formats of feeds what items lack.",
        parameters=[_KEY],
        responses={200: OpenApiResponse(ExportResponse, "The export."), **problems(404)},
        examples=[answered(EXPORT)],
    ),
    "destroy": _said(
        "exports",
        "exports_delete",
        "Delete an export",
        "With its file; also before it is made.",
        parameters=[_KEY],
        responses={204: OpenApiResponse(description="It is gone."), **problems(404)},
    ),
}
FILE = {
    "retrieve": _said(
        "exports",
        "exports_file",
        "Fetch the file of an export",
        "404 `export-not-ready` until its state is `done`. A file with costs is for managers.",
        parameters=[_KEY],
        responses={**_FILES, **problems(403, 404)},
        examples=_EXAMPLES,
    )
}
FEEDS = operations(
    "feed",
    "feeds",
    shapes=(FeedInput, FeedPatch, FeedResponse),
    example=FEED,
    change={"minutes": 30},
    emptied="no filters, no link, every 60 minutes, active",
    deletion="Its address answers 404 from then on.",
    key="address",
    body={name: FEED[name] for name in ("name", "address", "format", "filters", "link", "minutes")},
)
LACKS = {
    "retrieve": _said(
        "feeds",
        "feeds_lacks",
        "Read what items of a feed lack",
        "As it was made last: how many items lack what, and some of them. 404 until it is made.",
        parameters=[in_path("key", "The id or the address of the feed.", str(FEED["address"]))],
        responses={200: OpenApiResponse(LackingResponse, "What they lack."), **problems(404)},
        examples=[answered(LACKING)],
    )
}

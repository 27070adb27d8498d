"""What the OpenAPI document says about imports."""

from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, OpenApiResponse, extend_schema

from catalog_project.api.ndjson import MEDIA_TYPE as NDJSON
from catalog_project.api.openapi import (
    ETAG,
    LOCATION,
    READ,
    UNCHANGED,
    answered,
    in_path,
    problems,
    sent,
)
from catalog_project.api.pagination import CURSOR_SCHEMA, MAX_LIMIT
from products.api.import_shapes import (
    ImportFromUrl,
    ImportRemarksResponse,
    ImportResponse,
    ImportsResponse,
    ImportUpload,
    PlanResponse,
)
from products.api.imports import CSV
from products.api.waiting import LONGEST_WAIT
from products.models import ImportRemark
from products.transfer.reports import OUTCOMES

ID = "0199f0a1-7f3e-7000-8000-00000000000c"
COUNTS = {
    "created": 118,
    "changed": 1,
    "unchanged": 0,
    "refused": 1,
    "missing": 0,
    "archived": 0,
    "stock_changed": 0,
    "made": {"locations": 1},
}
IMPORT: dict[str, Any] = {
    "id": ID,
    "state": "planned",
    "file_name": "products_export.csv",
    "file_bytes": 81_234,
    "format": "shopify",
    "evidence": {"certainty": 100, "reason": "It has the columns Handle, Title and Body (HTML)."},
    "options": {
        "currency": "EUR",
        "locale": "",
        "mapping": None,
        "media_base": "",
        "weight_unit": "",
        "length_unit": "",
    },
    "policy": {
        "refusals": "skip",
        "writes": "both",
        "missing": "leave",
        "missing_of": "source",
        "source": "",
        "location": None,
        "fetch_media": False,
    },
    "progress": {"phase": None, "done": 120, "total": 120, "rate": 1450.2, "eta": None},
    "rows": 312,
    "planned": COUNTS,
    "counts": COUNTS,
    "warnings": {"gtin-invalid": 2},
    "columns_left_out": [],
    "is_rolled_back": False,
    "has_refused_lines": True,
    "error": None,
    "actor": {"id": "0199f0a1-7f3e-7000-8000-00000000000a", "label": "ada"},
    "request_id": ID,
    "created_at": "2026-11-21T15:18:17.123456Z",
    "updated_at": "2026-11-21T15:18:19.123456Z",
    "finished_at": "2026-11-21T15:18:19.123456Z",
}
STARTED = {**IMPORT, "state": "running", "progress": {**IMPORT["progress"], "phase": "writing"}}
NEW = {
    **IMPORT,
    "state": "planning",
    "progress": {"phase": None, "done": 0, "total": 0, "rate": 0.0, "eta": None},
    "rows": None,
    "planned": None,
    "counts": {**dict.fromkeys(COUNTS, 0), "made": {}},
    "warnings": {},
    "has_refused_lines": False,
    "finished_at": None,
}
REMARK = {
    "kind": "refused",
    "line": 41,
    "column": "Variant Price",
    "code": "not-a-price",
    "message": "'12,50' is no price.",
    "remedy": "Write it like 1299.95.",
    "handle": "oak-stool",
}
DIFFERENCE = {"field": "name", "before": "Oak stool", "after": "Oak stool, oiled"}
PLANNED = {
    "line": 44,
    "last_line": 46,
    "handle": "oak-table",
    "title": "Oak table",
    "outcome": "changed",
    "product": "0197f3c5-6f0e-7c3a-9b1d-2f4f6a8c0e01",
    "differences": [DIFFERENCE],
    "remarks": [],
}
KEY = in_path("key", "The id of the import.", ID, format="uuid")
CURSOR = OpenApiParameter(
    "cursor",
    CURSOR_SCHEMA,
    OpenApiParameter.QUERY,
    description="`next_cursor` of the page before.",
)
PAGES = [
    OpenApiParameter(
        "limit",
        {"type": "integer", "minimum": 1, "maximum": MAX_LIMIT, "default": 20},
        OpenApiParameter.QUERY,
        description="How many items a page has.",
    ),
    CURSOR,
]
PREFER = [
    OpenApiParameter(
        "Prefer",
        OpenApiTypes.STR,
        OpenApiParameter.HEADER,
        description=f"`wait=20` (RFC 7240): while it is planning or running, answer as soon as it "
        f"is not, or after that many seconds, at most {LONGEST_WAIT}. Answered at once where too "
        "many wait already, without `Preference-Applied`.",
    ),
    OpenApiParameter(
        "Preference-Applied",
        OpenApiTypes.STR,
        OpenApiParameter.HEADER,
        response=[200],
        description="The wish to wait was granted.",
    ),
]
ROLE = "Needs the role manager."


def _said(name: str, summary: str, description: str, **more: Any) -> Any:
    return extend_schema(
        operation_id=f"imports_{name}",
        tags=["imports"],
        summary=summary,
        description=f"{description} {ROLE}",
        **more,
    )


def _chosen(name: str, words: Any, description: str) -> OpenApiParameter:
    return OpenApiParameter(
        name,
        {"type": "string", "enum": list(words)},
        OpenApiParameter.QUERY,
        description=description,
    )


OPERATIONS = {
    "list": _said(
        "list",
        "List the imports",
        "The newest first.",
        parameters=PAGES,
        responses={200: OpenApiResponse(ImportsResponse, "A page of imports.")},
        examples=[answered({"items": [IMPORT], "next_cursor": None})],
    ),
    "create": _said(
        "create",
        "Hand in a file",
        "As a form, or as JSON with an address that is fetched at once. The file is kept where "
        "nobody serves it, its format is found out, and the worker plans what it would do; nothing "
        "of the catalog is written before `start`, unless `dry_run` is false. A file that cannot "
        "be read is refused with `import-file-refused`, and nothing of it is kept. The largest is "
        "UPLOAD_MAX_BYTES; packed as .gz or .zip it holds more.",
        parameters=[LOCATION, ETAG],
        request={"multipart/form-data": ImportUpload, "application/json": ImportFromUrl},
        responses={201: OpenApiResponse(ImportResponse, "The new import."), **problems(507)},
        examples=[
            sent(
                {"url": "https://shop.example/products_export.csv", "currency": "EUR"},
                media_type="application/json",
            ),
            sent(
                {"file": "(the bytes of the file)", "currency": "EUR"},
                "Form",
                media_type="multipart/form-data",
            ),
            answered(NEW, status=201),
        ],
    ),
    "retrieve": _said(
        "retrieve",
        "See how far an import has come",
        "Its state, phase, rate and counts.",
        parameters=[KEY, *PREFER, *READ],
        responses={200: OpenApiResponse(ImportResponse, "The import."), 304: UNCHANGED},
        examples=[answered(IMPORT)],
    ),
}
START = {
    "create": _said(
        "start",
        "Write what was planned",
        "The worker does it, in chunks that stay; also goes on with an import that is paused. "
        "409 `import-state` where it is not there to be started.",
        parameters=[KEY, ETAG],
        request=None,
        responses={200: OpenApiResponse(ImportResponse, "It is running."), **problems(409)},
        examples=[answered(STARTED)],
    ),
}
CANCEL = {
    "create": _said(
        "cancel",
        "Cancel an import",
        "For good. What it has written stays, and can be undone with its `request_id`.",
        parameters=[KEY, ETAG],
        request=None,
        responses={200: OpenApiResponse(ImportResponse, "It is cancelled."), **problems(409)},
        examples=[answered({**IMPORT, "state": "cancelled"})],
    ),
}
PLAN = {
    "retrieve": _said(
        "plan",
        "Read the plan",
        "Each record of the file in its order, and what would become of it. 409 `import-state` "
        "unless the import waits with a plan.",
        parameters=[KEY, _chosen("outcome", OUTCOMES, "Only these."), *PAGES],
        responses={200: OpenApiResponse(PlanResponse, "A page of the plan."), **problems(409)},
        examples=[answered({"items": [PLANNED], "next_cursor": None})],
    ),
}
REMARKS = {
    "retrieve": _said(
        "remarks",
        "Read what there is to say",
        "Refusals, warnings and changes of the plan, or of what was written, whichever the import "
        "came to last, by line. Kept are 10,000 of each kind, and the changes of 1,000 products.",
        parameters=[KEY, _chosen("kind", ImportRemark.Kind.values, "Only these."), *PAGES],
        responses={200: OpenApiResponse(ImportRemarksResponse, "A page of remarks.")},
        examples=[
            answered({"items": [{**REMARK, "differences": None}], "next_cursor": None}),
        ],
    ),
}
_LINES = 'Handle,Title,Variant Price\r\noak-stool,Oak stool,"12,50"\r\n'
REFUSED = {
    "retrieve": _said(
        "refused",
        "Download the refused lines",
        "The header and the lines that were refused, to be mended and handed in again: CSV, or "
        "NDJSON where the file was that. 404 `no-refused-lines` where there are none.",
        parameters=[KEY],
        responses={
            (200, CSV): OpenApiResponse({"type": "string"}, "The lines."),
            (200, NDJSON): OpenApiResponse({"type": "string"}, "The lines."),
        },
        examples=[
            OpenApiExample("CSV", value=_LINES, response_only=True, media_type=CSV),
            OpenApiExample(
                "NDJSON",
                value='{"slug": "oak-stool"}\n',
                response_only=True,
                media_type=NDJSON,
            ),
        ],
    ),
}

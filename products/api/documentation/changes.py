"""What the OpenAPI document says about the change feed."""

from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, OpenApiResponse, extend_schema

from catalog_project.api.ndjson import MEDIA_TYPE as NDJSON
from catalog_project.api.openapi import answered, problems
from catalog_project.api.pagination import CURSOR_SCHEMA
from products.api.changes import DEFAULT_LIMIT, ChangesResponse
from products.api.product_filters import FILTERS
from products.api.waiting import LONGEST_WAIT
from products.changes.feed import MOST, TYPES

CURSOR = "WyJjaGFuZ2VzIiw5MzEsMTQwXQ=="
CHANGE: dict[str, Any] = {
    "type": "brand",
    "id": "0199f0a1-7f3e-7000-8000-000000000001",
    "version": 2,
    "event": "brand.updated",
    "at": "2026-11-21T15:18:17.123456Z",
    "actor": {"id": "0199f0a1-7f3e-7000-8000-00000000000a", "label": "ada"},
    "source": "api",
    "request_id": "0199f0a1-7f3e-7000-8000-0000000000ff",
    "is_deleted": False,
    "is_partial": False,
    "record": {
        "id": "0199f0a1-7f3e-7000-8000-000000000001",
        "name": "Lumen",
        "slug": "lumen",
        "version": 2,
    },
}
_TYPES = "|".join(TYPES)
_LINES = (
    '{"type": "product", "id": "0199f0a1-7f3e-7000-8000-000000000001", "version": 3, "record": '
    '{"name": "Mug", "slug": "mug", "variants": []}}\n'
    f'{{"next_cursor": "{CURSOR}", "count": 1}}\n'
)


def _types(description: str) -> OpenApiParameter:
    return OpenApiParameter(
        "types",
        {"type": "string", "pattern": rf"^({_TYPES})(,({_TYPES}))*$"},
        OpenApiParameter.QUERY,
        description=description,
    )


def _export(name: str, summary: str, description: str, parameters: Any) -> Any:
    return extend_schema(
        operation_id=name,
        tags=[name.partition("_")[0]],
        summary=summary,
        description=f"{description} JSON lines (NDJSON) of one instant, each with the record that "
        "the feed would have. The last line has `next_cursor`, from which to follow the changes, "
        "and `count`; an answer without it is not whole. Needs the role editor.",
        parameters=parameters,
        responses={
            (200, NDJSON): OpenApiResponse({"type": "string"}, "The lines."),
            **problems(403),
        },
        examples=[
            OpenApiExample("Lines", value=_LINES, response_only=True, media_type=NDJSON),
        ],
    )


OPERATIONS = {
    "retrieve": extend_schema(
        operation_id="changes_list",
        tags=["changes"],
        summary="Follow the changes",
        description="Every change once, deletions among them; those of one thing in their order. "
        "Send `next_cursor` as `after`, also when nothing new is there. A transaction that still "
        "runs holds back what began after it, so that nothing is missed. Needs the role editor; "
        "costs are for managers. 410 where the feed no longer goes back that far: start over with "
        "the export.",
        parameters=[
            OpenApiParameter(
                "after",
                CURSOR_SCHEMA,
                OpenApiParameter.QUERY,
                description="`next_cursor` of the page before, or that of an export. Left out, the "
                "oldest changes that are kept.",
            ),
            _types("Only changes of these, separated by commas. Any cursor will do."),
            OpenApiParameter(
                "limit",
                {"type": "integer", "minimum": 1, "maximum": MOST, "default": DEFAULT_LIMIT},
                OpenApiParameter.QUERY,
                description="How many changes a page has at most; large ones make it shorter.",
            ),
            OpenApiParameter(
                "Prefer",
                OpenApiTypes.STR,
                OpenApiParameter.HEADER,
                description=f"`wait=20` (RFC 7240): where nothing is new, answer as soon as "
                f"something is, or after that many seconds, at most {LONGEST_WAIT}. Answered at "
                "once where too many wait already, without `Preference-Applied`.",
            ),
            OpenApiParameter(
                "Preference-Applied",
                OpenApiTypes.STR,
                OpenApiParameter.HEADER,
                response=[200],
                description="The wish to wait was granted.",
            ),
        ],
        responses={
            200: OpenApiResponse(ChangesResponse, "The next changes."),
            **problems(403, 410),
        },
        examples=[answered({"items": [CHANGE], "next_cursor": CURSOR, "has_more": False})],
    )
}
OF_CATALOG = {
    "retrieve": _export(
        "changes_export",
        "Export the catalog",
        "Everything, or these types.",
        [_types("Only these, separated by commas; left out, all that the caller may see.")],
    )
}
OF_PRODUCTS = {
    "retrieve": _export(
        "products_export",
        "Export products",
        "All of them in any status, or those that match the filters of the list.",
        [
            OpenApiParameter(name, dict(each.schema), OpenApiParameter.QUERY, description=each.help)
            for name, each in FILTERS.items()
        ],
    )
}

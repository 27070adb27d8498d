"""What the OpenAPI document says about bulk writes."""

from typing import Any

from drf_spectacular.utils import OpenApiExample, OpenApiParameter, OpenApiResponse, extend_schema

from catalog_project.api.ndjson import MEDIA_TYPE
from catalog_project.api.openapi import answered, problems, sent
from products.api.bulk import MOST_ITEMS, POLICIES, BulkResults
from products.api.documentation.products import PRODUCT
from products.api.product_bulk import ProductBulk, ProductBulkItem

POLICY = OpenApiParameter(
    "policy",
    {"type": "string", "enum": list(POLICIES), "default": POLICIES[0]},
    description="`all_or_nothing`: one refused item, and nothing is written; the answer is a "
    "problem that names each flaw. `per_item`: the others are written, and the answer is 207.",
    examples=[OpenApiExample("Example", value="per_item")],
)
RESULT: dict[str, Any] = {
    "index": 0,
    "status": 200,
    "id": PRODUCT["id"],
    "version": 4,
    "etag": '"4-0f3c52d1a8b94e67"',
    "problem": None,
}
REFUSED: dict[str, Any] = {
    "index": 1,
    "status": 409,
    "id": None,
    "version": None,
    "etag": None,
    "problem": {
        "type": "https://catalog.example/docs/problems#sku-taken",
        "title": "Another variant has this SKU",
        "status": 409,
        "detail": "Another product has the sku 'MUG-BLUE': choose another.",
        "code": "sku-taken",
        "request_id": "0197f3c5-6f0e-7c3a-9b1d-2f4f6a8c0e12",
        "errors": [
            {
                "pointer": "/items/1/product/variants/0/sku",
                "code": "sku-taken",
                "detail": "Another product has the sku 'MUG-BLUE': choose another.",
            }
        ],
    },
}


def said(noun: str, tag: str, description: str, **more: Any) -> Any:
    return extend_schema(
        operation_id=f"{noun}_bulk",
        tags=[tag],
        summary=f"Write many {noun} at once",
        description=f"Up to {MOST_ITEMS:,} items in one request, as JSON or as NDJSON, one item "
        f"per line. {description}",
        parameters=[POLICY],
        responses={
            200: OpenApiResponse(BulkResults, "All were done: one result per item, in order."),
            207: OpenApiResponse(BulkResults, "Some were refused: see the problem of each."),
            **problems(404, 412, 428),
        },
        **more,
    )


PRODUCTS = {
    "create": said(
        "products",
        "products",
        "Each item creates, updates, upserts, publishes, unpublishes, archives or deletes one "
        "product, named by id, external id, SKU or slug; no two are about the same one. An upsert "
        "by anything but the id creates what is not there. Values are those of POST and PATCH.",
        request={"application/json": ProductBulk, MEDIA_TYPE: ProductBulkItem},
        examples=[
            sent(
                {
                    "items": [
                        {
                            "operation": "upsert",
                            "slug": "enamel-mug",
                            "product": {"name": "Enamel mug", "tags": ["camping"]},
                        },
                        {"operation": "archive", "sku": "MUG-GREEN", "if_match": '"7"'},
                    ]
                },
                media_type="application/json",
            ),
            sent(
                {"operation": "delete", "external_id": {"system": "erp", "id": "4711"}},
                "Line",
                media_type=MEDIA_TYPE,
            ),
            answered({"results": [RESULT], "succeeded": 1, "refused": 0}),
            answered(
                {"results": [RESULT, REFUSED], "succeeded": 1, "refused": 1}, "Some", status=207
            ),
        ],
    )
}

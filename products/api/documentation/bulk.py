"""What the OpenAPI document says about bulk writes."""

from typing import Any

from drf_spectacular.utils import OpenApiExample, OpenApiParameter, OpenApiResponse, extend_schema

from catalog_project.api.ndjson import MEDIA_TYPE
from catalog_project.api.openapi import answered, problems, sent
from products.api.bulk import MOST_ITEMS, POLICIES, BulkResults
from products.api.documentation.products import PRODUCT
from products.api.price_bulk import PriceBulk
from products.api.product_bulk import ProductBulk
from products.api.stock_bulk import StockBulk

# Generators of clients know no NDJSON: the description alone speaks of it.
JSON = "application/json"
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


ANSWERS = [
    answered({"results": [RESULT], "succeeded": 1, "refused": 0}),
    answered({"results": [RESULT, REFUSED], "succeeded": 1, "refused": 1}, "Some", status=207),
]
PRICE = {"currency": "EUR", "amount": "19.90", "compare_at": "24.90"}
COUNT = {"operation": "set", "sku": "MUG-BLUE", "location": "berlin-1", "quantity": 12}
MOVE = {"operation": "adjust", "sku": "MUG-RED", "location": "berlin-1", "delta": -2}


def said(noun: str, tag: str, description: str, shape: Any, items: list[Any]) -> dict[str, Any]:
    operation = extend_schema(
        operation_id=f"{noun}_bulk",
        tags=[tag],
        summary=f"Write many {noun} at once",
        description=f"Up to {MOST_ITEMS:,} items in one request, as JSON or, one item per line, as "
        f"`{MEDIA_TYPE}`. {description}",
        parameters=[POLICY],
        request={JSON: shape},
        responses={
            200: OpenApiResponse(BulkResults, "All were done: one result per item, in order."),
            207: OpenApiResponse(BulkResults, "Some were refused: see the problem of each."),
            **problems(404, 412, 428),
        },
        examples=[sent({"items": items}, media_type=JSON), *ANSWERS],
    )
    return {"create": operation}


PRODUCTS = said(
    "products",
    "products",
    "Each item creates, updates, upserts, publishes, unpublishes, archives or deletes one "
    "product, named by id, external id, SKU or slug; no two are about the same one. An upsert "
    "by anything but the id creates what is not there. Values are those of POST and PATCH.",
    ProductBulk,
    [
        {
            "operation": "upsert",
            "slug": "enamel-mug",
            "product": {"name": "Enamel mug", "tags": ["camping"]},
        },
        {"operation": "archive", "sku": "MUG-GREEN", "if_match": '"7"'},
    ],
)
PRICES = said(
    "prices",
    "prices",
    "Each item sets or deletes one price of a variant: in a price list or in the base list, of "
    "one currency, minimum quantity and period. Other prices stay as they are.",
    PriceBulk,
    [
        {"operation": "set", "sku": "MUG-BLUE", **PRICE},
        {"operation": "delete", "sku": "MUG-RED", "currency": "EUR"},
    ],
)
STOCK = said(
    "stock",
    "stock",
    "Each item sets or adjusts what there is of one variant at one location, and no two are "
    "about the same place.",
    StockBulk,
    [COUNT, MOVE],
)

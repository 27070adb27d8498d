"""What the OpenAPI document says about stock."""

from typing import Any

from drf_spectacular.utils import OpenApiExample, OpenApiParameter, OpenApiResponse, extend_schema

from catalog_project.api.openapi import ETAG, answered, problems, sent
from products.api.documentation.variants import VARIANT
from products.api.stock import StockAdjustment, StockCount, StockLevelResponse, StockLevels

LEVEL: dict[str, Any] = {
    "id": "0197f3c5-6f0e-7c3a-9b1d-2f4f6a8c0e32",
    "product": "0197f3c5-6f0e-7c3a-9b1d-2f4f6a8c0e06",
    "variant": VARIANT["id"],
    "sku": VARIANT["sku"],
    "location": "berlin-1",
    "quantity": 12,
    "version": 3,
    "updated_at": "2026-03-01T09:00:00.000000Z",
}
UUID = {"type": "string", "format": "uuid"}
TEXT = {"type": "string", "pattern": r"\S"}
NOW = OpenApiResponse(StockLevels, "The levels that were named, as they now are.")
FILTERS = [
    OpenApiParameter(name, schema, description=said, examples=[OpenApiExample("Example", value)])
    for name, schema, said, value in (
        ("location", TEXT, "At the location of this code.", "berlin-1"),
        ("variant", UUID, "Of this variant.", LEVEL["variant"]),
        ("sku", TEXT, "Of the variants of this SKU.", LEVEL["sku"]),
        ("product", UUID, "Of the variants of this product.", LEVEL["product"]),
    )
]


def _said(verb: str, summary: str, description: str, **more: Any) -> Any:
    return extend_schema(
        operation_id=f"stock_{verb}",
        tags=["stock"],
        summary=summary,
        description=description,
        **more,
    )


OPERATIONS = {
    "list": _said(
        "list",
        "List stock levels",
        "How many there are of each variant at each location, for anybody with a role. Shoppers see"
        " availability only.",
        parameters=FILTERS,
        responses={200: OpenApiResponse(StockLevelResponse(many=True), "A page of levels.")},
        examples=[answered(LEVEL)],
    ),
    "adjust": _said(
        "adjust",
        "Add to stock, or take away",
        "Up to 1,000 items, all or none. What would fall below zero, or below what the variant's"
        " backorder policy allows, is a conflict (409). Repeating it adds again.",
        parameters=[ETAG],
        request=StockAdjustment,
        responses={200: NOW, **problems(404)},
        examples=[
            sent({"items": [{"sku": "MUG-BLUE", "location": "berlin-1", "delta": -2}]}),
            answered({"items": [LEVEL]}),
        ],
    ),
    "count": _said(
        "set",
        "Say what there is",
        "Up to 1,000 items, all or none. With `expected_quantity`, another quantity than that is a"
        " conflict (409), and nothing is written.",
        parameters=[ETAG],
        request=StockCount,
        responses={200: NOW, **problems(404)},
        examples=[
            sent(
                {
                    "items": [
                        {
                            "variant": LEVEL["variant"],
                            "location": "berlin-1",
                            "quantity": 12,
                            "expected_quantity": 14,
                        }
                    ]
                }
            ),
            answered({"items": [LEVEL]}),
        ],
    ),
}

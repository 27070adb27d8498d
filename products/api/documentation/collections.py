"""What the OpenAPI document says about collections."""

from typing import Any

from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema

from catalog_project.api.openapi import (
    IF_MATCH,
    MOVED,
    MOVED_TO,
    READ,
    UNCHANGED,
    WRITE,
    answered,
    in_path,
    sent,
)
from catalog_project.api.pagination import CURSOR_SCHEMA, DEFAULT_LIMIT, MAX_LIMIT
from products.api.answers import ProductPage
from products.api.collection_products import CollectionOrder, CollectionPlacement
from products.api.collections import (
    CollectionInput,
    CollectionPatch,
    CollectionResponse,
    RulePreview,
    RulePreviewInput,
)
from products.api.documentation.nouns import operations
from products.api.documentation.products import PRODUCT
from products.api.documentation.viewing import VIEWED

RULE: dict[str, Any] = {
    "match": "all",
    "conditions": [
        {"field": "tag", "operator": "is", "value": ["gift", "sale"]},
        {"field": "price", "operator": "at_most", "value": "50"},
    ],
}
COLLECTION: dict[str, Any] = {
    "id": "0197f3c5-6f0e-7c3a-9b1d-2f4f6a8c0f01",
    "slug": "gifts-below-50",
    "name": "Gifts below 50",
    "description": "Small things for friends.",
    "status": "published",
    "publish_at": "2026-03-01T09:00:00.000000Z",
    "unpublish_at": None,
    "position": 1,
    "seo": {"title": "Gifts", "description": ""},
    "rule": RULE,
    "version": 1,
    "created_at": "2026-03-01T09:00:00.000000Z",
    "updated_at": "2026-03-01T09:00:00.000000Z",
}
MUG = "0197f3c5-6f0e-7c3a-9b1d-2f4f6a8c0d01"
BOWL = "0197f3c5-6f0e-7c3a-9b1d-2f4f6a8c0d02"
BY_HAND = {**COLLECTION, "rule": None, "version": 2}
OPERATIONS = operations(
    "collection",
    "collections",
    shapes=(CollectionInput, CollectionPatch, CollectionResponse),
    example=COLLECTION,
    change={"name": "Gifts below fifty"},
    emptied="the description, the window, the position, the SEO texts; status and rule stay",
    deletion="Its products stay.",
    redirects=True,
    is_viewed=True,
)
PLACE = in_path("collection", "The id or the slug of the collection.", "gifts-below-50")
PAGING = [
    OpenApiParameter(
        "limit",
        {"type": "integer", "minimum": 1, "maximum": MAX_LIMIT, "default": DEFAULT_LIMIT},
        description="How many items a page has.",
    ),
    OpenApiParameter("cursor", CURSOR_SCHEMA, description="`next_cursor` of the page before."),
    OpenApiParameter(
        "fields",
        {"type": "string", "pattern": "^[a-z_]+(,[a-z_]+)*$"},
        description="Only these members of each product, separated by commas.",
    ),
]
CHANGED = {200: OpenApiResponse(CollectionResponse, "The collection as it now is.")}
PRODUCTS = {
    "list": extend_schema(
        operation_id="collections_list_products",
        tags=["collections"],
        summary="List the products of a collection",
        description="In its order: by hand, or the newest first where a rule chooses. For other "
        "orders and filters: `GET /api/v1/products?collection=…`.",
        parameters=[PLACE, *PAGING, *VIEWED, *READ, MOVED_TO],
        responses={
            200: OpenApiResponse(ProductPage, "A page of products."),
            301: MOVED,
            304: UNCHANGED,
        },
        examples=[answered({"items": [PRODUCT], "next_cursor": None})],
    ),
    "update": extend_schema(
        operation_id="collections_replace_products",
        tags=["collections"],
        summary="Choose and order all products",
        description="These products and no others, at most 10,000.",
        parameters=[PLACE, *WRITE],
        request=CollectionOrder,
        responses=CHANGED,
        examples=[sent({"products": [MUG, BOWL]}), answered(BY_HAND)],
    ),
    "create": extend_schema(
        operation_id="collections_place_products",
        tags=["collections"],
        summary="Add or move products",
        description="To the place before or after another product, or to the end.",
        parameters=[PLACE, *WRITE],
        request=CollectionPlacement,
        responses=CHANGED,
        examples=[sent({"products": [MUG], "before": BOWL}), answered(BY_HAND)],
    ),
    "destroy": extend_schema(
        operation_id="collections_remove_product",
        tags=["collections"],
        summary="Take a product out",
        description="The product itself stays.",
        parameters=[PLACE, in_path("product", "The id of the product.", MUG), IF_MATCH],
        responses={204: OpenApiResponse(description="It is out.")},
    ),
}
PREVIEW = {
    "create": extend_schema(
        operation_id="collections_preview_rule",
        tags=["collections"],
        summary="Try a rule",
        description="How many products it would find, whatever their status, and the first 20.",
        request=RulePreviewInput,
        responses={200: OpenApiResponse(RulePreview, "What it would find.")},
        examples=[sent({"rule": RULE}), answered({"count": 1, "items": [PRODUCT]})],
    )
}

"""What the OpenAPI document says about products."""

from typing import Any

from drf_spectacular.utils import OpenApiExample, OpenApiParameter, OpenApiResponse, extend_schema

from catalog_project.api.openapi import (
    ETAG,
    IF_MATCH,
    IF_NONE_MATCH,
    LOCATION,
    READ,
    UNCHANGED,
    WRITE,
    answered,
    in_path,
    sent,
)
from products.api.answers import ProductPage, ProductResponse
from products.api.documentation.attributes import ACCEPT_LOSS, SHOWN
from products.api.documentation.brands import BRAND
from products.api.documentation.categories import CATEGORY, KITCHEN
from products.api.documentation.media import BODY as MEDIA_BODY
from products.api.documentation.media import MEDIA
from products.api.documentation.product_types import PRODUCT_TYPE
from products.api.documentation.variants import BODY as VARIANT_BODY
from products.api.documentation.variants import VARIANT
from products.api.product_filters import LIST_PARAMETERS
from products.api.shapes import ProductCreate, ProductPatch, ProductReplace

MUGS = {name: CATEGORY[name] for name in ("id", "slug", "name")}
# What is written as it is read.
SHARED: dict[str, Any] = {
    "slug": "enamel-mug",
    "name": "Enamel mug",
    "description": "Steel under enamel: light, and it survives the campfire.",
    "publish_at": None,
    "unpublish_at": None,
    "tags": ["camping", "gift"],
    "option_names": ["Color"],
    "metadata": {"supplier": "NW-17"},
    "seo": {"title": "Enamel mug, 350 ml", "description": "A mug for the campfire."},
}
BODY: dict[str, Any] = {
    **SHARED,
    "brand": BRAND["id"],
    "product_type": PRODUCT_TYPE["id"],
    "attributes": {"material": "enamel"},
    "categories": [CATEGORY["id"]],
    "variants": [VARIANT_BODY],
    "media": [MEDIA_BODY],
}
PRODUCT: dict[str, Any] = {
    "id": "0197f3c5-6f0e-7c3a-9b1d-2f4f6a8c0e06",
    **SHARED,
    "status": "published",
    "brand": {name: BRAND[name] for name in ("id", "slug", "name")},
    "product_type": {name: PRODUCT_TYPE[name] for name in ("id", "slug", "name")},
    "attributes": [SHOWN],
    "categories": [{**MUGS, "path": [{"id": KITCHEN, "slug": "kitchen", "name": "Kitchen"}, MUGS]}],
    "price_range": {"currency": "USD", "min": "19.90", "max": "19.90"},
    "variants": [VARIANT],
    "media": [MEDIA],
    "version": 3,
    "created_at": "2026-03-01T09:00:00.000000Z",
    "updated_at": "2026-03-02T14:30:00.000000Z",
}
DRAFT = {**PRODUCT, "status": "draft"}
CURSOR = "WyI5ZjJjIiwiMjAyNi0wMy0wMVQwOTowMDowMCswMDowMCIsIjAxOTdmM2M1Il0="
PAGE = {"items": [PRODUCT], "next_cursor": CURSOR, "total": {"value": 1284, "exact": True}}

KEY = in_path("key", "The id or the slug of the product.", "enamel-mug")
FIELDS = OpenApiParameter(
    "fields",
    next(each["schema"] for each in LIST_PARAMETERS if each["name"] == "fields"),
    description="Only these members, separated by commas.",
    examples=[OpenApiExample("Example", value="id,name,price_range")],
)
FILTERS = [
    OpenApiParameter(each["name"], each["schema"], description=each["description"])
    for each in LIST_PARAMETERS
]
NOW = OpenApiResponse(ProductResponse, "The product as it now is.")


def _said(verb: str, summary: str, description: str, **more: Any) -> Any:
    return extend_schema(
        operation_id=f"products_{verb}",
        tags=["products"],
        summary=summary,
        description=description,
        **more,
    )


def _status(verb: str, summary: str, description: str, status: str) -> Any:
    return _said(
        verb,
        summary,
        f"{description} Needs the role publisher. Repeating it changes nothing.",
        parameters=[KEY, *WRITE],
        request=None,
        responses={200: NOW},
        examples=[answered({**PRODUCT, "status": status})],
    )


OPERATIONS = {
    "list": _said(
        "list",
        "List products",
        "Filters narrow the list together. Editors see every product; all others see those that "
        "are published now. Send `next_cursor` as `cursor` until it is null.",
        parameters=[*FILTERS, IF_NONE_MATCH, ETAG],
        responses={200: OpenApiResponse(ProductPage, "A page of products."), 304: UNCHANGED},
        examples=[answered(PAGE)],
    ),
    "create": _said(
        "create",
        "Create a product",
        "With its variants, prices and pictures, all or nothing. It is a draft, unless a publisher "
        "says otherwise. Left out, the slug is made from the name.",
        parameters=[ETAG, LOCATION],
        request=ProductCreate,
        responses={201: OpenApiResponse(ProductResponse, "The new product.")},
        examples=[sent(BODY), answered({**DRAFT, "version": 1}, status=201)],
    ),
    "retrieve": _said(
        "retrieve",
        "Read a product",
        "By id or by slug, with its variants, prices, pictures and breadcrumbs.",
        parameters=[KEY, FIELDS, *READ],
        responses={200: OpenApiResponse(ProductResponse, "The product."), 304: UNCHANGED},
        examples=[
            answered(PRODUCT),
            answered({name: PRODUCT[name] for name in ("id", "name", "price_range")}, "Fields"),
        ],
    ),
    "update": _said(
        "replace",
        "Replace a product",
        "Every field but the slug must be there, so that nothing is emptied by being forgotten. "
        "Variants and pictures with an `id` are changed, those without are added, all others go.",
        parameters=[KEY, ACCEPT_LOSS, *WRITE],
        request=ProductReplace,
        responses={200: NOW},
        examples=[sent(BODY), answered(DRAFT)],
    ),
    "partial_update": _said(
        "update",
        "Change fields of a product",
        "Only the fields that are named are written; lists are named as a whole (RFC 7396). Of "
        "attributes, only those that are named: null takes one away.",
        parameters=[KEY, ACCEPT_LOSS, *WRITE],
        request=ProductPatch,
        responses={200: NOW},
        examples=[sent({"name": "Enamel mug", "tags": ["camping", "gift"]}), answered(PRODUCT)],
    ),
    "destroy": _said(
        "delete",
        "Delete a product",
        "With its variants, prices and pictures. Needs the role publisher. To keep it for later, "
        "archive it instead.",
        parameters=[KEY, IF_MATCH],
        responses={204: OpenApiResponse(description="It is gone.")},
    ),
    "publish": _status("publish", "Publish a product", "Shoppers see it.", "published"),
    "unpublish": _status("unpublish", "Hide a product", "It is a draft again.", "draft"),
    "archive": _status(
        "archive",
        "Archive a product",
        "It leaves the shop; its slug and SKUs are free for others.",
        "archived",
    ),
    "restore": _status(
        "restore",
        "Bring an archived product back",
        "As a draft. Refused (409) when its slug or a SKU was taken meanwhile.",
        "draft",
    ),
}

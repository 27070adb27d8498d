"""What the OpenAPI document says about products."""

from typing import Any

from drf_spectacular.utils import OpenApiExample, OpenApiParameter, OpenApiResponse, extend_schema

from catalog_project.api.openapi import (
    ETAG,
    IF_MATCH,
    IF_NONE_MATCH,
    LOCATION,
    MOVED,
    MOVED_TO,
    ONLY_IF_NEW,
    READ,
    UNCHANGED,
    WRITE,
    answered,
    in_path,
    problems,
    sent,
)
from products.api.answers import ProductPage, ProductResponse
from products.api.as_of import MOST_VERSION
from products.api.documentation.attributes import ACCEPT_LOSS, SHOWN
from products.api.documentation.brands import BRAND
from products.api.documentation.categories import CATEGORY, KITCHEN
from products.api.documentation.media import BODY as MEDIA_BODY
from products.api.documentation.media import MEDIA
from products.api.documentation.product_types import PRODUCT_TYPE
from products.api.documentation.relations import RELATION
from products.api.documentation.variants import BODY as VARIANT_BODY
from products.api.documentation.variants import PRICE_AS_OF, VARIANT
from products.api.documentation.viewing import HEADERS, VIEWED
from products.api.lifecycle import DuplicateInput, RestoreInput
from products.api.product_filters import LIST_PARAMETERS
from products.api.shapes import ProductCreate, ProductPatch, ProductReplace

MUGS = {name: CATEGORY[name] for name in ("id", "slug", "name")}
TAX_CLASS = {"code": "reduced", "name": "Reduced rate"}
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
    "tax_class": "reduced",
    "attributes": {"material": "enamel"},
    "categories": [CATEGORY["id"]],
    "variants": [{**VARIANT_BODY, "media": [MEDIA_BODY["url"]]}],
    "media": [MEDIA_BODY],
}
PRODUCT: dict[str, Any] = {
    "id": "0197f3c5-6f0e-7c3a-9b1d-2f4f6a8c0e06",
    **SHARED,
    "status": "published",
    "relations": [RELATION],
    "brand": {name: BRAND[name] for name in ("id", "slug", "name")},
    "product_type": {name: PRODUCT_TYPE[name] for name in ("id", "slug", "name")},
    "attributes": [SHOWN],
    "collections": [
        {"id": "0197f3c5-6f0e-7c3a-9b1d-2f4f6a8c0f01", "slug": "gifts", "name": "Gifts below 50"}
    ],
    "categories": [{**MUGS, "path": [{"id": KITCHEN, "slug": "kitchen", "name": "Kitchen"}, MUGS]}],
    "tax_class": TAX_CLASS,
    "price_range": {"currency": "USD", "min": "19.90", "max": "19.90"},
    "availability": "in_stock",
    "options": [{"name": "Color", "label": "Color", "values": ["Blue"], "labels": ["Blue"]}],
    "variant_count": 1,
    "variants": [VARIANT],
    "more_variants": None,
    "media": [MEDIA],
    "version": 3,
    "created_at": "2026-03-01T09:00:00.000000Z",
    "updated_at": "2026-03-02T14:30:00.000000Z",
}
DRAFT = {**PRODUCT, "status": "draft"}
CURSOR = "WyI5ZjJjIiwiMjAyNi0wMy0wMVQwOTowMDowMCswMDowMCIsIjAxOTdmM2M1Il0="
PAGE = {
    "items": [PRODUCT],
    "next_cursor": CURSOR,
    "previous_cursor": None,
    "total": {"value": 1284, "exact": True},
}

KEY = in_path("key", "The id or the slug of the product.", "enamel-mug")
FIELDS = OpenApiParameter(
    "fields",
    next(each["schema"] for each in LIST_PARAMETERS if each["name"] == "fields"),
    description="Only these members, separated by commas.",
    examples=[OpenApiExample("Example", value="id,name,price_range")],
)
# A free form needs an example; what is made up from the schema alone names nothing that is there.
NOTHING_ASKED = OpenApiExample("Example", value={})


def documented(parameter: dict[str, Any]) -> OpenApiParameter:
    is_free = parameter["schema"].get("type") == "object"
    return OpenApiParameter(
        parameter["name"],
        parameter["schema"],
        description=parameter["description"],
        style="form" if is_free else None,
        explode=True if is_free else None,
        examples=[NOTHING_ASKED] if is_free else (),
    )


FILTERS = [documented(each) for each in LIST_PARAMETERS]
AS_OF = OpenApiParameter(
    "as_of",
    {
        "anyOf": [
            {"type": "string", "format": "date-time"},
            {"type": "integer", "minimum": 0, "maximum": MOST_VERSION},
        ]
    },
    description="For editors: the product as it was at this instant, or at this version. 410 where "
    "the change log no longer goes back that far.",
)
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
        parameters=[*FILTERS, *HEADERS, IF_NONE_MATCH, ETAG],
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
        parameters=[KEY, FIELDS, PRICE_AS_OF, AS_OF, *VIEWED, *READ, MOVED_TO],
        responses={
            **problems(410),
            200: OpenApiResponse(ProductResponse, "The product."),
            301: MOVED,
            304: UNCHANGED,
        },
        examples=[
            answered(PRODUCT),
            answered({name: PRODUCT[name] for name in ("id", "name", "price_range")}, "Fields"),
        ],
    ),
    "update": _said(
        "replace",
        "Replace a product",
        "Every field but the slug must be there, so that nothing is emptied by being forgotten. "
        "Variants and pictures with an `id` are changed, those without are added, all others go. "
        "With `If-None-Match: *` it creates a draft instead, under an id of yours: a UUID of "
        "version 7.",
        parameters=[KEY, ACCEPT_LOSS, ONLY_IF_NEW, *WRITE, LOCATION],
        request=ProductReplace,
        responses={200: NOW, 201: OpenApiResponse(ProductResponse, "The new product.")},
        examples=[
            sent(BODY),
            answered(DRAFT),
            answered({**DRAFT, "version": 1}, "New", status=201),
        ],
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
    "restore": _said(
        "restore",
        "Bring an archived product back",
        "As a draft. Needs the role publisher. Refused (409, `restore-clashes`) while others have "
        "its slug, a SKU or an external id: `clashes` names each of them, and who has it. The body "
        "may choose another slug.",
        parameters=[KEY, *WRITE],
        request=RestoreInput,
        responses={200: NOW},
        examples=[sent({"slug": "enamel-mug-2019"}), answered(DRAFT)],
    ),
    "duplicate": _said(
        "duplicate",
        "Duplicate a product",
        "The copy is a draft with the variants, prices, categories and pictures of the product; "
        "pictures share their files. GTINs, external ids and publication windows stay behind, and "
        "SKUs, too, unless `sku_suffix` makes new ones of them.",
        parameters=[KEY, IF_MATCH, ETAG, LOCATION],
        request=DuplicateInput,
        responses={201: OpenApiResponse(ProductResponse, "The copy.")},
        examples=[
            sent({"name": "Enamel mug, large", "sku_suffix": "-L"}),
            answered({**DRAFT, "version": 1}, status=201),
        ],
    ),
}

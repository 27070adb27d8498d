"""What the OpenAPI document says about histories, and about turning back."""

from collections.abc import Mapping
from typing import Any

from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema

from catalog_project.api.openapi import ETAG, IF_MATCH, answered, in_path, problems, sent
from catalog_project.api.pagination import CURSOR_SCHEMA, MAX_LIMIT
from products.api.answers import ProductResponse
from products.api.changes import RecordedResponse
from products.api.documentation.attributes import ATTRIBUTE
from products.api.documentation.brands import BRAND
from products.api.documentation.categories import CATEGORY
from products.api.documentation.changes import CHANGE
from products.api.documentation.collections import COLLECTION
from products.api.documentation.prices import PRICE_LIST
from products.api.documentation.product_types import PRODUCT_TYPE
from products.api.documentation.products import PRODUCT
from products.api.history import (
    MOST_VERSION,
    NOUNS,
    HistoryResponse,
    Noun,
    VersionResponse,
)
from products.api.noun_reverting import REVERTS
from products.api.undoing import UndoInput, UndoResponse

ENTRY: dict[str, Any] = {
    **{name: value for name, value in CHANGE.items() if name in RecordedResponse().fields},
    "differences": [{"pointer": "/name", "before": "Lumen", "after": "Lumen & Co"}],
    "has_more_differences": False,
}
VERSION: dict[str, Any] = {
    **{name: CHANGE[name] for name in ("version", "event", "at")},
    "record": {"name": "Lumen & Co", "slug": "lumen", "version": 2},
    "differences": ENTRY["differences"],
    "has_more_differences": False,
}
NUMBER = in_path("number", "A version.", "2", pattern="^[0-9]{1,10}$")


def _said(plural: str) -> tuple[Noun, str, OpenApiParameter]:
    noun = NOUNS[plural]
    key = in_path("key", f"The id of the {noun.name}, or its {noun.key}.", "lumen")
    return noun, plural.rpartition("-")[2], key


def entries(plural: str) -> dict[str, Any]:
    noun, tag, key = _said(plural)
    return {
        "retrieve": extend_schema(
            operation_id=f"{tag}_history",
            tags=[tag],
            summary=f"Read the history of a {noun.name}",
            description="Who changed it, when, through what, and what was different then, the "
            "newest change first. By its id, also after it was deleted. Needs the role editor.",
            parameters=[
                key,
                OpenApiParameter(
                    "limit",
                    {"type": "integer", "minimum": 1, "maximum": MAX_LIMIT, "default": 20},
                    OpenApiParameter.QUERY,
                    description="How many changes a page has.",
                ),
                OpenApiParameter(
                    "cursor",
                    CURSOR_SCHEMA,
                    OpenApiParameter.QUERY,
                    description="`next_cursor` of the page before.",
                ),
                OpenApiParameter(
                    "as_of",
                    {"type": "string", "format": "date-time"},
                    OpenApiParameter.QUERY,
                    description="Only changes until this instant: the first one made it what it "
                    "was then.",
                ),
            ],
            responses={200: OpenApiResponse(HistoryResponse, "A page."), **problems(403)},
            examples=[answered({"items": [ENTRY], "next_cursor": None})],
        ),
    }


def versions(plural: str) -> dict[str, Any]:
    noun, tag, key = _said(plural)
    return {
        "retrieve": extend_schema(
            operation_id=f"{tag}_version",
            tags=[tag],
            summary=f"Read a version of a {noun.name}",
            description="All of it as it was, and what differs from another version. Needs the "
            "role editor.",
            parameters=[
                key,
                NUMBER,
                OpenApiParameter(
                    "compare_with",
                    {"type": "integer", "minimum": 1, "maximum": MOST_VERSION},
                    OpenApiParameter.QUERY,
                    description="Another version; `differences` lead from it to this one.",
                ),
            ],
            responses={200: OpenApiResponse(VersionResponse, "The version."), **problems(403)},
            examples=[answered(VERSION)],
        ),
    }


# What stays as it is, besides what the rules of the noun forbid.
LEFT: Mapping[str, str] = {
    "brands": "Products that had it when it was deleted do not get it back.",
    "categories": "Products that were in it do not come back; its place in the tree does.",
    "collections": "With its rule, or the products that were chosen by hand.",
    "attributes": "With its options. Values that products lost do not come back; where products "
    "have values of an option that was not there then, it is refused.",
    "product-types": "With its attributes. Values that products lost do not come back; where "
    "products have values of an attribute that it did not have then, it is refused.",
    "price-lists": "Prices are parts of their products: they stay as they are.",
}


SERVED: Mapping[str, dict[str, Any]] = {
    "brands": BRAND,
    "categories": CATEGORY,
    "collections": COLLECTION,
    "attributes": ATTRIBUTE,
    "product-types": PRODUCT_TYPE,
    "price-lists": PRICE_LIST,
}


def reverts(plural: str) -> dict[str, Any]:
    noun, tag, key = _said(plural)
    return {
        "create": extend_schema(
            operation_id=f"{tag}_revert",
            tags=[tag],
            summary=f"Make a {noun.name} what it was",
            description=f"What it was at this version, under a new one; by its id also after it "
            f"was deleted. {LEFT[plural]} 409 `revert-clashes` names what is taken, gone or "
            "refused today. Needs the role publisher.",
            parameters=[key, NUMBER, IF_MATCH, ETAG],
            request=None,
            responses={
                200: OpenApiResponse(REVERTS[plural].serializer_class, "What it now is."),
                **problems(403),
            },
            examples=[answered(SERVED[plural])],
        )
    }


REVERT = {
    "create": extend_schema(
        operation_id="products_revert",
        tags=["products"],
        summary="Make a product what it was",
        description="It becomes, with all its parts, what it was at this version, under a new one; "
        "by its id also after it was deleted. Stock, costs and collections by hand are no part of "
        "it. 409 `revert-clashes` names everything that is taken or gone. Needs the role "
        "publisher.",
        parameters=[
            in_path("key", "The id of the product, or its slug.", "enamel-mug"),
            NUMBER,
            IF_MATCH,
            ETAG,
        ],
        request=None,
        responses={200: OpenApiResponse(ProductResponse, "The product as it now is.")},
        examples=[answered(PRODUCT)],
    )
}
UNDO = {
    "create": extend_schema(
        operation_id="changes_undo",
        tags=["changes"],
        summary="Undo a request or an import",
        description="All products that it changed become what they were; those that it made are "
        "deleted, those that it deleted are back. All or nothing, up to 1,000 products. 409 "
        "`changed-since` where some were changed since, unless `skip_changed`. Brands, categories, "
        "attributes and so on are turned back each by itself: `others_left` says which ones stay, "
        "and why. Needs the role publisher.",
        request=UndoInput,
        responses={200: OpenApiResponse(UndoResponse, "What was done."), **problems(404)},
        examples=[
            sent({"request_id": ENTRY["request_id"], "skip_changed": True}),
            answered(
                {
                    "undone": ["0199f0a1-7f3e-7000-8000-000000000001"],
                    "skipped": [],
                    "others_undone": [
                        {"type": "brand", "id": "0199f0a1-7f3e-7000-8000-000000000002"}
                    ],
                    "others_left": [
                        {
                            "type": "category",
                            "id": "0199f0a1-7f3e-7000-8000-000000000003",
                            "detail": "Products are in it: move them to another category first.",
                        }
                    ],
                }
            ),
        ],
    )
}

"""What the OpenAPI document says about variants."""

from typing import Any

from drf_spectacular.utils import OpenApiResponse, extend_schema

from catalog_project.api.openapi import (
    IF_MATCH,
    LOCATION,
    READ,
    UNCHANGED,
    WRITE,
    answered,
    in_path,
    sent,
)
from products.api.answers import VariantResponse
from products.api.shapes import VariantInput

PRICE = {"currency": "USD", "amount": "19.90", "compare_at": "24.90"}
VARIANT: dict[str, Any] = {
    "id": "0197f3c5-6f0e-7c3a-9b1d-2f4f6a8c0e04",
    "sku": "MUG-BLUE",
    "gtin": "00012345678905",
    "options": {"Color": "Blue"},
    "attributes": [],
    "prices": [PRICE],
    "metadata": {"kiln": 3},
    "position": 0,
}
BODY = {**{name: value for name, value in VARIANT.items() if name != "id"}, "attributes": {}}
PRODUCT = in_path("product", "The id or the slug of the product.", "enamel-mug")
PART = in_path("part", "The id of the variant.", VARIANT["id"], format="uuid")
VERSIONS = "The product's version is theirs: `ETag` and `If-Match` speak of the product."


def _said(verb: str, summary: str, description: str, **more: Any) -> Any:
    return extend_schema(
        operation_id=f"variants_{verb}",
        tags=["variants"],
        summary=summary,
        description=description,
        **more,
    )


OPERATIONS = {
    "list": _said(
        "list",
        "List the variants of a product",
        "In their order, page by page: send `next_cursor` as `cursor` until it is null.",
        parameters=[PRODUCT],
        responses={200: OpenApiResponse(VariantResponse(many=True), "A page of variants.")},
        examples=[answered(VARIANT)],
    ),
    "create": _said(
        "create",
        "Add a variant",
        f"Behind the others, unless `position` says otherwise. {VERSIONS}",
        parameters=[PRODUCT, *WRITE, LOCATION],
        request=VariantInput,
        responses={201: OpenApiResponse(VariantResponse, "The new variant.")},
        examples=[sent(BODY), answered(VARIANT, status=201)],
    ),
    "retrieve": _said(
        "retrieve",
        "Read a variant",
        "One variant with its prices.",
        parameters=[PRODUCT, PART, *READ],
        responses={200: OpenApiResponse(VariantResponse, "The variant."), 304: UNCHANGED},
        examples=[answered(VARIANT)],
    ),
    "update": _said(
        "replace",
        "Replace a variant",
        f"Fields that are left out are emptied; the position stays as it is. {VERSIONS}",
        parameters=[PRODUCT, PART, *WRITE],
        request=VariantInput,
        responses={200: OpenApiResponse(VariantResponse, "The variant as it now is.")},
        examples=[sent(BODY), answered(VARIANT)],
    ),
    "partial_update": _said(
        "update",
        "Change fields of a variant",
        f"Only the fields that are named are written; `prices` are named as a whole. {VERSIONS}",
        parameters=[PRODUCT, PART, *WRITE],
        request=VariantInput,
        responses={200: OpenApiResponse(VariantResponse, "The variant as it now is.")},
        examples=[sent({"prices": [PRICE]}), answered(VARIANT)],
    ),
    "destroy": _said(
        "delete",
        "Delete a variant",
        "The variant goes with its prices.",
        parameters=[PRODUCT, PART, IF_MATCH],
        responses={204: OpenApiResponse(description="It is gone.")},
    ),
}

"""What the OpenAPI document says about variants."""

from typing import Any

from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema

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
from products.api.documentation.viewing import VIEWED
from products.api.shapes import VariantBatch, VariantInput, VariantPatch
from products.api.variant_answers import NewVariants

PRICE = {"currency": "USD", "amount": "19.90", "compare_at": "24.90"}
VARIANT: dict[str, Any] = {
    "id": "0197f3c5-6f0e-7c3a-9b1d-2f4f6a8c0e04",
    "sku": "MUG-BLUE",
    "gtin": "00012345678905",
    "mpn": "EM-17-B",
    "status": "active",
    "options": {"Color": "Blue"},
    "attributes": [],
    "prices": [PRICE],
    "tax_class": None,
    "availability": "in_stock",
    "track_inventory": True,
    "backorder_policy": "limit",
    "backorder_limit": 12,
    "weight": {"value": "0.35", "unit": "kg"},
    "dimensions": {"length": "12", "width": "9", "height": "8.5", "unit": "cm"},
    "media": ["0197f3c5-6f0e-7c3a-9b1d-2f4f6a8c0e05"],
    "metadata": {"kiln": 3},
    "position": 0,
}
BODY = {
    **{name: VARIANT[name] for name in VARIANT if name not in {"id", "availability", "media"}},
    "attributes": {},
}
PRODUCT = in_path("product", "The id or the slug of the product.", "enamel-mug")
PART = in_path("part", "The id of the variant.", VARIANT["id"], format="uuid")
PRICE_AS_OF = OpenApiParameter(
    "price_as_of",
    {"type": "string", "format": "date-time"},
    description="Prices as they were or will be at this instant, within ten years; now, if left "
    "out. The future is for callers with a role.",
)
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
        "In their order, page by page: send `next_cursor` as `cursor` until it is null. Editors "
        "see all of them, everybody else those that are active.",
        parameters=[PRODUCT, PRICE_AS_OF, *VIEWED],
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
    "batch": _said(
        "create_batch",
        "Add many variants",
        "All of them or none, behind the others, in the order given: up to 5,000 on one product, as"
        f" far as the request's body may be large. {VERSIONS}",
        parameters=[PRODUCT, *WRITE],
        request=VariantBatch,
        responses={201: OpenApiResponse(NewVariants, "What names the new variants.")},
        examples=[
            sent({"variants": [BODY]}),
            answered(
                {"variants": [{name: VARIANT[name] for name in ("id", "sku", "position")}]},
                status=201,
            ),
        ],
    ),
    "retrieve": _said(
        "retrieve",
        "Read a variant",
        "One variant with its prices.",
        parameters=[PRODUCT, PART, PRICE_AS_OF, *VIEWED, *READ],
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
        request=VariantPatch,
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

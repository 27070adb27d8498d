"""What the OpenAPI document says about external ids."""

from typing import Any

from drf_spectacular.utils import OpenApiResponse, extend_schema

from catalog_project.api.openapi import READ, UNCHANGED, answered, in_path
from products.api.documentation.variants import VARIANT
from products.api.external_ids import ExternalIdsResponse

OPERATIONS: dict[str, Any] = {
    "retrieve": extend_schema(
        operation_id="products_external_ids",
        tags=["products"],
        summary="Read what other systems call a product",
        description="And its variants. For callers with a role: shoppers never see it. It is "
        "written with the product and with the variant, as `external_ids`.",
        parameters=[
            in_path("product", "The id or the slug of the product.", "enamel-mug"),
            *READ,
        ],
        responses={200: OpenApiResponse(ExternalIdsResponse, "All of them."), 304: UNCHANGED},
        examples=[
            answered(
                {
                    "items": [
                        {"system": "erp", "id": "4711", "variant": None},
                        {"system": "erp", "id": "4711-R", "variant": VARIANT["id"]},
                    ]
                }
            )
        ],
    ),
}

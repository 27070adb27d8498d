"""What the OpenAPI document says about completeness."""

from drf_spectacular.utils import OpenApiResponse, extend_schema

from catalog_project.api.openapi import READ, UNCHANGED, answered
from products.api.completeness import CompletenessResponse
from products.api.documentation.variants import PRODUCT

ITEMS = [
    {"channel": "default", "locale": "en", "completeness": 100, "missing": []},
    {
        "channel": "europe",
        "locale": "de",
        "completeness": 60,
        "missing": ["price", "translations.name"],
    },
]
OPERATIONS = {
    "retrieve": extend_schema(
        operation_id="completeness_of_product",
        tags=["completeness"],
        summary="Read what a product lacks",
        description="In each channel and locale: a description, a picture, a price in the "
        "channel's currency, translations, and the required attributes of its type. Needs the role "
        "editor; lists filter by it with `completeness_min` and `missing`.",
        parameters=[PRODUCT, *READ],
        responses={200: OpenApiResponse(CompletenessResponse, "Every pair."), 304: UNCHANGED},
        examples=[answered({"items": ITEMS})],
    )
}

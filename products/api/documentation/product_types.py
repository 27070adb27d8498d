"""What the OpenAPI document says about product types."""

from typing import Any

from products.api.documentation.attributes import ACCEPT_LOSS
from products.api.documentation.nouns import operations
from products.api.product_types import (
    ProductTypeInput,
    ProductTypeListed,
    ProductTypePatch,
    ProductTypeResponse,
)

PRODUCT_TYPE: dict[str, Any] = {
    "id": "0197f3c5-6f0e-7c3a-9b1d-2f4f6a8c0e08",
    "slug": "drinkware",
    "name": "Drinkware",
    "translations": {},
    "attributes": [
        {
            "code": "material",
            "name": "Material",
            "type": "choice",
            "is_required": True,
            "is_variant": False,
        }
    ],
    "version": 1,
    "created_at": "2026-03-01T09:00:00.000000Z",
    "updated_at": "2026-03-01T09:00:00.000000Z",
}
OPERATIONS = operations(
    "product type",
    "product-types",
    shapes=(ProductTypeInput, ProductTypePatch, ProductTypeResponse),
    listed=ProductTypeListed,
    example=PRODUCT_TYPE,
    body={
        "slug": "drinkware",
        "name": "Drinkware",
        "attributes": [{"code": "material", "is_required": True, "is_variant": False}],
    },
    change={"name": "Cups and glasses"},
    emptied="the attributes",
    deletion="Refused (409) while a product has it or a rule of a collection names it.",
    consent=(ACCEPT_LOSS,),
)

"""What the OpenAPI document says about categories."""

from drf_spectacular.utils import OpenApiParameter

from products.api.categories import CategoryInput, CategoryPatch, CategoryResponse
from products.api.documentation.nouns import operations

KITCHEN = "0197f3c5-6f0e-7c3a-9b1d-2f4f6a8c0e02"
CATEGORY = {
    "id": "0197f3c5-6f0e-7c3a-9b1d-2f4f6a8c0e03",
    "slug": "mugs",
    "name": "Mugs",
    "description": "For coffee, tea and soup.",
    "parent": KITCHEN,
    "position": 2,
    "path": [KITCHEN, "0197f3c5-6f0e-7c3a-9b1d-2f4f6a8c0e03"],
    "depth": 2,
    "version": 1,
    "created_at": "2026-03-01T09:00:00.000000Z",
    "updated_at": "2026-03-01T09:00:00.000000Z",
}
UUID_TEXT = {"type": "string", "format": "uuid"}
BELOW = OpenApiParameter(
    "below", UUID_TEXT, description="This category (its id) and all that are anywhere below it."
)
PARENT = OpenApiParameter(
    "parent",
    {"anyOf": [UUID_TEXT, {"const": "none"}]},
    description="The children of this category (its id), or `none` for the roots.",
)
OPERATIONS = operations(
    "category",
    "categories",
    shapes=(CategoryInput, CategoryPatch, CategoryResponse),
    example=CATEGORY,
    change={"name": "Mugs and cups", "position": 1},
    emptied="the description, the parent, the position",
    deletion="Refused (409) while it has children or products.",
    list_parameters=(BELOW, PARENT),
)

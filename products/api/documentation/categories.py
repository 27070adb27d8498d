"""What the OpenAPI document says about categories."""

from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema

from catalog_project.api.openapi import READ, UNCHANGED, WRITE, answered, in_path, sent
from products.api.categories import (
    CategoryAncestorsResponse,
    CategoryInput,
    CategoryMove,
    CategoryPatch,
    CategoryResponse,
    CategoryTreeResponse,
)
from products.api.documentation.nouns import operations
from products.api.documentation.viewing import VIEWED
from products.models.categories import MAX_DEPTH

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
    "child_count": 0,
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
LEVEL = {"type": "integer", "minimum": 1, "maximum": MAX_DEPTH}
TREE = OpenApiParameter(
    "tree", {"type": "string"}, description="This root, by id or slug, and all below it."
)
DEPTH = OpenApiParameter(
    "depth", LEVEL, description="On this level or above; the roots are on level 1."
)
COUNTS = OpenApiParameter(
    "counts",
    {"type": "boolean", "default": False},
    description="With the number of products that shoppers find in each.",
)
LEVELS = OpenApiParameter(
    "levels", {**LEVEL, "default": MAX_DEPTH}, description="How many levels, its own included."
)
PLACE = in_path("key", "The id or the slug of the category.", "mugs")
OPERATIONS = operations(
    "category",
    "categories",
    shapes=(CategoryInput, CategoryPatch, CategoryResponse),
    example=CATEGORY,
    change={"name": "Mugs and cups", "position": 1},
    emptied="the description, the parent, the position",
    deletion="Refused (409) while it has children or products, or a rule of a collection names it.",
    redirects=True,
    is_viewed=True,
    list_parameters=(BELOW, DEPTH, PARENT, TREE, COUNTS),
    read_parameters=(COUNTS,),
)
OPERATIONS["subtree"] = extend_schema(
    operation_id="categories_subtree",
    tags=["categories"],
    summary="Read a category with all below it",
    description="For menus: at most 2,000 categories at once, depth first.",
    parameters=[PLACE, LEVELS, COUNTS, *VIEWED, *READ],
    responses={
        200: OpenApiResponse(CategoryTreeResponse, "The categories."),
        304: UNCHANGED,
    },
    examples=[answered({"items": [CATEGORY]})],
)
OPERATIONS["ancestors"] = extend_schema(
    operation_id="categories_ancestors",
    tags=["categories"],
    summary="List the categories above one",
    description="Breadcrumbs: the root first, the parent last.",
    parameters=[PLACE, *VIEWED, *READ],
    responses={
        200: OpenApiResponse(CategoryAncestorsResponse, "The categories."),
        304: UNCHANGED,
    },
    examples=[answered({"items": [{"id": KITCHEN, "slug": "kitchen", "name": "Kitchen"}]})],
)
OPERATIONS["move"] = extend_schema(
    operation_id="categories_move",
    tags=["categories"],
    summary="Move a category",
    description="To another parent with all below it, or to another place among its siblings. "
    "Siblings that have no room between them are numbered anew, and get a version each.",
    parameters=[PLACE, *WRITE],
    request=CategoryMove,
    responses={200: OpenApiResponse(CategoryResponse, "The category as it now is.")},
    examples=[
        sent({"before": "0197f3c5-6f0e-7c3a-9b1d-2f4f6a8c0e04"}),
        answered({**CATEGORY, "position": 500, "version": 2}),
    ],
)

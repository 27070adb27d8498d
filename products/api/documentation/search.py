"""What the OpenAPI document says about search."""

from typing import Any

from drf_spectacular.utils import OpenApiExample, OpenApiParameter, OpenApiResponse, extend_schema

from catalog_project.api.openapi import READ, UNCHANGED, answered
from products.api.documentation.products import PRODUCT
from products.api.documentation.viewing import HEADERS
from products.api.product_filters import LIST_PARAMETERS
from products.api.search import ONLY_LISTS, SearchPage
from products.search.query import LONGEST_QUERY

WORDS = OpenApiParameter(
    "q",
    {"type": "string", "pattern": r"\S", "maxLength": LONGEST_QUERY},
    required=True,
    description="Words in the language of the locale, or a SKU, GTIN, part number or slug, or the "
    "beginning of one.",
    examples=[OpenApiExample("Example", value="enamel mug")],
)
CORRECT = OpenApiParameter(
    "correct",
    {"type": "boolean", "default": True},
    description="False: look for the words as they are written, whether there are any or not.",
)
PAGE = {
    "items": [PRODUCT],
    "next_cursor": None,
    "total": {"value": 1, "exact": True},
    "query": "enamel mug",
    "corrected": [{"written": "enamle", "meant": "enamel", "is_addition": False}],
}
OTHERS = [
    OpenApiParameter(each["name"], each["schema"], description=each["description"])
    for each in LIST_PARAMETERS
    if each["name"] not in ("q", *ONLY_LISTS)
]


def _said(verb: str, summary: str, description: str, **more: Any) -> Any:
    return extend_schema(
        operation_id=f"search_{verb}",
        tags=["search"],
        summary=summary,
        description=description,
        **more,
    )


OPERATIONS = {
    "retrieve": _said(
        "retrieve",
        "Search products",
        "The best first. Products that have all words, and where those are few, those with at "
        "least half of them. Rare words count for more than common ones, names for more than "
        "descriptions. A word that no product has is taken for the most similar one that some "
        "product has: `corrected` says so. Filters narrow it down, as they do in lists. Editors "
        "find every product; all others find those that are published now.",
        parameters=[WORDS, CORRECT, *OTHERS, *HEADERS, *READ],
        responses={200: OpenApiResponse(SearchPage, "A page of products."), 304: UNCHANGED},
        examples=[answered(PAGE)],
    ),
}

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
HIGHLIGHT = OpenApiParameter(
    "highlight",
    {"type": "boolean", "default": False},
    description="True: say where the words stand, as HTML with `<mark>`.",
)
PAGE = {
    "items": [PRODUCT],
    "next_cursor": None,
    "previous_cursor": None,
    "total": {"value": 1, "exact": True},
    "query": "enamel mug",
    "corrected": [{"written": "enamle", "meant": "enamel", "is_addition": False}],
    "pinned": [],
    "highlights": [
        {
            "id": PRODUCT["id"],
            "name": "<mark>Enamel</mark> <mark>mug</mark>",
            "description": ["A <mark>mug</mark> for the garden &amp; the kitchen."],
        }
    ],
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
        parameters=[WORDS, HIGHLIGHT, *OTHERS, *HEADERS, *READ],
        responses={200: OpenApiResponse(SearchPage, "A page of products."), 304: UNCHANGED},
        examples=[answered(PAGE)],
    ),
}

"""What the OpenAPI document says about suggestions."""

from drf_spectacular.utils import OpenApiExample, OpenApiParameter, OpenApiResponse, extend_schema

from catalog_project.api.openapi import READ, UNCHANGED, answered
from products.api.documentation.brands import BRAND
from products.api.documentation.products import MUGS, PRODUCT
from products.api.documentation.viewing import VIEWED
from products.api.suggest import SuggestionsResponse
from products.search.query import LONGEST_QUERY
from products.search.suggestions import MOST, PRODUCT_FIELDS

TYPED = OpenApiParameter(
    "q",
    {"type": "string", "pattern": r"\S", "maxLength": LONGEST_QUERY},
    required=True,
    description="What was typed so far; the last word may be its beginning.",
    examples=[OpenApiExample("Example", value="enamel mu")],
)
NAMED = ("id", "slug", "name")
SUGGESTIONS = {
    "completions": ["enamel mug"],
    "products": [{name: PRODUCT[name] for name in PRODUCT_FIELDS}],
    "categories": [MUGS],
    "brands": [{name: BRAND[name] for name in NAMED}],
}
OPERATIONS = {
    "retrieve": extend_schema(
        operation_id="search_suggest",
        tags=["search"],
        summary="Suggest while somebody types",
        description=f"Up to {MOST} of each: the query completed by words that products have "
        "together with the rest of it, products with these words in their name, or with such a "
        "code, categories and brands of which a word begins like the query. Shoppers are told of "
        "nothing that they may not see.",
        parameters=[TYPED, *VIEWED, *READ],
        responses={
            200: OpenApiResponse(SuggestionsResponse, "What there is."),
            304: UNCHANGED,
        },
        examples=[answered(SUGGESTIONS)],
    ),
}

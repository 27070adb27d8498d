"""What the OpenAPI document says about facets."""

from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema

from catalog_project.api.openapi import ETAG, IF_NONE_MATCH, UNCHANGED, answered
from products.api.documentation.products import documented
from products.api.documentation.viewing import HEADERS
from products.api.facet_answers import FacetsResponse
from products.api.facets import ONLY_LISTS
from products.api.product_filters import FACETS, LIST_PARAMETERS
from products.documents.facets import NAMES

_NAMES = "|".join(NAMES)
_PLAIN = {"type": None, "label": None, "group": None, "unit": None, "exact": True}
_OAK = {"value": "oak", "label": "Oak", "slug": None, "parent": None}
EXAMPLE = {
    "total": {"value": 214, "exact": True},
    "facets": [
        {
            **_PLAIN,
            "name": "price",
            "kind": "range",
            "unit": "USD",
            "has_more": False,
            "values": [],
            "ranges": [
                {"min": "0.00", "max": "50.00", "count": 120},
                {"min": "50.00", "max": "100.00", "count": 97},
            ],
        },
        {
            **_PLAIN,
            "name": "attributes.wood",
            "kind": "choice",
            "type": "choice",
            "label": "Wood",
            "group": "Make",
            "has_more": False,
            "values": [{**_OAK, "count": 64, "is_selected": False}],
            "ranges": [],
        },
    ],
}
OPERATIONS = {
    "retrieve": extend_schema(
        operation_id="products_facets",
        tags=["products"],
        summary="Count what products have in common",
        description="For the same filters as the list. A facet ignores its own filter, so that its "
        "counts say how many products each other choice would give. Which attributes are there "
        "follows the types of the products that the list has.",
        parameters=[
            OpenApiParameter(
                FACETS,
                {"type": "string", "pattern": f"^({_NAMES})(,({_NAMES}))*$"},
                description="Only these, separated by commas; left out, all of them.",
            ),
            *(documented(each) for each in LIST_PARAMETERS if each["name"] not in ONLY_LISTS),
            *HEADERS,
            IF_NONE_MATCH,
            ETAG,
        ],
        responses={200: OpenApiResponse(FacetsResponse, "The facets."), 304: UNCHANGED},
        examples=[answered(EXAMPLE)],
    )
}

"""What the OpenAPI document says about where products are shown."""

from typing import Any

from drf_spectacular.utils import OpenApiResponse, extend_schema

from catalog_project.api.openapi import READ, UNCHANGED, WRITE, answered, sent
from products.api.documentation.variants import PRODUCT
from products.api.listings import ListingsReplace, ListingsResponse

LISTING: dict[str, Any] = {
    "channel": "europe",
    "is_listed": True,
    "publish_at": "2026-12-01T00:00:00.000000Z",
    "unpublish_at": None,
}
LISTINGS = {
    "channels": [
        {"channel": "default", "is_listed": True, "publish_at": None, "unpublish_at": None},
        LISTING,
    ]
}


def _said(verb: str, summary: str, description: str, **more: Any) -> Any:
    return extend_schema(
        operation_id=f"listings_{verb}",
        tags=["listings"],
        summary=summary,
        description=description,
        **more,
    )


OPERATIONS = {
    "retrieve": _said(
        "retrieve",
        "Read where a product is shown",
        "For every channel. Shoppers see the product where its own window and that of the channel "
        "are both open. Needs the role editor.",
        parameters=[PRODUCT, *READ],
        responses={200: OpenApiResponse(ListingsResponse, "Every channel."), 304: UNCHANGED},
        examples=[answered(LISTINGS)],
    ),
    "update": _said(
        "replace",
        "Say where a product is shown",
        "All channels at once; one that is left out lists the product in its own window. Who is "
        "limited to channels speaks of those alone. Needs the role publisher.",
        parameters=[PRODUCT, *WRITE],
        request=ListingsReplace,
        responses={200: OpenApiResponse(ListingsResponse, "Every channel as it now is.")},
        examples=[sent({"channels": [LISTING]}), answered(LISTINGS)],
    ),
}

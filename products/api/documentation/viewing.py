"""What the OpenAPI document says about the channel and the locale of an answer."""

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, OpenApiParameter

from products.api.parameters import VIEW_PARAMETERS

NAMED = [
    OpenApiParameter(
        each["name"],
        each["schema"],
        description=each["description"],
        examples=[OpenApiExample("Example", value=example)],
    )
    for each, example in zip(VIEW_PARAMETERS, ("default", "en"), strict=True)
]
HEADERS = [
    OpenApiParameter(
        "Accept-Language",
        OpenApiTypes.STR,
        OpenApiParameter.HEADER,
        description="Languages that the caller reads (RFC 9110): they choose among the channel's "
        "locales where `locale` is left out.",
    ),
    OpenApiParameter(
        "Content-Language",
        OpenApiTypes.STR,
        OpenApiParameter.HEADER,
        response=[200],
        required=True,
        description="The locale that answers.",
    ),
    OpenApiParameter(
        "Catalog-Channel",
        OpenApiTypes.STR,
        OpenApiParameter.HEADER,
        response=[200],
        required=True,
        description="The slug of the channel that answers, percent-encoded.",
    ),
]
VIEWED = [*NAMED, *HEADERS]

"""What the OpenAPI document says about translations."""

from typing import Any

from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema

from catalog_project.api.openapi import READ, UNCHANGED, answered, in_path
from products.api.documentation.brands import BRAND
from products.api.documentation.categories import CATEGORY
from products.api.documentation.collections import COLLECTION
from products.api.documentation.media import MEDIA
from products.api.documentation.variants import PRODUCT
from products.api.translated import ProductTranslationsResponse, TranslationsResponse

TEXTS: dict[str, Any] = {"de": {"name": "Emaillebecher", "slug": "emaillebecher"}}


def _texts(noun: str, place: OpenApiParameter, shape: type[Any], **more: Any) -> dict[str, Any]:
    return {
        "retrieve": extend_schema(
            operation_id=f"translations_of_{noun}",
            tags=["translations"],
            summary=f"Read all translations of a {noun}",
            description="As they were written, in all locales; write them with the "
            f"{noun} itself. Needs the role editor.",
            parameters=[place, *READ],
            responses={200: OpenApiResponse(shape, "The texts."), 304: UNCHANGED},
            examples=[answered({"translations": TEXTS, **more})],
        )
    }


OF_PRODUCT = _texts(
    "product",
    PRODUCT,
    ProductTranslationsResponse,
    media={MEDIA["id"]: {"de": {"alt": "Ein Becher aus Emaille"}}},
)
OF_BRAND = _texts(
    "brand",
    in_path("key", "The id or the slug of the brand.", str(BRAND["slug"])),
    TranslationsResponse,
)
OF_CATEGORY = _texts(
    "category",
    in_path("key", "The id or the slug of the category.", str(CATEGORY["slug"])),
    TranslationsResponse,
)
OF_COLLECTION = _texts(
    "collection",
    in_path("key", "The id or the slug of the collection.", str(COLLECTION["slug"])),
    TranslationsResponse,
)

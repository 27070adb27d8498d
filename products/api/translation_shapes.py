"""How translations are written, with whatever they belong to."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from catalog_project.api.serializers import Text
from products.services.translations import MAX_DESCRIPTION


@extend_schema_field(
    {
        "type": "object",
        "additionalProperties": {
            "type": ["object", "null"],
            "additionalProperties": {"type": ["string", "null"], "maxLength": MAX_DESCRIPTION},
        },
        "example": {},
    }
)
class TranslationsField(serializers.DictField):
    """Locale -> name of a text -> the text. The service knows the locales and the texts."""

    child = serializers.DictField(
        child=Text(allow_blank=True, allow_null=True, max_length=MAX_DESCRIPTION), allow_null=True
    )

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            required=False,
            help_text='Texts in other locales, such as {"de": {"name": …}}. A PATCH merges them '
            "by locale and text (RFC 7396): null takes one away.",
            **kwargs,
        )

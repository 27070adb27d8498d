"""Which media show a variant: as a caller names them, and as an answer does."""

from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.fields import empty

from catalog_project.api.serializers import CANONICAL_UUID, Text


@extend_schema_field({"type": "string", "maxLength": 2000})
class MediaName(Text):
    """The id of media, or the URL that they came from. Which there are, the service knows."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=2000, **kwargs)

    def run_validation(self, data: Any = empty) -> Any:
        text = super().run_validation(data)
        return UUID(text) if CANONICAL_UUID.fullmatch(text) else text


class MediaIds(serializers.ListField):
    child = serializers.UUIDField()

    def __init__(self, **kwargs: Any) -> None:
        kwargs["help_text"] = (
            "Which of the product's media show it, in order. Where there are none, all of them do."
        )
        super().__init__(**kwargs)

"""What restoring and duplicating may be told."""

from typing import Any

from catalog_project.api.serializers import StrictSerializer, Text
from products.api.shapes import Flag, SlugText
from products.services.duplicating import NAME_LENGTH, Copying


class RestoreInput(StrictSerializer):
    slug = SlugText(required=False)

    def get_fields(self) -> dict[str, Any]:
        fields = super().get_fields()
        fields["slug"].help_text = "Another one than it had, where that is taken."
        return fields


class DuplicateInput(StrictSerializer):
    name = Text(max_length=NAME_LENGTH, required=False, help_text="Else the name and “(copy)”.")
    slug = SlugText(required=False)
    sku_suffix = Text(
        max_length=50,
        required=False,
        help_text="Appended to each SKU. Without it the copies have no SKUs.",
    )
    media = Flag(required=False, help_text="Whether the pictures come along; they do.")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if "media" in attrs:
            attrs["with_media"] = attrs.pop("media")
        return attrs


def copying_of(values: dict[str, Any]) -> Copying:
    return Copying(**values)

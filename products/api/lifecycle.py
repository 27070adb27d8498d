"""What restoring and duplicating may be told."""

from typing import Any

from rest_framework.request import Request

from accounts.roles import Role, has_role
from catalog_project.api.serializers import StrictSerializer, Text
from products.api.shapes import Flag, SlugText
from products.errors import MayNotPublish
from products.services.duplicating import NAME_LENGTH, Copying
from products.services.values import ProductValues


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


def ensure_may_publish(request: Request, values: ProductValues) -> None:
    """Of a new product. Raises MayNotPublish."""
    decides = (
        values.get("status") == "published"
        or values.get("publish_at")
        or values.get("unpublish_at")
    )
    if decides and not has_role(request.user, Role.PUBLISHER):
        raise MayNotPublish

"""External ids as a line of text: erp:4711, old-shop:gid://shop/Product/1."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django import forms

from products.admin.text_fields import CommaListField
from products.models import ExternalId
from products.models.external_ids import VALUE_LENGTH

LONGEST = 51 + VALUE_LENGTH  # the system, the colon, the id
HELP = "erp:4711, old-shop:gid://shop/Product/1"


class ExternalIdsField(CommaListField):
    """A system has no colon, so the first one ends it."""

    def __init__(self, **options: Any) -> None:
        super().__init__(most_characters=LONGEST, required=False, **options)

    def parse(self, text: str) -> Any:
        return [self._pair(item) for item in super().parse(text)]

    def show(self, value: Sequence[Any]) -> str:
        return super().show([f"{item['system']}:{item['id']}" for item in value])

    def _pair(self, text: str) -> dict[str, str]:
        system, colon, value = text.partition(":")
        if not colon or not system.strip() or not value.strip():
            raise forms.ValidationError(f"Write external ids as system:id, such as {HELP}.")
        return {"system": system.strip(), "id": value.strip()}


def shown_ids(rows: Iterable[ExternalId]) -> list[Mapping[str, str]]:
    """The ids as the field takes them."""
    return [{"system": row.system, "id": row.value} for row in rows]

"""Which pictures show a variant, by their numbers on the tab of the pictures: 2, 1."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django import forms

from products.admin.text_fields import ParsedField
from products.models import Media


class PicturesField(ParsedField):
    empty: Sequence[UUID] = []
    keys: Sequence[UUID] = ()  # of the product's media, in their order

    def parse(self, text: str) -> list[UUID]:
        return list(dict.fromkeys(self._key(part.strip()) for part in text.split(",")))

    def show(self, value: Sequence[UUID]) -> str:
        return ", ".join(str(self.keys.index(key) + 1) for key in value if key in self.keys)

    def _key(self, text: str) -> UUID:
        number = int(text) if text.isascii() and text.isdigit() and len(text) < 4 else 0
        if not 1 <= number <= len(self.keys):
            raise forms.ValidationError(
                f"Write numbers of pictures, such as 2, 1. There are 1 to {len(self.keys)}."
                if self.keys
                else "There are no pictures yet: add them and save, then name them here."
            )
        return self.keys[number - 1]


def pictures_of(product: Any) -> Sequence[UUID]:
    """In the order in which they are numbered. Asked once for each instance: that of a page."""
    if product._state.adding:
        return []
    if "pictures" not in vars(product):
        rows = Media.objects.filter(product=product).order_by("position", "id")
        product.pictures = list(rows.values_list("pk", flat=True))
    keys: Sequence[UUID] = product.pictures
    return keys

"""Naming a variant by what staff know of it."""

from typing import Any
from uuid import UUID

from django import forms
from django.db.models import Q
from unfold.widgets import UnfoldAdminTextInputWidget

from products.admin.category_choices import is_id
from products.models import Variant

LONGEST_KEY = 100  # of a SKU; an id is shorter


class VariantField(forms.CharField):
    """A SKU or an id, read as the id of the variant."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("label", "Variant")
        options.setdefault("help_text", "Its SKU, or its id.")
        options.setdefault("widget", UnfoldAdminTextInputWidget())
        super().__init__(max_length=LONGEST_KEY, **options)

    def clean(self, value: Any) -> UUID | None:
        key = super().clean(value)
        if not key:
            return None
        named = Q(sku=key, is_archived=False)
        if is_id(key):
            named |= Q(pk=key)
        found: UUID | None = Variant.objects.filter(named).values_list("pk", flat=True).first()
        if found is None:
            raise forms.ValidationError(f"No variant has the SKU {key!r}.")
        return found

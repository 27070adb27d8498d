"""What staff call a column whose own name is not what they say: in forms, headings and filters."""

from collections.abc import Callable
from typing import Any

from django.contrib import admin

LABELS = {
    "alt": "Alternative text",
    "boost_by": "Put a little further up",
    "boost_half_at": "Half of it at",
    "boost_weight": "How strongly",
    "compare_at": "Former price",
    "is_active": "Active",
    "is_bundle": "Bundle",
    "is_filterable": "Filter of lists",
    "is_localizable": "A value per locale",
    "is_per_channel": "A value per channel",
    "is_searchable": "Found by the search",
    "is_symmetric": "In both directions",
    "min_quantity": "From this quantity on",
    "mpn": "MPN",
    "position": "Order",
    "publish_at": "Publish from",
    "seo_description": "SEO description",
    "seo_title": "SEO title",
    "unpublish_at": "Publish until",
}


def heading(name: str, **options: Any) -> Callable[[Any], Any]:
    """For `list_display`: the column under its label, sorted by it."""

    def show(row: Any) -> Any:
        return getattr(row, name)

    show.__name__ = name
    shown: Callable[[Any], Any] = admin.display(
        show, description=LABELS[name].lower(), ordering=name, **options
    )
    return shown


class Labelled(admin.FieldListFilter):
    """For `list_filter`: the filter that the field would have anyway, under its label."""

    def __new__(cls, field: Any, *given: Any, **options: Any) -> Any:
        found = admin.FieldListFilter.create(field, *given, **options)
        found.title = LABELS[field.name].lower()
        return found

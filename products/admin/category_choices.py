"""Choosing a category by its whole path: "Shirts" alone may stand in five places."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django import forms
from django.contrib import admin
from django.contrib.admin.widgets import AutocompleteSelect, AutocompleteSelectMultiple
from django.db.models import CharField, QuerySet
from django.db.models.expressions import RawSQL
from django.http import HttpRequest, JsonResponse

from products.models import Category, ProductCategory

if TYPE_CHECKING:
    from django.db.models.fields.related import ForeignKey

PER_PAGE = 20
LONGEST_TERM = 100
SEPARATOR = " > "
_ANCESTORS = """
    FROM unnest("products_category"."path") WITH ORDINALITY step(id, n)
    JOIN products_category ancestor ON ancestor.id = step.id
"""
_LABEL = RawSQL(  # noqa: S611 - no value of anybody's is in it
    f"(SELECT string_agg(ancestor.name, '{SEPARATOR}' ORDER BY step.n) {_ANCESTORS})",
    (),
    output_field=CharField(),
)
# Depth first, siblings by position and name: the order in which a tree is read.
TREE_ORDER = RawSQL(  # noqa: S611 - no value of anybody's is in it
    f"""ARRAY(SELECT lpad(ancestor.position::text, 10, '0') || lower(ancestor.name) || ancestor.id
        {_ANCESTORS} ORDER BY step.n)""",
    (),
)


def labelled(categories: QuerySet[Category]) -> QuerySet[Category]:
    """With `label`: the names from the root down."""
    return categories.annotate(label=_LABEL)


def choices_view(request: HttpRequest) -> JsonResponse:
    """What the select box asks while somebody types."""
    term = request.GET.get("term", "")[:LONGEST_TERM].replace("\x00", "")
    page = request.GET.get("page", "1")
    start = PER_PAGE * (int(page) - 1) if page.isascii() and page.isdigit() and page != "0" else 0
    found = labelled(Category.objects.filter(name__icontains=term)).order_by(TREE_ORDER)
    rows: list[Any] = list(found[start : start + PER_PAGE + 1])
    results = [{"id": str(row.pk), "text": row.label} for row in rows[:PER_PAGE]]
    return JsonResponse({"results": results, "pagination": {"more": len(rows) > PER_PAGE}})


class OnlyIds:
    """Leaves out what is no id when the form is shown again; Django would ask for it and fail."""

    def optgroups(self, name: str, value: Any, attr: Any = None) -> Any:
        ids = [item for item in value if is_id(item)]
        return super().optgroups(name, ids, attr)  # type: ignore[misc]  # of the widget


def is_id(text: object) -> bool:
    try:
        UUID(str(text))
    except ValueError:
        return False
    return True


class IdSelect(OnlyIds, AutocompleteSelect):
    # Id -> label, of what the page has loaded anyway: nothing is asked for what stands here.
    known: Mapping[str, str] = MappingProxyType({})

    def optgroups(self, name: str, value: Any, attr: Any = None) -> Any:
        if not value or not set(map(str, value)) <= self.known.keys():
            return super().optgroups(name, value, attr)
        empty = [] if self.is_required else [self.create_option(name, "", "", False, 0)]
        chosen = [
            self.create_option(name, key, self.known[key], True, n) for n, key in enumerate(value)
        ]
        return [(None, [*empty, *chosen], 0)]


class IdSelectMultiple(OnlyIds, AutocompleteSelectMultiple):
    """Several of them, with the labels that the page has loaded anyway."""

    known: Mapping[str, str] = MappingProxyType({})

    @classmethod
    def of(cls, db_field: Any, *, known: Mapping[str, str]) -> "IdSelectMultiple":
        """For categories the one that knows their paths."""
        kind = CategorySelectMultiple if db_field == membership_field() else cls
        widget = kind(db_field, admin.site)
        widget.known = known
        return widget

    def optgroups(self, name: str, value: Any, attr: Any = None) -> Any:
        if not set(map(str, value)) <= self.known.keys():
            return super().optgroups(name, value, attr)
        chosen = [
            self.create_option(name, key, self.known[key], True, n) for n, key in enumerate(value)
        ]
        return [(None, chosen, 0)]


class CategorySelect(IdSelect):
    url_name = "%s:products_category_choices"


class CategorySelectMultiple(IdSelectMultiple):
    url_name = "%s:products_category_choices"


def membership_field() -> "ForeignKey[Any, Any]":
    return ProductCategory._meta.get_field("category")


class CategoryField(forms.ModelChoiceField):  # type: ignore[type-arg]  # not generic at run time
    def __init__(self, **options: Any) -> None:
        options.setdefault("widget", CategorySelect(membership_field(), admin.site))
        options.update(queryset=labelled(Category.objects.all()), required=False)
        super().__init__(**options)

    def label_from_instance(self, obj: Any) -> str:
        return str(obj.label)


class CategoriesField(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]  # likewise
    def __init__(self, **options: Any) -> None:
        options.setdefault("widget", CategorySelectMultiple(membership_field(), admin.site))
        options.update(queryset=labelled(Category.objects.all()), required=False)
        super().__init__(**options)

    def label_from_instance(self, obj: Any) -> str:
        return str(obj.label)

"""The products of a collection, on a page of their own: a list in an order, or a rule in rows.

Every button works without JavaScript: "Add" and "Preview" only show the page again.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path
from unfold.widgets import UnfoldAdminSelectWidget

from accounts.actors import actor_of
from catalog_project.errors import DomainError
from products.admin.category_choices import IdSelect, IdSelectMultiple
from products.admin.forms import conflict
from products.admin.rule_rows import ATTRIBUTE, LABELS, Known, RowForm, in_words, is_flat
from products.errors import RuleRefused, StaleVersion
from products.models import (
    Attribute,
    Collection,
    CollectionProduct,
    Product,
    ProductTypeAttribute,
    Relation,
)
from products.services import collections as services
from products.services.collection_members import replace_products
from products.services.collection_preview import Preview, preview_rule
from products.services.collection_rules import MAX_CONDITIONS

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest
    from django.urls import URLPattern

PER_PAGE = 100
BY_HAND, ALL, ANY, AS_IT_IS = "hand", "all", "any", "as-it-is"
WAYS = {
    BY_HAND: "By hand, in an order",
    ALL: "By a rule: all conditions hold",
    ANY: "By a rule: at least one condition holds",
}


class ProductsForm(forms.Form):
    """What is the same for both ways."""

    expected_version = forms.IntegerField(widget=forms.HiddenInput)
    way = forms.ChoiceField(label="Products are chosen", widget=UnfoldAdminSelectWidget)
    add = forms.ModelMultipleChoiceField(
        Product.objects.exclude(status=Product.Status.ARCHIVED),
        label="Add products",
        required=False,
        widget=IdSelectMultiple(Relation._meta.get_field("target"), admin.site),
        help_text="Found by name, slug or SKU. They come to the end of the list.",
    )
    new_field = forms.ChoiceField(
        label="New condition",
        required=False,
        choices=[("", "-"), *LABELS.items(), (ATTRIBUTE, "Attribute…")],
        widget=UnfoldAdminSelectWidget,
    )
    new_attribute = forms.ModelChoiceField(
        Attribute.objects.all(),
        label="Which attribute",
        required=False,
        widget=IdSelect(ProductTypeAttribute._meta.get_field("attribute"), admin.site),
        help_text="Of a condition on an attribute.",
    )

    def __init__(self, collection: Collection, data: Any = None) -> None:
        rule = collection.rule
        way = BY_HAND if rule is None else rule["match"]
        ways = dict(WAYS)
        if rule is not None and not is_flat(rule):
            way = AS_IT_IS
            ways = {AS_IT_IS: "By a rule with groups, as it is", BY_HAND: WAYS[BY_HAND]}
        initial = {"expected_version": collection.version, "way": way}
        super().__init__(data, initial=initial)
        self.fields["way"].choices = list(ways.items())  # type: ignore[attr-defined]  # it has choices
        self.chosen_way = str(self["way"].value())

    def new_name(self) -> str:
        """The field of the condition that is to be added, or ""."""
        name = str(self.cleaned_data.get("new_field") or "")
        attribute = self.cleaned_data.get("new_attribute")
        if name != ATTRIBUTE:
            return name
        if attribute is None:
            self.add_error("new_attribute", "Choose an attribute.")
            return ""
        return f"{ATTRIBUTE}{attribute.code}"


class Editing:
    """The page as one request sees it."""

    def __init__(self, collection: Collection, data: Any, page: Any) -> None:
        self.collection, self.data = collection, data
        self.form = ProductsForm(collection, data)
        self.preview: Preview | None = None
        self.page = Paginator(_members(collection), PER_PAGE).get_page(page)
        rule: Any = collection.rule
        stored = rule["conditions"] if rule is not None and is_flat(rule) else []
        names = _sent_names(data) if data is not None else [_name_of(each) for each in stored]
        self.known = Known.of(
            collection.rule,
            codes=[name.removeprefix(ATTRIBUTE) for name in names if name.startswith(ATTRIBUTE)],
            ids=[
                each for key in data or () if key.endswith("-value") for each in data.getlist(key)
            ],
        )
        self.rows = [
            RowForm(name, self.known, data, n, self._stored(stored, n, name))
            for n, name in enumerate(names)
            if self.known.kind_of(name) and not (data and data.get(f"c-{n}-gone"))
        ]

    def _stored(self, stored: Sequence[Any], number: int, name: str) -> Any:
        is_it = number < len(stored) and _name_of(stored[number]) == name
        return stored[number] if is_it else None

    def add_row(self) -> None:
        """An empty row for the field that was chosen."""
        if not self.form.is_valid() or not (name := self.form.new_name()):
            return
        if len(self.rows) >= MAX_CONDITIONS:
            self.form.add_error("new_field", f"A rule has at most {MAX_CONDITIONS} conditions.")
            return
        self.known = Known.of(None, codes=[name.removeprefix(ATTRIBUTE)])
        number = max((int(row.prefix[2:]) + 1 for row in self.rows if row.prefix), default=0)
        self.rows.append(RowForm(name, self.known, None, number))
        self.form.data = {**self.form.data.dict(), "new_field": "", "new_attribute": ""}  # type: ignore[attr-defined]  # request.POST

    def rule(self) -> Any:
        """As services take it."""
        return {"match": self.form.chosen_way, "conditions": [row.condition() for row in self.rows]}

    def is_valid(self) -> bool:
        return self.form.is_valid() and (
            self.form.chosen_way in (BY_HAND, AS_IT_IS)
            or all(tuple(row.is_valid() for row in self.rows))
        )

    def order(self) -> list[UUID]:
        """All products by hand, after what somebody moved, took out and added on this page."""
        keys = list(_members(self.collection).values_list("product", flat=True))
        gone = {key for key in keys if self.data.get(f"gone-{key}")}
        moved = []
        for number, key in enumerate(keys, start=1):
            place = str(self.data.get(f"place-{key}", number))
            if place != str(number) and place.isascii() and place.isdigit() and key not in gone:
                moved.append((int(place[:6]), number, key))
        left = {key for _, _, key in moved} | gone
        order = [key for key in keys if key not in left]
        for wanted, _, key in sorted(moved):
            order.insert(max(wanted - 1, 0), key)
        added = [UUID(key) for key in self.form["add"].value() or ()]
        return [*order, *(key for key in dict.fromkeys(added) if key not in order)]

    def place(self, refusal: DomainError) -> None:
        """Show what was refused at its row."""
        if isinstance(refusal, StaleVersion):
            expected = self.form.cleaned_data["expected_version"]
            self.form.add_error(None, conflict(self.collection, expected))
            return
        flaws = (
            [(flaw.pointer, flaw.detail) for flaw in refusal.flaws]
            if isinstance(refusal, RuleRefused)
            else [("", str(refusal))]
        )
        for pointer, detail in flaws:
            _, _, part, index, *rest = [*pointer.split("/"), "", "", "", ""]
            if part == "conditions" and index.isdigit() and int(index) < len(self.rows):
                row = self.rows[int(index)]
                name = rest[0] if rest and rest[0] in row.fields else None
                row.add_error(name, detail)
            else:
                self.form.add_error(None, detail)


class CollectionProducts:
    """The page, for CollectionAdmin."""

    def get_urls(self) -> "list[URLPattern]":
        view: Callable[..., Any] = self.admin_site.admin_view  # type: ignore[attr-defined]  # of ModelAdmin
        own = path(
            "<uuid:key>/products/", view(self.products_view), name="products_collection_products"
        )
        return [own, *super().get_urls()]  # type: ignore[misc]  # likewise

    def products_view(self, request: "HttpRequest", key: UUID) -> HttpResponse:
        if not self.has_view_permission(request):  # type: ignore[attr-defined]  # of RoleRights
            raise PermissionDenied
        may_write = self.has_change_permission(request)  # type: ignore[attr-defined]  # likewise
        if request.method == "POST" and not may_write:
            raise PermissionDenied
        collection = Collection.objects.filter(pk=key).first()
        if collection is None:
            raise Http404
        data = request.POST if request.method == "POST" else None
        editing = Editing(collection, data, request.GET.get("p"))
        if data is not None and self._done(request, editing):
            return HttpResponseRedirect(request.get_full_path())
        return TemplateResponse(
            request, "admin/products/collection_products.html", self._context(request, editing)
        )

    def _done(self, request: "HttpRequest", editing: Editing) -> bool:
        if "_add" in request.POST:
            editing.add_row()
            return False
        if not editing.is_valid():
            return False
        try:
            if "_preview" in request.POST:
                editing.preview = preview_rule(editing.rule())
                return False
            self._write(request, editing)
        except DomainError as refusal:
            editing.place(refusal)
            return False
        messages.success(request, "The products of the collection are saved.")
        return True

    def _write(self, request: "HttpRequest", editing: Editing) -> None:
        """Raises a DomainError."""
        actor = actor_of(request, source="admin")
        collection, way = editing.collection, editing.form.chosen_way
        expected = editing.form.cleaned_data["expected_version"]
        if way == BY_HAND and not collection.is_rule_based:
            products = editing.order()
            replace_products(
                collection.pk, products=products, expected_version=expected, actor=actor
            )
        elif way != AS_IT_IS:
            services.update_collection(
                collection.pk,
                values={"rule": None if way == BY_HAND else editing.rule()},
                expected_version=expected,
                may_publish=self.has_publish_permission(request),  # type: ignore[attr-defined]  # of RoleRights
                actor=actor,
            )

    def _context(self, request: "HttpRequest", editing: Editing) -> dict[str, Any]:
        collection, form = editing.collection, editing.form
        return {
            **self.admin_site.each_context(request),  # type: ignore[attr-defined]  # of ModelAdmin
            "title": f"Products of {collection}",
            "opts": collection._meta,
            "original": collection,
            "editing": editing,
            "form": form,
            "by_hand": form.chosen_way == BY_HAND,
            "has_rows": form.chosen_way in (ALL, ANY),
            "was_by_hand": not collection.is_rule_based,
            "sentence": in_words(collection.rule, editing.known) if collection.rule else "",
            "found": _named(editing.preview.first) if editing.preview else [],
            "may_write": self.has_change_permission(request),  # type: ignore[attr-defined]  # of RoleRights
            "shows_errors": request.method == "POST" and "_add" not in request.POST,
            "media": form.media + RowForm("status", Known(), None, 0).media,
        }


def _members(collection: Collection) -> Any:
    """In the order of the collection; archived products stay where they are."""
    rows = CollectionProduct.objects.filter(collection=collection).select_related("product")
    return rows.order_by("position", "-product")


def _named(keys: Sequence[UUID]) -> list[Product]:
    rows = Product.objects.in_bulk(keys)
    return [rows[key] for key in keys if key in rows]


def _name_of(condition: Any) -> str:
    code = condition.get("attribute")
    return condition["field"] if code is None else f"{ATTRIBUTE}{code}"


def _sent_names(data: Any) -> list[str]:
    """The fields of the rows that were sent, at their numbers; "" where there is none."""
    return [data.get(f"c-{n}-field", "") for n in range(2 * MAX_CONDITIONS)]

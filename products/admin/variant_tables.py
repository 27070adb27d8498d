"""Tables beside the page of a product, a row for each variant: what lies where, what it costs."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, ClassVar
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path

from accounts.actors import Actor, actor_of
from catalog_project.errors import DomainError
from products.admin.rights import sees_costs
from products.models import Product, Variant

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest
    from django.urls import URLPattern

PER_PAGE = 30
SHOWN = "shown-"  # what a cell showed, sent back beside what it holds now
GONE = "A variant or a column of this table is gone, so nothing was saved: open the page anew."


class TableForm(forms.Form):
    """An input for each cell. A cell is named by its variant and its column, and sends back what
    it showed, so that nobody overwrites what they did not see."""

    title: ClassVar[str]
    done: ClassVar[str]
    note: ClassVar[str] = ""

    def __init__(self, data: Any, *, variants: Sequence[Variant]) -> None:
        super().__init__(data)
        self.variants = variants
        self.columns = self.named_columns()
        for variant in variants:
            for column in self.columns:
                field, name = self.cell(variant, column), cell_name(variant.pk, column)
                self.fields[name] = field
                self.fields[SHOWN + name] = self.shown(field)

    def named_columns(self) -> dict[str, str]:
        """Key -> heading."""
        raise NotImplementedError

    def cell(self, variant: Variant, column: str) -> forms.Field:
        raise NotImplementedError

    def shown(self, field: forms.Field) -> forms.Field:
        raise NotImplementedError

    def save(self, actor: Actor) -> None:
        """Writes the cells that were changed. Raises a DomainError."""
        raise NotImplementedError

    def link(self, variant: Variant, column: str) -> str | None:
        """The history of what is in the cell."""
        return None

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        is_strange = any("__" in name and name not in self.fields for name in self.data)
        if is_strange or any(name.startswith(SHOWN) for name in self.errors):
            self.add_error(None, GONE)
        return cleaned

    def changed_cells(self) -> Iterator[tuple[str, Variant, str, Any, Any]]:
        """Name, variant, column, what it showed and what it holds now."""
        for variant in self.variants:
            for column in self.columns:
                name = cell_name(variant.pk, column)
                before, now = self.cleaned_data.get(SHOWN + name), self.cleaned_data.get(name)
                if before != now:
                    yield name, variant, column, before, now

    def rows(self) -> Iterator[tuple[Variant, list[tuple[str, Any, Any, str | None]]]]:
        """For the template: each variant with the headings and fields of its cells."""
        for variant in self.variants:
            names = [(cell_name(variant.pk, column), column) for column in self.columns]
            yield (
                variant,
                [
                    (
                        self.columns[column],
                        self[name],
                        self[SHOWN + name],
                        self.link(variant, column),
                    )
                    for name, column in names
                ],
            )


def cell_name(variant: UUID, column: str) -> str:
    return f"{variant}__{column}"


class VariantTables:
    """The pages, for ProductAdmin."""

    tables: ClassVar[dict[str, type[TableForm]]]

    def get_urls(self) -> "list[URLPattern]":
        view: Callable[..., Any] = self.admin_site.admin_view  # type: ignore[attr-defined]  # of ModelAdmin
        own = [
            path(
                f"<uuid:key>/{name}/",
                view(self._page(name)),
                name=f"products_product_{name}",
            )
            for name in self.tables
        ]
        return [*own, *super().get_urls()]  # type: ignore[misc]  # likewise

    def _page(self, name: str) -> "Callable[..., HttpResponse]":
        def page(request: "HttpRequest", key: UUID) -> HttpResponse:
            return self._table_view(request, key, name)

        return page

    def _table_view(self, request: "HttpRequest", key: UUID, name: str) -> HttpResponse:
        if not self.has_view_permission(request):  # type: ignore[attr-defined]  # of RoleRights
            raise PermissionDenied
        product = Product.objects.filter(pk=key).first()
        if product is None or (name == "costs" and not sees_costs(request)):
            raise Http404
        may_write = self.has_change_permission(request)  # type: ignore[attr-defined]  # of RoleRights
        if request.method == "POST" and not may_write:
            raise PermissionDenied
        variants = product.variants.select_related(None).order_by("position", "id")
        page = Paginator(variants, PER_PAGE).get_page(request.GET.get("p"))
        form = self.tables[name](request.POST or None, variants=list(page))
        if form.is_valid() and self._saved(request, form):
            return HttpResponseRedirect(request.get_full_path())
        context = {
            **self.admin_site.each_context(request),  # type: ignore[attr-defined]  # of ModelAdmin
            "title": f"{form.title}: {product}",
            "opts": product._meta,
            "original": product,
            "form": form,
            "page": page,
            "may_write": may_write,
        }
        return TemplateResponse(request, "admin/products/variant_table.html", context)

    def _saved(self, request: "HttpRequest", form: TableForm) -> bool:
        try:
            form.save(actor_of(request, source="admin"))
        except DomainError as refusal:
            if not form.errors:
                form.add_error(None, str(refusal))
            return False
        messages.success(request, form.done)
        return True

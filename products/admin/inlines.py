"""What the parts of a product share: rows that are read here and written with the product."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, ClassVar

from unfold.admin import TabularInline
from unfold.forms import PaginationInlineFormSet

from accounts.roles import Role
from catalog_project.errors import DomainError
from products.admin.labels import LABELS
from products.admin.rights import RoleRights

if TYPE_CHECKING:
    from django.http import HttpRequest


class PartFormSet(PaginationInlineFormSet):  # type: ignore[misc]  # unfold has no types
    """The rows of one page of the parts. Services want the whole list: see `items`."""

    part: ClassVar[str]  # the key of ProductValues, and the first word of its pointers
    refusal: DomainError | None = None

    def get_page_num(self) -> int:
        page = self.request.GET.get(self.get_pagination_key(), "")
        return int(page) if page.isascii() and page.isdigit() and page.strip("0") else 1

    def clean(self) -> None:
        """Shows what the service refused. Uniqueness is for the database to say."""
        if self.refusal is not None:
            self.place(self.refusal)

    def place(self, refusal: DomainError) -> None:
        """Show the refusal at the row that its pointer names: /variants/3/gtin."""
        _, part, index, *rest = [*(refusal.pointer or "").split("/"), "", ""]
        forms = [form for _, form in self.items()]
        if part == self.part and index.isdigit() and int(index) < len(forms):
            form = forms[int(index)]
            if form is not None:
                form.place("/".join(rest), str(refusal))

    def items(self) -> Iterator[tuple[dict[str, Any], Any]]:
        """All parts of the product as they shall be, each with its form where it has one.

        A row that is not on this page stays: only what somebody marked is deleted.
        """
        forms = {form.instance.pk: form for form in self.initial_forms}
        rows = self.model._default_manager.filter(product_id=self.instance.pk)
        last = -1
        for key, position in rows.values_list("pk", "position"):
            last = max(last, position)
            form = forms.get(key)
            if form is None:
                yield {"id": key, "position": position}, None
            elif not form.cleaned_data.get("DELETE"):
                yield {"id": key, "position": position, **form.values()}, form
        for form in self.extra_forms:
            if form.has_changed() and not form.cleaned_data.get("DELETE"):
                last += 1
                yield {"position": last, **form.values()}, form


class PartInline(RoleRights, TabularInline):  # type: ignore[misc]  # unfold has no types
    least_to_delete = Role.EDITOR
    extra = 0
    per_page = 30
    hide_title = True
    tab = True  # each on a tab of the product's page, with its number of errors

    def formfield_for_dbfield(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
        if label := LABELS.get(db_field.name):
            kwargs.setdefault("label", label)
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    def get_formset(self, request: "HttpRequest", obj: Any = None, **kwargs: Any) -> type[Any]:
        formset: type[Any] = super().get_formset(request, obj, **kwargs)
        formset.refusal = getattr(request, "refusal", None)
        return formset

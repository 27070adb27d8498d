"""From the admin's forms to one call of a service, in one transaction with the admin's own log."""

from collections.abc import Callable, Sequence
from contextlib import ExitStack
from datetime import datetime
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, ClassVar
from uuid import UUID

from django.contrib import admin, messages
from django.db import IntegrityError, transaction
from django.http import HttpResponse, HttpResponseRedirect
from unfold.admin import ModelAdmin

from accounts.actors import Actor, actor_of
from catalog_project.errors import DomainError
from products.admin.asked_once import forget
from products.admin.conflicts import Conflict, ConflictPage
from products.admin.forms import VersionedForm
from products.admin.history import HistoryPage
from products.admin.labels import LABELS
from products.admin.paging import CappedLists
from products.admin.reverting import Reverting
from products.admin.rights import RoleRights
from products.errors import InvalidValue, StaleVersion
from products.services.broken_rules import broken_rule

if TYPE_CHECKING:
    from django.db.models import Model, QuerySet
    from django.http import HttpRequest

MOST_AT_ONCE = 1_000
MOST_CONFLICTS = 3  # times that somebody else is faster while one form is saved
_READ_ONLY = ("id", "version", "created_at", "updated_at")
FACTS = ("Facts", {"fields": _READ_ONLY, "classes": ["collapse"]})


class ServiceAdmin(RoleRights, ConflictPage, Reverting, HistoryPage, CappedLists, ModelAdmin):  # type: ignore[misc]  # unfold has no types
    """Its subclasses say how values look and which services take them. The ORM saves nothing."""

    form: ClassVar[type[VersionedForm]] = VersionedForm
    show_facets = admin.ShowFacets.NEVER  # they would count the whole catalog
    readonly_fields: Sequence[str] = _READ_ONLY
    warn_unsaved_form = True
    change_form_before_template = "admin/products/expected_version.html"

    def create(self, values: dict[str, Any], actor: Actor) -> UUID:
        raise NotImplementedError

    def update(self, key: UUID, values: dict[str, Any], **options: Any) -> None:
        raise NotImplementedError

    def delete(self, key: UUID, actor: Actor) -> None:
        raise NotImplementedError

    def values_of(self, request: "HttpRequest", form: Any, formsets: Sequence[Any]) -> Any:
        return form.touched()

    def changeform_view(
        self,
        request: "HttpRequest",
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """A refusal rolls everything back; then the same forms are shown with what it said."""
        settled: Conflict | None = None
        for _ in range(MOST_CONFLICTS):
            request.refusal = None  # type: ignore[attr-defined]  # for get_form
            forget(request)
            if conflict := self.conflict_of(request, object_id):
                if not conflict.is_settled:
                    return self.conflict_page(request, conflict)
                settled = conflict
                request.POST, request._files = conflict.as_sent()  # type: ignore[assignment, attr-defined]  # request.FILES
            response = self._save(request, object_id, form_url, extra_context)
            if response is not None:
                if settled and response.status_code == HTTPStatus.FOUND:
                    self.tell_merge(request, settled)
                return response
        return super().changeform_view(request, object_id, form_url, extra_context)  # type: ignore[no-any-return]  # unfold has no types

    def _save(self, request: "HttpRequest", *how: Any) -> HttpResponse | None:
        """None where somebody else saved since the versions were compared."""
        view: Callable[..., HttpResponse] = super().changeform_view
        try:
            # Uploaded files are stored while this is open, and removed when it is left in error.
            with ExitStack() as request.stored_files:  # type: ignore[attr-defined]  # for values_of
                return view(request, *how)
        except IntegrityError as error:
            request.refusal = broken_rule(error)  # type: ignore[attr-defined]  # for get_form
        except StaleVersion as error:
            request.refusal = error  # type: ignore[attr-defined]  # shown where it does not end
            rewind(request.FILES)
            return None
        except DomainError as error:
            request.refusal = error  # type: ignore[attr-defined]  # for get_form
        return view(request, *how)

    def get_fieldsets(self, request: Any, obj: Any = None) -> Any:
        """Something new has no facts yet."""
        fieldsets = super().get_fieldsets(request, obj)
        return fieldsets if obj else [each for each in fieldsets if each is not FACTS]

    @admin.display(description="changed", ordering="updated_at")
    def changed_at(self, obj: Any) -> datetime:
        return obj.updated_at  # type: ignore[no-any-return]  # of any of our models

    def formfield_for_dbfield(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
        if label := LABELS.get(db_field.name):
            kwargs.setdefault("label", label)
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    def get_form(
        self, request: Any, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> type[Any]:
        form: type[Any] = super().get_form(request, obj, change=change, **kwargs)
        form.refusal = getattr(request, "refusal", None)
        return form

    def save_model(self, request: Any, obj: Any, form: Any, change: bool) -> None:
        """Nothing yet: save_related has the formsets, too."""

    def save_related(self, request: Any, form: Any, formsets: Any, change: bool) -> None:
        values = self.values_of(request, form, formsets)
        actor = actor_of(request, source="admin")
        if not change:
            form.instance.pk = self.create(values, actor)
            form.instance.refresh_from_db()  # for the messages that name it
            return
        expected = form.cleaned_data["expected_version"]
        may_publish = self.has_publish_permission(request)
        self.update(
            form.instance.pk,
            values,
            expected_version=expected,
            may_publish=may_publish,
            actor=actor,
        )

    def construct_change_message(
        self, request: Any, form: Any, formsets: Any, add: bool = False
    ) -> list[dict[str, Any]]:
        if add:
            return [{"added": {}}]
        fields = [form.fields[name].label or name for name in form.changed_data]
        fields += [each.model._meta.verbose_name_plural for each in formsets if each.has_changed()]
        return [{"changed": {"fields": [str(field) for field in fields]}}]

    def get_deleted_objects(
        self, objs: Any, request: "HttpRequest"
    ) -> tuple[list[str], dict[str, int], set[str], list[str]]:
        """What is named on the page that asks for confirmation; the services know the rest."""
        names = [str(obj) for obj in objs[: MOST_AT_ONCE + 1]]
        return names, {str(self.opts.verbose_name_plural): len(names)}, set(), []

    def delete_view(
        self, request: Any, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        try:
            return super().delete_view(request, object_id, extra_context)  # type: ignore[no-any-return]
        except DomainError as refusal:
            self.message_user(request, str(refusal), messages.ERROR)
            return HttpResponseRedirect(request.path)

    def delete_model(self, request: "HttpRequest", obj: "Model") -> None:
        self.delete(obj.pk, actor_of(request, source="admin"))

    def delete_queryset(self, request: "HttpRequest", queryset: "QuerySet[Any]") -> None:
        """All of them or none: a refusal names the row."""
        actor = actor_of(request, source="admin")
        with transaction.atomic():
            for obj in chosen(queryset):
                with refused_for(obj):
                    self.delete(obj.pk, actor)

    def changelist_view(
        self, request: Any, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        try:
            return super().changelist_view(request, extra_context)  # type: ignore[no-any-return]
        except DomainError as refusal:
            self.message_user(request, f"Nothing was done. {refusal}", messages.ERROR)
            return HttpResponseRedirect(request.get_full_path())


def rewind(files: Any) -> None:
    """Let uploaded files be read once more."""
    for name in files:
        for file in files.getlist(name):
            file.seek(0)


class refused_for:  # noqa: N801 - reads as a with statement
    """Says which of many rows the refusal is about."""

    def __init__(self, obj: object) -> None:
        self.obj = obj

    def __enter__(self) -> None:
        pass

    def __exit__(self, _: object, error: object, __: object) -> None:
        if isinstance(error, DomainError):
            error.args = (f"{self.obj}: {error}",)


def chosen(queryset: "QuerySet[Any]") -> list[Any]:
    """The rows of a bulk action, in the order in which they are locked. Raises InvalidValue."""
    rows = list(queryset.order_by("pk")[: MOST_AT_ONCE + 1])
    if len(rows) > MOST_AT_ONCE:
        raise InvalidValue(f"At most {MOST_AT_ONCE} can be changed at once: filter the list.")
    return rows

"""Importing a file, step by step: hand it in, say what it may do, look at the plan, write, undo.

Each step is a page that works without JavaScript; a small script keeps the progress moving.
"""

from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import (
    Http404,
    HttpResponse,
    HttpResponseRedirect,
    JsonResponse,
    StreamingHttpResponse,
)
from django.http.response import HttpResponseBase
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.formats import date_format
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_POST
from unfold.admin import ModelAdmin
from unfold.decorators import display

from accounts.actors import actor_of
from catalog_project.errors import DomainError
from products.admin.import_forms import FileForm, OptionsForm, first_reading
from products.admin.import_pages import STATES, label_of, shown_of
from products.admin.import_progress import counts_of, progress_in_words
from products.admin.paging import CappedLists
from products.admin.rights import manages_imports
from products.errors import ImportFileRefused
from products.models import ImportJob
from products.services.undoing import undo_request
from products.transfer.importing.handing_in import drafted_mapping, fetched, hand_in
from products.transfer.importing.jobs import (
    cancel_import,
    plan_import,
    resume_import,
    start_import,
)
from products.transfer.importing.options import set_options
from products.transfer.importing.policies import Policy
from products.transfer.importing.refused_file import refused_download

if TYPE_CHECKING:
    from django.http import HttpRequest
    from django.urls import URLPattern

State = ImportJob.State
STEPS = {
    "plan": plan_import,
    "start": start_import,
    "resume": resume_import,
    "cancel": cancel_import,
}


@admin.register(ImportJob)
class ImportJobAdmin(CappedLists, ModelAdmin):  # type: ignore[misc]  # unfold has no types
    """Managers alone, as in the API."""

    list_display = ("file", "shown_state", "format_label", "outcome", "who", "when")
    list_display_links = ("file",)
    search_fields = ("file_name", "actor_label")
    search_help_text = "A file's name, or somebody's"
    ordering = ("-id",)
    sortable_by = ()
    list_filter = ("state",)
    actions = None

    def has_module_permission(self, request: "HttpRequest") -> bool:
        return manages_imports(request)

    def has_view_permission(self, request: "HttpRequest", obj: Any = None) -> bool:
        return manages_imports(request)

    def has_add_permission(self, request: "HttpRequest", obj: Any = None) -> bool:
        return manages_imports(request)

    def has_change_permission(self, request: "HttpRequest", obj: Any = None) -> bool:
        return manages_imports(request)

    def has_delete_permission(self, request: "HttpRequest", obj: Any = None) -> bool:
        """They go by themselves, after IMPORT_DAYS."""
        return False

    def get_urls(self) -> "list[URLPattern]":
        pages = (
            ("<uuid:key>/progress/", self.progress_view, "progress"),
            ("<uuid:key>/refused/", self.refused_view, "refused"),
            ("<uuid:key>/undo/", require_POST(self.undo_view), "undo"),
            ("<uuid:key>/step/<slug:name>/", require_POST(self.step_view), "step"),
        )
        own = [
            path(route, self.admin_site.admin_view(view), name=f"products_importjob_{name}")
            for route, view, name in pages
        ]
        return [*own, *super().get_urls()]

    def changelist_view(
        self, request: "HttpRequest", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        context = {**(extra_context or {}), "title": "Imports"}
        found: HttpResponse = super().changelist_view(request, context)
        return found

    @admin.display(description="file")
    def file(self, job: ImportJob) -> str:
        return job.file_name

    @display(description="state", label=STATES)  # type: ignore[untyped-decorator]  # unfold has no types
    def shown_state(self, job: ImportJob) -> tuple[str, str]:
        return job.state, str(job.get_state_display())

    @admin.display(description="format")
    def format_label(self, job: ImportJob) -> str:
        return label_of(job)

    @admin.display(description="products")
    def outcome(self, job: ImportJob) -> str:
        shown = [f"{each.number:,} {each.label.lower()}" for each in counts_of(job) if each.number]
        return ", ".join(shown) or "-"

    @admin.display(description="who")
    def who(self, job: ImportJob) -> str:
        return job.actor_label or "nobody"

    @admin.display(description="when")
    def when(self, job: ImportJob) -> str:
        return date_format(job.created_at, "DATETIME_FORMAT")

    def add_view(
        self, request: "HttpRequest", form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        self._ensure_allowed(request)
        is_sent = request.method == "POST"
        form = FileForm(request.POST, request.FILES) if is_sent else FileForm()
        if is_sent and form.is_valid():
            try:
                job = self._hand_in(request, form.cleaned_data)
            except DomainError as refusal:
                form.place(refusal)
            else:
                return _to(job.pk)
        context = {
            **self.admin_site.each_context(request),
            "title": "Import a file",
            "opts": self.opts,
            "form": form,
        }
        return TemplateResponse(request, "admin/products/import_file.html", context)

    def _hand_in(self, request: "HttpRequest", values: dict[str, Any]) -> ImportJob:
        """Raises DomainError."""
        facts: dict[str, Any] = {
            "reading": first_reading(values["mapping"]),
            "policy": Policy(),
            "file_format": values["format"] or None,
            "actor": actor_of(request, source="admin"),
        }
        file = values["file"]
        stream, name = (file, file.name) if file else fetched(values["url"])
        try:
            return hand_in(stream, file_name=name, **facts)
        except ImportFileRefused as refused:
            if refused.reason != "unknown-format" or values["mapping"]:
                raise
        mapping = drafted_mapping(stream, name)
        return hand_in(stream, file_name=name, **{**facts, "reading": first_reading(mapping)})

    def change_view(
        self,
        request: "HttpRequest",
        object_id: str,
        form_url: str = "",
        extra_context: Any = None,
    ) -> HttpResponse:
        """The import as it stands: its options, its progress, its plan or its report."""
        self._ensure_allowed(request)
        try:
            job = _found(UUID(object_id))
        except ValueError:
            raise Http404 from None
        form = None
        if job.state == State.UPLOADED:
            form = OptionsForm(job, request.POST if request.method == "POST" else None)
            if request.method == "POST" and form.is_valid():
                try:
                    set_options(job.pk, **form.chosen())
                    plan_import(job.pk)
                except DomainError as refusal:
                    form.place(refusal)
                else:
                    return _to(job.pk)
        context = {**self.admin_site.each_context(request), **shown_of(request, job), "form": form}
        return TemplateResponse(
            request, "admin/products/import_job.html", {**context, "opts": self.opts}
        )

    def progress_view(self, request: "HttpRequest", key: UUID) -> HttpResponse:
        self._ensure_allowed(request)
        answer = JsonResponse(progress_in_words(_found(key)))
        answer["Cache-Control"] = "private, no-store"
        return answer

    def refused_view(self, request: "HttpRequest", key: UUID) -> HttpResponseBase:
        self._ensure_allowed(request)
        try:
            name, file = refused_download(_found(key))
        except DomainError as refusal:
            messages.error(request, str(refusal))
            return _to(key)
        answer = StreamingHttpResponse(file, content_type="application/octet-stream")
        answer["Content-Disposition"] = content_disposition_header(True, name) or ""
        return answer

    def step_view(self, request: "HttpRequest", key: UUID, name: str) -> HttpResponse:
        self._ensure_allowed(request)
        if name not in STEPS:
            raise Http404
        _found(key)
        try:
            STEPS[name](key)
        except DomainError as refusal:
            messages.error(request, str(refusal))
        return _to(key)

    def undo_view(self, request: "HttpRequest", key: UUID) -> HttpResponse:
        self._ensure_allowed(request)
        job = _found(key)
        try:
            done = undo_request(
                job.request_id,
                skip_changed="skip_changed" in request.POST,
                actor=actor_of(request, source="admin"),
            )
        except DomainError as refusal:
            messages.error(request, str(refusal))
        else:
            skipped = f"; left as they are: {len(done.skipped):,}" if done.skipped else ""
            messages.success(request, f"Products turned back: {len(done.products):,}{skipped}.")
        return _to(key)

    def _ensure_allowed(self, request: "HttpRequest") -> None:
        if not manages_imports(request):
            raise PermissionDenied


def _found(key: UUID) -> ImportJob:
    job = ImportJob.objects.filter(pk=key).first()
    if job is None:
        raise Http404
    return job


def _to(key: UUID) -> HttpResponseRedirect:
    return HttpResponseRedirect(reverse("admin:products_importjob_change", args=[key]))

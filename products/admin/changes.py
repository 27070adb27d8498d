"""The change log, to look at."""

from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.db.models.fields.json import KeyTextTransform
from django.urls import NoReverseMatch, reverse
from django.utils.html import format_html
from unfold.admin import ModelAdmin
from unfold.decorators import display

from products.admin.paging import CappedPaginator
from products.admin.rights import ReadOnlyRights
from products.models import Change

if TYPE_CHECKING:
    from django.http import HttpRequest

EVENTS = {
    "created": "success",
    "published": "success",
    "restored": "success",
    "unpublished": "warning",
    "archived": "warning",
    "deleted": "danger",
}


@admin.register(Change)
class ChangeAdmin(ReadOnlyRights, ModelAdmin):  # type: ignore[misc]  # unfold has no types
    list_display = ("at", "event_label", "subject", "version", "actor_label", "source")
    list_display_links = ("at",)
    search_fields = ("actor_label", "request_id")
    search_help_text = "Somebody's name, a request id, or the id of a product, category or brand"
    ordering = ("-sequence",)
    sortable_by = ()
    paginator = CappedPaginator
    show_full_result_count = False
    list_per_page = 50
    list_max_show_all = 0
    actions = None
    fields = (
        "at",
        "event",
        "subject",
        "version",
        "actor_label",
        "source",
        "request_id",
        "snapshot",
    )

    def get_queryset(self, request: "HttpRequest") -> QuerySet[Change]:
        queryset: QuerySet[Change] = super().get_queryset(request)
        named = queryset.annotate(subject_name=KeyTextTransform("name", "snapshot"))
        return named.defer("xid", "snapshot")

    def get_search_results(
        self, request: "HttpRequest", queryset: QuerySet[Change], search_term: str
    ) -> tuple[QuerySet[Change], bool]:
        term = search_term.strip()
        if not term:
            return queryset, False
        try:
            return queryset.filter(aggregate_id=UUID(term)), False
        except ValueError:
            return queryset.filter(Q(actor_label__iexact=term) | Q(request_id=term)), False

    @display(description="event", label=EVENTS)  # type: ignore[untyped-decorator]  # unfold has no types
    def event_label(self, change: Change) -> tuple[str, str]:
        noun, _, verb = change.event.partition(".")
        return verb, f"{noun} {verb}"

    @admin.display(description="what")
    def subject(self, change: Any) -> str:
        name = change.subject_name or change.aggregate_id
        if change.event.endswith(".deleted"):
            return str(name)
        try:
            url = reverse(f"admin:products_{change.aggregate}_change", args=[change.aggregate_id])
        except NoReverseMatch:
            return str(name)
        return format_html('<a href="{}">{}</a>', url, name)

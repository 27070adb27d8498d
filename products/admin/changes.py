"""The change log, to look at."""

from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.utils.formats import date_format
from django.utils.html import format_html
from unfold.admin import ModelAdmin

from products.admin.events import event_label
from products.admin.paging import CappedLists
from products.admin.rights import ReadOnlyRights
from products.admin.subjects import address_of, changes_for, subject_of
from products.models import Change

if TYPE_CHECKING:
    from django.http import HttpRequest


@admin.register(Change)
class ChangeAdmin(ReadOnlyRights, CappedLists, ModelAdmin):  # type: ignore[misc]  # unfold has no types
    list_display = ("when", "event_shown", "subject", "version", "who", "source")
    list_display_links = ("when",)
    search_fields = ("actor_label", "request_id")
    search_help_text = "Somebody's name, a request id, or the id of a product, category or brand"
    ordering = ("-sequence",)
    sortable_by = ()
    actions = None
    fields = (
        "when",
        "event_shown",
        "subject",
        "version",
        "who",
        "source",
        "request_id",
        "snapshot",
    )

    def get_queryset(self, request: "HttpRequest") -> QuerySet[Change]:
        return changes_for(request).order_by(*self.ordering).defer("xid", "snapshot")

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

    @admin.display(description="when")
    def when(self, change: Change) -> str:
        return date_format(change.at, "DATETIME_FORMAT")

    @admin.display(description="event")
    def event_shown(self, change: Change) -> str:
        return event_label(change)

    @admin.display(description="who")
    def who(self, change: Change) -> str:
        return change.actor_label or "nobody"

    @admin.display(description="what")
    def subject(self, change: Any) -> str:
        url = address_of(change)
        if url is None:
            return subject_of(change)
        return format_html('<a class="catalog-link" href="{}">{}</a>', url, subject_of(change))

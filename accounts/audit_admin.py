"""The security log in the admin: to search and to read, for nobody to change."""

from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.utils.formats import date_format
from unfold.admin import ModelAdmin
from unfold.contrib.filters.admin import RangeDateFilter

from accounts.admin_rights import NobodyWrites
from accounts.audit_events import AuditEvent
from accounts.roles import Role, has_role

if TYPE_CHECKING:
    from django.http import HttpRequest

# What is looked for in the list of filters; any other event is found by typing its name.
KINDS = {
    "login.": "Signing in",
    "user.": "Users",
    "roles.": "Roles",
    "channels.": "Limits to channels",
    "staff.": "Access to the admin",
    "password": "Passwords",
    "second_factor.": "Second factors",
    "invitation.": "Invitations",
    "api_key.": "API keys",
    "signing_key.": "Signing keys",
    "sessions.": "Ended sign-ins",
    "refresh_token.": "Stolen tokens",
}


class KindFilter(admin.SimpleListFilter):
    title = "kind"
    parameter_name = "kind"

    def lookups(self, request: Any, model_admin: Any) -> list[tuple[str, str]]:
        return list(KINDS.items())

    def queryset(self, request: Any, queryset: QuerySet[AuditEvent]) -> QuerySet[AuditEvent]:
        kind = self.value()
        return queryset.filter(event__startswith=kind) if kind in KINDS else queryset


@admin.register(AuditEvent)
class AuditEventAdmin(NobodyWrites, ModelAdmin):  # type: ignore[misc]  # unfold has no types
    list_display = ("when", "event", "about", "who", "ip", "source")
    list_display_links = ("when",)
    list_filter = (KindFilter, ("at", RangeDateFilter))
    list_filter_submit = True
    search_fields = ("user_label",)  # what get_search_results does with the term is below
    search_help_text = "A user name, an event, an address, a request id or a user's id"
    ordering = ("-id",)
    sortable_by = ()
    show_full_result_count = False
    list_per_page = 50
    list_max_show_all = 0
    actions = None
    fields = ("when", "event", "about", "user_id", "who", "ip", "source", "request_id", "facts")

    def get_search_results(
        self, request: "HttpRequest", queryset: QuerySet[AuditEvent], search_term: str
    ) -> tuple[QuerySet[AuditEvent], bool]:
        term = search_term.strip()
        if not term:
            return queryset, False
        try:
            return queryset.filter(user_id=UUID(term)) | queryset.filter(request_id=term), False
        except ValueError:
            who = Q(user_label__iexact=term) | Q(actor_label__iexact=term)
            where = Q(ip=term) | Q(event=term) | Q(request_id=term)
            return queryset.filter(who | where), False

    @admin.display(description="when")
    def when(self, event: AuditEvent) -> str:
        return date_format(event.at, "DATETIME_FORMAT")

    @admin.display(description="user")
    def about(self, event: AuditEvent) -> str:
        return event.user_label or "unknown"

    @admin.display(description="by")
    def who(self, event: AuditEvent) -> str:
        return event.actor_label or event.user_label or "unknown"

    def has_module_permission(self, request: "HttpRequest") -> bool:
        return has_role(request.user, Role.MANAGER)

    def has_view_permission(self, request: "HttpRequest", obj: Any = None) -> bool:
        return has_role(request.user, Role.MANAGER)

"""Who did what and when: the change log of one aggregate, newest first."""

from typing import TYPE_CHECKING, Any

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.template.response import TemplateResponse

from products.admin.differences import differences, names_in
from products.admin.events import event_label
from products.changes.states import whole
from products.models import Change

if TYPE_CHECKING:
    from django.http import HttpRequest

PER_PAGE = 20


class HistoryPage:
    """Replaces the admin's own history, which knows only what was done in the admin."""

    def history_view(
        self, request: "HttpRequest", object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        obj = self.get_object(request, object_id)  # type: ignore[attr-defined]  # of ModelAdmin
        if not self.has_view_permission(request, obj):  # type: ignore[attr-defined]  # likewise
            raise PermissionDenied
        if obj is None:
            raise Http404
        changes = Change.objects.filter(aggregate_id=obj.pk).order_by("-version")
        page = Paginator(changes, PER_PAGE).get_page(request.GET.get("p"))
        context = {
            **self.admin_site.each_context(request),  # type: ignore[attr-defined]  # likewise
            "title": f"History: {obj}",
            "subtitle": None,
            "opts": self.opts,  # type: ignore[attr-defined]  # likewise
            "original": obj,
            "page": page,
            "rows": _with_differences(list(page), changes),
            **(extra_context or {}),
        }
        return TemplateResponse(request, "admin/products/history.html", context)


def _with_differences(rows: list[Change], changes: Any) -> list[tuple[Change, list[str], str]]:
    """Each change with what it changed, told from the snapshot before it, and its label."""
    if not rows:  # the channel and the locale that every shop starts with
        return []
    older = changes.filter(version__lt=rows[-1].version).first()
    states = whole([*rows, older] if older else rows)
    before = [*states[1:], None] if not older else states[1:]
    names = names_in([*states, *before])
    return [
        (
            row,
            list(differences(earlier, state, names)) if earlier else [],
            event_label(row),
        )
        for row, state, earlier in zip(rows, states, before, strict=False)
    ]

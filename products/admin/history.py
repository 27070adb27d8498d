"""Who did what and when: the change log of one aggregate, newest first."""

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.template.response import TemplateResponse

from products.admin.events import event_label
from products.changes.states import whole
from products.models import Change

if TYPE_CHECKING:
    from django.http import HttpRequest

PER_PAGE = 20
LONGEST = 80
MOST_PARTS = 3  # named in one line
# They differ in every change and say nothing about it.
NOISE = {"id", "version", "updated_at", "created_at", "product_id", "variant_id"}


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
        }
        return TemplateResponse(request, "admin/products/history.html", context)


def _with_differences(rows: list[Change], changes: Any) -> list[tuple[Change, list[str], str]]:
    """Each change with what it changed, told from the snapshot before it, and its label."""
    if not rows:  # the channel and the locale that every shop starts with
        return []
    older = changes.filter(version__lt=rows[-1].version).first()
    states = whole([*rows, older] if older else rows)
    before = [*states[1:], None] if not older else states[1:]
    return [
        (
            row,
            list(differences(earlier, state)) if earlier else [],
            event_label(row),
        )
        for row, state, earlier in zip(rows, states, before, strict=False)
    ]


def differences(before: dict[str, Any], after: dict[str, Any]) -> Iterator[str]:
    """What is different, a line each, in words that staff use."""
    for name in sorted(before.keys() | after.keys()):
        old, new = before.get(name), after.get(name)
        if name in NOISE or _facts(old) == _facts(new):
            continue
        label = name.removesuffix("_id").replace("_", " ")
        if isinstance(old, list) and isinstance(new, list) and len(old) != len(new):
            yield f"{label}: {len(old)} → {len(new)}"
        elif isinstance(new, list) and (changed := _changed_parts(old, new)):
            yield f"{label}: {changed}"
        elif isinstance(new, list | dict):
            yield f"{label} changed"
        else:
            yield f"{label}: {_short(old)} → {_short(new)}"


def _changed_parts(old: Any, new: list[Any]) -> str:
    """The parts that differ, by what staff call them, each with what differs; "" where parts have
    no ids."""
    before = {part["id"]: part for part in old or () if isinstance(part, dict) and "id" in part}
    told = []
    for part in new:
        earlier = before.get(part.get("id")) if isinstance(part, dict) else None
        if earlier is None:
            return ""
        if names := _differing(earlier, part):
            called = part.get("sku") or part.get("alt") or part.get("name") or part["id"]
            told.append(f"{_short(called)} ({', '.join(names)})")
    more = f" and {len(told) - MOST_PARTS} more" if len(told) > MOST_PARTS else ""
    return ", ".join(told[:MOST_PARTS]) + more


def _differing(before: dict[str, Any], after: dict[str, Any]) -> list[str]:
    names = sorted((before.keys() | after.keys()) - NOISE)
    return [
        name.removesuffix("_id").replace("_", " ")
        for name in names
        if _facts(before.get(name)) != _facts(after.get(name))
    ]


def _facts(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _facts(item) for name, item in value.items() if name not in NOISE - {"id"}}
    if isinstance(value, list):
        return [_facts(item) for item in value]
    return value


def _short(value: Any) -> str:
    if value is None or value == "":
        return "empty"
    text = value if isinstance(value, str) else json.dumps(value)
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"

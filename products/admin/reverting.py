"""Restore a version: from the page of a history, by a button beside each version."""

from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.urls import path, reverse
from django.views.decorators.http import require_POST

from accounts.actors import Actor, actor_of
from catalog_project.errors import DomainError
from products.errors import RevertClashes, StaleVersion
from products.models import Product
from products.services.noun_reverting import revert_noun
from products.services.noun_states import NOUNS
from products.services.reverting import revert_product

if TYPE_CHECKING:
    from django.http import HttpRequest
    from django.urls import URLPattern

MOST_CLASHES_SHOWN = 20
# What can be restored, and what the change log calls it.
AGGREGATES: dict[Any, str] = {
    Product: "product",
    **{noun.model: aggregate for aggregate, noun in NOUNS.items()},
}


class Reverting:
    """Mixed into the admin of whatever has a history."""

    def get_urls(self) -> "list[URLPattern]":
        if self.model not in AGGREGATES:  # type: ignore[attr-defined]  # of ModelAdmin
            return super().get_urls()  # type: ignore[misc, no-any-return]  # likewise
        view = self.admin_site.admin_view(require_POST(self.revert_view))  # type: ignore[attr-defined]  # likewise
        own = path("<uuid:key>/revert/<int:number>/", view, name=self._name("revert"))
        return [own, *super().get_urls()]  # type: ignore[misc]  # likewise

    def _name(self, page: str) -> str:
        return f"products_{self.opts.model_name}_{page}"  # type: ignore[attr-defined]  # of ModelAdmin

    def history_view(
        self, request: "HttpRequest", object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        may_revert = self.model in AGGREGATES and self.has_publish_permission(request)  # type: ignore[attr-defined]  # of RoleRights
        context = {
            **(extra_context or {}),
            "may_revert": may_revert,
            "revert_url": f"admin:{self._name('revert')}",
        }
        return super().history_view(request, object_id, context)  # type: ignore[misc, no-any-return]  # of HistoryPage

    def revert_view(self, request: "HttpRequest", key: Any, number: int) -> HttpResponse:
        if not self.has_publish_permission(request):  # type: ignore[attr-defined]  # of RoleRights
            raise PermissionDenied
        version = request.POST.get("expected_version", "")
        if not (version.isascii() and version.isdigit() and len(version) < 10):
            raise Http404
        if self.get_object(request, str(key)) is None:  # type: ignore[attr-defined]  # of ModelAdmin
            raise Http404
        actor = actor_of(request, source="admin")
        try:
            _revert(AGGREGATES[self.model], key, number, int(version), actor)  # type: ignore[attr-defined]  # likewise
        except StaleVersion:
            messages.error(
                request,
                "Somebody else changed it meanwhile, so nothing was done. Look at it again first.",
            )
        except RevertClashes as refusal:
            _tell_clashes(request, refusal)
        except DomainError as refusal:
            messages.error(request, str(refusal))
        else:
            noun = self.opts.verbose_name  # type: ignore[attr-defined]  # likewise
            messages.success(request, f"The {noun} is what it was at version {number}.")
        return HttpResponseRedirect(reverse(f"admin:{self._name('history')}", args=[key]))


def _revert(aggregate: str, key: UUID, number: int, version: int, actor: Actor) -> None:
    if aggregate == "product":
        revert_product(key, number=number, expected_version=version, actor=actor)
    else:
        revert_noun(aggregate, key, number=number, expected_version=version, actor=actor)


def _tell_clashes(request: "HttpRequest", refusal: RevertClashes) -> None:
    """Each thing that is in the way, in a message of its own."""
    messages.error(request, "Nothing was done: the catalog has moved on.")
    for clash in refusal.clashes[:MOST_CLASHES_SHOWN]:
        messages.error(request, str(clash["detail"]))
    more = len(refusal.clashes) - MOST_CLASHES_SHOWN
    if more > 0:
        messages.error(request, f"{more} more things are in the way.")

"""Restore a version: from the page of a product's history, by a button beside each version."""

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.urls import path, reverse
from django.views.decorators.http import require_POST

from accounts.actors import actor_of
from catalog_project.errors import DomainError
from products.errors import RevertClashes, StaleVersion
from products.services.reverting import revert_product

if TYPE_CHECKING:
    from django.http import HttpRequest
    from django.urls import URLPattern

MOST_CLASHES_SHOWN = 20


class Reverting:
    """Mixed into the admin of products."""

    def get_urls(self) -> "list[URLPattern]":
        view = self.admin_site.admin_view(require_POST(self.revert_view))  # type: ignore[attr-defined]  # of ModelAdmin
        own = path("<uuid:key>/revert/<int:number>/", view, name="products_product_revert")
        return [own, *super().get_urls()]  # type: ignore[misc]  # likewise

    def history_view(
        self, request: "HttpRequest", object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        may_revert = self.has_publish_permission(request)  # type: ignore[attr-defined]  # of RoleRights
        context = {**(extra_context or {}), "may_revert": may_revert}
        return super().history_view(request, object_id, context)  # type: ignore[misc, no-any-return]  # of HistoryPage

    def revert_view(self, request: "HttpRequest", key: Any, number: int) -> HttpResponse:
        if not self.has_publish_permission(request):  # type: ignore[attr-defined]  # of RoleRights
            raise PermissionDenied
        version = request.POST.get("expected_version", "")
        if not (version.isascii() and version.isdigit() and len(version) < 10):
            raise Http404
        try:
            revert_product(
                key,
                number=number,
                expected_version=int(version),
                actor=actor_of(request, source="admin"),
            )
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
            messages.success(request, f"The product is what it was at version {number}.")
        return HttpResponseRedirect(reverse("admin:products_product_history", args=[key]))


def _tell_clashes(request: "HttpRequest", refusal: RevertClashes) -> None:
    """Each thing that is in the way, in a message of its own."""
    messages.error(request, "Nothing was done: the catalog has moved on.")
    for clash in refusal.clashes[:MOST_CLASHES_SHOWN]:
        messages.error(request, str(clash["detail"]))
    more = len(refusal.clashes) - MOST_CLASHES_SHOWN
    if more > 0:
        messages.error(request, f"{more} more things are in the way.")

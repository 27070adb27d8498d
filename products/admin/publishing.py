"""Publish, unpublish, archive, restore: for one product by a button, for many by an action."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.urls import path, reverse
from django.views.decorators.http import require_POST

from accounts.actors import actor_of
from catalog_project.errors import DomainError
from products.admin.product_list import STATES, state_of
from products.admin.rights import sees_costs
from products.admin.saving import chosen
from products.errors import RestoreClashes, StaleVersion
from products.models import Product
from products.services import products as services

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django.http import HttpRequest
    from django.urls import URLPattern

MOST_REFUSALS_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Step:
    name: str
    label: str
    done: str
    service: Callable[..., None]
    possible_from: frozenset[str]


STEPS = {
    step.name: step
    for step in (
        Step("publish", "Publish", "published", services.publish_product, frozenset({"draft"})),
        Step(
            "unpublish",
            "Unpublish",
            "unpublished",
            services.unpublish_product,
            frozenset({"published"}),
        ),
        Step(
            "archive",
            "Archive",
            "archived",
            services.archive_product,
            frozenset({"draft", "published"}),
        ),
        Step("restore", "Restore", "restored", services.restore_product, frozenset({"archived"})),
    )
}


def _bulk_action(step: Step) -> Callable[..., None]:
    @admin.action(description=f"{step.label} the chosen products", permissions=["publish"])
    def run(self: "Publishing", request: "HttpRequest", queryset: "QuerySet[Product]") -> None:
        self.run_for_many(step, request, queryset)

    run.__name__ = f"{step.name}_chosen"
    return run


class Publishing:
    actions = tuple(f"{name}_chosen" for name in STEPS)
    change_form_outer_before_template = "admin/products/status_bar.html"

    publish_chosen = _bulk_action(STEPS["publish"])
    unpublish_chosen = _bulk_action(STEPS["unpublish"])
    archive_chosen = _bulk_action(STEPS["archive"])
    restore_chosen = _bulk_action(STEPS["restore"])

    def get_urls(self) -> "list[URLPattern]":
        view = self.admin_site.admin_view(require_POST(self.step_view))  # type: ignore[attr-defined]  # of ModelAdmin
        own = path("<uuid:key>/status/<slug:name>/", view, name="products_product_status")
        return [own, *super().get_urls()]  # type: ignore[misc]  # likewise

    def render_change_form(self, request: Any, context: Any, **kwargs: Any) -> HttpResponse:
        product = kwargs.get("obj")
        if product is not None:
            state = state_of(product, datetime.now(UTC))
            context["state"], context["state_type"] = state, STATES[state]
            context["sees_costs"] = sees_costs(request)
            context["may_duplicate"] = self.has_add_permission(request)  # type: ignore[attr-defined]  # of RoleRights
            context["steps"] = [
                step
                for step in STEPS.values()
                if product.status in step.possible_from and self.has_publish_permission(request)  # type: ignore[attr-defined]  # of RoleRights
            ]
        return super().render_change_form(request, context, **kwargs)  # type: ignore[misc, no-any-return]  # likewise

    def step_view(self, request: "HttpRequest", key: Any, name: str) -> HttpResponse:
        if not self.has_publish_permission(request):  # type: ignore[attr-defined]  # of RoleRights
            raise PermissionDenied
        step = STEPS.get(name)
        version = request.POST.get("expected_version", "")
        if step is None or not (version.isascii() and version.isdigit()):
            raise Http404
        try:
            step.service(
                key, expected_version=int(version), actor=actor_of(request, source="admin")
            )
        except StaleVersion:
            text = (
                "Somebody else changed it meanwhile, so nothing was done. Look at it again first."
            )
            messages.error(request, text)
        except RestoreClashes:
            return HttpResponseRedirect(reverse("admin:products_product_restore", args=[key]))
        except DomainError as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, f"The product is {step.done}.")
        return HttpResponseRedirect(reverse("admin:products_product_change", args=[key]))

    def run_for_many(
        self, step: Step, request: "HttpRequest", queryset: "QuerySet[Product]"
    ) -> None:
        """Each product for itself: those that refuse are named, the others go ahead."""
        actor = actor_of(request, source="admin")
        refusals = []
        products = chosen(queryset)
        for product in products:
            try:
                step.service(product.pk, expected_version=None, actor=actor)
            except DomainError as refusal:
                refusals.append(f"{product}: {refusal}")
        done = len(products) - len(refusals)
        if done:
            messages.success(request, f"{done} {step.done}.")
        for text in refusals[:MOST_REFUSALS_SHOWN]:
            messages.error(request, text)
        if len(refusals) > MOST_REFUSALS_SHOWN:
            messages.error(request, f"{len(refusals) - MOST_REFUSALS_SHOWN} more were refused.")

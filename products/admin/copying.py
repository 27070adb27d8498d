"""Duplicate a product, and restore one whose slug, SKUs or external ids others have taken: each
asks on a page of its own, and does it with the version that somebody looked at."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.validators import validate_unicode_slug
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from unfold.widgets import UnfoldAdminTextInputWidget, UnfoldBooleanSwitchWidget

from accounts.actors import Actor, actor_of
from catalog_project.errors import DomainError
from products.admin.forms import conflict
from products.errors import StaleVersion
from products.models import Product
from products.models.shapes import SLUG_LENGTH
from products.services.duplicating import NAME_LENGTH, SKU_LENGTH, Copying, duplicate_product
from products.services.products import restore_product
from products.services.restoring import clashes_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest
    from django.urls import URLPattern


FIELDS = {"slug": "slug", "sku": "SKU", "external_id": "external id"}


def _text(label: str, length: int, help_text: str, **options: Any) -> forms.CharField:
    return forms.CharField(
        label=label,
        max_length=length,
        required=False,
        help_text=help_text,
        widget=UnfoldAdminTextInputWidget(),
        **options,
    )


class AskingForm(forms.Form):
    """It knows which version was looked at, as the form of the product does."""

    button: str
    done: str
    expected_version = forms.IntegerField(widget=forms.HiddenInput)

    def run(self, key: UUID, actor: Actor) -> UUID:
        """Does it, and answers which product to show then. Raises a DomainError."""
        raise NotImplementedError

    def place(self, refusal: DomainError) -> None:
        name = (refusal.pointer or "").removeprefix("/")
        self.add_error(name if name in self.fields else None, str(refusal))


class DuplicateForm(AskingForm):
    button, done = "Duplicate", "This is the copy: a draft."
    name = _text("Name", NAME_LENGTH, "Empty: the old one and “(copy)”.")
    slug = _text(
        "Slug", SLUG_LENGTH, "Empty: made from the name.", validators=[validate_unicode_slug]
    )
    sku_suffix = _text(
        "SKU suffix", SKU_LENGTH, "Put behind each SKU. Empty: the copies have no SKUs."
    )
    pictures = forms.BooleanField(
        label="With the pictures", required=False, widget=UnfoldBooleanSwitchWidget
    )

    def run(self, key: UUID, actor: Actor) -> UUID:
        values = self.cleaned_data
        copying = Copying(values["name"], values["slug"], values["sku_suffix"], values["pictures"])
        expected = values["expected_version"]
        return duplicate_product(key, copying=copying, expected_version=expected, actor=actor)


class RestoreForm(AskingForm):
    button, done = "Restore", "The product is restored."
    slug = _text(
        "New slug", SLUG_LENGTH, "Empty: the one it had.", validators=[validate_unicode_slug]
    )

    def run(self, key: UUID, actor: Actor) -> UUID:
        slug, expected = self.cleaned_data["slug"] or None, self.cleaned_data["expected_version"]
        restore_product(key, expected_version=expected, actor=actor, slug=slug)
        return key


class Copies:
    """The pages, for ProductAdmin."""

    def get_urls(self) -> "list[URLPattern]":
        view: Callable[..., Any] = self.admin_site.admin_view  # type: ignore[attr-defined]  # of ModelAdmin
        own = [
            path(f"<uuid:key>/{name}/", view(page), name=f"products_product_{name}")
            for name, page in (("duplicate", self.duplicate_view), ("restore", self.restore_view))
        ]
        return [*own, *super().get_urls()]  # type: ignore[misc]  # likewise

    def duplicate_view(self, request: "HttpRequest", key: UUID) -> HttpResponse:
        if not self.has_add_permission(request):  # type: ignore[attr-defined]  # of RoleRights
            raise PermissionDenied
        return self._ask(request, _product(key), DuplicateForm)

    def restore_view(self, request: "HttpRequest", key: UUID) -> HttpResponse:
        if not self.has_publish_permission(request):  # type: ignore[attr-defined]  # of RoleRights
            raise PermissionDenied
        product = _product(key)
        if not product.is_archived:
            return _to(product.pk)
        clashes = [
            {**clash, "field": FIELDS[clash["field"]]} for clash in clashes_of(key, product.slug)
        ]
        return self._ask(request, product, RestoreForm, clashes)

    def _ask(
        self,
        request: "HttpRequest",
        product: Product,
        shape: type[AskingForm],
        clashes: Sequence[Any] = (),
    ) -> HttpResponse:
        initial = {"expected_version": product.version, "pictures": True}
        form = shape(request.POST or None, initial=initial)
        if form.is_valid():
            try:
                shown = form.run(product.pk, actor_of(request, source="admin"))
            except StaleVersion:
                form.add_error(None, conflict(product, form.cleaned_data["expected_version"]))
            except DomainError as refusal:
                form.place(refusal)
            else:
                messages.success(request, form.done)
                return _to(shown)
        context = {
            **self.admin_site.each_context(request),  # type: ignore[attr-defined]  # of ModelAdmin
            "title": f"{form.button} {product}",
            "opts": product._meta,
            "original": product,
            "form": form,
            "clashes": clashes,
        }
        return TemplateResponse(request, "admin/products/asking.html", context)


def _product(key: UUID) -> Product:
    product = Product.objects.filter(pk=key).first()
    if product is None:
        raise Http404
    return product


def _to(key: UUID) -> HttpResponse:
    return HttpResponseRedirect(reverse("admin:products_product_change", args=[key]))

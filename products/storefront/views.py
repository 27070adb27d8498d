"""The pages: a grid of products, and a product. They read what the API reads, as anybody may."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

import orjson
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.template.loader import render_to_string
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request

from accounts.permissions import CanReadCatalog
from catalog_project.api import error_pages, pages
from catalog_project.api.preconditions import digest, is_fresh, moved_to, say_who_may_keep
from catalog_project.api.throttling import CountedView
from catalog_project.ops.policies import STOREFRONT
from products.api.products import key_of, no_product
from products.api.viewing import ViewedViewSet, resolved
from products.documents.listing import read_one
from products.documents.redirects import newer_product_slug
from products.documents.views import ensure_current_now
from products.storefront.addresses import VIEW, Address, product_path
from products.storefront.catalog_page import catalog_context
from products.storefront.product_page import product_context
from products.storefront.refusals import refusal_context
from products.storefront.shop import Shop


class HtmlRenderer(BaseRenderer):
    media_type = "text/html"
    format = "html"


class StorefrontView(ViewedViewSet, CountedView):
    """A page: rates, permissions and caching are those of the API's anonymous reads."""

    permission_classes = [CanReadCatalog]
    renderer_classes = [HtmlRenderer]
    schema = None  # a page is no operation of the API
    # What the address answers while CATALOG_STOREFRONT is off.
    without: Callable[..., HttpResponse]

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not settings.CATALOG_STOREFRONT:
            return type(self).without(request)
        answer: HttpResponseBase = super().dispatch(request, *args, **kwargs)
        return answer

    def perform_content_negotiation(self, request: Request, force: bool = False) -> Any:
        """There is one format, whatever the header says."""
        return HtmlRenderer(), HtmlRenderer.media_type

    def shop(self, address: Address) -> Shop:
        """Raises ViewsChanged: names are resolved again then."""
        view = self.look(address.get("channel"), address.get("locale"))
        if not view.is_default:
            ensure_current_now()
        return Shop(address, view)

    def page(self, request: Request, template: str, context: dict[str, Any]) -> HttpResponse:
        body = render_to_string(f"storefront/{template}.html", context).encode()
        tag = digest(body)
        response = HttpResponse(status=304) if is_fresh(request, tag) else HttpResponse(body)
        response["ETag"] = f'"{tag}"'
        response["Content-Security-Policy"] = STOREFRONT
        say_who_may_keep(request, response)
        return response

    def handle_exception(self, exc: Exception) -> Any:
        """The problem that the API would answer, as a page."""
        problem = super().handle_exception(exc)
        shop = Shop(Address.of(self.request.query_params), self._view)
        context = refusal_context(problem.data, shop, is_product="key" in self.kwargs)
        body = render_to_string("storefront/refusal.html", context)
        response = HttpResponse(body, status=problem.status_code)
        for name in ("Allow", "Retry-After", "WWW-Authenticate"):
            if name in problem:
                response[name] = problem[name]
        response["Content-Security-Policy"] = STOREFRONT
        return response


class CatalogView(StorefrontView):
    without = staticmethod(pages.start)

    def get(self, request: Request) -> HttpResponse:
        address = Address.of(request.query_params)
        context = resolved(lambda: catalog_context(self.shop(address)))
        return self.page(request, "catalog", context)


class ProductView(StorefrontView):
    without = staticmethod(error_pages.not_found)

    def get(self, request: Request, key: str) -> HttpResponse:
        return resolved(lambda: self._product(request, key))

    def _product(self, request: Request, key: str) -> HttpResponse:
        shop = self.shop(Address.of(request.query_params).only(*VIEW))
        found = read_one(key_of(key), visible_only=True, view=self.view.number)
        if found is None:
            return self._moved(request, key)
        document = orjson.loads(found[0])
        if isinstance(key_of(key), UUID):
            return moved_to(request, product_path(document["slug"]))
        origin = settings.PUBLIC_URL or request.build_absolute_uri("/").rstrip("/")
        behind = request.query_params.get("variants")
        context = product_context(document, shop, origin=origin, behind=behind)
        return self.page(request, "product", context)

    def _moved(self, request: Request, key: str) -> HttpResponse:
        known = key_of(key)
        slug = None
        if isinstance(known, str):
            slug = newer_product_slug(known, visible_only=True, view=self.view.number)
        if slug is None:
            raise no_product(key)
        return moved_to(request, product_path(slug))

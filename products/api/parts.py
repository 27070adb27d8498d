"""Endpoints of a product's parts, variants and media: they live below it, and its version is
theirs."""

from typing import Any, ClassVar
from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpResponse
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.permissions import CanEditCatalog
from catalog_project.api.pagination import KeysetPagination
from catalog_project.api.preconditions import digest, representation
from catalog_project.api.renderers import FastJSONRenderer
from catalog_project.api.views import StrictViewSet
from products.api.products import product_id_of
from products.api.viewing import NAMES, ViewedViewSet, tag_suffix
from products.errors import NotFound
from products.models import Product

UUID_PATTERN = "[0-9a-fA-F-]{36}"


class PartViewSet(ViewedViewSet, StrictViewSet):
    permission_classes = [CanEditCatalog]
    pagination_class = KeysetPagination
    keyset: ClassVar[tuple[str, ...]] = ("position", "id")
    lookup_field = "part"
    lookup_value_regex = UUID_PATTERN
    query_parameters = {"list": ("limit", "cursor", *NAMES), "retrieve": NAMES}

    def parts_of(self, product_id: UUID) -> "QuerySet[Any]":
        """The product's parts, with everything their shape prints."""
        raise NotImplementedError

    def visible(self, request: Request, parts: "QuerySet[Any]") -> "QuerySet[Any]":
        """Those of the parts that the caller may see."""
        return parts

    def list(self, request: Request, product: str) -> Response:
        product_id = self._visible_product(request, product)
        page = self.paginate_queryset(self.visible(request, self.parts_of(product_id)))
        return self.get_paginated_response(self.get_serializer(page, many=True).data)

    def retrieve(self, request: Request, product: str, part: str) -> HttpResponse:
        return self.current(request, self._visible_product(request, product), part_id(part))

    def current(
        self, request: Request, product_id: UUID, part: UUID, *, status: int = 200
    ) -> HttpResponse:
        """The part as it now is, under the version of its product."""
        row = self.visible(request, self.parts_of(product_id)).filter(pk=part).first()
        if row is None:
            raise NotFound(f"The product has no such part {part}.")
        body = FastJSONRenderer().render(self.get_serializer(row).data)
        headers = (
            {"Location": request.build_absolute_uri(f"{request.path}/{part}")}
            if status == 201
            else None
        )
        etag = f"{row.product.version}-{digest(body)}{tag_suffix(self.view)}"
        return representation(request, body, etag, status=status, headers=headers)

    def _visible_product(self, request: Request, product: str) -> UUID:
        product_id = product_id_of(request, product, view=self.look_as_asked().number)
        if not Product.objects.filter(pk=product_id).exists():
            raise NotFound(f"There is no product {product[:100]!r}.")
        return product_id


def part_id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise NotFound(f"There is no {text!r} here.") from None

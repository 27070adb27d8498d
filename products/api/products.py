"""The product endpoints: translate, then call services or read documents."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import orjson
from django.db import DataError
from django.http import HttpResponse
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.actors import actor_of
from accounts.permissions import CanEditCatalog, CanPublish
from accounts.roles import Role, has_role
from catalog_project.api.pagination import BadCursor, decode_cursor, encode_cursor
from catalog_project.api.preconditions import digest, if_match, representation
from catalog_project.api.views import ANY, StrictViewSet
from products.api.answers import ProductResponse
from products.api.consent import CONSENT, accepts_loss
from products.api.product_filters import ListRequest, read_fields, read_query
from products.api.shapes import ProductCreate, ProductPatch, ProductReplace
from products.documents.listing import count, read_one, read_page
from products.errors import MayNotPublish, NotFound
from products.models import Product
from products.services import products as services
from products.services.values import ProductValues

KEY = r"[^/]+"  # an id or a slug


def key_of(text: str) -> UUID | str:
    """An id where the text is one, else a slug: no slug looks like an id."""
    try:
        return UUID(text) if len(text) == 36 else text
    except ValueError:
        return text


def sees_all(request: Request) -> bool:
    """Whether the caller sees drafts and archived products, too."""
    return has_role(request.user, Role.EDITOR)


def product_id_of(request: Request, text: str) -> UUID:
    """The id of the product with this id or slug. Raises NotFound, also for a hidden one."""
    key = key_of(text)
    if isinstance(key, UUID) and sees_all(request):
        return key  # whoever locks the row finds out whether it exists
    found = read_one(key, visible_only=not sees_all(request), fields=("id",))
    if found is None:
        raise no_product(text)
    return UUID(orjson.loads(found[0])["id"])


def no_product(text: str) -> NotFound:
    return NotFound(f"There is no product {text[:100]!r}.")


def as_changes(values: Any) -> Any:
    """What a PATCH says of attributes: only those it names, and null takes one away."""
    if "attributes" in values:
        values["attribute_changes"] = values.pop("attributes")
    return values


class ProductViewSet(StrictViewSet):
    queryset = Product.objects.none()  # documents are read instead
    serializer_class = ProductResponse
    permission_classes = [CanEditCatalog]
    lookup_field = "key"
    lookup_value_regex = KEY
    query_parameters = {
        "list": ANY,
        "retrieve": ("fields",),
        "update": CONSENT,
        "partial_update": CONSENT,
    }

    def list(self, request: Request) -> HttpResponse:
        asked = read_query(request.META.get("QUERY_STRING", ""), sees_all=sees_all(request))
        body, etag = _page(asked)
        return representation(request, body, etag)

    def retrieve(self, request: Request, key: str) -> HttpResponse:
        try:
            fields = read_fields(request.query_params.get("fields"))
        except serializers.ValidationError as error:
            raise serializers.ValidationError({"fields": error.detail}) from None
        found = read_one(key_of(key), visible_only=not sees_all(request), fields=fields)
        if found is None:
            raise no_product(key)
        body, etag = found
        suffix = f"-{digest(','.join(fields).encode())}" if fields else ""
        return representation(request, body, etag + suffix)

    def create(self, request: Request) -> HttpResponse:
        values = self.values(ProductCreate, request)
        if "status" in values or "publish_at" in values or "unpublish_at" in values:
            _ensure_may_publish(request, values)
        product_id = services.create_product(values=values, actor=actor_of(request))
        location = request.build_absolute_uri(f"{request.path}/{product_id}")
        return _current(request, product_id, status=201, headers={"Location": location})

    def update(self, request: Request, key: str) -> HttpResponse:
        return self._write(request, key, self.values(ProductReplace, request))

    def partial_update(self, request: Request, key: str) -> HttpResponse:
        return self._write(request, key, as_changes(self.values(ProductPatch, request)))

    def _write(self, request: Request, key: str, values: ProductValues) -> HttpResponse:
        product_id = product_id_of(request, key)
        services.update_product(
            product_id,
            values=values,
            expected_version=if_match(request),
            may_publish=has_role(request.user, Role.PUBLISHER),
            accept_loss=accepts_loss(request),
            actor=actor_of(request),
        )
        return _current(request, product_id)

    def destroy(self, request: Request, key: str) -> Response:
        self.read_nothing(request)
        product_id = product_id_of(request, key)
        services.delete_product(
            product_id, expected_version=if_match(request), actor=actor_of(request)
        )
        return Response(status=204)

    @action(detail=True, methods=["post"], permission_classes=[CanPublish])
    def publish(self, request: Request, key: str) -> HttpResponse:
        return self._change_status(request, key, services.publish_product)

    @action(detail=True, methods=["post"], permission_classes=[CanPublish])
    def unpublish(self, request: Request, key: str) -> HttpResponse:
        return self._change_status(request, key, services.unpublish_product)

    @action(detail=True, methods=["post"], permission_classes=[CanPublish])
    def archive(self, request: Request, key: str) -> HttpResponse:
        return self._change_status(request, key, services.archive_product)

    @action(detail=True, methods=["post"], permission_classes=[CanPublish])
    def restore(self, request: Request, key: str) -> HttpResponse:
        return self._change_status(request, key, services.restore_product)

    def _change_status(self, request: Request, key: str, service: Any) -> HttpResponse:
        self.read_nothing(request)
        product_id = product_id_of(request, key)
        service(product_id, expected_version=if_match(request), actor=actor_of(request))
        return _current(request, product_id)

    def get_permissions(self) -> Sequence[Any]:
        # To delete is to decide what shoppers see.
        return [CanPublish()] if self.action == "destroy" else super().get_permissions()

    def values(self, shape: type[serializers.Serializer[Any]], request: Request) -> ProductValues:
        """The body as services take it: `seo` is two plain fields there."""
        values = self.read(shape, request)
        for name, value in values.pop("seo", {}).items():
            values[f"seo_{name}"] = value
        return values  # type: ignore[return-value]  # the shape has the keys of the TypedDict


def _page(asked: ListRequest) -> tuple[bytes, str]:
    """The bytes of a page, joined from the stored bodies, and their ETag."""
    fingerprint = digest(orjson.dumps(asked.listing.identity()))
    after = None if asked.cursor is None else decode_cursor(asked.cursor, fingerprint, 2)
    try:
        page = read_page(asked.listing, limit=asked.limit, after=after)
    except DataError:
        if after:
            raise BadCursor from None
        raise
    cursor = encode_cursor(fingerprint, page.last_key) if page.last_key else None
    tail = b'],"next_cursor":' + orjson.dumps(cursor)
    if asked.with_total:
        value, is_exact = count(asked.listing)
        tail += b',"total":' + orjson.dumps({"value": value, "exact": is_exact})
    tail += b"}"
    body = b'{"items":[' + b",".join(page.bodies) + tail
    return body, digest(*page.etags, ",".join(asked.listing.fields).encode(), tail)


def _current(
    request: Request, product_id: UUID, *, status: int = 200, headers: dict[str, str] | None = None
) -> HttpResponse:
    """The product as it now is, whoever may see it."""
    found = read_one(product_id, visible_only=False)
    if found is None:
        raise no_product(str(product_id))
    body, etag = found
    return representation(request, body, etag, status=status, headers=headers)


def _ensure_may_publish(request: Request, values: ProductValues) -> None:
    decides = (
        values.get("status") == "published"
        or values.get("publish_at")
        or values.get("unpublish_at")
    )
    if decides and not has_role(request.user, Role.PUBLISHER):
        raise MayNotPublish

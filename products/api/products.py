"""The product endpoints: translate, then call services or read documents."""

from collections.abc import Collection, Sequence
from datetime import datetime
from functools import partial
from typing import Any
from urllib.parse import quote
from uuid import UUID

import orjson
from django.http import HttpResponse
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.actors import actor_of
from accounts.channel_limits import channels_of
from accounts.permissions import CanEditCatalog, CanPublish
from accounts.proving import ProvesItsCaller
from accounts.remembered import check_of
from accounts.roles import Role, has_role
from catalog_project.api.preconditions import (
    digest,
    if_match,
    moved_to,
    only_if_new,
    representation,
)
from catalog_project.api.views import ANY, StrictViewSet, Written, is_json_patch
from products.api.answers import ProductResponse
from products.api.as_of import read_as_of, read_instant, repriced
from products.api.consent import CONSENT, accepts_loss
from products.api.lifecycle import DuplicateInput, RestoreInput, copying_of, ensure_may_publish
from products.api.product_filters import ListRequest, read_fields, read_query
from products.api.product_reads import read_list, tag_of
from products.api.shapes import ProductCreate, ProductPatch, ProductReplace
from products.api.viewing import NAMES, ViewedViewSet, own_view, resolved, tag_suffix
from products.api.written import as_changes, of_product, unnamed_variants
from products.documents.listing import read_one
from products.documents.past import read_past
from products.documents.redirects import newer_product_slug
from products.errors import InvalidValue, NotFound
from products.models import Product
from products.services import products as services
from products.services.duplicating import duplicate_product
from products.services.locking import ensure_version
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


def product_id_of(request: Request, text: str, *, view: int | None = None) -> UUID:
    """The id of the product with this id or slug. Raises NotFound, also for a hidden one."""
    key = key_of(text)
    if isinstance(key, UUID) and sees_all(request):
        return key  # whoever locks the row finds out whether it exists
    visible_only = not sees_all(request)
    number = own_view(request.user) if view is None else view
    found = resolved(lambda: read_one(key, visible_only=visible_only, fields=("id",), view=number))
    if found is None:
        raise no_product(text)
    return UUID(orjson.loads(found[0])["id"])


def found_product(request: Request, text: str) -> Product:
    """The row of the product with this id or slug. Raises NotFound, also for a hidden one."""
    rows = Product.objects.select_related("tax_class")
    product = rows.filter(pk=product_id_of(request, text)).first()
    if product is None:
        raise no_product(text)
    return product


def no_product(text: str) -> NotFound:
    return NotFound(f"There is no product {text[:100]!r}.")


def asked_by(request: Request, query: str) -> ListRequest:
    """The list that the caller asks for. What other systems call a product is nothing for
    shoppers. Raises ValidationError."""
    asked = read_query(query, sees_all=sees_all(request))
    if "external_id" in asked.listing.filters and not has_role(request.user, Role.VIEWER):
        raise serializers.ValidationError(
            {"external_id": ["Only whoever has a role may ask for external ids; leave it out."]}
        )
    return asked


def moved(request: Request, slug: str) -> HttpResponse:
    """301 to the detail of what has this slug now: the same address with another last segment."""
    parent = request.path.rpartition("/")[0]
    return moved_to(request, f"{quote(parent)}/{quote(slug, safe='')}")


def _moved_product(request: Request, text: str, *, visible_only: bool, view: int) -> HttpResponse:
    key = key_of(text)
    slug = None
    if isinstance(key, str):
        slug = newer_product_slug(key, visible_only=visible_only, view=view)
    if slug is None:
        raise no_product(text)
    return moved(request, slug)


class ProductViewSet(ProvesItsCaller, ViewedViewSet, StrictViewSet):
    queryset = Product.objects.none()  # documents are read instead
    serializer_class = ProductResponse
    permission_classes = [CanEditCatalog]
    takes_json_patch = True
    lookup_field = "key"
    lookup_value_regex = KEY
    query_parameters = {
        "list": ANY,
        "retrieve": ("fields", "price_as_of", "as_of", *NAMES),
        "update": CONSENT,
        "partial_update": CONSENT,
    }

    def list(self, request: Request) -> HttpResponse:
        asked = asked_by(request, request.META.get("QUERY_STRING", ""))
        check = check_of(request)
        at = read_instant(request) if asked.is_repriced else None
        body, etag = resolved(
            lambda: read_list(asked, self.look(asked.channel, asked.locale), at=at, caller=check)
        )
        return representation(request, body, etag)

    def retrieve(self, request: Request, key: str) -> HttpResponse:
        try:
            fields = read_fields(request.query_params.get("fields"))
        except serializers.ValidationError as error:
            raise serializers.ValidationError({"fields": error.detail}) from None
        as_of = read_as_of(request)
        if as_of is not None:
            return resolved(lambda: self._past(request, key, fields, as_of))
        return resolved(lambda: self._detail(request, key, fields))

    def _past(
        self, request: Request, key: str, fields: tuple[str, ...], as_of: datetime | int
    ) -> HttpResponse:
        """Its tag has the version of then: nothing can be written under it."""
        view = self.look_as_asked()
        body, version = read_past(product_id_of(request, key), as_of, view=view.number)
        if fields:
            whole = orjson.loads(body)
            body = orjson.dumps({name: whole[name] for name in fields})
        etag = f"{version}-{digest(body)}{tag_suffix(view)}"
        return representation(request, body, etag)

    def _detail(self, request: Request, key: str, fields: tuple[str, ...]) -> HttpResponse:
        names = request.query_params
        view = self.look(names.get("channel"), names.get("locale"))
        visible_only, at = not sees_all(request), read_instant(request)
        found = read_one(
            key_of(key),
            visible_only=visible_only,
            fields=() if at else fields,
            view=view.number,
            caller=check_of(request),
        )
        if found is None:
            return _moved_product(request, key, visible_only=visible_only, view=view.number)
        body, etag = found
        if at:
            (body,), tag = repriced([body], at, fields, view.number)
            return representation(request, body, f"{etag}-{tag}{tag_suffix(view)}")
        return representation(request, body, tag_of(etag, fields, view))

    def create(self, request: Request) -> HttpResponse:
        values = self.values(ProductCreate, request)
        ensure_may_publish(request, values)
        product_id = services.create_product(values=values, actor=actor_of(request))
        location = request.build_absolute_uri(f"{request.path}/{product_id}")
        return current(request, product_id, status=201, headers={"Location": location})

    def update(self, request: Request, key: str) -> HttpResponse:
        values = self.values(ProductReplace, request)
        if only_if_new(request):
            return self._create_as(request, key, values)
        return self._write(request, key, values)

    def _create_as(self, request: Request, key: str, values: ProductValues) -> HttpResponse:
        product_id = key_of(key)
        if isinstance(product_id, str):
            raise InvalidValue("Name the new product by an id of yours: a UUID of version 7.")
        ensure_may_publish(request, values)
        services.create_product_as(product_id, values=values, actor=actor_of(request))
        headers = {"Location": request.build_absolute_uri(request.path)}
        return current(request, product_id, status=201, headers=headers)

    def partial_update(self, request: Request, key: str) -> HttpResponse:
        values = self.values(ProductPatch, request)
        if not is_json_patch(request):
            values = as_changes(values)
        elif "variants" in values:  # all of them, also those that no document shows
            values["variants_gone"] = unnamed_variants(product_id_of(request, key), values)
        return self._write(request, key, values)

    def written(
        self, request: Request, fields: Collection[str], expected_version: int | None
    ) -> Written:
        product = found_product(request, self.kwargs["key"])
        ensure_version(product, expected_version)
        members = of_product(product, fields, limit=channels_of(request.user))
        return Written(product.version, members)

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
        return current(request, product_id)

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
        values = self.read(RestoreInput, request)
        return self._change_status(request, key, partial(services.restore_product, **values))

    @action(detail=True, methods=["post"])
    def duplicate(self, request: Request, key: str) -> HttpResponse:
        copy_id = duplicate_product(
            product_id_of(request, key),
            copying=copying_of(self.read(DuplicateInput, request)),
            expected_version=if_match(request),
            actor=actor_of(request),
        )
        parent = request.path.rsplit("/", 2)[0]
        location = request.build_absolute_uri(f"{parent}/{copy_id}")
        return current(request, copy_id, status=201, headers={"Location": location})

    def _change_status(self, request: Request, key: str, service: Any) -> HttpResponse:
        if self.action != "restore":
            self.read_nothing(request)
        product_id = product_id_of(request, key)
        service(product_id, expected_version=if_match(request), actor=actor_of(request))
        return current(request, product_id)

    def get_permissions(self) -> Sequence[Any]:
        # To delete is to decide what shoppers see.
        return [CanPublish()] if self.action == "destroy" else super().get_permissions()

    def values(self, shape: type[serializers.Serializer[Any]], request: Request) -> ProductValues:
        """The body as services take it: `seo` is two plain fields there."""
        values = self.read(shape, request)
        for name, value in values.pop("seo", {}).items():
            values[f"seo_{name}"] = value
        return values  # type: ignore[return-value]  # the shape has the keys of the TypedDict


def current(
    request: Request, product_id: UUID, *, status: int = 200, headers: dict[str, str] | None = None
) -> HttpResponse:
    """The product as it now is, whoever may see it."""
    found = resolved(lambda: read_one(product_id, visible_only=False))
    if found is None:
        raise no_product(str(product_id))
    body, etag = found
    return representation(request, body, etag, status=status, headers=headers)

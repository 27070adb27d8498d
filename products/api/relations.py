"""What goes with a product: what the caller may follow now, and all of it to write."""

from typing import Any
from uuid import UUID

from django.db import connection
from django.http import HttpResponse
from rest_framework import serializers
from rest_framework.request import Request

from accounts.actors import actor_of
from accounts.permissions import CanEditCatalog
from catalog_project.api.preconditions import digest, if_match, representation
from catalog_project.api.renderers import FastJSONRenderer
from catalog_project.api.serializers import StrictSerializer
from catalog_project.api.views import StrictViewSet
from products.api.answers import RelationResponse
from products.api.link_shapes import RelationInput
from products.api.products import no_product, product_id_of, sees_all
from products.api.viewing import NAMES, ViewedViewSet, tag_suffix
from products.documents.publication import in_any_status, visible
from products.documents.relations import LISTED
from products.documents.views import View
from products.models import Product
from products.models.relations import MAX_RELATIONS
from products.services.products import update_product


class RelatedProduct(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    slug = serializers.CharField()
    name = serializers.CharField()


class RelatedResponse(RelationResponse):
    product = RelatedProduct()  # type: ignore[assignment]  # more of it than the document has


class RelatedListResponse(serializers.Serializer[Any]):
    items = RelatedResponse(many=True)


class RelatedListInput(StrictSerializer):
    items = RelationInput(many=True, max_length=MAX_RELATIONS)  # type: ignore[call-arg]  # many


class RelationsViewSet(ViewedViewSet, StrictViewSet):
    queryset = Product.objects.none()
    serializer_class = RelatedListResponse
    permission_classes = [CanEditCatalog]
    query_parameters = {"retrieve": NAMES}

    def retrieve(self, request: Request, product: str) -> HttpResponse:
        view = self.look_as_asked()
        return _current(request, product_id_of(request, product, view=view.number), view)

    def update(self, request: Request, product: str) -> HttpResponse:
        items = self.read(RelatedListInput, request)["items"]
        product_id = product_id_of(request, product)
        update_product(
            product_id,
            values={"relations": items},
            expected_version=if_match(request),
            may_publish=False,  # it names nothing that shoppers would see for the first time
            actor=actor_of(request),
        )
        return _current(request, product_id, self.view)


def _current(request: Request, product_id: UUID, view: View) -> HttpResponse:
    version = Product.objects.filter(pk=product_id).values_list("version", flat=True).first()
    if version is None:
        raise no_product(str(product_id))
    items = _read(product_id, view.number, visible_only=not sees_all(request))
    body = FastJSONRenderer().render({"items": items})
    return representation(request, body, f"{version}-{digest(body)}{tag_suffix(view)}")


def _read(product_id: UUID, view: int, *, visible_only: bool) -> list[dict[str, Any]]:
    """Named as the view names them, and only those that its channel shows the caller."""
    seen = visible(view) if visible_only else in_any_status(view)
    with connection.cursor() as cursor:
        cursor.execute(LISTED.replace("{seen}", seen), {"product": product_id, "view": view})
        return [
            {
                "kind": kind,
                "kind_name": kind_name,
                "product": {"id": key, "slug": slug, "name": name},
                "variant": variant,
                "quantity": quantity,
            }
            for kind, kind_name, key, slug, name, variant, quantity in cursor.fetchall()
        ]

"""The variant endpoints."""

from collections.abc import Collection
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import CharField, JSONField, OuterRef, QuerySet
from django.db.models.expressions import RawSQL
from django.http import HttpResponse
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.actors import actor_of
from accounts.channel_limits import channels_of
from catalog_project.api.preconditions import digest, if_match, representation
from catalog_project.api.renderers import FastJSONRenderer
from catalog_project.api.views import Written, is_json_patch
from products.api.answers import VariantResponse
from products.api.as_of import read_instant
from products.api.parts import PartViewSet, part_id
from products.api.products import found_product, product_id_of, sees_all
from products.api.shapes import VariantBatch, VariantInput, VariantPatch
from products.api.viewing import NAMES
from products.api.written import as_changes, of_variant, written_variants
from products.documents import prices as priced
from products.documents.attributes import of_variant_row
from products.documents.stock import OF_VARIANT
from products.errors import NotFound
from products.models import Variant, VariantMedia
from products.services import variants as services
from products.services.locking import ensure_version
from products.services.variant_batches import create_variants

# What PUT writes to the fields that it does not name.
EMPTIED: dict[str, Any] = {
    "sku": None,
    "gtin": None,
    "mpn": None,
    "status": Variant.Status.ACTIVE.value,
    "weight": None,
    "dimensions": None,
    "track_inventory": False,
    "backorder_policy": Variant.Backorder.DENY.value,
    "backorder_limit": 0,
    "options": {},
    "attributes": {},
    "metadata": {},
    "prices": [],
    "tax_class": None,
    "media": [],
}
SHOWN_MEDIA = (
    VariantMedia.objects.filter(variant=OuterRef("pk")).order_by("position", "id").values("media")
)


class VariantViewSet(PartViewSet):
    queryset = Variant.objects.none()
    serializer_class = VariantResponse
    takes_json_patch = True
    query_parameters: dict[str, Collection[str]] = {
        "list": ("limit", "cursor", "price_as_of", *NAMES),
        "retrieve": ("price_as_of", *NAMES),
    }

    def parts_of(self, product_id: UUID) -> "QuerySet[Variant]":
        return shown_variants(product_id, view=self.view.number, at=read_instant(self.request))

    def visible(self, request: Request, parts: "QuerySet[Variant]") -> "QuerySet[Variant]":
        return visible_variants(request, parts)

    def create(self, request: Request, product: str) -> HttpResponse:
        values = self.read(VariantInput, request)
        product_id = product_id_of(request, product)
        variant = services.create_variant(
            product_id,
            values=values,  # type: ignore[arg-type]  # the shape has the keys of the TypedDict
            expected_version=if_match(request),
            actor=actor_of(request),
        )
        return self.current(request, product_id, variant.pk, status=201)

    @action(detail=False, methods=["post"])
    def batch(self, request: Request, product: str) -> HttpResponse:
        """Answers with what names each new variant: 5,000 whole ones are read page by page."""
        items = self.read(VariantBatch, request)["variants"]
        product_id = product_id_of(request, product)
        variants = create_variants(
            product_id,
            items=items,
            expected_version=if_match(request),
            actor=actor_of(request),
        )
        rows = [{"id": row.pk, "sku": row.sku, "position": row.position} for row in variants]
        body = FastJSONRenderer().render({"variants": rows})
        etag = f"{variants[0].product.version + 1}-{digest(body)}"
        return representation(request, body, etag, status=201)

    def update(self, request: Request, product: str, part: str) -> HttpResponse:
        return self._write(request, product, part, {**EMPTIED, **self.read(VariantInput, request)})

    def partial_update(self, request: Request, product: str, part: str) -> HttpResponse:
        if is_json_patch(request):
            return self._write(request, product, part, self.read(VariantInput, request))
        values = as_changes(self.read(VariantPatch, request))
        if "options" in values:
            values["option_changes"] = values.pop("options")
        return self._write(request, product, part, values)

    def written(
        self, request: Request, fields: Collection[str], expected_version: int | None
    ) -> Written:
        product = found_product(request, self.kwargs["product"])
        ensure_version(product, expected_version)
        key = part_id(self.kwargs["part"])
        variant = written_variants(product).filter(pk=key).first()
        if variant is None:
            raise NotFound(f"The product has no variant {key}.")
        served = of_variant(variant, limit=channels_of(request.user))
        return Written(product.version, {name: served[name] for name in fields})

    def destroy(self, request: Request, product: str, part: str) -> Response:
        self.read_nothing(request)
        services.delete_variant(
            product_id_of(request, product),
            part_id(part),
            expected_version=if_match(request),
            actor=actor_of(request),
        )
        return Response(status=204)

    def _write(self, request: Request, product: str, part: str, values: Any) -> HttpResponse:
        product_id = product_id_of(request, product)
        services.update_variant(
            product_id,
            part_id(part),
            values=values,
            expected_version=if_match(request),
            actor=actor_of(request),
        )
        return self.current(request, product_id, part_id(part))


def shown_variants(
    product_id: UUID, *, view: int, at: datetime | None = None
) -> "QuerySet[Variant]":
    """The product's variants, with what the answer shows of each in this view."""
    prices, values = priced.of_variant_row(view, at)
    return (
        Variant.objects.filter(product_id=product_id)
        .annotate(shown_attributes=RawSQL(of_variant_row(view), (), JSONField()))  # noqa: S611 - no value of anybody's is in it
        .annotate(shown_prices=RawSQL(prices, values, JSONField()))  # noqa: S611 - likewise
        .annotate(shown_media=ArraySubquery(SHOWN_MEDIA))
        .annotate(availability=RawSQL(OF_VARIANT, (), CharField()))  # noqa: S611 - nor here
        .select_related("product", "tax_class")
    )


def visible_variants(request: Request, rows: "QuerySet[Variant]") -> "QuerySet[Variant]":
    """Shoppers see those that are active; editors see all."""
    return rows if sees_all(request) else rows.filter(status=Variant.Status.ACTIVE)

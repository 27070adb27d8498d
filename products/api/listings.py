"""Where a product is shown: for editors to see and for publishers to say."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from rest_framework import serializers
from rest_framework.request import Request

from accounts.actors import actor_of
from accounts.channel_limits import channels_of
from accounts.permissions import CanPublish, CanSeeWork
from catalog_project.api.preconditions import digest, if_match, representation
from catalog_project.api.renderers import FastJSONRenderer
from catalog_project.api.serializers import Instant, ServedInstant, StrictSerializer, Text
from catalog_project.api.views import StrictViewSet
from products.api.products import no_product, product_id_of
from products.api.shapes import Flag
from products.models import Product
from products.models.shapes import SLUG_LENGTH
from products.services.channels import MAX_VIEWS
from products.services.listings import listings_of, write_listings


class ListingInput(StrictSerializer):
    channel = Text(max_length=SLUG_LENGTH, help_text="The slug of a channel.")
    is_listed = Flag(required=False, help_text="False: shoppers of the channel never see it.")
    publish_at = Instant(allow_null=True, required=False, help_text="Not before then.")
    unpublish_at = Instant(allow_null=True, required=False, help_text="No longer then.")


class ListingsReplace(StrictSerializer):
    channels = ListingInput(  # type: ignore[call-arg]  # many
        many=True,
        max_length=MAX_VIEWS,
        help_text="A channel that is not named lists the product in the product's own window.",
    )


class ListingResponse(serializers.Serializer[Any]):
    channel = serializers.CharField()
    is_listed = serializers.BooleanField()
    publish_at = ServedInstant(allow_null=True)
    unpublish_at = ServedInstant(allow_null=True)


class ListingsResponse(serializers.Serializer[Any]):
    channels = ListingResponse(many=True, help_text="Every channel, in the order of their slugs.")


class ListingsViewSet(StrictViewSet):
    queryset = Product.objects.none()
    serializer_class = ListingsResponse
    permission_classes = [CanSeeWork]

    def get_permissions(self) -> Sequence[Any]:
        # To list is to decide what shoppers see.
        return [CanPublish()] if self.action == "update" else super().get_permissions()

    def retrieve(self, request: Request, product: str) -> HttpResponse:
        return self._current(request, product_id_of(request, product))

    def update(self, request: Request, product: str) -> HttpResponse:
        product_id = product_id_of(request, product)
        write_listings(
            product_id,
            items=self.read(ListingsReplace, request)["channels"],
            expected_version=if_match(request),
            actor=actor_of(request),
        )
        return self._current(request, product_id)

    def _current(self, request: Request, product_id: UUID) -> HttpResponse:
        row = Product.objects.filter(pk=product_id).only("version").first()
        if row is None:
            raise no_product(str(product_id))
        served = ListingsResponse(
            {"channels": listings_of(product_id, channels_of(request.user))}
        ).data
        body = FastJSONRenderer().render(served)
        return representation(request, body, f"{row.version}-{digest(body)}")

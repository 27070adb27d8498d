"""Turning back: a product to one of its versions, and whatever one request did."""

from typing import Any

from django.http import HttpResponse
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.actors import actor_of
from accounts.permissions import CanPublish
from catalog_project.api.preconditions import if_match
from catalog_project.api.serializers import StrictSerializer, Text
from catalog_project.api.views import StrictViewSet
from products.api.answers import ProductResponse
from products.api.history import NOUNS, id_of, read_number
from products.api.products import current
from products.api.shapes import Flag
from products.changes.feed import TYPES
from products.models import Change, Product
from products.services.reverting import revert_product
from products.services.undoing import undo_request


class UndoInput(StrictSerializer):
    request_id = Text(
        max_length=64, help_text="`X-Request-ID` of the answer, or that of an import."
    )
    skip_changed = Flag(
        required=False, help_text="Leave products that were changed since as they are."
    )


class TurnedResponse(serializers.Serializer[Any]):
    type = serializers.ChoiceField(choices=TYPES)
    id = serializers.UUIDField()


class LeftResponse(TurnedResponse):
    detail = serializers.CharField(help_text="Why it stays as it is.")


class UndoResponse(serializers.Serializer[Any]):
    undone = serializers.ListField(child=serializers.UUIDField())
    skipped = serializers.ListField(
        child=serializers.UUIDField(), help_text="Changed since, and left as they are."
    )
    others_undone = TurnedResponse(many=True, help_text="Brands, categories and so on.")
    others_left = LeftResponse(
        many=True, help_text="Those that others use by now, or that were changed since."
    )


class RevertViewSet(StrictViewSet):
    queryset = Product.objects.none()
    serializer_class = ProductResponse
    permission_classes = [CanPublish]

    def create(self, request: Request, key: str, number: str) -> HttpResponse:
        self.read_nothing(request)
        product_id = id_of(NOUNS["products"], key)
        revert_product(
            product_id,
            number=read_number(number),
            expected_version=if_match(request),
            actor=actor_of(request),
        )
        return current(request, product_id)


class UndoViewSet(StrictViewSet):
    queryset = Change.objects.none()
    serializer_class = UndoResponse
    permission_classes = [CanPublish]

    def create(self, request: Request) -> Response:
        values = self.read(UndoInput, request)
        done = undo_request(
            values["request_id"],
            skip_changed=values.get("skip_changed", False),
            actor=actor_of(request),
        )
        return Response(
            {
                "undone": done.products,
                "skipped": done.skipped,
                "others_undone": [{"type": noun, "id": key} for noun, key in done.nouns.undone],
                "others_left": [
                    {"type": left.aggregate, "id": left.key, "detail": left.reason}
                    for left in done.nouns.left
                ],
            }
        )

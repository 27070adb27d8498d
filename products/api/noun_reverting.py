"""POST …/history/{version}/revert of brands, categories and the other nouns with a history."""

from collections.abc import Mapping
from typing import Any, ClassVar
from uuid import UUID

from django.http import HttpResponse
from rest_framework.request import Request

from accounts.actors import actor_of
from accounts.permissions import CanPublish
from catalog_project.api.preconditions import if_match
from products.api.attributes import AttributeViewSet
from products.api.brands import BrandViewSet
from products.api.categories import CategoryViewSet
from products.api.collections import CollectionViewSet
from products.api.history import NOUNS, Noun, read_number
from products.api.nouns import NounViewSet
from products.api.price_lists import PriceListViewSet
from products.api.product_types import ProductTypeViewSet
from products.api.products import key_of
from products.services.noun_reverting import revert_noun


class _Revert(NounViewSet):
    """Mixed with the endpoints of the noun, whose form the answer has."""

    permission_classes = [CanPublish]
    takes_json_patch = False
    noun: ClassVar[Noun]

    def create(self, request: Request, key: str, number: str) -> HttpResponse:  # type: ignore[override]  # of one row
        self.read_nothing(request)
        row_id = self._id(key)
        revert_noun(
            self.noun.aggregate,
            row_id,
            number=read_number(number),
            expected_version=if_match(request),
            actor=actor_of(request),
        )
        return self._representation(request, self._row(str(row_id)))

    def _id(self, text: str) -> UUID:
        """By id, also of what is deleted; of what the caller may not see there is nothing."""
        row, key = self._find(text), key_of(text)
        if row is not None:
            return UUID(str(row.pk))
        rows = self.noun.model._default_manager
        if not isinstance(key, UUID) or rows.filter(pk=key).exists():
            self._missing(text)
        return key


def _of(plural: str, viewset: type[Any]) -> type[Any]:
    noun = NOUNS[plural]
    return type(f"{noun.model.__name__}RevertViewSet", (_Revert, viewset), {"noun": noun})


REVERTS: Mapping[str, type[Any]] = {
    plural: _of(plural, viewset)
    for plural, viewset in (
        ("brands", BrandViewSet),
        ("categories", CategoryViewSet),
        ("collections", CollectionViewSet),
        ("attributes", AttributeViewSet),
        ("product-types", ProductTypeViewSet),
        ("price-lists", PriceListViewSet),
    )
}

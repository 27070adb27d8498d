"""Suggestions while somebody types."""

from typing import Any

import orjson
from django.http import HttpResponse
from drf_spectacular.utils import extend_schema_serializer
from rest_framework import serializers
from rest_framework.request import Request

from accounts.permissions import CanReadCatalog
from catalog_project.api.preconditions import digest, representation
from catalog_project.api.views import StrictViewSet
from products.api.answers import PriceRange
from products.api.products import sees_all
from products.api.search import is_text
from products.api.viewing import NAMES, ViewedViewSet, tag_suffix
from products.documents.stock import AVAILABILITIES
from products.models import Product
from products.search.query import LONGEST_QUERY
from products.search.suggestions import suggest


class SuggestedProduct(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    slug = serializers.CharField()
    name = serializers.CharField()
    price_range = PriceRange(allow_null=True)
    availability = serializers.ChoiceField(choices=AVAILABILITIES)


class SuggestedName(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    slug = serializers.CharField()
    name = serializers.CharField()


@extend_schema_serializer(many=False)
class SuggestionsResponse(serializers.Serializer[Any]):
    completions = serializers.ListField(
        child=serializers.CharField(), help_text="The query with its last word completed."
    )
    products = SuggestedProduct(many=True)
    categories = SuggestedName(many=True)
    brands = SuggestedName(many=True)


class SuggestViewSet(ViewedViewSet, StrictViewSet):
    queryset = Product.objects.none()  # documents are read instead
    serializer_class = SuggestionsResponse
    permission_classes = [CanReadCatalog]
    query_parameters = {"retrieve": ("q", *NAMES)}

    def retrieve(self, request: Request) -> HttpResponse:
        view = self.look_as_asked()
        text = request.query_params.get("q", "")
        if not is_text(text):
            raise serializers.ValidationError({"q": [f"Give 1 to {LONGEST_QUERY} characters."]})
        found = suggest(
            text, view=view.number, chain=view.chain, visible_only=not sees_all(request)
        )
        parts = {"products": found.products, "categories": found.categories, "brands": found.brands}
        body = b'{"completions":' + orjson.dumps(found.completions)
        for name, items in parts.items():
            body += b',"%s":[%s]' % (name.encode(), b",".join(items))
        body += b"}"
        return representation(request, body, digest(body) + tag_suffix(view))

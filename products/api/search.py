"""Search: the words of a shopper -> products, the best first."""

from dataclasses import asdict
from typing import Any

import orjson
from django.db import DataError
from django.http import HttpResponse, QueryDict
from drf_spectacular.utils import extend_schema_serializer
from rest_framework import serializers
from rest_framework.request import Request

from accounts.permissions import CanReadCatalog
from catalog_project.api.pagination import BadCursor, decode_cursor, encode_cursor
from catalog_project.api.preconditions import digest, representation
from catalog_project.api.views import ANY, StrictViewSet
from products.api.answers import ProductResponse, Total
from products.api.product_filters import ListRequest
from products.api.product_reads import listing_of
from products.api.products import asked_by
from products.api.viewing import ViewedViewSet, tag_suffix
from products.documents.views import View
from products.models import Product
from products.search import query as words
from products.search.query import LONGEST_QUERY, Query
from products.search.results import Results, read_results

# Search has its own order, and always counts.
ONLY_LISTS = ("ordering", "total", "price_as_of")


class CorrectionResponse(serializers.Serializer[Any]):
    """A word that no product has, or hardly any, and the one that was probably meant."""

    written = serializers.CharField()
    meant = serializers.CharField()
    is_addition = serializers.BooleanField(
        help_text="True: the few products with the word as it was written are found, too."
    )


@extend_schema_serializer(many=False)
class SearchPage(serializers.Serializer[Any]):
    items = ProductResponse(many=True)
    next_cursor = serializers.CharField(
        allow_null=True, help_text="Send it as `cursor` for the next page; null on the last one."
    )
    total = Total()
    query = serializers.CharField(help_text="The words that were looked for, folded.")
    corrected = CorrectionResponse(many=True)


class SearchViewSet(ViewedViewSet, StrictViewSet):
    queryset = Product.objects.none()  # documents are read instead
    serializer_class = SearchPage
    permission_classes = [CanReadCatalog]
    query_parameters = {"retrieve": ANY}

    def retrieve(self, request: Request) -> HttpResponse:
        view = self.look_as_asked()
        text, is_corrected, rest = read_words(request.META.get("QUERY_STRING", ""))
        asked = asked_by(request, rest)
        body, tag = read_search(text, asked, view, is_corrected=is_corrected)
        return representation(request, body, tag + tag_suffix(view))


def read_search(
    text: str, asked: ListRequest, view: View, *, is_corrected: bool = True
) -> tuple[bytes, str]:
    """The bytes of a page of what is found for these words, and their tag.

    Raises BadCursor, and ValidationError for attributes.
    """
    listing = listing_of(asked, view)
    fingerprint = digest(orjson.dumps([text, is_corrected, *listing.identity()]))
    after = None if asked.cursor is None else decode_cursor(asked.cursor, fingerprint, 2)
    query = words.read_query(
        text, view=view.number, visible_only=listing.visible_only, correct=is_corrected
    )
    try:
        found = read_results(query, listing, limit=asked.limit, after=after)
    except DataError:
        if after:
            raise BadCursor from None
        raise
    return printed(query, found, fingerprint, listing.fields)


def read_words(query_string: str) -> tuple[str, bool, str]:
    """The text of `q`, whether it may be corrected, and the query string without the two.

    Raises ValidationError that names each wrong parameter.
    """
    parameters = QueryDict(query_string, mutable=True)
    errors: dict[str, Any] = {
        name: ["Search has no such parameter."] for name in ONLY_LISTS if name in parameters
    }
    texts, flags = (parameters.pop(name, []) for name in ("q", "correct"))
    if len(texts) != 1 or not is_text(texts[0]):
        errors["q"] = [f"Give 1 to {LONGEST_QUERY} characters, once."]
    if len(flags) > 1 or not set(flags) <= {"true", "false"}:
        errors["correct"] = ["Give true or false."]
    if errors:
        raise serializers.ValidationError(errors)
    return texts[0], flags != ["false"], parameters.urlencode()


def is_text(text: str) -> bool:
    return bool(text.strip()) and len(text) <= LONGEST_QUERY and "\0" not in text


def printed(
    query: Query, found: Results, fingerprint: str, fields: tuple[str, ...]
) -> tuple[bytes, str]:
    """The bytes of a page, joined from the stored bodies, and their ETag."""
    tail = b'],"next_cursor":' + orjson.dumps(
        encode_cursor(fingerprint, found.last_key) if found.last_key else None
    )
    rest = {
        "total": {"value": found.total, "exact": found.is_exact},
        "query": " ".join(query.words),
        "corrected": [asdict(each) for each in query.corrections],
    }
    tail += b"," + orjson.dumps(rest)[1:]
    body = b'{"items":[' + b",".join(found.bodies) + tail
    return body, digest(*found.etags, ",".join(fields).encode(), tail)

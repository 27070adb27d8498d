"""Search: the words of a shopper -> products, the best first."""

import html
from collections.abc import Iterable
from dataclasses import asdict
from typing import Any, NamedTuple

import orjson
from django.db import DataError
from django.http import HttpResponse, QueryDict
from drf_spectacular.utils import extend_schema_serializer
from rest_framework import serializers
from rest_framework.request import Request

from accounts.permissions import CanReadCatalog
from catalog_project.api.pagination import BadCursor
from catalog_project.api.preconditions import digest, representation
from catalog_project.api.views import ANY, StrictViewSet
from products.api.answers import ProductResponse, Total
from products.api.filter_values import read_flag
from products.api.product_filters import ListRequest
from products.api.product_reads import cursors, listing_of, read_place
from products.api.products import asked_by
from products.api.viewing import ViewedViewSet, tag_suffix
from products.documents.views import View
from products.models import Product
from products.search.highlights import Highlight, Piece, highlights
from products.search.query import LONGEST_QUERY, Query, read_query
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


class HighlightResponse(serializers.Serializer[Any]):
    """HTML: the texts are escaped, and the words that were looked for are within `<mark>`."""

    id = serializers.UUIDField()
    name = serializers.CharField()
    description = serializers.ListField(
        child=serializers.CharField(),
        help_text="At most two fragments, without the markup of the description; none where it "
        "has none of the words.",
    )


@extend_schema_serializer(many=False)
class SearchPage(serializers.Serializer[Any]):
    items = ProductResponse(many=True)
    next_cursor = serializers.CharField(
        allow_null=True, help_text="Send it as `cursor` for the next page; null on the last one."
    )
    previous_cursor = serializers.CharField(
        allow_null=True, help_text="The same for the page before; null on the first one."
    )
    total = Total()
    query = serializers.CharField(help_text="The words that were looked for, folded.")
    corrected = CorrectionResponse(many=True)
    pinned = serializers.ListField(
        child=serializers.UUIDField(),
        help_text="Those of the items that staff pinned to the top for this query.",
    )
    highlights = HighlightResponse(
        many=True, required=False, help_text="Of each item; only with `highlight=true`."
    )


class Words(NamedTuple):
    """What search reads of a query string, and the rest of it."""

    text: str
    is_corrected: bool
    is_highlighted: bool
    rest: str


class SearchViewSet(ViewedViewSet, StrictViewSet):
    queryset = Product.objects.none()  # documents are read instead
    serializer_class = SearchPage
    permission_classes = [CanReadCatalog]
    query_parameters = {"retrieve": ANY}

    def retrieve(self, request: Request) -> HttpResponse:
        view = self.look_as_asked()
        words = read_words(request.META.get("QUERY_STRING", ""))
        body, tag = read_search(words, asked_by(request, words.rest), view)
        return representation(request, body, tag + tag_suffix(view))


def read_search(words: Words, asked: ListRequest, view: View) -> tuple[bytes, str]:
    """The bytes of a page of what is found for these words, and their tag.

    Raises BadCursor, and ValidationError for attributes.
    """
    listing = listing_of(asked, view)
    fingerprint = digest(orjson.dumps([words.text, words.is_corrected, *listing.identity()]))
    place = read_place(asked.cursor, fingerprint)
    query = read_query(
        words.text,
        view=view.number,
        visible_only=listing.visible_only,
        correct=words.is_corrected,
    )
    try:
        found = read_results(
            query, listing, limit=asked.limit, place=place, with_texts=words.is_highlighted
        )
    except DataError:
        if place:
            raise BadCursor from None
        raise
    told: dict[str, Any] = {}
    if words.is_highlighted:
        told["highlights"] = highlighted(found, highlights(found.texts, query.stems, view))
    return printed(
        query, found, cursors(fingerprint, found.next, found.previous), listing.fields, told
    )


def highlighted(found: Results, of_texts: list[Highlight]) -> list[dict[str, Any]]:
    return [
        {
            "id": key,
            "name": as_html(each.name),
            "description": [as_html(fragment) for fragment in each.description],
        }
        for key, each in zip(found.ids, of_texts, strict=True)
    ]


def as_html(pieces: Iterable[Piece]) -> str:
    escaped = ((html.escape(piece.text), piece.is_match) for piece in pieces)
    return "".join(f"<mark>{text}</mark>" if is_match else text for text, is_match in escaped)


def read_words(query_string: str) -> Words:
    """Raises ValidationError that names each wrong parameter."""
    parameters = QueryDict(query_string, mutable=True)
    errors: dict[str, Any] = {
        name: ["Search has no such parameter."] for name in ONLY_LISTS if name in parameters
    }
    texts = parameters.pop("q", [])
    if len(texts) != 1 or not is_text(texts[0]):
        errors["q"] = [f"Give 1 to {LONGEST_QUERY} characters, once."]
    flags: dict[str, bool] = {}
    for name, otherwise in (("correct", True), ("highlight", False)):
        given = parameters.pop(name, [None])
        try:
            flags[name] = read_flag(given[0], otherwise=otherwise)
        except serializers.ValidationError as error:
            errors[name] = error.detail
        if len(given) > 1:
            errors[name] = ["Give it once."]
    if errors:
        raise serializers.ValidationError(errors)
    return Words(texts[0], flags["correct"], flags["highlight"], parameters.urlencode())


def is_text(text: str) -> bool:
    return bool(text.strip()) and len(text) <= LONGEST_QUERY and "\0" not in text


def printed(
    query: Query, found: Results, tail: bytes, fields: tuple[str, ...], told: dict[str, Any]
) -> tuple[bytes, str]:
    """The bytes of a page, joined from the stored bodies, and their ETag. `tail` ends the items."""
    pinned = {str(key) for key in query.match.curated.pinned}
    rest = {
        "total": {"value": found.total, "exact": found.is_exact},
        "query": " ".join(query.words),
        "corrected": [asdict(each) for each in query.corrections],
        "pinned": [key for key in found.ids if key in pinned],
        **told,
    }
    tail += b"," + orjson.dumps(rest)[1:]
    body = b'{"items":[' + b",".join(found.bodies) + tail
    return body, digest(*found.etags, ",".join(fields).encode(), tail)

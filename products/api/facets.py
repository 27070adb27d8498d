"""`/products/facets`: what the products of a list have in common, to narrow it down."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from decimal import Decimal
from typing import Any, TypeAlias

import orjson
from django.conf import settings
from django.http import HttpResponse, QueryDict
from rest_framework import serializers
from rest_framework.request import Request

from accounts.permissions import CanReadCatalog
from catalog_project.api.preconditions import digest, representation
from catalog_project.api.serializers import did_you_mean
from catalog_project.api.views import ANY, StrictViewSet
from products.api.attribute_tests import EPOCH, EPOCH_INSTANT
from products.api.facet_answers import FacetsResponse
from products.api.product_filters import FACETS, ListRequest
from products.api.product_reads import listing_of
from products.api.products import asked_by
from products.api.viewing import ViewedViewSet, resolved, tag_suffix
from products.documents.conditions import ATTRIBUTES
from products.documents.facets import (
    ALL_ATTRIBUTES,
    NAMES,
    Counted,
    Facets,
    Value,
    chosen_values,
    count_facets,
)
from products.documents.facts import ORDERED
from products.documents.filterable import FacetAttribute, facet_attributes
from products.documents.histograms import ranges
from products.documents.listing import Listing
from products.documents.views import View
from products.models import Product
from products.models.units import DIMENSIONS
from products.search.filtering import with_words
from products.services.attribute_types import instant_text

MOST_ATTRIBUTES = 50
# Of the list, not of its facets.
ONLY_LISTS = ("limit", "cursor", "ordering", "fields", "total", "price_as_of")
WHOLE = ("integer", "date", "datetime")
Served: TypeAlias = dict[str, Any]


class FacetsViewSet(ViewedViewSet, StrictViewSet):
    queryset = Product.objects.none()  # documents are read instead
    serializer_class = FacetsResponse
    permission_classes = [CanReadCatalog]
    query_parameters = {"retrieve": ANY}

    def retrieve(self, request: Request) -> HttpResponse:
        query, names = _read(request.META.get("QUERY_STRING", ""))
        asked = asked_by(request, query)

        def found() -> Served:
            return facets_of(asked, self.look(asked.channel, asked.locale), names)

        body = orjson.dumps(resolved(found))
        return representation(request, body, digest(body) + tag_suffix(self.view))


def facets_of(asked: ListRequest, view: View, names: Sequence[str]) -> Served:
    """The answer for the filters of this list. Raises ViewsChanged, ValidationError."""
    listing = with_words(listing_of(asked, view))
    return served(listing, count_facets(listing, names), names)


def _read(query: str) -> tuple[str, tuple[str, ...]]:
    """The filters, and which facets are wanted. Raises ValidationError."""
    parameters = QueryDict(query, mutable=True)
    errors: dict[str, Any] = {
        name: ["Facets have no such parameter."] for name in ONLY_LISTS if name in parameters
    }
    texts = parameters.pop(FACETS, [",".join(NAMES)])
    names = tuple(dict.fromkeys(texts[0].split(",")))
    if len(texts) > 1:
        errors[FACETS] = ["Give it once, with commas between the names."]
    for name in names:
        if name not in NAMES:
            errors[FACETS] = [f"Unknown facet {name[:50]!r}.{did_you_mean(name[:50], NAMES)}"]
    if errors:
        raise serializers.ValidationError(errors)
    return parameters.urlencode(), names


def served(listing: Listing, facets: Facets, names: Sequence[str]) -> Served:
    """The answer: what every product may have first, in the order asked for, then attributes."""
    items = []
    for name in names:
        if name == ALL_ATTRIBUTES:
            items += _of_attributes(listing, facets)
        elif counted := facets.counted.get(name):
            items.append(_facet(name, "range" if name == "price" else "choice", counted))
            items[-1] |= _price(facets, counted) if name == "price" else {}
            items[-1]["values"] = [*_values(name, counted, listing)]
    return {"total": {"value": facets.total, "exact": facets.is_exact}, "facets": items}


def _facet(name: str, kind: str, counted: Counted, **more: Any) -> Served:
    return {
        "name": name,
        "kind": kind,
        "type": None,
        "label": None,
        "group": None,
        "unit": None,
        "exact": counted.is_exact,
        "has_more": counted.has_more,
        "values": [],
        "ranges": [],
        **more,
    }


def _values(name: str, counted: Counted, listing: Listing) -> Iterator[Served]:
    """Categories in the order of the tree, of all others those with most products first."""
    chosen = set(chosen_values(name, listing.filters))
    rows = counted.values
    if name == "category":
        rows = sorted(rows, key=lambda each: (each.place, each.label, each.value))
    return (_value(each, each.label, each.value in chosen) for each in rows)


def _value(each: Value, label: str, is_selected: bool) -> Served:
    return {
        "value": each.value,
        "label": label,
        "slug": each.slug,
        "parent": each.parent,
        "count": each.count,
        "is_selected": is_selected,
    }


def _price(facets: Facets, counted: Counted) -> Served:
    found = ranges(counted.numbers, is_whole=False, is_spread=True)
    printed = [{"min": _money(a), "max": _money(b), "count": count} for a, b, count in found]
    return {"unit": facets.currency or settings.CATALOG_CURRENCY, "ranges": printed}


def _money(amount: Decimal) -> str:
    return f"{amount:.2f}" if amount == round(amount, 2) else f"{amount.normalize():f}"


def _of_attributes(listing: Listing, facets: Facets) -> list[Served]:
    """Those of the types that most products of the list have, each in the order of its type."""
    counted = {
        name.removeprefix(ATTRIBUTES): each
        for name, each in facets.counted.items()
        if name.startswith(ATTRIBUTES)
    }
    known = facet_attributes(sorted(counted), listing.view) if counted else {}
    order = sorted(known.values(), key=lambda each: _rank(each, facets.types))
    return [_of_attribute(each, counted[each.code], listing) for each in order[:MOST_ATTRIBUTES]]


def _rank(attribute: FacetAttribute, types: Mapping[str, int]) -> tuple[int, int, str]:
    having = {key: place for key, place in attribute.positions.items() if key in types}
    covered = sum(types[key] for key in having)
    return (-covered, min(having.values(), default=0), attribute.code)


def _of_attribute(attribute: FacetAttribute, counted: Counted, listing: Listing) -> Served:
    is_ordered = attribute.type in ORDERED
    facet = _facet(
        ATTRIBUTES + attribute.code,
        "range" if is_ordered else "choice",
        counted,
        type=attribute.type,
        label=attribute.name,
        group=attribute.group,
    )
    if is_ordered:
        if attribute.type == "measurement":
            facet["unit"] = next(iter(DIMENSIONS[attribute.dimension]))
        is_whole = attribute.type in WHOLE
        found = ranges(counted.numbers, is_whole=is_whole, is_spread=False)
        facet["ranges"] = [
            {"min": _bound(attribute, facet["unit"], a), "max": _bound(attribute, facet["unit"], b)}
            | {"count": count}
            for a, b, count in found
        ]
    if not is_ordered or attribute.type == "integer":
        chosen = set(chosen_values(ATTRIBUTES + attribute.code, listing.filters))
        facet["values"] = [
            _value(
                each,
                attribute.labels.get(each.value, each.value),
                each.value in chosen,
            )
            for each in _in_order(attribute, counted)
        ]
    return facet


def _in_order(attribute: FacetAttribute, counted: Counted) -> list[Value]:
    """Options in their order, whole numbers by size, all others those with most products first."""
    if attribute.type == "integer":
        return sorted(counted.values, key=lambda each: int(each.value))
    if attribute.options:
        places = {code: place for place, code in enumerate(attribute.options)}
        return sorted(counted.values, key=lambda each: places.get(each.value, len(places)))
    return counted.values


def _bound(attribute: FacetAttribute, unit: str | None, number: Decimal) -> str:
    """The number as the filter takes it."""
    if attribute.type == "date":
        return (EPOCH + timedelta(days=int(number))).isoformat()
    if attribute.type == "datetime":
        return instant_text(EPOCH_INSTANT + timedelta(seconds=int(number)))
    text = "0" if number == 0 else f"{number.normalize():f}"
    return f"{text} {unit}" if unit else text

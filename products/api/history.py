"""The history of one thing: who, when, what; each version; what differs between two."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar
from uuid import UUID

from django.db import models
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.permissions import CanSeeWork
from catalog_project.api.pagination import BadCursor, decode_cursor, encode_cursor, read_limit
from catalog_project.api.serializers import Instant, ServedInstant
from catalog_project.api.views import StrictViewSet
from products.api.changes import RecordedResponse
from products.api.products import key_of
from products.changes.differences import Difference
from products.changes.history import Entry, Version, compare, read_history, read_versions
from products.errors import NotFound
from products.models import (
    Attribute,
    Brand,
    Category,
    Change,
    Collection,
    PriceList,
    Product,
    ProductType,
)

FINGERPRINT = "history"
MOST_VERSION = 2**31 - 1


@dataclass(frozen=True)
class Noun:
    """What the change log calls it, its rows, and what names one besides its id."""

    aggregate: str
    model: type[models.Model]
    key: str = "slug"

    @property
    def route(self) -> str:
        return self.aggregate.replace("_", "-")

    @property
    def name(self) -> str:
        return str(self.model._meta.verbose_name)


NOUNS: Mapping[str, Noun] = {
    "products": Noun("product", Product),
    "brands": Noun("brand", Brand),
    "categories": Noun("category", Category),
    "collections": Noun("collection", Collection),
    "attributes": Noun("attribute", Attribute, "code"),
    "product-types": Noun("product_type", ProductType),
    "price-lists": Noun("price_list", PriceList, "code"),
}


class DifferenceResponse(serializers.Serializer[Any]):
    pointer = serializers.CharField(
        help_text="Where in the record; rows in lists are named by their ids."
    )
    before = serializers.JSONField(help_text="Null where nothing was.")
    after = serializers.JSONField(help_text="Null where nothing is.")


class EntryResponse(RecordedResponse):
    differences = DifferenceResponse(many=True, help_text="From the version before.")
    has_more_differences = serializers.BooleanField()


class HistoryResponse(serializers.Serializer[Any]):
    items = EntryResponse(many=True)
    next_cursor = serializers.CharField(allow_null=True)


class VersionResponse(serializers.Serializer[Any]):
    version = serializers.IntegerField(min_value=1)
    event = serializers.CharField()
    at = ServedInstant()
    record = serializers.DictField(
        child=serializers.JSONField(), help_text="The whole of it, as it was stored then."
    )
    differences = DifferenceResponse(
        many=True, allow_null=True, help_text="From `compare_with`; null where none is named."
    )
    has_more_differences = serializers.BooleanField()


class HistoryViewSet(StrictViewSet):
    queryset = Change.objects.none()
    serializer_class = HistoryResponse
    permission_classes = [CanSeeWork]
    pagination_class = None
    query_parameters = {"retrieve": ("limit", "cursor", "as_of")}
    noun: ClassVar[Noun]

    def retrieve(self, request: Request, key: str) -> Response:
        query = request.query_params
        below = _read_cursor(query["cursor"]) if "cursor" in query else None
        try:
            limit = read_limit(query.get("limit"))
        except serializers.ValidationError as error:
            raise serializers.ValidationError({"limit": error.detail}) from None
        row_id = id_of(self.noun, key)
        entries, has_more = read_history(
            self.noun.aggregate,
            row_id,
            below=below,
            limit=limit,
            as_of=_read_instant(query.get("as_of")),
        )
        if not entries and below is None and "as_of" not in query:
            self._ensure_exists(row_id, key)
        last = [entries[-1].change.version] if has_more else None
        cursor = encode_cursor(FINGERPRINT, last) if last else None
        return Response({"items": [_told(entry) for entry in entries], "next_cursor": cursor})

    def _ensure_exists(self, row_id: UUID, text: str) -> None:
        """What a migration made has no history, and is there."""
        if not self.noun.model._default_manager.filter(pk=row_id).exists():
            raise NotFound(f"There is no {self.noun.name} {text[:100]!r}.")


class VersionViewSet(StrictViewSet):
    queryset = Change.objects.none()
    serializer_class = VersionResponse
    permission_classes = [CanSeeWork]
    query_parameters = {"retrieve": ("compare_with",)}
    noun: ClassVar[Noun]

    def retrieve(self, request: Request, key: str, number: str) -> Response:
        row_id, wanted = id_of(self.noun, key), [read_number(number)]
        other = request.query_params.get("compare_with")
        if other is None:
            (found,), told, is_cut = self._versions(row_id, wanted), None, False
        else:
            found, base = self._versions(row_id, [*wanted, read_number(other)])
            told, is_cut = compare(base.state, found.state)
        change = found.change
        return Response(
            {
                "version": change.version,
                "event": change.event,
                "at": ServedInstant().to_representation(change.at),
                "record": found.state,
                "differences": None if told is None else _listed(told),
                "has_more_differences": is_cut,
            }
        )

    def _versions(self, row_id: UUID, numbers: list[int]) -> list[Version]:
        return read_versions(self.noun.aggregate, row_id, numbers)


def _of(noun: Noun, parent: type[Any]) -> type[Any]:
    return type(f"{noun.model.__name__}{parent.__name__}", (parent,), {"noun": noun})


HISTORIES = {plural: _of(noun, HistoryViewSet) for plural, noun in NOUNS.items()}
VERSIONS = {plural: _of(noun, VersionViewSet) for plural, noun in NOUNS.items()}


def id_of(noun: Noun, text: str) -> UUID:
    """By id, also of what is deleted; by slug or code of what is there. Raises NotFound."""
    key = key_of(text)
    if isinstance(key, UUID):
        return key
    rows = noun.model._default_manager.filter(**{noun.key: key})
    if noun.aggregate == "product":  # an archived one may have the same slug
        rows = rows.order_by(models.Case(models.When(status="archived", then=1), default=0))
    found = rows.values_list("pk", flat=True).first()
    if found is None:
        raise NotFound(f"There is no {noun.name} {text[:100]!r}.")
    return UUID(str(found))


def _told(entry: Entry) -> dict[str, Any]:
    change = entry.change
    return {
        "version": change.version,
        "event": change.event,
        "at": ServedInstant().to_representation(change.at),
        "actor": {"id": change.actor_id, "label": change.actor_label},
        "source": change.source,
        "request_id": change.request_id,
        "differences": _listed(entry.differences),
        "has_more_differences": entry.is_cut,
    }


def _listed(found: list[Difference]) -> list[dict[str, Any]]:
    return [
        {"pointer": pointer, "before": before, "after": after} for pointer, before, after in found
    ]


def _read_cursor(text: str) -> int:
    (version,) = decode_cursor(text, FINGERPRINT, 1)
    if type(version) is not int or not 0 <= version <= MOST_VERSION:
        raise BadCursor
    return version


def read_number(text: str) -> int:
    if not (text.isascii() and text.isdigit() and 1 <= int(text[:11]) <= MOST_VERSION):
        raise NotFound(f"There is no version {text[:50]!r}.")
    return int(text)


def _read_instant(text: str | None) -> Any:
    if text is None:
        return None
    try:
        return Instant().run_validation(text.replace(" ", "+"))
    except serializers.ValidationError as error:
        raise serializers.ValidationError({"as_of": error.detail}) from None

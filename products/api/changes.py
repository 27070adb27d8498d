"""The change feed: every change of the catalog, to follow it."""

from collections.abc import Collection, Iterable, Iterator
from typing import Any

import orjson
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from rest_framework import serializers
from rest_framework.request import Request

from accounts.permissions import CanSeeWork
from accounts.roles import Role, has_role
from catalog_project.api.pagination import BadCursor, decode_cursor, encode_cursor
from catalog_project.api.preconditions import say_who_may_keep
from catalog_project.api.serializers import ServedInstant, did_you_mean
from catalog_project.api.views import StrictViewSet
from products.api.waiting import look_until, wanted_wait
from products.changes.feed import MOST, TYPES, FeedPage, Place, read_feed
from products.models import Change

DEFAULT_LIMIT = 100
FINGERPRINT = "changes"
FOR_MANAGERS = {"cost"}
MOST_XID, MOST_SEQUENCE = 2**64 - 1, 2**63 - 1


class ActorResponse(serializers.Serializer[Any]):
    id = serializers.UUIDField(allow_null=True, help_text="Null for programs of the shop itself.")
    label = serializers.CharField()  # type: ignore[assignment]  # a field of that name


class RecordedResponse(serializers.Serializer[Any]):
    """What feed and history say of a change alike."""

    version = serializers.IntegerField(min_value=1)
    event = serializers.CharField(help_text="Such as `product.created`.")
    at = ServedInstant()
    actor = ActorResponse()
    source = serializers.CharField(  # type: ignore[assignment]  # a field of that name
        help_text="`api`, `admin`, `import` or `command`."
    )
    request_id = serializers.CharField(allow_blank=True)


class ChangeResponse(RecordedResponse):
    type = serializers.ChoiceField(choices=TYPES)
    id = serializers.UUIDField()
    is_deleted = serializers.BooleanField(help_text="If so, `record` is what it was at last.")
    is_partial = serializers.BooleanField(
        help_text="If so, `record` holds those variants alone that were touched, and "
        "`variants_gone` the ids of those that went."
    )
    record = serializers.DictField(child=serializers.JSONField())


class ChangesResponse(serializers.Serializer[Any]):
    items = ChangeResponse(many=True)
    next_cursor = serializers.CharField(help_text="Always there: send it as `after`.")
    has_more = serializers.BooleanField(help_text="If not, this is all there is at present.")


class ChangesViewSet(StrictViewSet):
    queryset = Change.objects.none()
    serializer_class = ChangesResponse
    permission_classes = [CanSeeWork]
    pagination_class = None
    query_parameters = {"retrieve": ("after", "types", "limit")}

    def retrieve(self, request: Request) -> HttpResponse:
        query = request.query_params
        after = read_place(query["after"]) if "after" in query else None
        types, limit = read_types(request), _read_limit(query.get("limit"))
        seconds = wanted_wait(request)
        page, is_waited = _wait(after, types, limit, seconds)
        tail = b'],"next_cursor":' + orjson.dumps(cursor_of(page.next))
        tail += b',"has_more":' + orjson.dumps(page.has_more) + b"}"
        # In one go: a page may have many megabytes, and each step of a sum would hold them again.
        body = b"".join((b'{"items":[', *_with_commas(page.items), tail))
        answer = HttpResponse(body, content_type="application/json")
        say_who_may_keep(request, answer)
        answer["Cache-Control"] = "private, no-store"
        if is_waited:
            answer["Preference-Applied"] = f"wait={seconds}"
        return answer


def _with_commas(items: Iterable[bytes]) -> Iterator[bytes]:
    for n, item in enumerate(items):
        if n:
            yield b","
        yield item


def cursor_of(place: Place) -> str:
    return encode_cursor(FINGERPRINT, place)


def read_place(cursor: str) -> Place:
    """Raises BadCursor."""
    key = decode_cursor(cursor, FINGERPRINT, 2)
    if not all(type(part) is int and part >= 0 for part in key):
        raise BadCursor
    place = Place(*key)
    if place.xid > MOST_XID or place.sequence > MOST_SEQUENCE:
        raise BadCursor
    return place


def read_types(request: Request) -> Collection[str]:
    """The types that are asked for; left out, all that the caller may see.

    Raises ValidationError, PermissionDenied.
    """
    text = request.query_params.get("types")
    closed = set() if has_role(request.user, Role.MANAGER) else FOR_MANAGERS
    if text is None:
        return [name for name in TYPES if name not in closed]
    names = list(dict.fromkeys(text.split(",")))
    for name in names:
        if name not in TYPES:
            hint = did_you_mean(name[:50], TYPES) or f" There are: {', '.join(TYPES)}."
            raise serializers.ValidationError({"types": [f"Unknown type {name[:50]!r}.{hint}"]})
    if closed.intersection(names):
        raise PermissionDenied("Costs are for managers: leave the type cost out.")
    return names


def _read_limit(text: str | None) -> int:
    if text is None:
        return DEFAULT_LIMIT
    if not (text.isascii() and text.isdigit() and len(text) < 6 and 1 <= int(text) <= MOST):
        raise serializers.ValidationError({"limit": [f"Give a whole number from 1 to {MOST:,}."]})
    return int(text)


def _wait(
    after: Place | None, types: Collection[str], limit: int, seconds: int
) -> tuple[FeedPage, bool]:
    """The first page that holds something, or an empty one; and whether it was waited for."""
    place = after

    def look() -> FeedPage:
        nonlocal place
        page = read_feed(place, types=types, limit=limit)
        place = page.next
        return page

    return look_until(look, lambda page: bool(page.items), seconds)

"""Bulk requests: up to 1,000 items in one body, each with a result of its own.

What an item says is the business of its noun; here is what all have in common: two forms of the
body, two policies, and the answer.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import HttpResponse
from rest_framework import serializers
from rest_framework.parsers import BaseParser
from rest_framework.request import Request

from catalog_project.api.ndjson import MOST_LINES, Lines, NdjsonParser
from catalog_project.api.openapi import ProblemSerializer
from catalog_project.api.pointers import flatten
from catalog_project.api.preconditions import PreconditionRequired, say_who_may_keep, version_of
from catalog_project.api.problem_types import ProblemType
from catalog_project.api.problems import problem
from catalog_project.api.renderers import FastJSONRenderer
from catalog_project.api.serializers import StrictSerializer, Text, did_you_mean
from catalog_project.api.views import StrictViewSet
from catalog_project.errors import DomainError
from products.errors import InvalidValue, ItemsRefused, flaws_of
from products.services.bulk_items import BulkOutcome

MOST_ITEMS = MOST_LINES
POLICIES = ("all_or_nothing", "per_item")
MOST_FLAWS_OF_ITEM = 20


class ItemInvalid(InvalidValue):
    """An item of a bulk request has unknown members, or values of the wrong form: see `errors`."""

    code = "item-invalid"
    title = "Some values of the item were refused"

    def __init__(self, detail: object) -> None:
        self.flaws = flatten(detail, most=MOST_FLAWS_OF_ITEM)
        super().__init__(self.flaws[0]["detail"])

    def members(self) -> dict[str, object]:
        return {"errors": self.flaws}


class IfMatchText(Text):
    """An entity tag, as an ETag header has it, or `*`."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            max_length=200,
            required=False,
            help_text='The `ETag` that you read, with its quotes: `"3-5f0c"`; or `*`.',
            **kwargs,
        )


class BulkResult(serializers.Serializer[Any]):
    """What became of one item."""

    index = serializers.IntegerField(help_text="Of the item, from 0.")
    line = serializers.IntegerField(required=False, help_text="Of NDJSON, from 1.")
    status = serializers.IntegerField(help_text="What the same write alone would answer.")
    id = serializers.UUIDField(allow_null=True)
    version = serializers.IntegerField(allow_null=True)
    etag = serializers.CharField(allow_null=True, help_text="Send it as `if_match`.")
    problem = ProblemSerializer(
        allow_null=True,
        help_text="As the same write alone would answer it; pointers begin with `/items/<index>`.",
    )


class BulkResults(serializers.Serializer[Any]):
    """One result per item, in the order of the items."""

    results = BulkResult(many=True)
    succeeded = serializers.IntegerField()
    refused = serializers.IntegerField()


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a result says of an item that was done."""

    status: int
    id: UUID | None
    version: int | None = None
    etag: str | None = None


STATUSES = {"created": 201, "changed": 200, "unchanged": 200, "deleted": 204}


def said(
    outcomes: Mapping[int, BulkOutcome], tags: Mapping[UUID, tuple[int, str]] | None = None
) -> dict[int, Outcome | DomainError]:
    """What the results say; `tags` are versions and ETags, where the outcomes have none."""
    results: dict[int, Outcome | DomainError] = {}
    for n, outcome in outcomes.items():
        version, tag = outcome.version, str(outcome.version)
        if tags and outcome.id and outcome.id in tags:
            version, tag = tags[outcome.id]
        etag = None if version is None else f'"{tag}"'
        result = Outcome(STATUSES.get(outcome.done, 200), outcome.id, version, etag)
        results[n] = outcome.error or result
    return results


class BulkViewSet(StrictViewSet):
    """POST of many writes. A subclass says what an item looks like, and does them."""

    item_shape: type[StrictSerializer]
    query_parameters = {"create": ("policy",)}
    serializer_class = BulkResults

    def get_parsers(self) -> list[BaseParser]:
        return [*super().get_parsers(), NdjsonParser()]

    def item(self, values: dict[str, Any]) -> Any:
        """What the service takes. Raises DomainError."""
        raise NotImplementedError

    def write(
        self, items: dict[int, Any], *, is_whole: bool
    ) -> Mapping[int, Outcome | DomainError]:
        """Raises ItemsRefused where all must succeed and some do not."""
        raise NotImplementedError

    def create(self, request: Request) -> HttpResponse:
        is_whole = _policy(request) == POLICIES[0]
        given, lines = _given(request)
        items, refused = self._read(given)
        if is_whole and refused:
            raise ItemsRefused(refused, lines=lines)
        try:
            outcomes = {**refused, **(self.write(items, is_whole=is_whole) if items else {})}
        except ItemsRefused as error:
            raise ItemsRefused(error.refused, lines=lines) from None
        return self._answer(request, outcomes, lines)

    def _read(self, given: Sequence[Any]) -> tuple[dict[int, Any], dict[int, DomainError]]:
        """The items that have the right form, and what is wrong with the others."""
        shape = self.item_shape()  # one for all: to make it takes longer than to use it
        items: dict[int, Any] = {}
        refused: dict[int, DomainError] = {}
        for n, values in enumerate(given):
            try:
                items[n] = self.item(shape.run_validation(values))
            except serializers.ValidationError as error:
                refused[n] = ItemInvalid(error.detail)
            except DomainError as error:
                refused[n] = error
        return items, refused

    def _answer(
        self,
        request: Request,
        outcomes: Mapping[int, Outcome | DomainError],
        lines: Sequence[int] | None,
    ) -> HttpResponse:
        results = [_result(request, n, outcomes[n]) for n in sorted(outcomes)]
        if lines:
            for result, line in zip(results, lines, strict=True):
                result["line"] = line
        refused = sum(isinstance(outcome, DomainError) for outcome in outcomes.values())
        body = {"results": results, "succeeded": len(results) - refused, "refused": refused}
        response = HttpResponse(
            FastJSONRenderer().render(body),
            status=207 if refused else 200,
            content_type="application/json",
        )
        say_who_may_keep(request, response)
        return response


def expected_version(values: Mapping[str, Any], *, is_asked: bool) -> int | None:
    """What `if_match` of an item says. Raises UnreadablePrecondition, and PreconditionRequired
    where one `is_asked` for and must be there."""
    tag = values.get("if_match")
    if tag is None:
        if is_asked and settings.CATALOG_REQUIRE_IF_MATCH:
            raise PreconditionRequired
        return None
    return version_of(tag)


def _policy(request: Request) -> str:
    policy = request.query_params.get("policy", POLICIES[0])
    if policy not in POLICIES:
        raise serializers.ValidationError(
            {"policy": [f"Unknown policy.{did_you_mean(policy, POLICIES)}"]}
        )
    return policy


class _Body(StrictSerializer):
    items = serializers.ListField()


def _given(request: Request) -> tuple[list[Any], list[int] | None]:
    """The items, and of NDJSON the numbers of their lines."""
    data = request.data
    if isinstance(data, Lines):
        given, lines = data.values, data.numbers
    else:
        body = _Body(data=data)
        body.is_valid(raise_exception=True)
        given, lines = body.validated_data["items"], None
    if not 1 <= len(given) <= MOST_ITEMS:
        raise serializers.ValidationError(
            {"items": [f"Send 1 to {MOST_ITEMS:,} items; these are {len(given):,}."]}
        )
    return given, lines


def _result(request: Request, number: int, outcome: Outcome | DomainError) -> dict[str, Any]:
    if isinstance(outcome, Outcome):
        return {
            "index": number,
            "status": outcome.status,
            "id": outcome.id,
            "version": outcome.version,
            "etag": outcome.etag,
            "problem": None,
        }
    kind = ProblemType(outcome.status, outcome.code, outcome.title, str(outcome), "")
    members: dict[str, object] = {"detail": str(outcome), **outcome.members()}
    if outcome.pointer is not None or "errors" in members:
        members["errors"] = flaws_of(outcome, number)
    return {
        "index": number,
        "status": outcome.status,
        "id": None,
        "version": None,
        "etag": None,
        "problem": problem(request, kind, **members),
    }

"""JSON Patch (RFC 6902): operations upon what a PUT of the thing would send.

jsonpatch applies them. Here is what the standard leaves to the service: a patch is bounded in
operations, depth and what it copies, it names only members that callers write, and only those are
read and, where they changed, written.
"""

from collections.abc import Collection
from typing import Any

import orjson
from django.conf import settings
from jsonpatch import (
    InvalidJsonPatch,
    JsonPatch,
    JsonPatchException,
    JsonPatchTestFailed,
)
from jsonpointer import JsonPointer, JsonPointerException
from rest_framework import serializers
from rest_framework.exceptions import ErrorDetail

from catalog_project.api.parsers import parse_json
from catalog_project.api.pointers import pointer
from catalog_project.api.refusals import ContentTooLarge, MalformedBody
from catalog_project.api.renderers import FastJSONRenderer
from catalog_project.api.serializers import did_you_mean
from catalog_project.errors import DomainError

MOST_OPERATIONS = 100
LONGEST_POINTER = 10_000  # characters


class PatchTestFailed(DomainError):
    """A `test` of a JSON Patch found another value, or none. Nothing is changed."""

    code = "patch-test-failed"
    title = "A test of the JSON Patch failed"


class PatchNotApplicable(DomainError):
    """An operation of a JSON Patch is about a place that is not there. Nothing is changed."""

    code = "patch-not-applicable"
    title = "An operation of the JSON Patch does not fit what is there"


class Patch:
    """A JSON Patch that has been read; `names` are the members that it is about.

    Raises MalformedBody with a pointer into the patch.
    """

    def __init__(self, body: object) -> None:
        if not isinstance(body, list):
            raise MalformedBody("A JSON Patch is a list of operations.")
        if len(body) > MOST_OPERATIONS:
            raise MalformedBody(f"A JSON Patch has at most {MOST_OPERATIONS} operations.")
        self._operations = [_operation(n, each) for n, each in enumerate(body)]
        self._places = [
            (pointer(n, name), _steps(each.get(name), pointer(n, name)))
            for n, each in enumerate(body)
            for name in ("path", "from")
            if name == "path" or each["op"] in ("move", "copy")
        ]
        self.names = {steps[0] for _, steps in self._places}

    def ensure_about(self, known: Collection[str]) -> None:
        """Raises ValidationError for each member that callers do not write."""
        wrong: dict[str, dict[str, list[ErrorDetail]]] = {}
        for place, (name, *_) in self._places:
            if name not in known:
                number, member = place[1:].split("/")
                text = f"No field that can be written.{did_you_mean(name, known)}"
                wrong.setdefault(number, {})[member] = [ErrorDetail(text, "unknown-field")]
        if wrong:
            raise serializers.ValidationError(wrong)

    def changes_of(self, members: Any) -> dict[str, Any]:
        """The members that are others after the patch.

        Raises PatchTestFailed, PatchNotApplicable, MalformedBody, ContentTooLarge.
        """
        text = FastJSONRenderer().render(members)
        before, after = orjson.loads(text), orjson.loads(text)
        room = settings.BODY_MAX_BYTES
        for number, operation in enumerate(self._operations):
            (said,) = operation
            if said["op"] == "copy":
                room -= _size_of_copy(after, said["from"])
                if room < 0:
                    raise ContentTooLarge(settings.BODY_MAX_BYTES)
            _apply(operation, after, number)
        if gone := before.keys() - after.keys():
            name = min(gone)
            raise MalformedBody(
                f'The field "{name}" stays: give it null or an empty value instead.',
                [_flaw(pointer(name), "A field cannot be removed.")],
            )
        changed = {
            name: value
            for name, value in after.items()
            if name not in before or _sorted(value) != _sorted(before[name])
        }
        read: dict[str, Any] = orjson.loads(_text_of(changed))  # as if it had been sent
        return read


def _operation(number: int, body: Any) -> JsonPatch:
    try:
        return JsonPatch([body])
    except (InvalidJsonPatch, JsonPointerException) as error:
        raise MalformedBody(str(error), [_flaw(pointer(number), str(error))]) from None


def _steps(text: Any, place: str) -> list[str]:
    """Those of an operation's pointer, the first of which names a member."""
    try:
        steps: list[str] = JsonPointer(text).parts
    except (TypeError, JsonPointerException):
        raise MalformedBody(
            "This is no JSON Pointer.", [_flaw(place, "This is no JSON Pointer.")]
        ) from None
    if len(text) > LONGEST_POINTER:
        detail = f"A pointer has at most {LONGEST_POINTER} characters."
        raise MalformedBody(detail, [_flaw(place, detail)])
    if not steps:
        detail = "Name a member: the whole is replaced with PUT."
        raise MalformedBody(detail, [_flaw(place, detail)])
    if len(steps) > settings.JSON_MAX_DEPTH:
        detail = f"At most {settings.JSON_MAX_DEPTH} levels of nesting are accepted."
        raise MalformedBody(detail, [_flaw(place, detail)])
    return steps


def _size_of_copy(document: Any, source: str) -> int:
    """Of what shall be copied, in bytes. Raises MalformedBody where it is too deep to copy."""
    found = JsonPointer(source).resolve(document, None)
    return len(_text_of(found)) if isinstance(found, dict | list | str) else 0


def _apply(operation: JsonPatch, document: Any, number: int) -> None:
    (said,) = operation
    try:
        operation.apply(document, in_place=True)
    except JsonPatchTestFailed:
        raise PatchTestFailed(
            f"Operation {number}: what is at {said['path'][:200]} is not what the test says.",
            pointer=pointer(number),
        ) from None
    except InvalidJsonPatch as error:
        raise MalformedBody(str(error), [_flaw(pointer(number), str(error))]) from None
    except (JsonPatchException, JsonPointerException):
        places = " from ".join(str(said[each])[:200] for each in ("path", "from") if each in said)
        raise PatchNotApplicable(
            f"Operation {number}: {said['op']} {places} does not fit what is there.",
            pointer=pointer(number),
        ) from None


def _text_of(value: Any) -> bytes:
    """As JSON, within the limit of depth. Raises MalformedBody."""
    try:
        text = orjson.dumps(value)
    except orjson.JSONEncodeError:  # deeper than orjson goes
        raise MalformedBody(
            f"At most {settings.JSON_MAX_DEPTH} levels of nesting are accepted."
        ) from None
    parse_json(text, most_depth=settings.JSON_MAX_DEPTH)
    return text


def _sorted(value: Any) -> bytes:
    """JSON that tells true from 1, and members in another order from nothing."""
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS)


def _flaw(place: str, detail: str) -> dict[str, str]:
    return {"pointer": place, "code": "malformed", "detail": detail}

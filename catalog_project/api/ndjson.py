"""NDJSON in: one JSON value per line, read line by line.

Each line is judged as a body of its own is (parsers.py), so no more than one is in memory as text.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING, Any

from django.conf import settings

from catalog_project.api.parsers import StrictJSONParser, parse_json, refuse_encodings
from catalog_project.api.refusals import ContentTooLarge, MalformedBody

if TYPE_CHECKING:
    from rest_framework.request import Request

MOST_LINES = 1_000
MEDIA_TYPE = "application/x-ndjson"


@dataclass(frozen=True, slots=True)
class Lines:
    """The values of the lines that are not blank, and the number of each line, from 1."""

    values: list[Any]
    numbers: list[int]


class NdjsonParser(StrictJSONParser):
    """Up to 1,000 lines. Raises MalformedBody, whose pointers begin with `/items/<index>`."""

    media_type = MEDIA_TYPE

    def parse(  # type: ignore[override]  # the stub knows forms and objects only
        self,
        stream: IO[bytes],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> Lines:
        request: Request = (parser_context or {})["request"]
        refuse_encodings(request, media_type or "")
        if int(request.META.get("CONTENT_LENGTH") or 0) > settings.BODY_MAX_BYTES:
            raise ContentTooLarge(settings.BODY_MAX_BYTES)
        values: list[Any] = []
        numbers: list[int] = []
        for number, line in _lines(stream):
            if len(values) == MOST_LINES:
                raise _malformed(f"At most {MOST_LINES:,} lines are accepted.", "", number)
            values.append(_parsed(line, index=len(values), number=number))
            numbers.append(number)
        return Lines(values, numbers)


def _lines(stream: IO[bytes]) -> Iterator[tuple[int, bytes]]:
    """Those that are not blank."""
    number = 0
    while line := stream.readline():
        number += 1
        if line.strip():
            yield number, line


def _parsed(line: bytes, *, index: int, number: int) -> Any:
    try:
        return parse_json(line, most_depth=settings.JSON_MAX_DEPTH)
    except MalformedBody as error:
        flaws: list[dict[str, Any]] = [
            {**flaw, "pointer": f"/items/{index}{flaw['pointer']}", "line": number}
            for flaw in error.flaws
        ]
        raise MalformedBody(f"Line {number}: {error.detail}", flaws) from None


def _malformed(detail: str, pointer: str, line: int) -> MalformedBody:
    flaw: dict[str, Any] = {"pointer": pointer, "code": "malformed", "detail": detail, "line": line}
    return MalformedBody(detail, [flaw])

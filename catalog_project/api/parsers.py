"""JSON in: what is accepted means the same to every reader, and nothing of it gets lost.

Two passes, 14 µs for a body of 1 kB. orjson judges the grammar: UTF-8, NaN, 1e400, lone
surrogates, nesting beyond 1024. It hides what it forgives, so the standard library's C scanner
then looks, through hooks, for keys given twice and numbers that do not fit.

Amounts are strings in this API. A JSON number with a fraction is accepted only when a double
carries it digit for digit (19.99 does, 0.12345678901234567 does not), so `Decimal(str(value))` is
exactly what was sent.
"""

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from email.message import Message
from typing import IO, TYPE_CHECKING, Any

import orjson
from django.conf import settings
from rest_framework.exceptions import UnsupportedMediaType
from rest_framework.parsers import BaseParser

from catalog_project.api.pointers import escape
from catalog_project.api.refusals import ContentTooLarge, MalformedBody

if TYPE_CHECKING:
    from rest_framework.request import Request

INT64 = range(-(2**63), 2**63)
# With so few characters there are at most 15 significant digits, which every double carries.
SURELY_EXACT = 16
MOST_DIGITS = 40
MOST_FLAWS = 50
_STRING = re.compile(rb'"[^"\\]*(?:\\.[^"\\]*)*"')
_ALIKE = bytes.maketrans(b"{}", b"[]")
_NO_BRACKETS = bytes(set(range(256)) - set(b"[]{}"))


@dataclass(frozen=True, slots=True)
class Flaw:
    """Stands where the refused value stood, until the walk has found its pointer."""

    code: str
    detail: str


class StrictJSONParser(BaseParser):
    """application/json in UTF-8, within the limits of size and depth that the settings name."""

    media_type = "application/json"

    def parse(
        self,
        stream: IO[bytes],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> Any:
        request: Request = (parser_context or {})["request"]
        refuse_encodings(request, media_type or "")
        return parse_json(read_body(request, stream), most_depth=settings.JSON_MAX_DEPTH)


class MergePatchParser(StrictJSONParser):
    """The same text under the name that RFC 7396 gives to what a PATCH sends."""

    media_type = "application/merge-patch+json"


class JsonPatchParser(StrictJSONParser):
    """A PATCH as a list of operations (RFC 6902): see json_patch.py."""

    media_type = "application/json-patch+json"


def refuse_encodings(request: "Request", media_type: str) -> None:
    """415 for a charset other than UTF-8 and for a compressed body."""
    header = Message()
    header["Content-Type"] = media_type
    charset = header.get_param("charset", "utf-8")
    if not isinstance(charset, str) or charset.lower() not in ("utf-8", "utf8"):
        raise UnsupportedMediaType(media_type, detail="The charset must be utf-8.")
    encoding = request.META.get("HTTP_CONTENT_ENCODING", "identity").strip().lower()
    if encoding not in ("", "identity"):
        raise UnsupportedMediaType(media_type, detail="Send the body without compression.")


def read_body(request: "Request", stream: IO[bytes]) -> bytes:
    """The body, or 413 before a byte of it is read. Django reads no further than its length."""
    limit: int = settings.BODY_MAX_BYTES
    if int(request.META.get("CONTENT_LENGTH") or 0) > limit:
        raise ContentTooLarge(limit)
    return stream.read()


def parse_json(body: bytes, *, most_depth: int) -> Any:
    """The value of a JSON text, or `MalformedBody` with the pointer of each flaw."""
    try:
        value = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise MalformedBody(f"This is not JSON: {error}.") from None
    if _is_deeper(body, most_depth) or b"\\u0000" in body:
        _refuse_flaws(value, most_depth)
    found: list[Flaw] = []
    value = _decoder(found).decode(body.decode())
    if found:
        _refuse_flaws(value, most_depth)
    return value


def _is_deeper(body: bytes, most_depth: int) -> bool:
    """Whether this JSON text nests deeper: its brackets alone, a level of leaves after the other.

    It takes a tenth of the time that a walk through the value of a large body takes.
    """
    if body.count(b"[") + body.count(b"{") <= most_depth:
        return False
    brackets = _STRING.sub(b"", body).translate(_ALIKE, _NO_BRACKETS)
    for _ in range(most_depth):
        if not brackets:
            return False
        brackets = brackets.replace(b"[]", b"")
    return bool(brackets)


def _decoder(found: list[Flaw]) -> json.JSONDecoder:
    def flaw(code: str, detail: str) -> Flaw:
        found.append(Flaw(code, detail))
        return found[-1]

    def members(pairs: list[tuple[str, Any]]) -> dict[str, Any] | Flaw:
        made = dict(pairs)
        if len(made) == len(pairs):
            return made
        counts = Counter(name for name, _ in pairs)
        twice = [name[:100] for name, count in counts.items() if count > 1]
        return flaw("duplicate-key", f"Given more than once: {', '.join(twice[:10])}.")

    def whole(text: str) -> int | Flaw:
        if len(text) < 19 or (len(text) < 21 and int(text) in INT64):
            return int(text)
        return flaw("number-too-large", "Whole numbers must fit in 64 bits.")

    def fraction(text: str) -> float | Flaw:
        if _is_exact(text):
            return float(text)
        return flaw("number-too-precise", "This number would lose digits: send it as a string.")

    return json.JSONDecoder(object_pairs_hook=members, parse_int=whole, parse_float=fraction)


def _is_exact(text: str) -> bool:
    if len(text) <= SURELY_EXACT and "e" not in text and "E" not in text:
        return True
    try:
        return len(text) <= MOST_DIGITS and Decimal(repr(float(text))) == Decimal(text)
    except InvalidOperation:  # an exponent beyond all bounds
        return False


def _refuse_flaws(value: object, most_depth: int) -> None:
    flaws = []
    for place, flaw in _walk(value, most_depth):
        flaws.append({"pointer": place, "code": flaw.code, "detail": flaw.detail})
        if len(flaws) == MOST_FLAWS:
            break
    if flaws:
        raise MalformedBody(f"{flaws[0]['detail']} See errors.", flaws)


def _walk(root: object, most_depth: int) -> Iterator[tuple[str, Flaw]]:
    """Each flaw with its pointer, without recursion: the depth is what is being judged."""
    waiting: list[tuple[str, object, int]] = [("", root, 1)]
    while waiting:
        place, value, depth = waiting.pop()
        if isinstance(value, Flaw):
            yield place, value
        elif isinstance(value, str) and "\0" in value:
            yield place, Flaw("nul-character", "Text must not contain the NUL character.")
        elif isinstance(value, dict | list) and depth > most_depth:
            yield place, Flaw("too-deep", f"At most {most_depth} levels of nesting are accepted.")
        elif isinstance(value, dict):
            for key, child in value.items():
                if "\0" in key:
                    yield place, Flaw("nul-character", "A key contains the NUL character.")
                waiting.append((f"{place}/{escape(key)}", child, depth + 1))
        elif isinstance(value, list):
            waiting.extend((f"{place}/{i}", child, depth + 1) for i, child in enumerate(value))

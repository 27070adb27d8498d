"""Conditional requests: ETag, If-Match and If-None-Match (RFC 9110 section 13).

A tag is `"<version>-<digest>"`: the version of the aggregate, which a write is checked against,
and a digest of the representation, which a cache is checked against. What a brand is called is
shown by its products without being a change of them, so only the whole tag proves that the
bytes are the same, and only the version proves that nobody changed the product.
"""

import hashlib
import re
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from rest_framework.request import Request

from catalog_project.errors import AlreadyThere, DomainError

TAG = re.compile(r'"(\d{1,9})(?:-[\w.-]*)?"')
ANY_TAG = re.compile(r'(?:W/)?"[^"\x00-\x20\x7f]*"')
NEVER = 0  # versions start at 1
_HELD = "catalog_held_version"
# Any cache may keep an answer, and asks whether it still holds before it uses it (RFC 9111).
SHARED = "public, no-cache"
PRIVATE = "private, no-cache"
CREDENTIALS = "Authorization, X-API-Key"  # the headers by which callers say who they are


class UnreadablePrecondition(DomainError):
    """If-Match takes one strong entity tag, as an ETag header gave it, or `*`."""

    status = 400
    code = "unreadable-precondition"
    title = "The If-Match or If-None-Match header cannot be read"


class PreconditionRequired(DomainError):
    """RFC 6585 section 3: this service wants to know which version a write is about."""

    status = 428
    code = "precondition-required"
    title = "The write does not say which version it is about"

    def __init__(self) -> None:
        super().__init__(
            "Send the ETag that you read as If-Match, or * if any version will do."
            " CATALOG_REQUIRE_IF_MATCH is on."
        )


def if_match(request: Request) -> int | None:
    """The version that the caller expects; None where any will do.

    A tag that this service never gave, or a weak one, is a version that no row has: the answer
    will be 412 (RFC 9110 section 13.1.1). A JSON Patch is about the version that it was applied
    to. Raises UnreadablePrecondition for what is no tag, or for more than one, and
    PreconditionRequired where there must be one and is none, and AlreadyThere where it shall only
    happen if there is nothing yet: whoever asks for a version has found something.
    """
    if only_if_new(request):
        raise AlreadyThere("Leave If-None-Match out to change it.")
    held: int | None = getattr(request, _HELD, None)
    if held is not None:
        return held
    if settings.CATALOG_REQUIRE_IF_MATCH and "If-Match" not in request.headers:
        raise PreconditionRequired
    return version_of(request.headers.get("If-Match", "*").strip())


def only_if_new(request: Request) -> bool:
    """Whether a write shall create, and change nothing that is there (RFC 9110 section 13.1.2).

    Raises UnreadablePrecondition for a tag: a write compares one with If-Match.
    """
    header = request.headers.get("If-None-Match")
    if header is not None and header.strip() != "*":
        raise UnreadablePrecondition("A write takes If-None-Match: * alone; an ETag is If-Match's.")
    return header is not None


def hold_version(request: Request, version: int) -> None:
    """What this request writes holds for this version alone."""
    setattr(request, _HELD, version)


def forget_version(request: Request) -> None:
    setattr(request, _HELD, None)


def version_of(tag: str) -> int | None:
    """The version in an entity tag; None of `*`. Raises UnreadablePrecondition."""
    if tag == "*":
        return None
    if not ANY_TAG.fullmatch(tag):
        raise UnreadablePrecondition(
            'Send exactly one ETag, with its quotes, as the ETag header gave it: "3-5f0c…".'
        )
    known = TAG.fullmatch(tag)
    return int(known[1]) if known else NEVER


def is_fresh(request: Request | HttpRequest, etag: str) -> bool:
    """Whether If-None-Match names this representation: the caller has these bytes already."""
    header = request.META.get("HTTP_IF_NONE_MATCH")
    if not header:
        return False
    known = {tag.strip().removeprefix("W/") for tag in header.split(",")}
    return f'"{etag}"' in known or "*" in known


def representation(
    request: Request | HttpRequest,
    body: bytes,
    etag: str,
    *,
    status: int = 200,
    headers: dict[str, Any] | None = None,
) -> HttpResponse:
    """These JSON bytes with their ETag, or 304 where a read finds the caller up to date."""
    if status == 200 and request.method in ("GET", "HEAD") and is_fresh(request, etag):
        response = HttpResponse(status=304)
    else:
        response = HttpResponse(body, status=status, content_type="application/json")
    response["ETag"] = f'"{etag}"'
    say_who_may_keep(request, response)
    for name, value in (headers or {}).items():
        response[name] = value
    return response


def moved_to(request: Request, url: str) -> HttpResponse:
    """301 to this address of ours, with the query string that came. It may move on, so a cache
    asks each time (RFC 9110 section 15.4.2 would let it keep the answer for good)."""
    query = request.META.get("QUERY_STRING", "")
    response = HttpResponse(status=301)
    response["Location"] = request.build_absolute_uri(url + (f"?{query}" if query else ""))
    say_who_may_keep(request, response)
    return response


def say_who_may_keep(request: Request | HttpRequest, response: HttpResponseBase) -> None:
    """What a known caller gets is theirs alone; a cache keeps the rest apart by credentials."""
    response["Cache-Control"] = PRIVATE if request.user.is_authenticated else SHARED
    response["Vary"] = CREDENTIALS
    if not request.user.is_authenticated and response.status_code in (200, 304):
        for name, value in for_our_proxy().items():
            response[name] = value


def for_our_proxy() -> dict[str, str]:
    """How long the proxy in front may answer with what anybody gets. Not where requests are
    counted: it would answer without counting."""
    seconds: int = settings.PROXY_CACHE_SECONDS
    if not seconds or settings.THROTTLE_ANONYMOUS is not None:
        return {}
    return {"X-Accel-Expires": str(seconds)}


def digest(*parts: bytes) -> str:
    """A short fingerprint of bytes; not a secret."""
    state = hashlib.blake2b(digest_size=9)
    for part in parts:
        state.update(part)
    return state.hexdigest()

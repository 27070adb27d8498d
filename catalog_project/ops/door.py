"""The checks at the door: what no view should have to think about."""

import functools
import io
from urllib.parse import unquote_to_bytes

from django.conf import settings
from django.core.exceptions import DisallowedHost
from django.http import HttpRequest, HttpResponse
from django.http.request import split_domain_port, validate_host

from catalog_project.api import problem_types as types
from catalog_project.api.error_pages import answer

# TRACE echoes headers back; nobody needs it.
REFUSED_METHODS = frozenset({"TRACE", "TRACK", "CONNECT"})
# Probes and scrapers call by address; these answers hold no link that a false host could poison.
ANY_HOST = ("/health", "/metrics")


def refusal(request: HttpRequest) -> HttpResponse | None:
    """The answer to a request that goes no further, or None."""
    meta = request.META
    if request.method in REFUSED_METHODS:
        return answer(request, types.METHOD_NOT_ALLOWED, headers={"Allow": "GET, HEAD, OPTIONS"})
    if not request.path_info.startswith(ANY_HOST) and not _is_for_us(request):
        return answer(request, types.BAD_REQUEST, detail="This service has another host name.")
    query = meta.get("QUERY_STRING", "")
    if "\0" in request.path_info or ("%" in query and not _is_readable(query)):
        return answer(request, types.BAD_REQUEST, detail="The address holds unreadable text.")
    if "CONTENT_LENGTH" in meta or "HTTP_TRANSFER_ENCODING" in meta:
        return _body_refusal(request)
    return None


def _is_for_us(request: HttpRequest) -> bool:
    host = request.META.get("HTTP_HOST")
    if host is not None:
        return _is_allowed(host, tuple(settings.ALLOWED_HOSTS))
    try:
        request.get_host()
    except DisallowedHost:
        return False
    return True


@functools.lru_cache(maxsize=256)
def _is_allowed(host: str, allowed: tuple[str, ...]) -> bool:
    """What `get_host` decides, remembered: callers use few names, and asking costs 4 µs."""
    domain, _port = split_domain_port(host)
    return bool(domain) and validate_host(domain, allowed)


def _is_readable(query: str) -> bool:
    raw = unquote_to_bytes(query)
    try:
        raw.decode()
    except UnicodeDecodeError:
        return False
    return b"\0" not in raw


def _body_refusal(request: HttpRequest) -> HttpResponse | None:
    limit: int = settings.UPLOAD_MAX_BYTES
    if "HTTP_TRANSFER_ENCODING" in request.META:
        return _take_chunks(request)
    try:
        length = int(request.META["CONTENT_LENGTH"] or 0)
    except ValueError:
        return answer(request, types.BAD_REQUEST, detail="Content-Length is not a number.")
    if length > limit:
        return answer(request, types.CONTENT_TOO_LARGE, limit=limit)
    return None


def _take_chunks(request: HttpRequest) -> HttpResponse | None:
    """Read a body of unknown length, up to the limit: Django and DRF would take it for empty."""
    is_upload = (request.content_type or "").startswith("multipart/")
    limit: int = settings.UPLOAD_MAX_BYTES if is_upload else settings.BODY_MAX_BYTES
    try:
        body = request.META["wsgi.input"].read(limit + 1)
    except Exception:  # noqa: BLE001  # each server has its own class for a broken chunk
        return answer(request, types.BAD_REQUEST, detail="The chunks of the body are broken.")
    if len(body) > limit:
        return answer(request, types.CONTENT_TOO_LARGE, limit=limit)
    request.META["CONTENT_LENGTH"] = str(len(body))
    request._stream = io.BytesIO(body)  # what WSGIRequest reads from
    return None

"""The middleware: one lean pass for every request, the usual ones for the admin alone."""

import functools
import re
import time
from collections.abc import Callable
from typing import Any

import uuid_utils
from corsheaders.middleware import CorsMiddleware
from django.conf import settings
from django.contrib.admindocs.views import simplify_regex
from django.contrib.auth.middleware import AuthenticationMiddleware
from django.contrib.messages.middleware import MessageMiddleware
from django.contrib.sessions.middleware import SessionMiddleware
from django.core.exceptions import MiddlewareNotUsed
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.middleware.csrf import CsrfViewMiddleware
from django.utils.cache import patch_vary_headers
from django.utils.functional import SimpleLazyObject
from structlog.contextvars import bind_contextvars, reset_contextvars

from catalog_project.api.error_pages import not_found
from catalog_project.ops.clients import client_address
from catalog_project.ops.door import refusal
from catalog_project.ops.logs import access_log
from catalog_project.ops.metrics import count_request
from catalog_project.ops.policies import PERMISSIONS, embeds_for, policy_for

GetResponse = Callable[[HttpRequest], HttpResponseBase]

ADMIN = "/admin"
REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{8,64}")


class RequestMiddleware:
    """Outermost: request id, the checks at the door, security headers, metrics, one log line."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response
        self.trusts_proxy = settings.TRUSTED_PROXY_COUNT > 0
        self.write = access_log(settings.LOG_LEVEL, settings.LOG_FORMAT)

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        start = time.perf_counter()
        request_id = self._request_id(request)
        request.request_id = request_id  # type: ignore[attr-defined]  # our own addition
        tokens = bind_contextvars(request_id=request_id)
        try:
            response = refusal(request) or self.get_response(request)
            _add_headers(request, response, request_id)
            self._account_for(request, response, time.perf_counter() - start)
        finally:
            reset_contextvars(**tokens)
        return response

    def _request_id(self, request: HttpRequest) -> str:
        if self.trusts_proxy:
            sent = request.META.get("HTTP_X_REQUEST_ID", "")
            if REQUEST_ID.fullmatch(sent):
                return str(sent)
        return str(uuid_utils.uuid7())

    def _account_for(
        self, request: HttpRequest, response: HttpResponseBase, seconds: float
    ) -> None:
        method, route, status = request.method or "", _route(request), response.status_code
        count_request(method, route, status, seconds)
        self.write(
            {
                "request_id": request.request_id,  # type: ignore[attr-defined]  # our own addition
                "method": method,
                "route": route,
                "path": request.path,
                "status": status,
                "duration_ms": round(seconds * 1000, 2),
                "user": _user(request),
                "ip": client_address(request),
            }
        )


def _add_headers(request: HttpRequest, response: HttpResponseBase, request_id: str) -> None:
    # Past the setter, which takes 3 µs to check each value; these are our own and known to be
    # clean. A test compares what a client receives.
    store = response.headers._store
    store["x-request-id"] = ("X-Request-ID", request_id)
    store["permissions-policy"] = ("Permissions-Policy", PERMISSIONS)
    embeds = embeds_for(request.path_info)
    # Swagger UI would let pages that open it reach in, for a way of signing in that is not ours.
    store["cross-origin-opener-policy"] = ("Cross-Origin-Opener-Policy", "same-origin")
    store["cross-origin-resource-policy"] = ("Cross-Origin-Resource-Policy", embeds)
    if "content-security-policy" not in store:
        policy = policy_for(request.path_info)
        store["content-security-policy"] = ("Content-Security-Policy", policy)
    if limit := getattr(request, "rate_limit", None):
        store["ratelimit-policy"] = ("RateLimit-Policy", limit[0])
        store["ratelimit"] = ("RateLimit", limit[1])
    if "content-length" not in store and not response.streaming:
        length = str(len(response.content))  # type: ignore[attr-defined]  # HttpResponse has it
        store["content-length"] = ("Content-Length", length)
    if request.method == "HEAD" and not response.streaming:
        response.content = b""  # type: ignore[attr-defined]  # gunicorn warns of each body


def _route(request: HttpRequest) -> str:
    match = request.resolver_match
    if match is not None and match.func is not not_found:
        return readable(match.route)
    return "static" if request.path_info.startswith(settings.STATIC_URL) else "unmatched"


@functools.cache  # as many entries as there are URL patterns
def readable(route: str) -> str:
    """`api/v1/products/(?P<key>[^/]+)$` as `/api/v1/products/<key>`."""
    return str(simplify_regex(route))


def _user(request: HttpRequest) -> str | None:
    """Who asked, if somebody looked already: a log line must not cost a query."""
    known = vars(request)
    user = known.get("_cached_user") or known.get("user")
    if user is None or isinstance(user, SimpleLazyObject) or user.pk is None:
        return None
    return str(user.pk)


class AdminOnly:
    """Runs the middleware it is mixed into for /admin, and steps aside elsewhere.

    Subclasses, so that Django's checks of the admin (admin.E408 to E410) recognise them.
    """

    def __call__(self, request: HttpRequest) -> Any:
        if request.path_info.startswith(ADMIN):
            return super().__call__(request)  # type: ignore[misc]  # the one it is mixed into
        return self.get_response(request)  # type: ignore[attr-defined]  # likewise


class AdminSessionMiddleware(AdminOnly, SessionMiddleware):
    pass


class AdminCsrfMiddleware(AdminOnly, CsrfViewMiddleware):
    def process_view(
        self, request: HttpRequest, callback: Callable[..., Any], args: Any, kwargs: Any
    ) -> Any:
        if request.path_info.startswith(ADMIN):
            return super().process_view(request, callback, args, kwargs)
        return None


class AdminAuthenticationMiddleware(AdminOnly, AuthenticationMiddleware):
    # Django asks each middleware for this on every view; only LoginRequiredMiddleware needs it.
    pass


class AdminMessageMiddleware(AdminOnly, MessageMiddleware):
    pass


class ApiCorsMiddleware(CorsMiddleware):
    """django-cors-headers for requests that have an origin; not there when no origin may call."""

    def __init__(self, get_response: GetResponse) -> None:
        if not (settings.CORS_ALLOW_ALL_ORIGINS or settings.CORS_ALLOWED_ORIGINS):
            raise MiddlewareNotUsed
        super().__init__(get_response)

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if "HTTP_ORIGIN" in request.META:
            return super().__call__(request)  # type: ignore[return-value]  # never async here
        response = self.get_response(request)
        assert isinstance(response, HttpResponseBase)
        if request.path_info.startswith("/api/"):
            patch_vary_headers(response, ("origin",))
        return response

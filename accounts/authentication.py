"""Bearer token or API key -> request.user, in one query, or in none where a view proves it."""

from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework_simplejwt.authentication import JWTAuthentication

from accounts.api_key_use import KeyUse, caller_of_key, known_caller_of_key
from accounts.channel_limits import ensure_route
from accounts.errors import InvalidToken, ScopeMissing
from accounts.key_texts import PREFIX
from accounts.remembered import CallerCheck, check_of
from accounts.scopes import ensure_scope
from accounts.sessions import user_of_access_token

if TYPE_CHECKING:
    from django.http import HttpRequest
    from rest_framework.request import Request

    from accounts.models import User

NOBODY = AnonymousUser()


class CatalogJWTAuthentication(JWTAuthentication):
    """The signature is checked without a query; sign-in, user and roles cost at most one.

    So a caller who was disabled, deleted or signed out, or whose password changed, is refused
    on the next request, not when the token expires.
    """

    def authenticate(self, request: "Request") -> tuple["User", None] | None:  # type: ignore[override]
        raw = bearer_of(request)
        if raw is None or raw.startswith(PREFIX) or "HTTP_X_API_KEY" in request.META:
            return None  # a key is here, which the class below judges
        try:
            user = user_of_access_token(raw, check_of(request))
        except InvalidToken:
            raise token_refused() from None
        ensure_open(user, request)
        return user, None

    def authenticate_header(self, request: "Request") -> str:
        return 'Bearer realm="catalog"'


class ApiKeyAuthentication(BaseAuthentication):
    """An API key, as `Authorization: Bearer cat_live_…` or as `X-API-Key`, never both."""

    def authenticate(self, request: "Request") -> tuple["User", KeyUse] | None:
        text = request.META.get("HTTP_X_API_KEY")
        if text is None:
            text = bearer_of(request)
            if text is None or not text.startswith(PREFIX):
                return None
        elif request.META.get("HTTP_AUTHORIZATION"):
            raise AuthenticationFailed("Send either an Authorization or an X-API-Key header.")
        try:
            user, use = caller_of_key(text, request._request, check_of(request))
        except InvalidToken:
            raise AuthenticationFailed("The API key is invalid or has ended.") from None
        ensure_scope(use.scopes, request.method or "", request.path_info)
        ensure_open(user, request)
        return user, use

    def authenticate_header(self, request: "Request") -> str:
        return 'Bearer realm="catalog"'


def known_caller(request: "HttpRequest", check: CallerCheck) -> "User | AnonymousUser | None":
    """Who reads, where nothing speaks against it and nobody counts them: for reads that are
    answered before the framework begins. None is for the classes above to judge."""
    text, authorization = map(request.META.get, ("HTTP_X_API_KEY", "HTTP_AUTHORIZATION"))
    if text is None and authorization is None:
        is_open = settings.CATALOG_PUBLIC_READ and settings.THROTTLE_ANONYMOUS is None
        return NOBODY if is_open else None
    raw = bearer_of(request)
    if (text is None) == (raw is None) or (text is not None and authorization):
        return None
    try:
        if text is None and raw is not None and not raw.startswith(PREFIX):
            return user_of_access_token(raw, check) if settings.THROTTLE_USER is None else None
        found = known_caller_of_key(text or raw or "", request, check)
        if found is None or found[1].rate or settings.THROTTLE_KEY:
            return None
        ensure_scope(found[1].scopes, request.method or "", request.path_info)
    except (InvalidToken, ScopeMissing):
        return None
    return found[0]


def bearer_of(request: "Request | HttpRequest") -> str | None:
    """What the Authorization header brings as `Bearer`, in any case (RFC 9110 section 11.1).

    Whatever stands there is judged: nobody who means to sign in is taken for anybody else.
    """
    scheme, _, credentials = request.META.get("HTTP_AUTHORIZATION", "").partition(" ")
    return credentials.strip() if scheme.lower() == "bearer" else None


def ensure_open(user: "User", request: "Request") -> None:
    """Raise ChannelForbidden where the caller is limited to channels, and this is not for them."""
    match = request._request.resolver_match
    ensure_route(user, request.method or "", match.route if match else "")


def token_refused() -> AuthenticationFailed:
    """The one answer to every bad token: which check failed is nobody's business."""
    return AuthenticationFailed("The token is invalid or has expired.")

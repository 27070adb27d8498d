"""Sign in, renew, check, sign out, and who am I."""

import re
from typing import Any, cast

from django.contrib.auth import authenticate
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import AuthenticationFailed, Throttled
from rest_framework.permissions import AllowAny, IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework_simplejwt.settings import api_settings

from accounts.actors import actor_of
from accounts.admin_sessions import agent_of
from accounts.api import documentation as docs
from accounts.api.serializers import (
    MeResponse,
    NoMembers,
    RefreshRequest,
    TokenRequest,
    TokenResponse,
    VerifyRequest,
    VerifyResponse,
)
from accounts.authentication import CatalogJWTAuthentication, token_refused
from accounts.channel_limits import channels_of
from accounts.errors import InvalidToken, LoginThrottled, UnusableRetryKey
from accounts.models import User
from accounts.networks import client_digest
from accounts.roles import abilities_of
from accounts.second_factor import ensure_set_up
from accounts.services import sign_out_everywhere
from accounts.sessions import TokenPair, check_token, end_session, renew_session, start_session
from catalog_project.api.serializers import StrictSerializer
from catalog_project.api.views import StrictView
from catalog_project.ops.clients import client_address

RETRY_KEY = re.compile(r"[\x21-\x7e]{16,255}")


def read_body(shape: type[StrictSerializer], request: Request) -> dict[str, Any]:
    """The body in this shape. Raises ValidationError with a pointer to each flaw."""
    body = shape(data=request.data)
    body.is_valid(raise_exception=True)
    return cast("dict[str, Any]", body.validated_data)


class TokenView(StrictView):
    """The token or password is in the body, so a stale Authorization header must not matter."""

    authentication_classes = []
    permission_classes = [AllowAny]
    request_class: type[StrictSerializer]

    def accepted(self, request: Request) -> dict[str, Any]:
        return read_body(self.request_class, request)

    def get_authenticate_header(self, request: Request) -> str:
        """Without it DRF would turn 401 into 403, as this view has no authentication class."""
        return CatalogJWTAuthentication().authenticate_header(request)

    def handle_exception(self, exc: Exception) -> Response:
        answer = super().handle_exception(token_refused() if isinstance(exc, InvalidToken) else exc)
        if answer.status_code == 401:  # RFC 9110 wants it there, a rule of ours included
            answer["WWW-Authenticate"] = self.get_authenticate_header(self.request)
        return answer


class SignIn(TokenView):
    request_class = TokenRequest

    @extend_schema(**docs.SIGN_IN)
    def post(self, request: Request) -> Response:
        """Trade a user name (or e-mail address) and password for an access and a refresh token.
        Whoever has a second factor sends its code, too: without it the answer is 401
        `second-factor-required`."""
        given = self.accepted(request)
        try:
            user = authenticate(request._request, **given)
        except LoginThrottled as refusal:
            raise Throttled(refusal.wait, "Too many failed logins.") from refusal
        if user is None:
            raise AuthenticationFailed("No active user has this name and password.")
        ensure_set_up(user)
        http = request._request
        pair = start_session(user, ip=client_address(http), user_agent=agent_of(http))
        return _token_response(pair)


class Renew(TokenView):
    request_class = RefreshRequest

    @extend_schema(**docs.RENEW)
    def post(self, request: Request) -> Response:
        """Trade a refresh token for a new pair. The old one is dead; using it again ends the
        whole sign-in, because it means that two parties hold it. Only for a few seconds a client
        whose answer was lost may ask again, with the same `Idempotency-Key`, for the same pair."""
        pair = renew_session(
            self.accepted(request)["refresh"],
            client=client_digest(request._request),
            retry_key=_retry_key(request),
        )
        return _token_response(pair)


class Verify(TokenView):
    request_class = VerifyRequest

    @extend_schema(**docs.VERIFY)
    def post(self, request: Request) -> Response:
        """Say whether a token would be accepted right now: 200, or 401 for whatever reason."""
        return _no_store(VerifyResponse(check_token(self.accepted(request)["token"])).data)


class SignOut(TokenView):
    request_class = RefreshRequest

    @extend_schema(**docs.SIGN_OUT)
    def post(self, request: Request) -> Response:
        """End the sign-in this refresh token belongs to, with all its access tokens, at once."""
        end_session(self.accepted(request)["refresh"])
        return Response(status=204)


class SignOutEverywhere(StrictView):
    authentication_classes = [CatalogJWTAuthentication]
    permission_classes = [IsAuthenticated]

    @extend_schema(**docs.SIGN_OUT_EVERYWHERE)
    def post(self, request: Request) -> Response:
        """End every sign-in of the caller, here and in the admin, at once."""
        NoMembers(data=request.data).is_valid(raise_exception=True)
        sign_out_everywhere(cast("User", request.user).pk, actor=actor_of(request))
        return Response(status=204)


class Me(StrictView):
    permission_classes = [IsAuthenticated]

    @extend_schema(**docs.ME)
    def get(self, request: Request) -> Response:
        """Who the caller is and what they may do."""
        user = cast("User", request.user)
        facts = {
            "id": user.pk,
            "username": user.username,
            "email": user.email,
            "roles": sorted(user.role_names),
            "abilities": abilities_of(user),
            "channels": sorted(limit) if (limit := channels_of(user)) is not None else None,
        }
        return _no_store(MeResponse(facts).data)


def _retry_key(request: Request) -> str:
    """What only the client of the first try can know, if it is long enough for that."""
    key: str = request.headers.get("Idempotency-Key", "")
    if key and not RETRY_KEY.fullmatch(key):
        raise UnusableRetryKey
    return key


def _token_response(pair: TokenPair) -> Response:
    facts = {
        "access": pair.access,
        "refresh": pair.refresh,
        "token_type": "Bearer",
        "expires_in": int(api_settings.ACCESS_TOKEN_LIFETIME.total_seconds()),
    }
    return _no_store(TokenResponse(facts).data)


def _no_store(data: object) -> Response:
    """Nobody on the way may keep it (RFC 6749 section 5.1)."""
    return Response(data, headers={"Cache-Control": "no-store"})

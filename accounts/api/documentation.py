"""What the OpenAPI document says about the auth endpoints, apart from the code that runs."""

from typing import Any

from drf_spectacular.utils import OpenApiExample, OpenApiParameter, OpenApiResponse

from accounts.api.serializers import (
    MeResponse,
    RefreshRequest,
    TokenRequest,
    TokenResponse,
    VerifyRequest,
    VerifyResponse,
)
from catalog_project.api.openapi import problems

TOKEN = "eyJhbGciOiJFZERTQSIsInR5cCI6ImF0K2p3dCJ9.eyJ0b2tlbl90eXBlIjoiLi4uIn0.c2lnbmF0dXJl"  # noqa: S105  # an example
PAIR = {"access": TOKEN, "refresh": TOKEN, "token_type": "Bearer", "expires_in": 900}
TAGS = ["auth"]
NO_AUTHENTICATION: list[Any] = [{}]

RETRY_KEY = OpenApiParameter(
    "Idempotency-Key",
    {"type": "string", "minLength": 16, "maxLength": 255},
    OpenApiParameter.HEADER,
    description="Random for each renewal. A client whose answer was lost repeats the request with "
    "the same key within a few seconds and gets the same refresh token, if that is still unused.",
)


def _sent(value: object, name: str = "Request") -> OpenApiExample:
    return OpenApiExample(name, value=value, request_only=True)


def _answered(value: object, name: str = "Answer") -> OpenApiExample:
    return OpenApiExample(name, value=value, response_only=True, status_codes=["200"])


SIGN_IN: dict[str, Any] = {
    "operation_id": "auth_token_create",
    "summary": "Sign in",
    "tags": TAGS,
    "auth": NO_AUTHENTICATION,
    "request": TokenRequest,
    "responses": {
        200: OpenApiResponse(TokenResponse, "The tokens."),
        **problems(400, 401, 403, 429),
    },
    "examples": [
        _sent({"username": "ada", "password": "correct horse battery"}),
        _answered(PAIR),
    ],
}
RENEW: dict[str, Any] = {
    "operation_id": "auth_token_refresh_create",
    "summary": "Renew the tokens",
    "tags": TAGS,
    "auth": NO_AUTHENTICATION,
    "request": RefreshRequest,
    "parameters": [RETRY_KEY],
    "responses": {200: OpenApiResponse(TokenResponse, "The tokens."), **problems(400, 401, 409)},
    "examples": [_sent({"refresh": TOKEN}), _answered(PAIR)],
}
VERIFY: dict[str, Any] = {
    "operation_id": "auth_token_verify_create",
    "summary": "Check a token",
    "tags": TAGS,
    "auth": NO_AUTHENTICATION,
    "request": VerifyRequest,
    "responses": {
        200: OpenApiResponse(VerifyResponse, "It would be accepted."),
        **problems(400, 401),
    },
    "examples": [
        _sent({"token": TOKEN}),
        _answered({"token_type": "access", "expires_at": "2026-03-01T12:15:00Z"}),
    ],
}
SIGN_OUT: dict[str, Any] = {
    "operation_id": "auth_logout_create",
    "summary": "Sign out",
    "tags": TAGS,
    "auth": NO_AUTHENTICATION,
    "request": RefreshRequest,
    "responses": {
        204: OpenApiResponse(description="The sign-in has ended."),
        **problems(400, 401),
    },
    "examples": [_sent({"refresh": TOKEN})],
}
SIGN_OUT_EVERYWHERE: dict[str, Any] = {
    "operation_id": "auth_logout_all_create",
    "summary": "Sign out everywhere",
    "tags": TAGS,
    "request": None,
    "responses": {204: OpenApiResponse(description="Every sign-in has ended."), **problems(401)},
}
ME: dict[str, Any] = {
    "operation_id": "auth_me_retrieve",
    "summary": "Who am I",
    "tags": TAGS,
    "responses": {200: OpenApiResponse(MeResponse, "The caller."), **problems(401)},
    "examples": [
        _answered(
            {
                "id": "0197f3c5-6f0e-7c3a-9b1d-2f4f6a8c0e12",
                "username": "ada",
                "email": "ada@example.com",
                "roles": ["editor"],
                "abilities": ["catalog.edit", "catalog.read"],
                "channels": None,
            }
        )
    ],
}

"""What the OpenAPI document says about passwords and invitations."""

from typing import Any

from drf_spectacular.utils import OpenApiResponse

from accounts.api.people_shapes import (
    InvitationRequest,
    InvitationResponse,
    PasswordChange,
    ResetConfirmation,
    ResetRequest,
)
from catalog_project.api.openapi import answered, problems, sent

TAGS = ["auth"]
NO_AUTHENTICATION: list[Any] = [{}]
ASKED = {"username": "grace", "email": "grace@example.com", "roles": ["editor"], "is_staff": True}
LINK_TOKEN = "reset:WyIwMTk3ZjNjNTZmMGUiLCI5YjFkIl0:1uAbCd:c2lnbmF0dXJl"  # noqa: S105  # an example

RESET: dict[str, Any] = {
    "operation_id": "auth_password_reset_create",
    "summary": "Ask for a new password",
    "tags": TAGS,
    "auth": NO_AUTHENTICATION,
    "request": ResetRequest,
    "responses": {
        202: OpenApiResponse(description="If somebody has this address, a mail is on its way."),
        **problems(400, 409, 429),
    },
    "examples": [sent({"email": "ada@example.com"})],
}
CONFIRM: dict[str, Any] = {
    "operation_id": "auth_password_reset_confirm",
    "summary": "Set a password with a link",
    "tags": TAGS,
    "auth": NO_AUTHENTICATION,
    "request": ResetConfirmation,
    "responses": {204: OpenApiResponse(description="It is set."), **problems(400)},
    "examples": [sent({"token": LINK_TOKEN, "password": "four words nobody expects"})],
}
CHANGE: dict[str, Any] = {
    "operation_id": "auth_password_create",
    "summary": "Change your password",
    "tags": TAGS,
    "request": PasswordChange,
    "responses": {204: OpenApiResponse(description="It is changed."), **problems(429)},
    "examples": [
        sent({"current_password": "the one of now", "password": "four words nobody expects"})
    ],
}
INVITE: dict[str, Any] = {
    "operation_id": "auth_invitations_create",
    "summary": "Invite somebody",
    "tags": TAGS,
    "request": InvitationRequest,
    "responses": {201: OpenApiResponse(InvitationResponse, "They are invited.")},
    "examples": [
        sent(ASKED),
        answered(
            {
                "id": "0197f3c5-6f0e-7c3a-9b1d-2f4f6a8c0e12",
                **ASKED,
                "channels": [],
                "expires_in": 604800,
            },
            status=201,
        ),
    ],
}

"""Passwords and invitations over HTTP."""

from typing import cast

from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import Throttled
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.actors import Actor, actor_of
from accounts.api import people_documentation as docs
from accounts.api.people_shapes import (
    InvitationRequest,
    InvitationResponse,
    PasswordChange,
    ResetConfirmation,
    ResetRequest,
)
from accounts.api.views import TokenView, read_body
from accounts.authentication import CatalogJWTAuthentication
from accounts.errors import LoginThrottled
from accounts.invitations import invite_user
from accounts.links import LIFETIMES, Purpose
from accounts.models import User
from accounts.passwords import ask_for_reset, change_own_password, set_password_by_link
from accounts.permissions import CanManageUsers
from catalog_project.api.views import StrictView

LINK = Actor(user_id=None, label="link", source="api")


class PasswordReset(TokenView):
    request_class = ResetRequest

    @extend_schema(**docs.RESET)
    def post(self, request: Request) -> Response:
        """Ask for a mail with a link. The answer is the same, and takes as long, whether or not
        somebody has this address."""
        try:
            ask_for_reset(self.accepted(request)["email"], request=request._request)
        except LoginThrottled as refusal:
            raise Throttled(refusal.wait, "Too many mails were asked for.") from refusal
        return Response(status=202)


class PasswordResetConfirmation(TokenView):
    request_class = ResetConfirmation

    @extend_schema(**docs.CONFIRM)
    def post(self, request: Request) -> Response:
        """Set a first or another password with the token of a mail. It is good once, and every
        sign-in ends."""
        given = self.accepted(request)
        set_password_by_link(given["token"], new_password=given["password"], actor=LINK)
        return Response(status=204)


class OwnPassword(StrictView):
    authentication_classes = [CatalogJWTAuthentication]
    permission_classes = [IsAuthenticated]

    @extend_schema(**docs.CHANGE)
    def post(self, request: Request) -> Response:
        """Change your password. This sign-in goes on, all others end."""
        given = read_body(PasswordChange, request)
        try:
            change_own_password(
                cast("User", request.user),
                current=given["current_password"],
                new_password=given["password"],
                request=request._request,
                actor=actor_of(request),
            )
        except LoginThrottled as refusal:
            raise Throttled(refusal.wait, "Too many wrong passwords.") from refusal
        return Response(status=204)


class Invitations(StrictView):
    authentication_classes = [CatalogJWTAuthentication]
    permission_classes = [CanManageUsers]

    @extend_schema(**docs.INVITE)
    def post(self, request: Request) -> Response:
        """Make a user and mail them a link to choose their first password."""
        user = invite_user(
            **read_body(InvitationRequest, request),
            giver=cast("User", request.user),
            actor=actor_of(request),
        )
        facts = {
            "id": user.pk,
            "username": user.username,
            "email": user.email,
            "roles": sorted(user.role_names),
            "is_staff": user.is_staff,
            "channels": user.channels,
            "expires_in": int(LIFETIMES[Purpose.INVITATION].total_seconds()),
        }
        body = InvitationResponse(facts).data
        return Response(body, status=201, headers={"Cache-Control": "no-store"})

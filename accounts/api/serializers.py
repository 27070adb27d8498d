"""What the auth endpoints accept, and what they promise. The two never share a class."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from accounts.tokens import LONGEST_TOKEN
from catalog_project.api.serializers import StrictSerializer, Text

LONGEST_LOGIN = 254  # an e-mail address
LONGEST_PASSWORD = 1024  # hashing is dear, so its input is bounded


class TokenRequest(StrictSerializer):
    username = Text(max_length=LONGEST_LOGIN, help_text="The user name or the e-mail address.")
    password = Text(max_length=LONGEST_PASSWORD, write_only=True)
    otp = Text(
        max_length=64,
        required=False,
        write_only=True,
        help_text="Who has a second factor: the code of the app, or a recovery code.",
    )


@extend_schema_field({"type": "string", "pattern": r"\S", "maxLength": LONGEST_TOKEN})
class TokenText(Text):
    """A longer one gets the answer of every other bad token."""


class RefreshRequest(StrictSerializer):
    refresh = TokenText(help_text="The refresh token that was issued last.")


class VerifyRequest(StrictSerializer):
    token = TokenText(help_text="An access or refresh token.")


class NoMembers(StrictSerializer):
    """Nothing needs to be said."""


class TokenResponse(serializers.Serializer[Any]):
    access = serializers.CharField(help_text="Send it as `Authorization: Bearer <access>`.")
    refresh = serializers.CharField(
        help_text="Good for one renewal; each renewal brings a new one."
    )
    token_type = serializers.ChoiceField(choices=["Bearer"])
    expires_in = serializers.IntegerField(help_text="Seconds until the access token expires.")


class VerifyResponse(serializers.Serializer[Any]):
    token_type = serializers.ChoiceField(choices=["access", "refresh"])
    expires_at = serializers.DateTimeField()


class MeResponse(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    username = serializers.CharField()
    email = serializers.EmailField(allow_blank=True)
    roles = serializers.ListField(child=serializers.CharField())
    abilities = serializers.ListField(child=serializers.CharField())
    channels = serializers.ListField(
        child=serializers.UUIDField(),
        allow_null=True,
        help_text="The only channels that the caller may see; null: every one.",
    )

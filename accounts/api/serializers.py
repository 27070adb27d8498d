"""What the auth endpoints accept, and what they promise. The two never share a class."""

from typing import Any

from rest_framework import serializers

LONGEST_LOGIN = 254  # an e-mail address
LONGEST_PASSWORD = 1024  # hashing is dear, so its input is bounded


class StrictSerializer(serializers.Serializer[Any]):
    """Names every field it does not know instead of ignoring it."""

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, dict) and (unknown := sorted(data.keys() - self.fields.keys())):
            raise serializers.ValidationError(
                {name: [serializers.ErrorDetail("Unknown field.", "unknown")] for name in unknown}
            )
        return super().to_internal_value(data)


class TokenRequest(StrictSerializer):
    username = serializers.CharField(
        max_length=LONGEST_LOGIN, help_text="The user name or the e-mail address."
    )
    password = serializers.CharField(
        max_length=LONGEST_PASSWORD, trim_whitespace=False, write_only=True
    )


class RefreshRequest(StrictSerializer):
    refresh = serializers.CharField(help_text="The refresh token that was issued last.")


class VerifyRequest(StrictSerializer):
    token = serializers.CharField(help_text="An access or refresh token.")


class TokenResponse(serializers.Serializer[Any]):
    access = serializers.CharField(help_text="Send it as `Authorization: Bearer <access>`.")
    refresh = serializers.CharField(
        help_text="Good for one renewal; each renewal brings a new one."
    )
    token_type = serializers.CharField(default="Bearer")
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

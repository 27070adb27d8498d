"""What the endpoints of API keys accept and promise."""

from rest_framework import serializers

from accounts.api_key_rules import LONGEST_NAME, MOST_CHANNELS, MOST_NETWORKS
from accounts.models import ApiKey
from catalog_project.api.serializers import (
    Id,
    Instant,
    ServedSerializer,
    StrictSerializer,
    Text,
    Whole,
)

MOST_SCOPES = 100
THIRTY_DAYS = 30 * 24 * 3600


class ApiKeyRequest(StrictSerializer):
    name = Text(max_length=LONGEST_NAME, help_text="What it is for; shown in logs and history.")
    scopes = serializers.ListField(
        child=Text(max_length=64),
        min_length=1,
        max_length=MOST_SCOPES,
        help_text="Such as `products:read`, `media:write`.",
    )
    role = Text(max_length=16, required=False, help_text="At most your own, which is the default.")
    networks = serializers.ListField(
        child=Text(max_length=43),
        required=False,
        max_length=MOST_NETWORKS,
        help_text="Where it may be used from (CIDR); without any, from everywhere.",
    )
    channels = serializers.ListField(
        child=Id(),
        required=False,
        max_length=MOST_CHANNELS,
        help_text="Ids of the only channels that it sees, and whose own things it may change; "
        "without any, all.",
    )
    expires_at = Instant(required=False, allow_null=True)


class RotationRequest(StrictSerializer):
    overlap_seconds = Whole(
        required=False,
        min_value=0,
        max_value=THIRTY_DAYS,
        help_text="How long the old key stays good: a day, if nothing is said.",
    )
    expires_at = Instant(required=False, allow_null=True)


class ApiKeyPatch(StrictSerializer):
    rate = Text(
        max_length=16,
        allow_blank=True,
        help_text="How often the key may ask, such as `600/min`; empty: as the setting says.",
    )


class ApiKeyResponse(ServedSerializer[ApiKey]):
    owner = serializers.CharField(source="owner.username")

    class Meta:
        model = ApiKey
        fields = [
            "id",
            "owner",
            "name",
            "role",
            "scopes",
            "networks",
            "channels",
            "rate",
            "expires_at",
            "revoked_at",
            "last_used_at",
            "successor",
            "created_at",
        ]


class NewApiKeyResponse(ApiKeyResponse):
    key = serializers.CharField(help_text="The key itself. It is never shown again.")

    class Meta(ApiKeyResponse.Meta):
        fields = [*ApiKeyResponse.Meta.fields, "key"]

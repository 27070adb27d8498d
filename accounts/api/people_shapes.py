"""What the endpoints of passwords and invitations accept and promise."""

from typing import Any

from rest_framework import serializers

from accounts.api.serializers import LONGEST_LOGIN, LONGEST_PASSWORD
from accounts.api_key_rules import MOST_CHANNELS
from accounts.links import LONGEST_TOKEN
from catalog_project.api.serializers import Id, StrictSerializer, Text

LONGEST_NAME = 150


class ResetRequest(StrictSerializer):
    email = serializers.EmailField(max_length=LONGEST_LOGIN, help_text="The account's address.")


class ResetConfirmation(StrictSerializer):
    token = Text(max_length=LONGEST_TOKEN, help_text="From the link of the mail.")
    password = Text(
        max_length=LONGEST_PASSWORD,
        write_only=True,
        help_text="12 characters or more that are hard to guess. No other rule.",
    )


class PasswordChange(StrictSerializer):
    current_password = Text(max_length=LONGEST_PASSWORD, write_only=True)
    password = Text(max_length=LONGEST_PASSWORD, write_only=True, help_text="The new one.")


class InvitationRequest(StrictSerializer):
    username = Text(max_length=LONGEST_NAME, help_text="Letters, digits and `. + - _`.")
    email = serializers.EmailField(max_length=LONGEST_LOGIN, help_text="Where the link goes.")
    roles = serializers.ListField(
        child=Text(max_length=16),
        required=False,
        max_length=5,
        help_text="At most your own.",
    )
    is_staff = serializers.BooleanField(
        required=False, help_text="Whether they may enter the admin; not, if nothing is said."
    )
    channels = serializers.ListField(
        child=Id(),
        required=False,
        max_length=MOST_CHANNELS,
        help_text="Ids of the only channels that they see, and whose own things they may change; "
        "without any, all.",
    )


class InvitationResponse(serializers.Serializer[Any]):
    id = serializers.UUIDField(help_text="The id of the new user.")
    username = serializers.CharField()
    email = serializers.EmailField()
    roles = serializers.ListField(child=serializers.CharField())
    is_staff = serializers.BooleanField()
    channels = serializers.ListField(child=serializers.UUIDField())
    expires_in = serializers.IntegerField(help_text="Seconds until the link ends.")

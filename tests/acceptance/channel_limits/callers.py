"""Callers that are limited to channels, and what they are told."""

from typing import Any

from accounts.models import User
from accounts.services import set_channels
from products.models.channels import Channel
from tests.accounts.factories import SYSTEM, UserFactory

FORBIDDEN = (403, "channel-forbidden")
# Rows that a refused request may leave behind: when a key was used, what the log says.
TRACES = {"accounts_apikey", "accounts_auditevent"}


def limited(*channels: Channel, **facts: Any) -> User:
    user: User = UserFactory.create(**(facts or {"admin": True}))
    return set_channels(user.pk, channels=[each.pk for each in channels], actor=SYSTEM)


def code_of(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.json().get("code", "")

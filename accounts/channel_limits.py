"""Callers that are limited to some channels: an API key can be, as that of one storefront."""

from typing import TYPE_CHECKING
from uuid import UUID

from accounts.errors import ChannelForbidden

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from accounts.models import User


def channels_of(user: "User | AnonymousUser") -> frozenset[UUID] | None:
    """The only channels that this caller may see; None for every one."""
    return getattr(user, "channel_limit", None)


def ensure_channel(user: "User | AnonymousUser", channel_id: UUID) -> None:
    """Raise ChannelForbidden where the caller is limited to other channels."""
    limit = channels_of(user)
    if limit is not None and channel_id not in limit:
        raise ChannelForbidden("Name one of the channels that the API key is for: ?channel=….")


def ensure_every_channel(user: "User | AnonymousUser") -> None:
    """Raise ChannelForbidden where the caller is limited: what follows shows all channels."""
    if channels_of(user) is not None:
        raise ChannelForbidden("This shows all channels, and the API key is for some of them.")

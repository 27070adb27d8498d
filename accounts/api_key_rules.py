"""What may be said of an API key, one function per value; each raises InvalidApiKey."""

from collections.abc import Collection
from datetime import datetime
from ipaddress import ip_network
from uuid import UUID

from django.utils import timezone

from accounts.channel_limits import channel_names
from accounts.errors import InvalidApiKey
from accounts.roles import ROLE_OF_GROUP, Role
from accounts.scopes import all_scopes, scopes_for
from catalog_project.environment import Rate
from catalog_project.errors import DomainError

LONGEST_NAME = 100
MOST_NETWORKS = 20
MOST_CHANNELS = 50


def checked_name(name: str) -> str:
    if not name.strip() or len(name) > 100:
        raise InvalidApiKey("Give a name of 1 to 100 characters.", pointer="/name")
    return name


def checked_role(role: str | None, own: Role) -> str:
    if role is None:
        return own.group_name
    if role not in ROLE_OF_GROUP:
        names = ", ".join(ROLE_OF_GROUP)
        raise InvalidApiKey(f"There is no role {role}. There are: {names}.", pointer="/role")
    if ROLE_OF_GROUP[role] > own:
        raise InvalidApiKey(f"The owner is {own.group_name}, no more.", pointer="/role")
    return role


def checked_channels(
    channels: Collection[UUID],
    refusal: type[DomainError] = InvalidApiKey,
    *,
    kept: Collection[UUID] = (),
) -> list[UUID]:
    """Of a key or of a user; `kept` are those that stood there already, deleted ones, too."""
    if len(channels) > MOST_CHANNELS:
        raise refusal(f"Name at most {MOST_CHANNELS} channels.", pointer="/channels")
    known = channel_names() if channels else {}
    for n, key in enumerate(channels):
        if key not in known and key not in kept:
            raise refusal(f"There is no channel {key}.", pointer=f"/channels/{n}")
    return sorted(set(channels))


def checked_scopes(scopes: Collection[str], role: str) -> list[str]:
    """Those that a key with this role could use: a scope beyond it would be an empty promise."""
    if not scopes:
        raise InvalidApiKey("Name at least one scope.", pointer="/scopes")
    known = scopes_for(ROLE_OF_GROUP[role])
    if wrong := sorted(set(scopes) - set(known)):
        why = f"is for a higher role than {role}" if wrong[0] in all_scopes() else "does not exist"
        text = f"The scope {wrong[0]} {why}. There are: {', '.join(known)}."
        raise InvalidApiKey(text, pointer="/scopes")
    return sorted(set(scopes))


def checked_networks(networks: Collection[str]) -> list[str]:
    if len(networks) > MOST_NETWORKS:
        raise InvalidApiKey(f"Name at most {MOST_NETWORKS} networks.", pointer="/networks")
    try:
        return sorted({str(ip_network(network)) for network in networks})
    except ValueError as error:
        detail = f"{error}. Write networks such as 192.0.2.0/24."
        raise InvalidApiKey(detail, pointer="/networks") from None


def checked_rate(rate: str) -> str:
    """A rate, or "" for the one of the settings."""
    try:
        return str(Rate.parse(rate)) if rate else ""
    except ValueError as error:
        raise InvalidApiKey(f"The rate {error}", pointer="/rate") from None


def checked_expiry(expires_at: datetime | None) -> datetime | None:
    if expires_at is not None and expires_at <= timezone.now():
        raise InvalidApiKey("Give a time to come.", pointer="/expires_at")
    return expires_at

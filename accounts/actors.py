"""Who caused a change: written beside every row of the change log."""

from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from accounts.channel_limits import channels_of

if TYPE_CHECKING:
    from django.http import HttpRequest
    from rest_framework.request import Request


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """A person or a program, and the door it came through."""

    user_id: UUID | None
    label: str
    source: str  # api, admin, import, command
    request_id: str = ""
    channels: frozenset[UUID] | None = None  # the only ones it may change; None: every one


def actor_of(request: "Request | HttpRequest", source: str = "api") -> Actor:
    """The caller of this request."""
    user = request.user
    key_name = getattr(getattr(request, "auth", None), "key_name", "")
    return Actor(
        user_id=user.pk if user.is_authenticated else None,
        label=user.get_username() + (f" (key {key_name})" if key_name else ""),
        source=source,
        request_id=getattr(request, "request_id", ""),
        channels=channels_of(user),
    )

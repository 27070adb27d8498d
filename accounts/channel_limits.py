"""Callers that are limited to some channels: people, and API keys as that of one storefront.

A user's channels and those of an API key are each a limit; where a key has both, it has what they
share. Whoever has none may do what their role says, in every channel.

What a limited caller may ask for stands in RULES, and nothing else: a new route is closed to them
until somebody decides. The services decide about rows, and a unit of work that nobody judged is
refused (products.services.unit_of_work). docs/security.md prints the same table.
"""

import re
from collections.abc import Callable, Collection, Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import TYPE_CHECKING
from uuid import UUID

from accounts.errors import ChannelForbidden

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from accounts.models import User

READ = ("GET",)
# The route below /api/v1, with {} for what names a thing -> methods. HEAD and OPTIONS go with GET.
RULES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        # In the channel that the query names, or in the default one where none is named.
        "products": READ,
        "products/facets": READ,
        "products/{}": READ,
        "products/{}/variants": READ,
        "products/{}/variants/{}": READ,
        "products/{}/media": READ,
        "products/{}/media/{}": READ,
        "products/{}/prices": READ,
        "products/{}/relations": READ,
        "products/{}/variants/{}/prices": READ,
        "collections/{}/products": READ,
        "search": READ,
        "suggest": READ,
        "brands": READ,
        "brands/{}": READ,
        "categories": READ,
        "categories/{}": READ,
        "categories/{}/ancestors": READ,
        "categories/{}/subtree": READ,
        # What belongs to a channel: of one's own ones alone, also to write.
        "channels": READ,
        "channels/{}": READ,
        "products/{}/completeness": READ,
        "products/{}/channels": ("GET", "PUT"),
        "products/{}/attributes": ("GET", "PATCH"),
        "products/{}/variants/{}/attributes": ("GET", "PATCH"),
        "price-lists": ("GET", "POST"),
        "price-lists/{}": ("GET", "PUT", "PATCH", "DELETE"),
        "price-lists/{}/prices": ("GET", "POST"),
        "price-lists/{}/prices/{}": ("GET", "PATCH", "DELETE"),
        # What all channels share: to read.
        "attributes": READ,
        "attributes/{}": READ,
        "product-types": READ,
        "product-types/{}": READ,
        "tax-classes": READ,
        "tax-classes/{}": READ,
        "locales": READ,
        "locales/{}": READ,
        "relation-kinds": READ,
        "relation-kinds/{}": READ,
        "collections": READ,
        "collections/{}": READ,
        "locations": READ,
        "locations/{}": READ,
        "stock": READ,
        "products/{}/external-ids": READ,
        "products/{}/translations": READ,
        "brands/{}/translations": READ,
        "categories/{}/translations": READ,
        "products/{}/variants/{}/costs": READ,
        # One's own account. Keys are no stronger than their owner.
        "auth/me": READ,
        "auth/password": ("POST",),
        "auth/logout-all": ("POST",),
        "api-keys": ("GET", "POST"),
        "api-keys/{}": ("GET", "DELETE"),
        "api-keys/{}/rotate": ("POST",),
    }
)
_ARGUMENT = re.compile(r"\(\?P<\w+>[^()]*\)|<[^>]*>")


def channels_of(user: "User | AnonymousUser") -> frozenset[UUID] | None:
    """The only channels that this caller may see; None for every one."""
    return getattr(user, "channel_limit", None)


def ensure_route(user: "User | AnonymousUser", method: str, route: str) -> None:
    """Raise ChannelForbidden where RULES do not open the route to a limited caller."""
    limit = channels_of(user)
    if limit is None:
        return
    asked = "GET" if method in {"HEAD", "OPTIONS"} else method
    if asked not in RULES.get(rule_of(route), ()):
        raise forbidden(limit, "All channels share this.")


def ensure_channel(user: "User | AnonymousUser", channel_id: UUID | None) -> None:
    """Raise ChannelForbidden where the caller is limited to other channels.

    None is a channel that is not there: whoever is limited is not told which ones are.
    """
    ensure_within(channels_of(user), [channel_id], "Name one of them: ?channel=….")


def ensure_within(
    limit: frozenset[UUID] | None, channels: Collection[UUID | None], why: str
) -> None:
    """Raise ChannelForbidden unless all of these are within the limit. None is every channel."""
    if limit is not None and not limit.issuperset(channels):
        raise forbidden(limit, why)


def forbidden(limit: frozenset[UUID], why: str) -> ChannelForbidden:
    """The refusal, which names the limit."""
    known = channel_names()
    names = ", ".join(sorted(known[key] for key in limit if key in known))
    return ChannelForbidden(f"You are limited to the channels: {names or 'none'}. {why}")


@lru_cache(maxsize=1024)
def rule_of(route: str) -> str:
    """`products/{}` of the route `api/v1/^products/(?P<key>[^/]+)$`."""
    plain = _ARGUMENT.sub("{}", route).replace("^", "").replace("$", "")
    return plain.removeprefix("api/v1/")


# Who is calling knows nothing about the catalog: the catalog tells what its channels are called,
# and keeps those that a limit shall name from going before the limit is stored.
Holder = Callable[[Collection[UUID]], Collection[UUID]]
_tellers: list[Callable[[], Mapping[UUID, str]]] = []
_holders: list[Holder] = []


def tell_channels(teller: Callable[[], Mapping[UUID, str]], holder: Holder) -> None:
    """Say who knows the slug of each channel, and who holds channels."""
    _tellers[:], _holders[:] = [teller], [holder]


def held_channels(channels: Collection[UUID]) -> Collection[UUID]:
    """Those of them that there are; none of these goes before the transaction ends."""
    return _holders[0](channels) if _holders and channels else ()


def channel_names() -> Mapping[UUID, str]:
    """The slug of each channel there is."""
    return _tellers[0]() if _tellers else {}

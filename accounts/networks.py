"""Where a request comes from, without believing what the client says about it."""

from ipaddress import IPv4Address, IPv6Address, ip_address
from typing import TYPE_CHECKING

from django.conf import settings

if TYPE_CHECKING:
    from django.http import HttpRequest
    from rest_framework.request import Request

IPV6_NETWORK_BITS = 64  # what one customer of a provider gets


def client_address(request: "HttpRequest | Request") -> str:
    """The address of the client, or "" when the server does not know it (unix socket).

    Each trusted proxy appends the address it saw to X-Forwarded-For, so only the entry written
    by the outermost one of them counts; everything to the left of it is the client's own text.
    """
    trusted = settings.TRUSTED_PROXY_COUNT
    forwarded = request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")
    if trusted and len(forwarded) >= trusted and (parsed := _parsed(forwarded[-trusted])):
        return str(parsed)
    return str(_parsed(request.META.get("REMOTE_ADDR", "")) or "")


def client_network(request: "HttpRequest | Request") -> str:
    """The address for IPv4, the /64 for IPv6: what one attacker can hold cheaply."""
    address = _parsed(client_address(request))
    if isinstance(address, IPv6Address):
        return f"{IPv6Address(int(address) >> IPV6_NETWORK_BITS << IPV6_NETWORK_BITS)}/64"
    return str(address or "unknown")


def _parsed(text: str) -> IPv4Address | IPv6Address | None:
    try:
        address = ip_address(text.strip().partition("%")[0])
    except ValueError:
        return None
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return mapped or address

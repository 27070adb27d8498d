"""Who is on the other end of the connection, without believing what the client says."""

from ipaddress import IPv6Address, ip_address, ip_network

from django.conf import settings
from django.http import HttpRequest

IPV6_NETWORK_BITS = 64  # what one customer of a provider gets


def client_address(request: HttpRequest) -> str:
    """The client's address, or "" when nobody trustworthy names it (a unix socket).

    Each trusted proxy appends the address it saw to X-Forwarded-For, so only the entry of the
    outermost one counts; everything to the left of it is the client's own text.
    """
    trusted: int = settings.TRUSTED_PROXY_COUNT
    if not trusted:
        return str(request.META.get("REMOTE_ADDR", ""))
    forwarded = request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")
    if len(forwarded) >= trusted and is_address(candidate := str(forwarded[-trusted]).strip()):
        return candidate
    return str(request.META.get("REMOTE_ADDR", ""))


def client_network(request: HttpRequest) -> str:
    """The address for IPv4, the /64 for IPv6: what one attacker can hold cheaply."""
    try:
        address = ip_address(client_address(request).partition("%")[0])
    except ValueError:
        return "unknown"
    if not isinstance(address, IPv6Address):
        return str(address)
    if address.ipv4_mapped:
        return str(address.ipv4_mapped)
    return str(ip_network((int(address), IPV6_NETWORK_BITS), strict=False))


def is_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True


def is_neighbour(request: HttpRequest) -> bool:
    """True for a caller of this machine or private network who came through no proxy."""
    if "HTTP_X_FORWARDED_FOR" in request.META or "HTTP_FORWARDED" in request.META:
        return False
    address = str(request.META.get("REMOTE_ADDR", ""))
    return not address or (is_address(address) and ip_address(address).is_private)

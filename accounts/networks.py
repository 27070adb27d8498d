"""What counts as one place when logins are counted."""

import hashlib
from ipaddress import IPv6Address, ip_address, ip_network
from typing import TYPE_CHECKING

from catalog_project.ops.clients import client_address

if TYPE_CHECKING:
    from django.http import HttpRequest

IPV6_NETWORK_BITS = 64  # what one customer of a provider gets


def client_network(request: "HttpRequest") -> str:
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


def client_digest(request: "HttpRequest") -> str:
    """A fingerprint of where a request comes from and of the program that sent it: not a proof,
    but enough to tell a clumsy client from a foreign one."""
    agent = str(request.META.get("HTTP_USER_AGENT", ""))
    return hashlib.sha256(f"{client_network(request)}\0{agent}".encode()).hexdigest()

"""Which addresses may be contacted on behalf of somebody else: those of the public Internet.

Everything that is not globally routable unicast belongs to this machine, its network or its
hosting provider, and is refused, in every notation. A setting names exceptions.
"""

import re
import socket
from collections.abc import Iterable
from ipaddress import (
    IPv4Address,
    IPv4Network,
    IPv6Address,
    IPv6Network,
    ip_address,
    ip_network,
)

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

# What Python's `is_global` lets through, or did in one of its releases.
NEVER = tuple(
    map(
        ip_network,
        (
            "0.0.0.0/8",
            "100.64.0.0/10",  # shared by carriers, and by clouds for their metadata
            "192.0.0.0/24",
            "192.88.99.0/24",  # relays from IPv4 to IPv6
            "198.18.0.0/15",
            "224.0.0.0/3",  # multicast, reserved, broadcast
            "2001::/23",  # Teredo, benchmarks and other protocols' own
            "2001:db8::/32",
            "2002::/16",  # 6to4: leads to any IPv4 address
            "3fff::/20",
            "5f00::/16",
        ),
    )
)
UNICAST6 = IPv6Network("2000::/3")  # all that was ever given out
NAT64 = IPv6Network("64:ff9b::/96")  # RFC 6052: the last 32 bits are an IPv4 address
# What the URL standard of browsers takes for an IPv4 address: its last label is a number.
NUMERIC = re.compile(r"(.*\.)?([0-9]+|0[xX][0-9a-fA-F]*)\.?", re.DOTALL)


def is_public(address: Address, exceptions: Iterable[Network] = ()) -> bool:
    """May it be contacted? `exceptions` are networks that somebody named in the settings."""
    address = _unwrapped(address)
    if any(address.version == net.version and address in net for net in exceptions):
        return True
    if isinstance(address, IPv6Address) and address not in UNICAST6:
        return False
    if any(address.version == net.version and address in net for net in NEVER):
        return False
    return address.is_global and not address.is_multicast and not address.is_reserved


def _unwrapped(address: Address) -> Address:
    """The IPv4 address that an IPv6 address stands for, where it does."""
    if isinstance(address, IPv4Address):
        return address
    if address.ipv4_mapped:
        return address.ipv4_mapped
    if address in NAT64:
        return IPv4Address(int(address) & 0xFFFFFFFF)
    return address


def literal(host: str) -> Address | None:
    """The address that the host is, if it is none of the names; ValueError for odd notations.

    2130706433, 0177.0.0.1, 0x7f.1 and 127.1 are all 127.0.0.1 to a resolver: nobody means well
    who writes an address like that.
    """
    try:
        return ip_address(host)
    except ValueError:
        if NUMERIC.fullmatch(host) or ":" in host:
            raise
        return None


def resolve(host: str, port: int) -> list[Address]:
    """Every address that the name has, asked once. Raises OSError."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    # A scope (fe80::1%eth0) is cut off: such an address is refused anyway.
    texts = dict.fromkeys(str(entry[4][0]).partition("%")[0] for entry in found)
    return [ip_address(text) for text in texts]

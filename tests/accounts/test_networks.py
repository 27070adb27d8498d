"""The address of a client: what the proxies wrote counts, what the client wrote does not."""

from typing import Any

import pytest
from django.test import RequestFactory

from accounts.networks import client_address, client_network


def request(remote: str, forwarded: str | None = None) -> Any:
    headers = {} if forwarded is None else {"HTTP_X_FORWARDED_FOR": forwarded}
    return RequestFactory().get("/", REMOTE_ADDR=remote, **headers)


@pytest.mark.parametrize(
    ("proxies", "forwarded", "address"),
    [
        (0, None, "10.0.0.9"),
        (0, "1.1.1.1", "10.0.0.9"),
        (1, None, "10.0.0.9"),
        (1, "2.2.2.2", "2.2.2.2"),
        (1, "1.1.1.1, 2.2.2.2", "2.2.2.2"),
        (2, "1.1.1.1, 2.2.2.2, 3.3.3.3", "2.2.2.2"),
        (2, "3.3.3.3", "10.0.0.9"),
        (1, "1.1.1.1, nonsense", "10.0.0.9"),
        (1, "", "10.0.0.9"),
    ],
)
def test_only_the_entry_of_the_outermost_trusted_proxy_counts(
    settings: Any, proxies: int, forwarded: str | None, address: str
) -> None:
    settings.TRUSTED_PROXY_COUNT = proxies
    assert client_address(request("10.0.0.9", forwarded)) == address


@pytest.mark.parametrize(
    ("remote", "network"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("", "unknown"),
    ],
)
def test_a_network_is_what_one_client_can_hold(settings: Any, remote: str, network: str) -> None:
    settings.TRUSTED_PROXY_COUNT = 0
    assert client_network(request(remote)) == network

"""What counts as one place when logins are counted."""

from typing import Any

import pytest
from django.test import RequestFactory

from catalog_project.ops.clients import client_network


def request(remote: str, **headers: Any) -> Any:
    return RequestFactory().get("/", REMOTE_ADDR=remote, **headers)


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


def test_the_network_is_that_of_the_client_behind_the_proxy(settings: Any) -> None:
    settings.TRUSTED_PROXY_COUNT = 1
    through_proxy = request("10.0.0.9", HTTP_X_FORWARDED_FOR="1.1.1.1, 2001:db8::7")
    assert client_network(through_proxy) == "2001:db8::/64"

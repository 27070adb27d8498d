"""Signed-in clients of the real server, and many of them at once."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import TypeVar

import httpx
import pytest

from tests.acceptance.server import Server
from tests.accounts.fixtures import Caller

Result = TypeVar("Result")
MOST_CALLERS = 50


@pytest.fixture
def http(server: Server, publisher: Caller) -> Iterator[httpx.Client]:
    """The shared server for somebody who may write products."""
    with signed_in(server, publisher.tokens.access) as client:
        yield client


def signed_in(server: Server, access: str) -> httpx.Client:
    client = server.client(
        headers={"Authorization": f"Bearer {access}"},
        limits=httpx.Limits(max_connections=MOST_CALLERS),
    )
    client.timeout = httpx.Timeout(60)  # the machine may be busy; the server has its own limits
    return client


def at_once(callers: int, send: Callable[[int], Result]) -> list[Result]:
    """`send(0)`, `send(1)`, … side by side, released at the same moment."""
    start = Barrier(callers)

    def run(number: int) -> Result:
        start.wait(30)
        return send(number)

    with ThreadPoolExecutor(callers) as pool:
        return list(pool.map(run, range(callers)))

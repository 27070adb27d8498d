"""Callers who hang up cost nobody anything: no answer goes astray, no transaction stays open."""

import json
import socket
import struct

import httpx
import pytest
from django.conf import settings
from django.db import connection

from products.models import Change, Product
from tests.acceptance.callers import at_once, signed_in
from tests.acceptance.server import Server, wait_until
from tests.accounts.fixtures import Caller
from tests.products.factories import ProductFactory

pytestmark = pytest.mark.django_db(transaction=True)
POOLED = 2 * settings.DATABASE_POOL_MAX_SIZE  # of two workers
RESET_ON_CLOSE = struct.pack("ii", 1, 0)
OWN = "FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"


def sessions(condition: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_stat_clear_snapshot()")
        cursor.execute(f"SELECT count(*) {OWN} AND {condition}")
        return int(cursor.fetchone()[0])


def hang_up(server: Server, request: bytes, *, reads: int) -> None:
    """Send this, read so many bytes, and reset the connection."""
    with socket.create_connection(("127.0.0.1", server.port), timeout=10) as connected:
        connected.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET_ON_CLOSE)
        connected.sendall(request)
        if reads:
            connected.recv(reads)


@pytest.mark.parametrize("times", [40, pytest.param(1_000, marks=pytest.mark.soak)])
def test_who_hangs_up_leaves_whole_writes_and_nothing_else(
    server: Server, publisher: Caller, times: int
) -> None:
    products = [ProductFactory.create(name=f"Product {n}") for n in range(10)]
    token = f"Authorization: Bearer {publisher.tokens.access}\r\n"

    def request(method: str, path: str, body: bytes = b"") -> bytes:
        head = f"{method} /api/v1{path} HTTP/1.1\r\nHost: localhost\r\n{token}"
        kind = f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
        return (head + kind).encode() + body

    with signed_in(server, publisher.tokens.access) as http:
        for number in range(times):
            items = [
                {"operation": "update", "id": str(row.pk), "product": {"tags": [f"round {number}"]}}
                for row in products
            ]
            body = json.dumps({"items": items}).encode()
            hang_up(server, request("POST", "/products/bulk", body), reads=0)
            hang_up(server, request("GET", "/products?limit=10"), reads=100)
        wait_until(lambda: sessions("state <> 'idle'") == 0)
        assert sessions("state LIKE 'idle in transaction%'") == 0
        assert sessions("true") <= POOLED

        def read(number: int) -> httpx.Response:
            return http.get(f"/api/v1/products/{products[number % 10].pk}")

        answers = at_once(20, read)
        assert [each.json()["name"] for each in answers] == [f"Product {n % 10}" for n in range(20)]
    rows = Product.objects.values_list("version", "tags")
    assert len({(version, *tags) for version, tags in rows}) == 1  # each bulk write was whole
    assert Change.objects.count() == sum(version for version, _ in rows)

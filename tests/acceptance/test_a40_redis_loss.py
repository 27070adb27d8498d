"""Redis is an accelerator: stopped, frozen, full or emptied, the service goes on."""

import re
from collections.abc import Callable, Iterator

import httpx
import pytest
import redis

from accounts.models import User
from tests.acceptance.server import Serve, Server, wait_until
from tests.accounts.factories import PASSWORD, UserFactory
from tests.catalog_project.redis_servers import OwnRedis, own_redis

__all__ = ["own_redis"]
# The roles that a migration made must be there again after each test.
pytestmark = pytest.mark.django_db(transaction=True)

Fault = Callable[[OwnRedis], None]


def fill(server: OwnRedis) -> None:
    client = redis.Redis(unix_socket_path=str(server.socket))
    client.config_set("maxmemory-policy", "noeviction")
    client.config_set("maxmemory", "1")
    client.close()


def empty(server: OwnRedis) -> None:
    client = redis.Redis(unix_socket_path=str(server.socket))
    client.flushall()
    client.close()


FAULTS: dict[str, Fault] = {
    "stopped": OwnRedis.stop,
    "frozen": OwnRedis.freeze,
    "full": fill,
    "emptied": empty,
}


@pytest.fixture(params=FAULTS)
def fault(request: pytest.FixtureRequest, own_redis: OwnRedis) -> Iterator[Callable[[], None]]:
    yield lambda: FAULTS[request.param](own_redis)
    if own_redis.is_running():
        own_redis.thaw()


@pytest.fixture
def boss(server_passwords: None) -> User:
    return UserFactory.create(manager=True)


@pytest.fixture
def server(serve: Serve, own_redis: OwnRedis) -> Server:
    return serve(REDIS_URL=own_redis.url)


def token(client: httpx.Client, user: User) -> dict[str, str]:
    answer = client.post(
        "/api/v1/auth/token", json={"username": user.username, "password": PASSWORD}
    )
    assert answer.status_code == 200, answer.text
    return {"authorization": f"Bearer {answer.json()['access']}"}


def sign_in(client: httpx.Client, user: User) -> None:
    page = client.get("/admin/login/")
    secret = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page.text)
    assert secret
    answer = client.post(
        "/admin/login/",
        data={"csrfmiddlewaretoken": secret[1], "username": user.username, "password": PASSWORD},
    )
    assert answer.status_code == 302, answer.text


def test_staff_and_programs_go_on(server: Server, boss: User, fault: Callable[[], None]) -> None:
    with server.client() as staff, server.client() as program:
        sign_in(staff, boss)
        headers = token(program, boss)
        fault()
        for _ in range(4):  # both workers
            assert staff.get("/admin/").status_code == 200
            assert program.get("/api/v1/products").status_code == 200
            assert program.get("/api/v1/auth/me", headers=headers).status_code == 200
        brand = {"name": "Acme", "slug": "acme"}
        created = program.post("/api/v1/brands", json=brand, headers=headers)
        assert created.status_code == 201, created.text
        token(program, boss)
    with server.client() as somebody_new:
        sign_in(somebody_new, boss)
        assert somebody_new.get("/admin/").status_code == 200


def test_the_loss_is_shown_and_the_service_stays_ready(server: Server, own_redis: OwnRedis) -> None:
    own_redis.stop()
    with server.client() as client:
        ready = client.get("/health/ready")
        assert (ready.status_code, ready.json()["status"]) == (200, "degraded")
        assert ready.json()["checks"]["redis"]["status"] == "degraded"
        wait_until(lambda: "catalog_redis_breaker_open 0.0" not in client.get("/metrics").text)
    assert server.events(event="redis.failed")


def test_reads_do_not_even_ask_redis(server: Server, boss: User, own_redis: OwnRedis) -> None:
    with server.client() as client:
        headers = token(client, boss)
        own_redis.freeze()
        try:
            for _ in range(8):
                assert client.get("/api/v1/products").status_code == 200
                assert client.get("/api/v1/products", headers=headers).status_code == 200
                assert client.get("/api/v1/auth/me", headers=headers).status_code == 200
        finally:
            own_redis.thaw()
    assert server.events(event="redis.failed") == []


def test_a_frozen_redis_is_waited_for_once_per_worker(server: Server, own_redis: OwnRedis) -> None:
    own_redis.freeze()
    try:
        with server.client() as client:
            for _ in range(12):
                assert client.get("/health/ready").status_code == 200
    finally:
        own_redis.thaw()
    assert 1 <= len(server.events(event="redis.failed")) <= 2

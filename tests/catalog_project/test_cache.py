"""Redis as an accelerator: away, frozen or full, it is a miss and never an error."""

from typing import Any

import pytest
import redis

from catalog_project.ops import cache as cache_module
from catalog_project.ops.cache import (
    Breaker,
    BreakerCache,
    BreakerOpen,
    BreakerRedis,
    breaker,
    redis_cache,
)
from tests.catalog_project.redis_servers import OwnRedis, own_redis

__all__ = ["own_redis"]


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def monotonic(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(cache_module, "time", clock)
    return clock


@pytest.fixture
def cache(own_redis: OwnRedis) -> Any:
    settings = redis_cache(own_redis.url, timeout=0.25)
    return BreakerCache(settings["LOCATION"], {"OPTIONS": settings["OPTIONS"]})


def test_a_failure_refuses_calls_until_the_pause_is_over(clock: Clock) -> None:
    one = Breaker(cooldown=5)
    one.before()
    one.failed(OSError())
    assert one.is_open
    clock.now += 4.9
    with pytest.raises(BreakerOpen):
        one.before()
    clock.now += 0.2
    one.before()
    one.succeeded()
    assert not one.is_open
    one.before()


def test_one_call_tries_while_the_others_keep_missing(clock: Clock) -> None:
    one = Breaker(cooldown=5)
    one.failed(OSError())
    clock.now += 6
    one.before()
    with pytest.raises(BreakerOpen):
        one.before()


def test_values_come_back(cache: Any) -> None:
    cache.set("a", {"b": [1]}, 60)
    assert cache.get("a") == {"b": [1]}
    assert cache.set("n", 1)
    assert cache.incr("n") == 2


def test_a_stopped_redis_is_a_miss_for_every_call(cache: Any, own_redis: OwnRedis) -> None:
    cache.set("a", 1)
    own_redis.stop()
    assert cache.get("a") is None
    assert cache.get("a", "default") == "default"
    assert cache.get_many(["a"]) == {}
    assert not cache.add("a", 1)
    assert not cache.set("a", 1)
    assert not cache.delete("a")
    assert "a" not in cache
    assert breaker.is_open


def test_a_frozen_redis_costs_its_timeout_once(
    cache: Any, own_redis: OwnRedis, monkeypatch: pytest.MonkeyPatch
) -> None:
    cache.set("a", 1)
    tried: list[str] = []
    original = redis.Redis.execute_command

    def count(self: redis.Redis, *args: Any, **options: Any) -> Any:
        tried.append(args[0])
        return original(self, *args, **options)  # type: ignore[no-untyped-call]

    monkeypatch.setattr(redis.Redis, "execute_command", count)
    own_redis.freeze()
    try:
        answers = [cache.get("a") for _ in range(50)]
    finally:
        own_redis.thaw()
    assert answers == [None] * 50
    assert tried == ["GET"]


def test_redis_is_used_again_when_it_is_back(cache: Any, own_redis: OwnRedis, clock: Clock) -> None:
    own_redis.stop()
    assert cache.get("a") is None
    own_redis.start()
    assert not cache.set("a", 1)
    clock.now += 6
    assert cache.set("a", 1)
    assert cache.get("a") == 1
    assert not breaker.is_open


def test_a_connection_dropped_by_a_restart_does_not_count_as_a_failure(
    cache: Any, own_redis: OwnRedis
) -> None:
    cache.set("a", 1)
    own_redis.stop()
    own_redis.start()
    assert cache.set("a", 2)
    assert not breaker.is_open


def test_a_full_redis_is_a_miss_and_no_failure(cache: Any, own_redis: OwnRedis) -> None:
    client = redis.Redis(unix_socket_path=str(own_redis.socket))
    client.config_set("maxmemory-policy", "noeviction")
    client.config_set("maxmemory", "1")
    assert not cache.set("a", 1)
    assert cache.get("a") is None
    assert not breaker.is_open
    client.close()


def test_waiting_is_bounded() -> None:
    options = redis_cache("redis://localhost", timeout=0.25)["OPTIONS"]
    assert options["SOCKET_TIMEOUT"] == options["SOCKET_CONNECT_TIMEOUT"] == 0.25
    assert options["CONNECTION_POOL_KWARGS"]["retry"].get_retries() == 1


def test_an_answer_that_refuses_is_an_answer(own_redis: OwnRedis) -> None:
    """Otherwise a Redis that comes back without our scripts would stay away for ever."""
    guarded = BreakerRedis.from_url(own_redis.url)
    breaker.failed(redis.ConnectionError())
    breaker._open_until = 0.001  # long ago: the next call tries
    with pytest.raises(redis.ResponseError):
        guarded.evalsha("0" * 40, 0)
    assert not breaker.is_open
    guarded.close()

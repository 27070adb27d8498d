"""Sessions outlive Redis, and do not come back with it."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.core.cache import caches

from catalog_project.ops.cache import BreakerCache, redis_cache
from catalog_project.ops.sessions import COPY_SECONDS, SessionStore
from tests.catalog_project.redis_servers import OwnRedis, own_redis

__all__ = ["own_redis"]
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def cache(own_redis: OwnRedis) -> Iterator[Any]:
    """The default cache of this test lives in its own Redis."""
    settings = redis_cache(own_redis.url, timeout=0.25)
    before = caches["default"]
    caches["default"] = BreakerCache(settings["LOCATION"], {"OPTIONS": settings["OPTIONS"]})
    yield caches["default"]
    caches["default"] = before


@pytest.fixture
def key() -> str:
    session = SessionStore()
    session["who"] = "staff"
    session.save()
    assert session.session_key
    return session.session_key


def load(key: str) -> dict[str, Any]:
    return dict(SessionStore(key).items())


def test_a_session_is_read_from_redis(key: str, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(0):
        assert load(key) == {"who": "staff"}


def test_an_emptied_redis_costs_one_query(
    key: str, cache: Any, django_assert_num_queries: Any
) -> None:
    cache.clear()
    with django_assert_num_queries(1):
        assert load(key) == {"who": "staff"}
    with django_assert_num_queries(0):
        assert load(key) == {"who": "staff"}


def test_a_stopped_redis_signs_nobody_out(key: str, own_redis: OwnRedis) -> None:
    own_redis.stop()
    session = SessionStore(key)
    assert session["who"] == "staff"
    session["step"] = 2
    session.save()
    assert load(key) == {"who": "staff", "step": 2}
    assert SessionStore().exists(key)


def test_a_frozen_redis_signs_nobody_out(key: str, own_redis: OwnRedis) -> None:
    own_redis.freeze()
    try:
        assert load(key) == {"who": "staff"}
    finally:
        own_redis.thaw()


def test_somebody_signs_out_while_redis_is_away(key: str, own_redis: OwnRedis) -> None:
    own_redis.stop()
    SessionStore(key).flush()
    assert load(key) == {}
    assert not Session.objects.filter(pk=key).exists()


def test_the_copy_dies_soon_whatever_the_session_does(key: str, cache: Any) -> None:
    assert 0 < cache.ttl("session." + key) <= COPY_SECONDS == 60


def test_a_session_that_is_gone_is_empty_and_forgotten() -> None:
    session = SessionStore("a" * 32)
    assert dict(session.items()) == {}
    assert session.session_key is None

"""Counting requests where there is no Redis, and what is counted at all."""

from typing import Any

import pytest
from django.urls import URLPattern, URLResolver, get_resolver
from rest_framework.test import APIClient

from accounts.services import set_roles
from catalog_project.api.throttling import CountedView
from catalog_project.environment import Rate
from catalog_project.ops import rates
from catalog_project.ops.rates import ProcessCounts
from tests.accounts.factories import SYSTEM, UserFactory
from tests.accounts.fixtures import Caller, Program


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Any:
    class Clock:
        now = 100.0

        def monotonic(self) -> float:
            return self.now

    clock = Clock()
    monkeypatch.setattr(rates, "time", clock)
    return clock


def test_a_window_opens_with_the_first_request_and_does_not_move(clock: Any) -> None:
    counts, rate = ProcessCounts(), Rate(2, 60)
    assert [counts.count("ada", rate).count for _ in range(3)] == [1, 2, 3]
    clock.now += 59
    assert (counts.count("ada", rate).count, counts.count("bob", rate).count) == (4, 1)
    clock.now += 1
    use = counts.count("ada", rate)
    assert (use.count, use.resets_in) == (1, 60)


def test_it_remembers_no_more_callers_than_it_may(
    clock: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rates, "MOST_COUNTED", 3)
    counts = ProcessCounts()
    for caller in "abc":
        counts.count(caller, Rate(2, 60))
    clock.now += 30
    counts.count("d", Rate(2, 60))
    assert counts.count("d", Rate(2, 60)).count == 2
    assert counts.count("a", Rate(2, 60)).count == 1  # all were living: they begin again


def test_without_redis_a_process_counts_for_itself(settings: Any) -> None:
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
    settings.THROTTLE_ANONYMOUS = Rate(2, 3600)
    caller = APIClient(REMOTE_ADDR="2001:db8:9::7")
    codes = [caller.post("/api/v1/auth/token/verify", {}).status_code for _ in range(3)]
    assert codes == [400, 400, 429]
    neighbour = APIClient(REMOTE_ADDR="2001:db8:9::8")
    assert neighbour.post("/api/v1/auth/token/verify", {}).status_code == 429
    other = APIClient(REMOTE_ADDR="2001:db8:a::8")
    assert other.post("/api/v1/auth/token/verify", {}).status_code == 400


def api_views(patterns: Any, prefix: str = "") -> Any:
    for each in patterns:
        route = f"{prefix}{each.pattern}"
        if isinstance(each, URLResolver):
            yield from api_views(each.url_patterns, route)
        elif isinstance(each, URLPattern) and route.startswith("api/v1/"):
            yield route, getattr(each.callback, "cls", None)


def test_every_view_of_the_api_is_counted() -> None:
    views = list(api_views(get_resolver().url_patterns))
    assert len(views) > 20
    assert [route for route, view in views if view and not issubclass(view, CountedView)] == []


@pytest.mark.parametrize("text", ["1/s", "600/min", "5000/h", "100000/day"])
def test_a_rate_prints_as_it_was_written(text: str) -> None:
    assert str(Rate.parse(text)) == text


@pytest.mark.django_db
class TestOneRequestIsOne:
    """Counted once, also where it begins again, and whatever refuses it."""

    ADDRESS = "/api/v1/products"

    @pytest.fixture(autouse=True)
    def own_counts(self, settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
        settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
        settings.THROTTLE_USER = settings.THROTTLE_KEY = Rate(9, 3600)
        settings.THROTTLE_ANONYMOUS = Rate(9, 3600)
        monkeypatch.setattr(rates, "_own", ProcessCounts())

    def left(self, answer: Any) -> str:
        return str(answer["RateLimit"].split(";")[1])

    def test_a_request_whose_caller_changed_meanwhile(self) -> None:
        caller = Caller(UserFactory.create(viewer=True))
        assert self.left(caller.get(self.ADDRESS)) == "r=8"
        set_roles(caller.user.pk, roles=["editor"], actor=SYSTEM)
        assert self.left(caller.get(self.ADDRESS)) == "r=7"
        assert self.left(caller.get(self.ADDRESS)) == "r=6"

    def test_whoever_is_over_the_limit_is_refused_however_often_it_begins(self) -> None:
        caller = Caller(UserFactory.create(viewer=True))
        codes = [caller.get(self.ADDRESS).status_code for _ in range(9)]
        set_roles(caller.user.pk, roles=["editor"], actor=SYSTEM)
        codes.append(caller.get(self.ADDRESS).status_code)
        assert codes == [200] * 9 + [429]

    def test_a_key_without_the_scope_is_counted(self) -> None:
        program = Program(UserFactory.create(viewer=True), "brands:read")
        codes = [program.get(self.ADDRESS).status_code for _ in range(10)]
        assert codes == [403] * 9 + [429]

"""A refresh token is good once, also when fifty come at the same moment."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from itertools import count
from threading import Barrier
from typing import Any

import jwt
import pytest
import time_machine
from django.conf import settings
from django.db import connections
from django.utils import timezone
from rest_framework.test import APIClient
from structlog.testing import capture_logs

from accounts.models import TokenFamily
from tests.accounts.factories import UserFactory
from tests.accounts.fixtures import Caller

REFRESH = "/api/v1/auth/token/refresh"
ME = "/api/v1/auth/me"


GRACE = settings.REFRESH_GRACE
KEY = "0197f3c5-6f0e-7c3a"


def ask(token: str, **headers: Any) -> Any:
    return APIClient(**headers).post(REFRESH, {"refresh": token}, format="json")


def renew(token: str, **headers: str) -> int:
    return int(ask(token, **headers).status_code)


def jti(token: str) -> str:
    return str(jwt.decode(token, options={"verify_signature": False})["jti"])


def together(callers: int, renewal: Callable[[], int]) -> list[int]:
    """The answers to this many renewals that begin at the same moment."""
    start = Barrier(callers)

    def run(_: int) -> int:
        try:
            start.wait(timeout=30)
            return renewal()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(callers) as pool:
        return sorted(pool.map(run, range(callers)))


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("threads", [8, 50])
def test_of_simultaneous_renewals_by_one_client_exactly_one_succeeds(threads: int) -> None:
    caller = Caller(UserFactory.create())
    with capture_logs() as logs:
        answers = together(threads, lambda: renew(caller.tokens.refresh))
    assert answers == [200] + [409] * (threads - 1)
    assert [line["event"] for line in logs if "reused" in line["event"]] == []
    assert caller.get(ME).status_code == 200  # one careless client is not signed out


@pytest.mark.django_db(transaction=True)
def test_of_simultaneous_renewals_by_many_clients_exactly_one_succeeds() -> None:
    caller = Caller(UserFactory.create())
    numbers = count()

    def renewal() -> int:
        return renew(caller.tokens.refresh, HTTP_USER_AGENT=f"client {next(numbers)}")

    with capture_logs() as logs:
        answers = together(20, renewal)
    assert answers == [200] + [401] * 19
    assert [line["event"] for line in logs if "reused" in line["event"]] == ["refresh_token.reused"]
    assert caller.get(ME).status_code == 401


@pytest.mark.django_db(transaction=True)
def test_simultaneous_retries_with_one_key_get_one_successor() -> None:
    caller = Caller(UserFactory.create())
    seen = set()

    def renewal() -> int:
        answer = ask(caller.tokens.refresh, HTTP_IDEMPOTENCY_KEY=KEY)
        seen.add(jti(answer.json()["refresh"]))
        return int(answer.status_code)

    assert together(20, renewal) == [200] * 20
    assert len(seen) == 1


@pytest.mark.django_db
def test_a_lost_answer_is_given_again_to_whoever_knows_the_key() -> None:
    caller = Caller(UserFactory.create())
    with time_machine.travel(timezone.now(), tick=False) as clock:
        first = ask(caller.tokens.refresh, HTTP_IDEMPOTENCY_KEY=KEY).json()
        clock.shift(GRACE)
        again = ask(caller.tokens.refresh, HTTP_IDEMPOTENCY_KEY=KEY).json()
        assert jti(again["refresh"]) == jti(first["refresh"]) != jti(caller.tokens.refresh)
        assert ask(again["refresh"]).status_code == 200


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("trade", "retry"),
    [
        ({"HTTP_IDEMPOTENCY_KEY": KEY}, {"HTTP_IDEMPOTENCY_KEY": f"{KEY}x"}),
        ({"HTTP_IDEMPOTENCY_KEY": KEY}, {}),
        ({}, {"HTTP_IDEMPOTENCY_KEY": KEY}),
        ({}, {}),
    ],
)
def test_without_the_key_a_client_that_looks_the_same_gets_nothing_and_ends_nothing(
    trade: dict[str, str], retry: dict[str, str]
) -> None:
    caller = Caller(UserFactory.create())
    newer = ask(caller.tokens.refresh, **trade).json()
    refused = ask(caller.tokens.refresh, **retry)
    assert (refused.status_code, refused.json()["code"]) == (409, "just-renewed")
    assert renew(newer["refresh"]) == 200


@pytest.mark.django_db
def test_the_key_is_worth_nothing_once_the_successor_is_used() -> None:
    caller = Caller(UserFactory.create())
    newer = ask(caller.tokens.refresh, HTTP_IDEMPOTENCY_KEY=KEY).json()
    newest = ask(newer["refresh"], HTTP_IDEMPOTENCY_KEY=KEY).json()
    assert renew(caller.tokens.refresh, HTTP_IDEMPOTENCY_KEY=KEY) == 401
    assert renew(newest["refresh"]) == 401


@pytest.mark.django_db
@pytest.mark.parametrize("key", ["short", "x" * 256, "a space in its midst", "é" * 20])
def test_a_key_that_could_be_guessed_or_mangled_is_refused(key: str) -> None:
    caller = Caller(UserFactory.create())
    refused = ask(caller.tokens.refresh, HTTP_IDEMPOTENCY_KEY=key)
    assert (refused.status_code, refused.json()["code"]) == (400, "unusable-retry-key")
    assert renew(caller.tokens.refresh) == 200


@pytest.mark.django_db
@pytest.mark.parametrize("retry", [{}, {"HTTP_IDEMPOTENCY_KEY": KEY}])
@pytest.mark.parametrize(
    ("later", "client"),
    [
        (GRACE + timedelta(seconds=1), {}),
        (timedelta(0), {"HTTP_USER_AGENT": "another"}),
        (timedelta(0), {"REMOTE_ADDR": "203.0.113.7"}),
    ],
)
def test_reuse_ends_the_whole_family_and_is_logged(
    later: timedelta, client: dict[str, str], retry: dict[str, str]
) -> None:
    caller = Caller(UserFactory.create())
    with time_machine.travel(timezone.now(), tick=False) as clock, capture_logs() as logs:
        newer = ask(caller.tokens.refresh).json()
        caller.credentials(HTTP_AUTHORIZATION=f"Bearer {newer['access']}")
        assert caller.get(ME).status_code == 200
        clock.shift(later)
        assert renew(caller.tokens.refresh, **client, **retry) == 401
        assert renew(newer["refresh"]) == 401
        assert caller.get(ME).status_code == 401
    family = TokenFamily.objects.get()
    assert family.ended_at is not None
    assert [line for line in logs if line["event"] == "refresh_token.reused"] == [
        {
            "event": "refresh_token.reused",
            "log_level": "warning",
            "user": caller.user.username,
            "user_id": str(caller.user.pk),
            "family_id": str(family.pk),
        }
    ]


@pytest.mark.django_db
def test_reuse_leaves_other_sign_ins_of_the_user_alone() -> None:
    caller = Caller(UserFactory.create())
    elsewhere = Caller(caller.user)
    renew(caller.tokens.refresh)
    assert renew(caller.tokens.refresh, HTTP_USER_AGENT="another") == 401
    assert elsewhere.get(ME).status_code == 200
    assert renew(elsewhere.tokens.refresh) == 200


@pytest.mark.django_db
def test_the_database_holds_no_token_that_could_be_used() -> None:
    caller = Caller(UserFactory.create())
    stored = str(TokenFamily.objects.values().get())
    assert caller.tokens.refresh not in stored
    assert caller.tokens.refresh.split(".")[1] not in stored

"""Guessing passwords gets slow, whatever the guesser writes into headers; its victim stays free."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.db import connections
from django.test import Client
from rest_framework.test import APIClient
from structlog.contextvars import merge_contextvars
from structlog.testing import capture_logs

from accounts.models import User
from tests.accounts.factories import PASSWORD, UserFactory

TOKEN = "/api/v1/auth/token"
ATTACKER, OWNER = "203.0.113.5", "198.51.100.7"


@pytest.fixture
def victim(db: None) -> User:
    return UserFactory.create(manager=True)


def guess(user: User, password: str = "wrong", address: str = ATTACKER, **headers: Any) -> Any:
    body = {"username": user.username, "password": password}
    return APIClient(REMOTE_ADDR=address).post(TOKEN, body, format="json", **headers)


def exhaust(user: User) -> None:
    for _ in range(10):
        assert guess(user).status_code == 401


def test_a_hundred_guesses_under_false_addresses_are_ten(victim: User) -> None:
    answers = [
        guess(victim, HTTP_X_FORWARDED_FOR=f"192.0.2.{number}").status_code for number in range(100)
    ]
    assert answers == [401] * 10 + [429] * 90


def test_behind_a_proxy_only_what_the_proxy_wrote_counts(victim: User, settings: Any) -> None:
    settings.TRUSTED_PROXY_COUNT = 1
    answers = [
        guess(victim, address="10.0.0.2", HTTP_X_FORWARDED_FOR=f"192.0.2.{number}, {ATTACKER}")
        for number in range(20)
    ]
    assert [answer.status_code for answer in answers] == [401] * 10 + [429] * 10
    from_owner = guess(victim, PASSWORD, "10.0.0.2", HTTP_X_FORWARDED_FOR=f"{ATTACKER}, {OWNER}")
    assert from_owner.status_code == 200


def test_the_refusal_says_how_long(victim: User) -> None:
    with time_machine.travel(datetime(2026, 3, 1, 12, tzinfo=UTC), tick=False) as clock:
        for _ in range(9):
            guess(victim)
        clock.shift(timedelta(minutes=5))  # the window opened with the first failure
        assert guess(victim).status_code == 401
        answer = guess(victim)
        assert answer.status_code == 429
        assert answer["Retry-After"] == "600"
        assert answer["Content-Type"] == "application/problem+json"
        assert answer.json()["status"] == 429


def test_the_right_password_is_refused_too_from_there_but_not_from_elsewhere(victim: User) -> None:
    exhaust(victim)
    assert guess(victim, PASSWORD).status_code == 429
    assert guess(victim, PASSWORD, OWNER).status_code == 200


def test_the_wait_ends_and_trying_does_not_prolong_it(victim: User) -> None:
    with time_machine.travel(datetime(2026, 3, 1, 12, tzinfo=UTC), tick=False) as clock:
        exhaust(victim)
        for _ in range(3):
            clock.shift(timedelta(minutes=4, seconds=59))
            assert guess(victim).status_code == 429
        clock.shift(timedelta(seconds=4))
        exhaust(victim)  # a new window, from the beginning
        clock.shift(timedelta(minutes=15, seconds=1))
        assert guess(victim, PASSWORD).status_code == 200


def test_signing_in_forgets_the_failures_of_that_account_there(victim: User) -> None:
    for _ in range(3):
        for _ in range(9):
            assert guess(victim).status_code == 401
        assert guess(victim, PASSWORD).status_code == 200


def test_many_accounts_from_one_network_are_limited_together(victim: User, settings: Any) -> None:
    settings.LOGIN_FAILURES_PER_NETWORK = 25
    unknown = [User(username=f"guess{number}") for number in range(30)]
    assert [guess(user).status_code for user in unknown] == [401] * 25 + [429] * 5
    assert guess(victim, PASSWORD).status_code == 429
    assert guess(victim, PASSWORD, OWNER).status_code == 200


def test_an_own_account_does_not_buy_more_guesses(victim: User, settings: Any) -> None:
    settings.LOGIN_FAILURES_PER_NETWORK = 5
    own = UserFactory.create()
    for _ in range(5):
        assert guess(victim).status_code == 401
        guess(own, PASSWORD)
    assert guess(victim).status_code == 429


def test_neighbours_in_one_ipv6_network_count_as_one(victim: User) -> None:
    answers = [
        guess(victim, address=f"2001:db8::{number:x}").status_code for number in range(1, 12)
    ]
    assert answers == [401] * 10 + [429]


def test_name_and_address_of_one_account_share_the_counter(victim: User) -> None:
    by_address = User(username=victim.email)
    answers = [guess(user).status_code for user in [victim, by_address] * 6]
    assert answers == [401] * 10 + [429] * 2


def test_an_unknown_account_is_refused_like_a_known_one(db: None) -> None:
    nobody = User(username="nobody")
    exhaust(nobody)
    assert guess(nobody).status_code == 429


def test_the_admin_counts_with_the_api(victim: User) -> None:
    client = Client(REMOTE_ADDR=ATTACKER)
    body = {"username": victim.username, "password": "wrong"}
    for _ in range(5):
        assert guess(victim).status_code == 401
        assert client.post("/admin/login/", body).status_code == 200
    answer = client.post("/admin/login/", {**body, "password": PASSWORD})
    assert answer.status_code == 429
    assert 0 < int(answer["Retry-After"]) <= 900
    assert "Too many failed logins" in answer.content.decode()
    assert guess(victim).status_code == 429


def test_the_limit_needs_no_redis(victim: User, settings: Any) -> None:
    settings.CACHES = {
        "default": {
            "BACKEND": "django_redis.cache.RedisCache",
            "LOCATION": "redis://127.0.0.1:1/0",
        }
    }
    exhaust(victim)
    assert guess(victim).status_code == 429


def test_every_outcome_is_in_the_log_without_what_was_typed(victim: User) -> None:
    with capture_logs(processors=[merge_contextvars]) as logs:
        guess(User(username="my-secret-in-the-wrong-field"))
        guess(victim, PASSWORD)
        exhaust(victim)
        guess(victim)
    outcomes = [
        (line["event"], line["user"], line["ip"])
        for line in logs
        if line["event"].startswith("login.")
    ]
    assert outcomes[0] == ("login.failed", None, ATTACKER)
    assert outcomes[1] == ("login.succeeded", victim.username, ATTACKER)
    assert outcomes[2:12] == [("login.failed", victim.username, ATTACKER)] * 10
    assert outcomes[12] == ("login.refused", victim.username, ATTACKER)
    assert "secret" not in str(logs)
    requests = [line["request_id"] for line in logs if line["event"].startswith("login.")]
    assert len(set(requests)) == len(requests) == 13


@pytest.mark.django_db(transaction=True)
def test_simultaneous_guesses_are_all_counted() -> None:
    user = UserFactory.create()

    def guess_in_thread(_: int) -> int:
        try:
            return int(guess(user).status_code)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(5) as pool:
        answers = list(pool.map(guess_in_thread, range(40)))
    assert set(answers) == {401, 429}
    assert 10 <= answers.count(401) <= 10 + 4  # at most one more for each other thread

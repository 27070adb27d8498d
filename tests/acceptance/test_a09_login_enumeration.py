"""Nobody learns from a refused login whether the name exists."""

import random
import statistics
import time
from typing import Any
from unittest.mock import patch

import pytest
from django.contrib.auth.hashers import ScryptPasswordHasher
from rest_framework.test import APIClient

from accounts.models import User
from accounts.services import create_user
from tests.accounts.factories import PASSWORD, SYSTEM, UserFactory

pytestmark = pytest.mark.django_db
TOKEN = "/api/v1/auth/token"
SCRYPT = "django.contrib.auth.hashers.ScryptPasswordHasher"
MOVING = {"request_id", "x-request-id"}


@pytest.fixture
def quick_password_hashing(settings: Any) -> None:
    """Here the real hasher counts, and the number of tries is not limited."""
    settings.PASSWORD_HASHERS = [SCRYPT]
    settings.LOGIN_FAILURES_PER_ACCOUNT = settings.LOGIN_FAILURES_PER_NETWORK = 10_000


@pytest.fixture
def tries(quick_password_hashing: None) -> dict[str, dict[str, str]]:
    known, disabled = UserFactory.create(), UserFactory.create(disabled=True)
    invited = create_user(
        username="invited", password=None, email="invited@example.com", actor=SYSTEM
    )
    return {
        "invited, no password yet": {"username": invited.username, "password": "wrong"},
        "wrong password": {"username": known.username, "password": "wrong"},
        "wrong password, by address": {"username": known.email, "password": "wrong"},
        "unknown name": {"username": "nobody", "password": "wrong"},
        "unknown address": {"username": "nobody@example.com", "password": "wrong"},
        "disabled, wrong password": {"username": disabled.username, "password": "wrong"},
        "disabled, right password": {"username": disabled.username, "password": PASSWORD},
    }


def answer_to(body: dict[str, str]) -> Any:
    return APIClient().post(TOKEN, body, format="json")


def test_every_refusal_reads_the_same(tries: dict[str, dict[str, str]]) -> None:
    seen = set()
    for body in tries.values():
        answer = answer_to(body)
        members = {name: str(value) for name, value in answer.json().items() if name not in MOVING}
        headers = {name: value for name, value in answer.items() if name.lower() not in MOVING}
        seen.add((answer.status_code, str(sorted(members.items())), str(sorted(headers.items()))))
    assert [status for status, _, _ in seen] == [401]


def test_every_refusal_hashes_once_and_asks_the_database_the_same(
    tries: dict[str, dict[str, str]], django_assert_num_queries: Any
) -> None:
    for reason, body in tries.items():
        with (
            patch.object(
                ScryptPasswordHasher,
                "encode",
                autospec=True,
                side_effect=ScryptPasswordHasher.encode,
            ) as encode,
            django_assert_num_queries(4),  # the user, the counters, the count, the audit row
        ):
            answer_to(body)
        assert encode.call_count == 1, reason


RESET = "/api/v1/auth/password-reset"


@pytest.fixture
def wishes(settings: Any) -> dict[str, str]:
    """Addresses that somebody has, and that nobody has."""
    settings.MAIL_ENABLED, settings.PUBLIC_URL = True, "https://catalog.example"
    settings.RESETS_PER_ADDRESS = settings.RESETS_PER_NETWORK = 10_000
    return {
        "known": UserFactory.create().email,
        "disabled": UserFactory.create(disabled=True).email,
        "unknown": "nobody@example.com",
    }


def wish(address: str) -> Any:
    return APIClient().post(RESET, {"email": address}, format="json")


def test_asking_for_a_new_password_tells_nothing(
    wishes: dict[str, str], django_assert_num_queries: Any
) -> None:
    seen = set()
    for address in wishes.values():
        with django_assert_num_queries(5):  # the counters, the count, a savepoint around the job
            answer = wish(address)
        headers = {name: value for name, value in answer.items() if name.lower() not in MOVING}
        seen.add((answer.status_code, answer.content, str(sorted(headers.items()))))
    assert [(status, body) for status, body, _ in seen] == [(202, b"")]


@pytest.mark.soak
def test_the_clock_of_the_reset_tells_nothing(wishes: dict[str, str]) -> None:
    """200 wishes of each kind, shuffled."""
    order = list(wishes) * 200
    random.Random(9).shuffle(order)
    times: dict[str, list[float]] = {kind: [] for kind in wishes}
    for kind in order:
        begin = time.thread_time()
        assert wish(wishes[kind]).status_code == 202
        times[kind].append(time.thread_time() - begin)
    base = times.pop("known")
    middle = statistics.median(base)
    for kind, values in times.items():
        assert abs(statistics.median(values) - middle) < middle / 10, kind
        assert _rank_p(base, values) > 0.001, kind


@pytest.mark.soak
def test_the_clock_tells_nothing(
    tries: dict[str, dict[str, str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """200 tries of each kind, shuffled: CPU time, because other programs share the machine."""
    monkeypatch.setattr(ScryptPasswordHasher, "work_factor", 2**11)  # an eighth: stricter for us
    for user in User.objects.exclude(username="invited"):
        user.set_password(PASSWORD)
        user.save()
    order = list(tries) * 200
    random.Random(9).shuffle(order)
    times: dict[str, list[float]] = {reason: [] for reason in tries}
    for reason in order:
        begin = time.thread_time()
        answer_to(tries[reason])
        times[reason].append(time.thread_time() - begin)

    base = times.pop("wrong password")
    middle = statistics.median(base)
    for reason, values in times.items():
        assert abs(statistics.median(values) - middle) < middle / 10, reason
        assert _rank_p(base, values) > 0.001, reason


def _rank_p(first: list[float], second: list[float]) -> float:
    """Two-sided p of the Mann-Whitney test, by its normal approximation."""
    wins = sum((a > b) + 0.5 * (a == b) for a in first for b in second)
    n, m = len(first), len(second)
    spread = (n * m * (n + m + 1) / 12) ** 0.5
    return 2 * (1 - statistics.NormalDist().cdf(abs(wins - n * m / 2) / spread))

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
from tests.accounts.factories import PASSWORD, UserFactory

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
    return {
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
            django_assert_num_queries(3),  # the user, the counters, the count
        ):
            answer_to(body)
        assert encode.call_count == 1, reason


@pytest.mark.soak
def test_the_clock_tells_nothing(
    tries: dict[str, dict[str, str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """200 tries of each kind, shuffled: CPU time, because other programs share the machine."""
    monkeypatch.setattr(ScryptPasswordHasher, "work_factor", 2**11)  # an eighth: stricter for us
    for user in User.objects.all():
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

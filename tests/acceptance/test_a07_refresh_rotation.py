"""A refresh token is good once, also when fifty come at the same moment."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connections
from rest_framework.test import APIClient
from structlog.testing import capture_logs

from accounts.models import TokenFamily
from tests.accounts.factories import UserFactory
from tests.accounts.fixtures import Caller

REFRESH = "/api/v1/auth/token/refresh"
ME = "/api/v1/auth/me"


def renew(token: str) -> int:
    return APIClient().post(REFRESH, {"refresh": token}, format="json").status_code


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("threads", [8, 50])
def test_of_simultaneous_renewals_exactly_one_succeeds(threads: int) -> None:
    caller = Caller(UserFactory.create())
    start = Barrier(threads)

    def renew_together(_: int) -> int:
        try:
            start.wait(timeout=30)
            return renew(caller.tokens.refresh)
        finally:
            connections.close_all()

    with capture_logs() as logs, ThreadPoolExecutor(threads) as pool:
        answers = sorted(pool.map(renew_together, range(threads)))
    assert answers == [200] + [401] * (threads - 1)
    assert [line["event"] for line in logs if "reused" in line["event"]] == ["refresh_token.reused"]


@pytest.mark.django_db
def test_reuse_ends_the_whole_family_and_is_logged() -> None:
    caller = Caller(UserFactory.create())
    newer = APIClient().post(REFRESH, {"refresh": caller.tokens.refresh}, format="json").json()
    caller.credentials(HTTP_AUTHORIZATION=f"Bearer {newer['access']}")
    assert caller.get(ME).status_code == 200

    with capture_logs() as logs:
        assert renew(caller.tokens.refresh) == 401

    assert renew(newer["refresh"]) == 401
    assert caller.get(ME).status_code == 401
    family = TokenFamily.objects.get()
    assert family.ended_at is not None
    assert [line for line in logs if line["event"] != "request"] == [
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
    renew(caller.tokens.refresh)
    assert elsewhere.get(ME).status_code == 200
    assert renew(elsewhere.tokens.refresh) == 200


@pytest.mark.django_db
def test_the_database_holds_no_token_that_could_be_used() -> None:
    caller = Caller(UserFactory.create())
    stored = str(TokenFamily.objects.values().get())
    assert caller.tokens.refresh not in stored
    assert caller.tokens.refresh.split(".")[1] not in stored

"""What expired is forgotten, and nothing else."""

from datetime import timedelta

import pytest
from django.utils import timezone
from structlog.testing import capture_logs

from accounts.jobs import prune_expired_sign_ins
from accounts.models import LoginFailures, TokenFamily
from accounts.throttling import count_failure
from tests.accounts.factories import UserFactory
from tests.accounts.fixtures import Caller

pytestmark = pytest.mark.django_db


def test_only_what_has_expired_goes() -> None:
    caller = Caller(UserFactory.create())
    Caller(caller.user)
    stale = TokenFamily.objects.first()
    assert stale is not None
    past = timezone.now() - timedelta(seconds=1)
    TokenFamily.objects.filter(pk=stale.pk).update(expires_at=past)
    count_failure(account="a", network="n")
    LoginFailures.objects.create(key="old", count=1, expires_at=past)

    with capture_logs() as logs:
        prune_expired_sign_ins(timestamp=0)
        prune_expired_sign_ins(timestamp=0)

    assert [(line["families"], line["failures"]) for line in logs] == [(1, 1), (0, 0)]
    assert TokenFamily.objects.exclude(pk=stale.pk).count() == TokenFamily.objects.count() == 1
    assert LoginFailures.objects.count() == 2

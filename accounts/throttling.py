"""Login throttling: counted in PostgreSQL, so it holds in every worker and without Redis.

Two counters: failures of one account from one network, and of one network over all accounts.
An account is never locked for everybody, so an attacker cannot lock its owner out. Only failures
count, and a try that is refused does not: the wait is never prolonged. Tries that run at the
very same time may pass together, at most one per worker thread.
"""

import hashlib
import math
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import connection
from django.utils import timezone

from accounts.errors import LoginThrottled
from accounts.models import LoginFailures

COUNT_FAILURES = """
    INSERT INTO accounts_loginfailures AS seen (key, count, expires_at)
    SELECT key, 1, %(expires_at)s FROM unnest(%(keys)s::text[]) AS key ORDER BY key
    ON CONFLICT (key) DO UPDATE SET
        count = CASE WHEN seen.expires_at > %(now)s THEN seen.count + 1 ELSE 1 END,
        expires_at = CASE WHEN seen.expires_at > %(now)s THEN seen.expires_at
                          ELSE excluded.expires_at END
"""


def ensure_not_throttled(*, account: str, network: str) -> None:
    """Raise LoginThrottled while either counter is full."""
    limits = _limits(account, network)
    now = timezone.now()
    seen = LoginFailures.objects.filter(key__in=limits, expires_at__gt=now)
    full = [row.expires_at for row in seen if row.count >= limits[row.key]]
    if full:
        raise LoginThrottled(_seconds_until(max(full), now))


def count_failure(*, account: str, network: str) -> None:
    """Count one failed login. The window opens with the first failure and does not move."""
    now = timezone.now()
    values: dict[str, Any] = {
        "keys": list(_limits(account, network)),
        "now": now,
        "expires_at": now + settings.LOGIN_FAILURE_WINDOW,
    }
    with connection.cursor() as cursor:
        cursor.execute(COUNT_FAILURES, values)


def forget_failures(*, account: str, network: str) -> None:
    """The account signed in from here. The network's counter stays: it may attack others."""
    LoginFailures.objects.filter(key=_account_key(account, network)).delete()


def prune_failures() -> int:
    """Delete counters whose window is over; returns how many."""
    return LoginFailures.objects.filter(expires_at__lt=timezone.now()).delete()[0]


def _limits(account: str, network: str) -> dict[str, int]:
    return {
        _account_key(account, network): settings.LOGIN_FAILURES_PER_ACCOUNT,
        _key("network", network): settings.LOGIN_FAILURES_PER_NETWORK,
    }


def _account_key(account: str, network: str) -> str:
    return _key("account", account, network)


def _key(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


def _seconds_until(moment: datetime, now: datetime) -> int:
    return max(1, math.ceil((moment - now).total_seconds()))

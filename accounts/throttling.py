"""Login throttling: counted in PostgreSQL, so it holds in every worker and without Redis.

Two counters: failures of one account from one network, and of one network over all accounts.
An account is never locked for everybody, so an attacker cannot lock its owner out. Only failures
count, and a try that is refused does not: the wait is never prolonged. Tries that run at the
very same time may pass together, at most one per worker thread.
"""

import hashlib
import math
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import connection
from django.utils import timezone

from accounts.errors import LoginThrottled, ResetThrottled
from accounts.models import LoginFailures, User

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
    if wait := _wait(_limits(account, network)):
        raise LoginThrottled(wait)


def count_failure(*, account: str, network: str) -> None:
    """Count one failed login. The window opens with the first failure and does not move."""
    _count(_limits(account, network), settings.LOGIN_FAILURE_WINDOW)


def count_reset_request(*, address: str, network: str) -> None:
    """Count one wish for a mail, whether or not the address is known. Raises ResetThrottled.

    By address and network together: nobody keeps somebody else from asking for a mail.
    """
    limits = {
        _key("reset", address.lower(), network): settings.RESETS_PER_ADDRESS,
        _key("resets", network): settings.RESETS_PER_NETWORK,
    }
    if wait := _wait(limits):
        raise ResetThrottled(wait)
    _count(limits, settings.LOGIN_FAILURE_WINDOW)


def may_mail(user: User) -> bool:
    """Count one mail to the user; False when there were enough, whoever asked for them."""
    limits = {_key("mails", str(user.pk)): settings.RESET_MAILS_PER_HOUR}
    if _wait(limits):
        return False
    _count(limits, timedelta(hours=1))
    return True


def _wait(limits: dict[str, int]) -> int:
    """Seconds until none of these counters is full; 0 while none is."""
    now = timezone.now()
    seen = LoginFailures.objects.filter(key__in=limits, expires_at__gt=now)
    full = [row.expires_at for row in seen if row.count >= limits[row.key]]
    return _seconds_until(max(full), now) if full else 0


def _count(limits: dict[str, int], window: timedelta) -> None:
    now = timezone.now()
    values: dict[str, Any] = {"keys": list(limits), "now": now, "expires_at": now + window}
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

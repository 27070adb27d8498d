"""What must happen now and then without anybody asking."""

import structlog
from procrastinate.contrib.django import app

from accounts import mails  # noqa: F401  # its jobs belong to the worker
from accounts.admin_sessions import prune_admin_sessions
from accounts.api_keys import prune_api_keys
from accounts.audit_events import prune_audit_events
from accounts.sessions import prune_families
from accounts.signing_keys import prune_keys
from accounts.throttling import prune_failures

log = structlog.get_logger(__name__)


@app.periodic(cron="17 * * * *")
@app.task(queueing_lock="accounts.prune", pass_context=False)
def prune_expired_sign_ins(timestamp: int) -> None:  # noqa: ARG001  # the time it was due
    """Forget sign-ins, login failures and keys that can no longer matter. Safe to run twice."""
    log.info(
        "accounts.pruned",
        families=prune_families(),
        failures=prune_failures(),
        signing_keys=prune_keys(),
        over_keys=prune_api_keys(),
        browsers=prune_admin_sessions(),
        audit_events=prune_audit_events(),
    )

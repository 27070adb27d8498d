"""The security log: who signed in, who was refused, who changed whose rights.

Each event is a line in the log and a row for the admin, written in the caller's transaction. A
name that somebody typed is never written: it may be a password in the wrong field.
"""

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import structlog
from django.utils import timezone
from structlog.contextvars import get_contextvars

from accounts.audit_events import AuditEvent
from catalog_project.ops.clients import client_address

if TYPE_CHECKING:
    from django.http import HttpRequest

    from accounts.actors import Actor
    from accounts.models import User

log = structlog.get_logger("accounts.audit")
# Whoever knocks on a closed door again and again fills the log, but not the table.
QUIET = timedelta(minutes=1)


def record_login(
    outcome: str, user: "User | None", request: "HttpRequest | None", **facts: object
) -> None:
    """Write `login.<outcome>`: succeeded, failed or refused."""
    event, ip = f"login.{outcome}", client_address(request) if request else ""
    level = log.info if outcome == "succeeded" else log.warning
    level(event, **_about(user), ip=ip, **facts)
    if outcome == "refused" and _was_just_noted(event, user, ip):
        return
    _keep(event, user, ip=ip, facts=facts)


def record_change(event: str, user: "User", actor: "Actor", **facts: object) -> None:
    """Write that `actor` changed something about `user`."""
    log.info(
        event,
        **_about(user),
        actor=actor.label,
        actor_id=str(actor.user_id) if actor.user_id else None,
        source=actor.source,
        **facts,
    )
    by = {"actor_id": actor.user_id, "actor_label": actor.label, "source": actor.source}
    _keep(event, user, **by, facts=facts)


def record_token_reuse(user: "User", family_id: object) -> None:
    """Write that somebody came with a refresh token that had already been traded in."""
    facts: dict[str, object] = {"family_id": str(family_id)}
    log.warning("refresh_token.reused", **_about(user), **facts)
    _keep("refresh_token.reused", user, facts=facts)


def record_rotation(**facts: object) -> None:
    """Write that there is another signing key."""
    log.warning("signing_key.rotated", **facts)
    _keep("signing_key.rotated", None, source="command", facts=facts)


def record_key_refusal(owner: "User | None", *, key_id: object, reason: str, ip: str) -> None:
    """Write that a key was refused; a row only where there is such a key."""
    facts: dict[str, object] = {"key_id": str(key_id), "reason": reason}
    log.warning("api_key.refused", **_about(owner), ip=ip, **facts)
    if owner is not None and not _was_just_noted("api_key.refused", owner, ip):
        _keep("api_key.refused", owner, ip=ip, facts=facts)


def _about(user: "User | None") -> dict[str, str | None]:
    return {"user": user.username if user else None, "user_id": str(user.pk) if user else None}


def _was_just_noted(event: str, user: "User | None", ip: str) -> bool:
    recent = AuditEvent.objects.filter(at__gt=timezone.now() - QUIET)
    return recent.filter(event=event, user_id=user.pk if user else None, ip=ip).exists()


def _keep(event: str, user: "User | None", **values: Any) -> None:
    AuditEvent.objects.create(
        event=event,
        user_id=user.pk if user else None,
        user_label=user.username if user else "",
        request_id=str(get_contextvars().get("request_id", ""))[:64],
        **values,
    )

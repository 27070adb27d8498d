"""The security log: who signed in, who was refused, who changed whose rights.

One line per event. A name that somebody typed is never written: it may be a password in the
wrong field. The request id comes from structlog's context.
"""

from typing import TYPE_CHECKING

import structlog

from catalog_project.ops.clients import client_address

if TYPE_CHECKING:
    from django.http import HttpRequest

    from accounts.actors import Actor
    from accounts.models import User

log = structlog.get_logger("accounts.audit")


def record_login(
    outcome: str, user: "User | None", request: "HttpRequest | None", **facts: object
) -> None:
    """Write `login.<outcome>`: succeeded, failed or refused."""
    level = log.info if outcome == "succeeded" else log.warning
    level(
        f"login.{outcome}",
        user=user.username if user else None,
        user_id=str(user.pk) if user else None,
        ip=client_address(request) if request else "",
        **facts,
    )


def record_change(event: str, user: "User", actor: "Actor", **facts: object) -> None:
    """Write that `actor` changed something about `user`."""
    log.info(
        event,
        user=user.username,
        user_id=str(user.pk),
        actor=actor.label,
        actor_id=str(actor.user_id) if actor.user_id else None,
        source=actor.source,
        **facts,
    )


def record_token_reuse(user: "User", family_id: object) -> None:
    """Write that somebody came with a refresh token that had already been traded in."""
    log.warning(
        "refresh_token.reused",
        user=user.username,
        user_id=str(user.pk),
        family_id=str(family_id),
    )

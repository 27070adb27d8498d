"""Inviting people: a manager names them, they choose their own password."""

from collections.abc import Collection, Iterable
from typing import TYPE_CHECKING

from django.db import transaction

from accounts.errors import InvalidUser, MayNotGiveRole
from accounts.mails import ask_for_invitation_mail, ensure_mail_is_on
from accounts.roles import ROLE_OF_GROUP, role_of
from accounts.services import create_user

if TYPE_CHECKING:
    from uuid import UUID

    from accounts.actors import Actor
    from accounts.models import User


@transaction.atomic
def invite_user(
    *,
    username: str,
    email: str,
    roles: Iterable[str] = (),
    is_staff: bool = False,
    channels: Collection["UUID"] = (),
    giver: "User",
    actor: "Actor",
) -> "User":
    """Make a user without a password, and mail them a link to set their first one.

    Nobody gives what they do not have. Raises InvalidUser, UserExists, UnknownRole,
    MayNotGiveRole, MailIsOff.
    """
    ensure_mail_is_on()
    if not email:
        raise InvalidUser("An invitation needs an address to go to.", pointer="/email")
    roles = list(roles)
    _ensure_may_give(giver, roles)
    user = create_user(
        username=username,
        password=None,
        email=email,
        roles=roles,
        is_staff=is_staff,
        channels=channels,
        actor=actor,
    )
    ask_for_invitation_mail(user)
    return user


def _ensure_may_give(giver: "User", roles: list[str]) -> None:
    own = role_of(giver) or 0
    too_high = [name for name in roles if ROLE_OF_GROUP.get(name, 0) > own]
    if too_high:
        raise MayNotGiveRole(f"Only who has the role {too_high[0]} gives it.", pointer="/roles")

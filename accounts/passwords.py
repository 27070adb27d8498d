"""Passwords: one's own changed, a forgotten one reset, a first one set, and what a good one is."""

from typing import TYPE_CHECKING
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from zxcvbn import zxcvbn

from accounts.audit import record_change, record_login
from accounts.errors import WrongPassword
from accounts.links import Purpose, user_of_link
from accounts.mails import ask_for_reset_mail, ensure_mail_is_on
from accounts.models import TokenFamily, User
from accounts.services import set_checked_password
from accounts.sessions import end_all_sessions
from accounts.throttling import (
    count_failure,
    count_reset_request,
    ensure_not_throttled,
    forget_failures,
)
from catalog_project.ops.clients import client_network

if TYPE_CHECKING:
    from django.http import HttpRequest

    from accounts.actors import Actor

# Of 0 to 4: safe against 10^8 guesses, far more than the throttle lets anybody make.
LEAST_SCORE = 3
LONGEST_JUDGED = 72  # judging takes longer than linear time, and what comes after cannot harm
EVENTS = {Purpose.RESET: "password_reset.used", Purpose.INVITATION: "invitation.accepted"}


class GuessablePasswordValidator:
    """Refuses what a guesser tries early: common passwords, names, words, dates, keyboard walks,
    repetitions, and combinations of these. Knows no rule of upper case and digits."""

    def validate(self, password: str, user: User | None = None) -> None:
        known = [user.username, *user.email.replace("@", ".").split("."), "catalog"] if user else []
        judged = zxcvbn(password[:LONGEST_JUDGED], user_inputs=[word for word in known if word])
        if judged["score"] < LEAST_SCORE:
            why = judged["feedback"]["warning"] or "It is easy to guess."
            raise ValidationError(
                f"{why} Take four words that have nothing to do with each other.", "guessable"
            )

    def get_help_text(self) -> str:
        return "Your password must be hard to guess: four words that nobody expects together."


def ask_for_reset(address: str, *, request: "HttpRequest") -> None:
    """Promise a mail, whether or not somebody has this address: the same work, the same answer."""
    ensure_mail_is_on()
    count_reset_request(address=address, network=client_network(request))
    with transaction.atomic():
        ask_for_reset_mail(address)


@transaction.atomic
def set_password_by_link(token: str, *, new_password: str, actor: "Actor") -> User:
    """Set the first or another password. The link is used up, and every sign-in ends."""
    user, purpose = user_of_link(token, User.objects.select_for_update(no_key=True))
    set_checked_password(user, new_password)
    user.save(update_fields=["password", "updated_at"])
    end_all_sessions(user)
    record_change(EVENTS[purpose], user, actor)
    return user


def change_own_password(
    user: User, *, current: str, new_password: str, request: "HttpRequest", actor: "Actor"
) -> User:
    """Set another password, knowing the present one. All other sign-ins end.

    Wrong ones count as failed logins. Raises WrongPassword, LoginThrottled, PasswordTooWeak.
    """
    confirm_password(user, current, request=request)
    return _replace(user.pk, new_password, kept=user.sign_in_id, actor=actor)


def confirm_password(user: User, current: str, *, request: "HttpRequest") -> None:
    """Before something that a borrowed screen must not do. Raises WrongPassword, LoginThrottled."""
    source = {"account": str(user.pk), "network": client_network(request)}
    ensure_not_throttled(**source)
    known: User = User.objects.get(pk=user.pk)
    if not known.check_password(current):
        count_failure(**source)
        record_login("failed", known, request, reason="present password")
        raise WrongPassword("This is not the present password.", pointer="/current_password")
    forget_failures(**source)


@transaction.atomic
def _replace(user_id: UUID, new_password: str, *, kept: UUID | None, actor: "Actor") -> User:
    user: User = User.objects.select_for_update(no_key=True).get(pk=user_id)
    set_checked_password(user, new_password)
    user.save(update_fields=["password", "updated_at"])
    end_all_sessions(user, kept=kept)
    record_change("password.changed", user, actor)
    return user


def families_of(user: User) -> "list[TokenFamily]":
    """The sign-ins of the API that go on, the newest first."""
    stamp = user.get_session_auth_hash()
    living = TokenFamily.objects.living().filter(user=user, user_stamp=stamp)
    return list(living.order_by("-id"))

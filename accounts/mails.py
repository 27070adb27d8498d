"""Mails to people, sent by the worker: whoever asks for one waits for nothing and learns nothing.

The job knows an address or a user, never a link: that is made when the mail is sent, so that no
table and no log holds one.
"""

from uuid import UUID

import structlog
from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from accounts.actors import Actor
from accounts.audit import record_change
from accounts.errors import MailIsOff
from accounts.links import LIFETIMES, Purpose, link_for
from accounts.models import User
from accounts.throttling import may_mail

log = structlog.get_logger(__name__)
RETRY = RetryStrategy(max_attempts=6, exponential_wait=4)
SUBJECTS = {
    Purpose.RESET: "Set a new password",
    Purpose.INVITATION: "You are invited to the catalog",
}
WORKER = Actor(user_id=None, label="mail", source="worker")


def ensure_mail_is_on() -> None:
    """Raise MailIsOff where no mail server is set: better than to promise a mail."""
    if not settings.MAIL_ENABLED:
        raise MailIsOff("Set EMAIL_URL and PUBLIC_URL, or let a manager set the password.")


def ask_for_reset_mail(address: str) -> None:
    """The same row in the queue for every address, in the caller's transaction."""
    send_reset_mail.defer(address=address)


def ask_for_invitation_mail(user: User) -> None:
    send_invitation_mail.defer(user_id=str(user.pk))


@app.task(retry=RETRY)
def send_reset_mail(address: str) -> None:
    """Mail a link to the active user with this address; nothing to anybody else."""
    user: User | None = User.objects.named(address).filter(is_active=True).first()
    if user is None or "@" not in address:
        log.info("password_reset.nobody")
        return
    if not may_mail(user):
        log.warning("password_reset.too_many", user=user.username)
        return
    _send(user, Purpose.RESET)
    record_change("password_reset.sent", user, WORKER)


@app.task(retry=RETRY)
def send_invitation_mail(user_id: str) -> None:
    """Mail a link to somebody who has been invited and is still to come."""
    user = User.objects.filter(pk=UUID(user_id), is_active=True).exclude(email="").first()
    if user is None or user.has_usable_password():
        return
    _send(user, Purpose.INVITATION)
    record_change("invitation.sent", user, WORKER)


def _send(user: User, purpose: Purpose) -> None:
    facts = {
        "user": user,
        "link": link_for(user, purpose),
        "host": settings.PUBLIC_URL,
        "lifetime": LIFETIMES[purpose],
    }
    text = render_to_string(f"accounts/mail/{purpose}.txt", facts)
    EmailMessage(SUBJECTS[purpose], text, to=[user.email]).send()

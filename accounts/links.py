"""Links that let somebody set a password: signed, good for a while and once.

Nothing is stored. A link carries a stamp of what it was made for (password, address, last sign-in,
ended sessions), so using it, signing in or any change of these makes it worthless.
"""

from datetime import timedelta
from enum import StrEnum
from urllib.parse import urlencode
from uuid import UUID

from django.conf import settings
from django.core import signing
from django.db.models import QuerySet
from django.utils.crypto import constant_time_compare, salted_hmac

from accounts.errors import LinkIsOver
from accounts.models import User

PATH = "/admin/set-password/"
LONGEST_TOKEN = 512


class Purpose(StrEnum):
    RESET = "reset"
    INVITATION = "invitation"


LIFETIMES = {Purpose.RESET: timedelta(hours=1), Purpose.INVITATION: timedelta(days=7)}


def link_for(user: User, purpose: Purpose) -> str:
    """The address to send to the user. The host is the configured one, never a request's."""
    return f"{settings.PUBLIC_URL}{PATH}?{urlencode({'token': link_token(user, purpose)})}"


def link_token(user: User, purpose: Purpose) -> str:
    return f"{purpose}:{signing.dumps([user.pk.hex, _stamp(user)], salt=_salt(purpose))}"


def user_of_link(token: str, users: "QuerySet[User] | None" = None) -> tuple[User, Purpose]:
    """Whose link it is and what for, out of these rows. Raises LinkIsOver for every other token."""
    kind, _, signed = token.partition(":")
    if kind not in set(Purpose) or len(token) > LONGEST_TOKEN:
        raise LinkIsOver
    purpose = Purpose(kind)
    try:
        key, stamp = signing.loads(signed, salt=_salt(purpose), max_age=LIFETIMES[purpose])
    except signing.BadSignature:
        raise LinkIsOver from None
    rows = User.objects.all() if users is None else users
    user: User | None = rows.filter(pk=UUID(key), is_active=True).first()
    if user is None or not constant_time_compare(stamp, _stamp(user)):
        raise LinkIsOver
    return user, purpose


def _salt(purpose: Purpose) -> str:
    return f"accounts.links.{purpose}"


def _stamp(user: User) -> str:
    last_login = user.last_login.isoformat() if user.last_login else ""
    value = f"{user.pk}:{user.password}:{user.session_epoch}:{user.email.lower()}:{last_login}"
    return salted_hmac("accounts.links.stamp", value, algorithm="sha256").hexdigest()[:32]

"""Signing in with tokens: start, renew, check and end a family of them."""

import hashlib
import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.crypto import constant_time_compare, salted_hmac
from rest_framework_simplejwt.settings import api_settings
from rest_framework_simplejwt.tokens import AccessToken, RefreshToken

from accounts.audit import record_token_reuse
from accounts.callers import COLUMNS, user_from
from accounts.errors import InvalidToken, JustRenewed
from accounts.models import TokenFamily, User
from accounts.remembered import STAMP, CallerCheck, look
from accounts.signing_keys import signing_key
from accounts.tokens import Claims, access_token, read_token, refresh_token

if TYPE_CHECKING:
    from collections.abc import Iterable
    from uuid import UUID

# Sign-in, user, roles and key: whatever ended one of them, the next request finds nothing here.
LIVING_CALLER = f"""
    SELECT family.user_stamp, {COLUMNS},
           extract(epoch FROM least(statement_timestamp() + interval '1 minute',
                                    key.verifies_until)),
           {STAMP}
    FROM accounts_tokenfamily AS family
    JOIN accounts_user AS person ON person.id = family.user_id
    JOIN accounts_signingkey AS key ON key.kid = $3::text
    WHERE family.id = $1::uuid AND person.id = $2::uuid
      AND family.ended_at IS NULL AND person.is_active
      AND (key.verifies_until IS NULL OR key.verifies_until > statement_timestamp())
"""  # noqa: S608  # column names of our own models


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenPair:
    access: str
    refresh: str


def start_session(user: User, *, ip: str = "", user_agent: str = "") -> TokenPair:
    """Sign a user in whose password has been checked, from this place with this program."""
    jti = secrets.token_urlsafe(32)
    family = TokenFamily.objects.create(
        user=user,
        token_digest=_digest(jti),
        user_stamp=user.get_session_auth_hash(),
        ip=ip,
        user_agent=user_agent,
        expires_at=timezone.now() + api_settings.REFRESH_TOKEN_LIFETIME,
    )
    User.objects.filter(pk=user.pk).update(last_login=family.created_at)
    return _pair(family, jti)


def renew_session(raw_refresh: str, *, client: str = "", retry_key: str = "") -> TokenPair:
    """Trade a refresh token for a new pair. Of any number of simultaneous tries one succeeds.

    The family ends at the first try with a token that has been traded in before: one of the two
    holders stole it, and nobody can say which. For REFRESH_GRACE there are two exceptions. Who
    shows the retry key of the trade lost its answer, and gets the same successor again while that
    is unused: there is never a second chain. And who merely looks like the client that traded
    gets nothing, but ends nothing either.
    """
    claims = read_token(raw_refresh, RefreshToken)
    user = _living_caller(claims)
    presented = _digest(claims.jti)
    with transaction.atomic():
        family = _locked_family(claims)
        successor = _successor(family, claims.jti)
        if presented == family.token_digest:
            _trade_in(family, presented, successor, client, retry_key)
            return _pair(family, successor)
        is_recent = _was_just_traded_in(family, presented)
        if is_recent and retry_key and family.retry_digest == _digest(retry_key):
            return _pair(family, successor)
        if is_recent and client == family.client_digest:
            raise JustRenewed
        _end(family.pk)
        record_token_reuse(user, family.pk)
    raise InvalidToken("traded in already")


def user_of_access_token(raw: str | bytes, check: CallerCheck | None = None) -> User:
    """The caller with their roles, if the token, the sign-in and the user are all still good."""
    return _living_caller(read_token(raw, AccessToken), check)


def check_token(raw: str) -> Claims:
    """The claims of an access or refresh token that would be accepted right now."""
    claims = read_token(raw, AccessToken, RefreshToken)
    _living_caller(claims)
    if claims.is_refresh:
        newest = TokenFamily.objects.filter(
            pk=claims.family_id, token_digest=_digest(claims.jti), ended_at=None
        )
        if not newest.exists():
            raise InvalidToken("traded in already")
    return claims


def end_session(raw_refresh: str) -> None:
    """Sign out. A second time changes nothing."""
    _end(read_token(raw_refresh, RefreshToken).family_id)


def end_family(family_id: "UUID") -> bool:
    """End this sign-in; whether it was still going on."""
    return _end(family_id)


def lock_sign_ins(user_ids: "Iterable[UUID]") -> None:
    """Lock the rows that end with these users' sign-ins, in one order.

    Whoever changes a user, ends with the row that all of them write, the caller stamp; so does who
    signs out, who holds a sign-in. So sign-ins are locked before anything else is changed.
    """
    rows = TokenFamily.objects.filter(user__in=list(user_ids)).order_by("pk")
    list(rows.select_for_update(of=("self",), no_key=True).values_list("pk", flat=True))


def end_all_sessions(user: User, *, kept: "UUID | None" = None) -> None:
    """End every sign-in of the user, in the API and in the admin; perhaps but one of the API."""
    lock_sign_ins([user.pk])
    # The hash that admin sessions carry contains the epoch.
    User.objects.filter(pk=user.pk).update(
        session_epoch=F("session_epoch") + 1, updated_at=timezone.now()
    )
    user.refresh_from_db(fields=["session_epoch"])
    living = user.token_families.filter(ended_at=None)
    if kept is not None:
        living.filter(pk=kept).update(user_stamp=user.get_session_auth_hash())
        living = living.exclude(pk=kept)
    living.update(ended_at=timezone.now())


def prune_families() -> int:
    """Delete the families whose last token has expired; returns how many."""
    return TokenFamily.objects.filter(expires_at__lt=timezone.now()).delete()[0]


def _living_caller(claims: Claims, check: CallerCheck | None = None) -> User:
    """One query for sign-in, user, roles and key; none where memory may be relied on."""
    row = look(LIVING_CALLER, [claims.family_id, claims.user_id, claims.kid], check)
    if row is None:
        raise InvalidToken("ended")
    stamp, *person = row
    user = user_from(person)
    if not constant_time_compare(stamp or b"", user.get_session_auth_hash()):
        raise InvalidToken("password changed")
    user.sign_in_id = claims.family_id
    return user


def _locked_family(claims: Claims) -> TokenFamily:
    """The others wait here until the first has traded its token in."""
    rows = TokenFamily.objects.select_for_update(no_key=True)
    family = rows.filter(pk=claims.family_id, ended_at=None).first()
    if family is None:
        raise InvalidToken("ended")
    return family


def _trade_in(
    family: TokenFamily, presented: str, successor: str, client: str, retry_key: str
) -> None:
    TokenFamily.objects.filter(pk=family.pk).update(
        token_digest=_digest(successor),
        previous_digest=presented,
        rotated_at=timezone.now(),
        client_digest=client,
        retry_digest=_digest(retry_key) if retry_key else "",
    )


def _was_just_traded_in(family: TokenFamily, presented: str) -> bool:
    if family.rotated_at is None or presented != family.previous_digest:
        return False
    return timezone.now() - family.rotated_at <= settings.REFRESH_GRACE


def _successor(family: TokenFamily, jti: str) -> str:
    """The id of the token that follows this one. It can be found again but not guessed, so the
    lost answer of a trade can be given again though no token is stored."""
    salt = "accounts.TokenFamily.successor"
    return salted_hmac(salt, f"{family.pk}:{jti}", algorithm="sha256").hexdigest()


def _pair(family: TokenFamily, jti: str) -> TokenPair:
    key = signing_key()
    return TokenPair(access=access_token(family, key), refresh=refresh_token(family, jti, key))


def _end(family_id: "UUID") -> bool:
    """Whether this call ended it."""
    living = TokenFamily.objects.filter(pk=family_id, ended_at=None)
    return bool(living.update(ended_at=timezone.now()))


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()

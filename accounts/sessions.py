"""Signing in with tokens: start, renew, check and end a family of them."""

import hashlib
import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import connection
from django.db.models import F
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from rest_framework_simplejwt.settings import api_settings
from rest_framework_simplejwt.tokens import AccessToken, RefreshToken

from accounts.audit import record_token_reuse
from accounts.errors import InvalidToken
from accounts.models import TokenFamily, User
from accounts.tokens import Claims, access_token, read_token, refresh_token

if TYPE_CHECKING:
    from uuid import UUID


FAMILY_COLUMNS = [field.attname for field in TokenFamily._meta.concrete_fields]
USER_COLUMNS = [field.attname for field in User._meta.concrete_fields]
# Every signed-in request runs this. Building it with the ORM each time takes 1 ms, thrice the
# rest of a hot read, so it is written once.
LIVING_FAMILY = f"""
    SELECT ARRAY(SELECT auth_group.name
                 FROM accounts_user_groups JOIN auth_group ON auth_group.id = group_id
                 WHERE user_id = person.id),
           {", ".join(f"family.{name}" for name in FAMILY_COLUMNS)},
           {", ".join(f"person.{name}" for name in USER_COLUMNS)}
    FROM accounts_tokenfamily AS family JOIN accounts_user AS person ON person.id = family.user_id
    WHERE family.id = %s AND person.id = %s AND family.ended_at IS NULL AND person.is_active
"""  # noqa: S608  # column names of our own models


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenPair:
    access: str
    refresh: str


def start_session(user: User) -> TokenPair:
    """Sign a user in whose password has been checked."""
    jti = _new_jti()
    family = TokenFamily.objects.create(
        user=user,
        token_digest=_digest(jti),
        user_stamp=user.get_session_auth_hash(),
        expires_at=timezone.now() + api_settings.REFRESH_TOKEN_LIFETIME,
    )
    User.objects.filter(pk=user.pk).update(last_login=family.created_at)
    return TokenPair(access=access_token(family), refresh=refresh_token(family, jti))


def renew_session(raw_refresh: str) -> TokenPair:
    """Trade a refresh token for a new pair. Of any number of simultaneous tries one succeeds.

    The family ends at the first try with a token that has been traded in before: one of the
    two holders stole it, and nobody can say which.
    """
    claims = read_token(raw_refresh, RefreshToken)
    family = _living_family(claims)
    jti = _new_jti()
    # This one statement decides the winner; the others wait for its row and then match nothing.
    won = TokenFamily.objects.filter(
        pk=family.pk, token_digest=_digest(claims.jti), ended_at=None
    ).update(token_digest=_digest(jti), rotated_at=timezone.now())
    if not won:
        if _end(family.pk):
            record_token_reuse(family.user, family.pk)
        raise InvalidToken("traded in already")
    return TokenPair(access=access_token(family), refresh=refresh_token(family, jti))


def user_of_access_token(raw: str | bytes) -> User:
    """The caller with their roles, if the token, the sign-in and the user are all still good."""
    return _living_family(read_token(raw, AccessToken)).user


def check_token(raw: str) -> Claims:
    """The claims of an access or refresh token that would be accepted right now."""
    claims = read_token(raw, AccessToken, RefreshToken)
    family = _living_family(claims)
    if claims.is_refresh and family.token_digest != _digest(claims.jti):
        raise InvalidToken("traded in already")
    return claims


def end_session(raw_refresh: str) -> None:
    """Sign out. A second time changes nothing."""
    _end(read_token(raw_refresh, RefreshToken).family_id)


def end_all_sessions(user: User) -> None:
    """End every sign-in of the user, in the API and in the admin."""
    # The hash that admin sessions carry contains the epoch.
    User.objects.filter(pk=user.pk).update(
        session_epoch=F("session_epoch") + 1, updated_at=timezone.now()
    )
    user.refresh_from_db(fields=["session_epoch"])
    user.token_families.filter(ended_at=None).update(ended_at=timezone.now())


def prune_families() -> int:
    """Delete the families whose last token has expired; returns how many."""
    return TokenFamily.objects.filter(expires_at__lt=timezone.now()).delete()[0]


def _living_family(claims: Claims) -> TokenFamily:
    """One query for sign-in, user and roles."""
    with connection.cursor() as cursor:
        cursor.execute(LIVING_FAMILY, [claims.family_id, claims.user_id])
        row = cursor.fetchone()
    if row is None:
        raise InvalidToken("ended")
    roles, *values = row
    family = TokenFamily.from_db(connection.alias, FAMILY_COLUMNS, values[: len(FAMILY_COLUMNS)])
    family.user = User.from_db(connection.alias, USER_COLUMNS, values[len(FAMILY_COLUMNS) :])
    family.user.loaded_roles = roles
    if not constant_time_compare(family.user_stamp, family.user.get_session_auth_hash()):
        raise InvalidToken("password changed")
    return family


def _end(family_id: "UUID") -> bool:
    """Whether this call ended it."""
    living = TokenFamily.objects.filter(pk=family_id, ended_at=None)
    return bool(living.update(ended_at=timezone.now()))


def _new_jti() -> str:
    return secrets.token_urlsafe(24)


def _digest(jti: str) -> str:
    return hashlib.sha256(jti.encode()).hexdigest()

"""API keys in use: looked up once for each request of a program."""

from dataclasses import dataclass
from functools import lru_cache
from ipaddress import ip_address, ip_network
from typing import TYPE_CHECKING
from uuid import UUID

import orjson
import structlog
from django.db import DatabaseError, connection
from django.utils.crypto import constant_time_compare

from accounts.audit import record_key_refusal
from accounts.callers import COLUMNS, user_from
from accounts.errors import InvalidToken
from accounts.key_texts import digest_of, parts_of
from accounts.models import User
from accounts.remembered import STAMP, CallerCheck, Row, look
from accounts.roles import ROLE_OF_GROUP
from catalog_project.environment import Rate
from catalog_project.ops.clients import client_address

if TYPE_CHECKING:
    from django.http import HttpRequest

log = structlog.get_logger("accounts.audit")

# Prepared. It is remembered until the key ends or its next use must be noted, if not for less.
KEY_AND_OWNER = f"""
    SELECT key.secret_digest, key.role, to_json(key.scopes), to_json(key.networks), key.name,
           key.rate, to_json(key.channels),
           key.revoked_at IS NOT NULL OR NOT person.is_active
           OR coalesce(key.expires_at <= statement_timestamp(), FALSE),
           coalesce(key.last_used_at < statement_timestamp() - interval '1 minute', TRUE),
           {COLUMNS},
           extract(epoch FROM least(
               statement_timestamp() + interval '1 minute', key.expires_at,
               coalesce(key.last_used_at, '-infinity') + interval '1 minute')),
           {STAMP}
    FROM accounts_apikey AS key JOIN accounts_user AS person ON person.id = key.owner_id
    WHERE key.id = $1::uuid
"""  # noqa: S608  # column names of our own models
# Once a minute at most, and never waiting for anybody.
TOUCH = """
    UPDATE accounts_apikey SET last_used_at = statement_timestamp() WHERE id = (
        SELECT id FROM accounts_apikey WHERE id = %s AND coalesce(
            last_used_at < statement_timestamp() - interval '1 minute', TRUE)
        FOR NO KEY UPDATE SKIP LOCKED)
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyUse:
    """With which key a request came: `request.auth`."""

    key_id: UUID
    key_name: str
    scopes: frozenset[str]
    rate: Rate | None = None  # of this key alone


def caller_of_key(
    text: str, request: "HttpRequest", check: CallerCheck | None = None
) -> tuple[User, KeyUse]:
    """The owner, no stronger than the key, if key, owner and address are all good.

    Raises InvalidToken, which never says why; the security log does.
    """
    try:
        key_id, secret = parts_of(text)
    except ValueError:
        raise InvalidToken("not an API key") from None
    row = look(KEY_AND_OWNER, [key_id], check)
    if row is None:
        raise _refused("unknown", key_id, request)
    user = user_from(row[9:])
    if flaw := _flaw(row, secret, request):
        raise _refused(flaw, key_id, request, user)
    if _must_be_noted(row):
        _touch(key_id)
    return user, _use(row, key_id, user)


def known_caller_of_key(
    text: str, request: "HttpRequest", check: CallerCheck
) -> tuple[User, KeyUse] | None:
    """The same for who only wants to know whether all is good: nothing is written about the key
    or its refusal."""
    try:
        key_id, secret = parts_of(text)
    except ValueError:
        return None
    row = look(KEY_AND_OWNER, [key_id], check)
    if row is None or _must_be_noted(row) or _flaw(row, secret, request):
        return None
    user = user_from(row[9:])
    return user, _use(row, key_id, user)


def _flaw(row: Row, secret: str, request: "HttpRequest") -> str:
    """What is wrong with the use of this key; "" where nothing is."""
    digest, _, _, networks, _, _, _, is_over, *_ = row
    if not constant_time_compare(digest or b"", digest_of(secret)):
        return "wrong secret"
    if is_over == b"t":
        return "over"
    if networks != b"[]" and not _is_within(client_address(request), orjson.loads(networks or "")):
        return "foreign network"
    return ""


def _must_be_noted(row: Row) -> bool:
    """Whether the last use that is written down is a minute old."""
    return row[8] == b"t"


def _use(row: Row, key_id: UUID, user: User) -> KeyUse:
    """The key as `request.auth`; its limits go to the user."""
    _, role, scopes, _, name, rate, channels, *_ = row
    user.role_limit = ROLE_OF_GROUP[(role or b"").decode()]
    if channels != b"[]":
        user.key_channels = frozenset(map(UUID, orjson.loads(channels or b"[]")))
    return KeyUse(
        key_id=key_id,
        key_name=(name or b"").decode(),
        scopes=frozenset(orjson.loads(scopes or b"[]")),
        rate=Rate.parse(rate.decode()) if rate else None,
    )


def _is_within(address: str, networks: list[str]) -> bool:
    return _is_within_cached(address, tuple(networks))


@lru_cache(maxsize=4096)
def _is_within_cached(address: str, networks: tuple[str, ...]) -> bool:
    try:
        caller = ip_address(address.partition("%")[0])
    except ValueError:
        return False
    caller = getattr(caller, "ipv4_mapped", None) or caller
    return any(caller in ip_network(network) for network in networks)


def _touch(key_id: UUID) -> None:
    """A read goes on where nothing can be written."""
    try:
        with connection.cursor() as cursor:
            cursor.execute(TOUCH, [key_id])
    except DatabaseError as error:
        log.warning("api_key.use_not_noted", key_id=str(key_id), error=str(error))


def _refused(
    reason: str, key_id: UUID, request: "HttpRequest", owner: User | None = None
) -> InvalidToken:
    try:
        record_key_refusal(owner, key_id=key_id, reason=reason, ip=client_address(request))
    except DatabaseError as error:
        log.warning("api_key.refusal_not_noted", key_id=str(key_id), error=str(error))
    return InvalidToken(reason)

"""The keys that sign tokens: made, sealed, rotated by overlap, published.

They live in the database, so that every replica has the same ones, and their private parts are
sealed with a key that is derived from SECRET_KEY, so that a dump of the database signs nothing.
"""

import base64
import hashlib
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

import structlog
from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone
from jwt import PyJWK
from jwt.algorithms import OKPAlgorithm, RSAAlgorithm
from rest_framework_simplejwt.settings import api_settings

from accounts.audit import record_rotation
from accounts.models import SigningKey
from accounts.seals import derived

log = structlog.get_logger("accounts.audit")

RSA_BITS = 3072
# How long others may keep a copy of the published keys.
PUBLISHED_FOR = timedelta(minutes=5)
Jwk = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Key:
    """A key as PyJWT takes it."""

    kid: str
    algorithm: str
    private: Any
    public: Any


# A key never changes, so a process reads each of them once.
_known: dict[str, Key] = {}
MOST_KNOWN = 64


def signing_key() -> Key:
    """The key to sign with now; the first use makes the first one."""
    return _remembered(_usable_key() or _make_first())


def verifying_key(kid: str) -> Key:
    """The key with this id, whatever its age: whether it still counts, the look-up of the caller
    decides. Raises LookupError."""
    if kid in _known:
        return _known[kid]
    row = SigningKey.objects.filter(pk=kid).first()
    key = _opened(row) if row else None
    if key is None:
        raise LookupError(kid)
    return _remembered(key)


def _remembered(key: Key) -> Key:
    if len(_known) >= MOST_KNOWN:
        _known.clear()
    _known[key.kid] = key
    return key


def published_keys() -> dict[str, list[Any]]:
    """What other services verify our tokens with: a JSON Web Key Set (RFC 7517)."""
    public = SigningKey.objects.verifying().filter(public_jwk__isnull=False)
    return {"keys": [row.public_jwk for row in public.order_by("created_at", "kid")]}


@transaction.atomic
def rotate(*, withdraw: bool = False) -> SigningKey:
    """Make another key. The old ones verify until the last token they signed has ended.

    Others hold copies of the published keys, so the new one signs only when those have expired.
    With `withdraw`, for a key that leaked, the old ones count for nothing from this moment.
    """
    _lock()
    now = timezone.now()
    signs_from = now if withdraw or _usable_key() is None else now + PUBLISHED_FOR
    until = now if withdraw else signs_from + _longest_token()
    older = SigningKey.objects.all() if withdraw else SigningKey.objects.filter(verifies_until=None)
    older.update(verifies_until=until)
    made = _make(signs_from)
    record_rotation(
        kid=made.kid,
        algorithm=made.algorithm,
        signs_from=signs_from.isoformat(),
        withdrawn=withdraw,
    )
    return made


def prune_keys() -> int:
    """Delete the keys whose last token has ended; returns how many."""
    return SigningKey.objects.filter(verifies_until__lt=timezone.now()).delete()[0]


def _algorithm() -> str:
    return str(settings.SIMPLE_JWT["ALGORITHM"])


def _longest_token() -> timedelta:
    lifetime: timedelta = api_settings.REFRESH_TOKEN_LIFETIME + api_settings.LEEWAY
    return lifetime


def _usable_key() -> Key | None:
    longest = api_settings.REFRESH_TOKEN_LIFETIME
    for row in SigningKey.objects.able_to_sign(_algorithm(), longest):
        if key := _opened(row):
            return key
    return None  # none yet, another algorithm was set, or another SECRET_KEY


@transaction.atomic
def _make_first() -> Key:
    _lock()
    if key := _usable_key():
        return key
    now = timezone.now()
    SigningKey.objects.filter(verifies_until=None).update(verifies_until=now + _longest_token())
    made = _make(now)
    log.info("signing_key.made", kid=made.kid, algorithm=made.algorithm)
    key = _opened(made)
    assert key is not None  # it was sealed a moment ago
    return key


def _lock() -> None:
    """Two processes that start at once must not make a key each."""
    with connection.cursor() as cursor:
        cursor.execute("LOCK TABLE accounts_signingkey IN SHARE ROW EXCLUSIVE MODE")


def _make(signs_from: datetime) -> SigningKey:
    algorithm = _algorithm()
    private, jwk = _material(algorithm)
    return SigningKey.objects.create(
        kid=_thumbprint(jwk) if jwk else secrets.token_urlsafe(32),
        algorithm=algorithm,
        public_jwk=jwk and {**jwk, "kid": _thumbprint(jwk), "use": "sig", "alg": algorithm},
        sealed_private=_seals().encrypt(private).decode(),
        signs_from=signs_from,
    )


def _material(algorithm: str) -> tuple[bytes, Jwk | None]:
    """A new key: the private part, and the public one if there is such a thing."""
    if algorithm == SigningKey.Algorithm.HS256:
        return secrets.token_bytes(64), None
    private: Ed25519PrivateKey | RSAPrivateKey
    if algorithm == SigningKey.Algorithm.RS256:
        private = generate_private_key(public_exponent=65537, key_size=RSA_BITS)
        jwk = RSAAlgorithm.to_jwk(private.public_key(), as_dict=True)
    else:
        private = Ed25519PrivateKey.generate()
        jwk = OKPAlgorithm.to_jwk(private.public_key(), as_dict=True)
    pem = private.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    return pem, {name: value for name, value in jwk.items() if name != "key_ops"}


def _thumbprint(jwk: Jwk) -> str:
    """RFC 7638: an id that follows from the key and can therefore not name another."""
    required = {name: jwk[name] for name in sorted(jwk) if name in {"crv", "e", "kty", "n", "x"}}
    text = json.dumps(required, separators=(",", ":")).encode()
    return base64.urlsafe_b64encode(hashlib.sha256(text).digest()).decode().rstrip("=")


def _opened(row: SigningKey) -> Key | None:
    """The key in this row; None where it is sealed with another SECRET_KEY."""
    try:
        private = _seals().decrypt(row.sealed_private.encode())
    except InvalidToken:
        return None
    public = PyJWK(row.public_jwk).key if row.public_jwk else private
    return Key(kid=row.kid, algorithm=row.algorithm, private=private, public=public)


def _seals() -> MultiFernet:
    return _seals_of(settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)


@lru_cache(maxsize=4)
def _seals_of(*secret_keys: str) -> MultiFernet:
    return MultiFernet([Fernet(_derived(secret)) for secret in secret_keys])


def _derived(secret: str) -> bytes:
    return base64.urlsafe_b64encode(derived(secret, b"accounts.SigningKey"))

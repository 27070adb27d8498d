"""JWTs: how they look and what must be true of one before the database is asked."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any
from uuid import UUID

import jwt
from rest_framework_simplejwt.backends import TokenBackend
from rest_framework_simplejwt.exceptions import TokenBackendError
from rest_framework_simplejwt.settings import api_settings
from rest_framework_simplejwt.tokens import AccessToken, RefreshToken, Token

from accounts.errors import InvalidToken
from accounts.signing_keys import Key, verifying_key

if TYPE_CHECKING:
    from accounts.models import TokenFamily

# Ours have about 500 characters, with RS256 900; what is far longer is refused unread.
LONGEST_TOKEN = 2048
KID = re.compile(r"[A-Za-z0-9_-]{43}")
# RFC 9068 names the first. With a type and an audience of its own, a refresh token is none of
# the business of a service that verifies access tokens with our published keys.
TYPES = {AccessToken: "at+jwt", RefreshToken: "rt+jwt"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Claims:
    """What a good token says, as the types we mean."""

    user_id: UUID
    family_id: UUID
    jti: str
    token_type: str
    expires_at: datetime
    kid: str

    @property
    def is_refresh(self) -> bool:
        return self.token_type == RefreshToken.token_type


class KeyedBackend(TokenBackend):
    """Signs and verifies tokens of one kind with one key, which their header names."""

    def __init__(self, key: Key, kind: type[Token]) -> None:
        super().__init__(
            key.algorithm,
            signing_key=key.private,
            verifying_key=key.public,
            audience=_audience(kind),
            issuer=api_settings.ISSUER,
            leeway=api_settings.LEEWAY,
        )
        self.header = {"alg": key.algorithm, "typ": TYPES[kind], "kid": key.kid}

    def encode(self, payload: dict[str, Any]) -> str:
        claims = {**payload, "aud": self.audience, "iss": self.issuer}
        key = self.prepared_signing_key
        return jwt.encode(claims, key, self.algorithm, headers=self.header)


def read_token(raw: str | bytes, *kinds: type[Token]) -> Claims:
    """The claims of a token of one of these kinds; InvalidToken for anything else."""
    if len(raw) > LONGEST_TOKEN:
        raise InvalidToken("too long")
    claims = _verified(raw, kinds)
    if claims.expires_at + api_settings.LEEWAY <= datetime.now(UTC):
        raise InvalidToken("expired")
    return claims


@lru_cache(maxsize=4096)
def _verified(raw: str | bytes, kinds: tuple[type[Token], ...]) -> Claims:
    """A signature that was right stays right, and verifying takes as long as a query. So a
    token is verified once by each process; a refusal is not remembered."""
    header = _header(raw)
    key = _key_of(header)
    for kind in kinds:
        backend = KeyedBackend(key, kind)
        # Another algorithm, type or key, or an extension that must be understood, is not ours.
        if header != backend.header:
            continue
        try:
            return _claims(backend.decode(raw), kind, key.kid)  # type: ignore[arg-type]  # any text
        except (TokenBackendError, ValueError, OverflowError):  # overflow: an absurd time
            break
    raise InvalidToken("not a valid token")


def _header(raw: str | bytes) -> Mapping[str, Any]:
    try:
        return jwt.get_unverified_header(raw)
    except jwt.InvalidTokenError:
        raise InvalidToken("not a token") from None


def _key_of(header: Mapping[str, Any]) -> Key:
    kid = header.get("kid")
    if not isinstance(kid, str) or not KID.fullmatch(kid):
        raise InvalidToken("names no key of ours")
    try:
        return verifying_key(kid)
    except LookupError:
        raise InvalidToken("names no key of ours") from None


def _claims(payload: dict[str, Any], kind: type[Token], kid: str) -> Claims:
    texts = [payload.get(name) for name in ("sub", "sid", "jti")]
    times = [payload.get(name) for name in ("exp", "iat")]
    if not all(type(text) is str for text in texts) or not all(type(at) is int for at in times):
        raise ValueError("a claim is missing or has the wrong type")
    if payload.get("token_type") != kind.token_type:
        raise ValueError("of another kind")
    return Claims(
        user_id=UUID(payload["sub"]),
        family_id=UUID(payload["sid"]),
        jti=payload["jti"],
        token_type=payload["token_type"],
        expires_at=datetime.fromtimestamp(payload["exp"], UTC),
        kid=kid,
    )


def access_token(family: "TokenFamily", key: Key) -> str:
    """A new access token of this family."""
    return _signed(AccessToken(), family, key)


def refresh_token(family: "TokenFamily", jti: str, key: Key) -> str:
    """The refresh token with this id; it lives no longer than its family."""
    token = RefreshToken()
    token["jti"] = jti
    token["exp"] = int(family.expires_at.timestamp())
    return _signed(token, family, key)


def _signed(token: Token, family: "TokenFamily", key: Key) -> str:
    claims = {**token.payload, "sub": str(family.user_id), "sid": str(family.pk)}
    return KeyedBackend(key, type(token)).encode(claims)


def _audience(kind: type[Token]) -> str:
    return str(api_settings.AUDIENCE if kind is AccessToken else api_settings.ISSUER)

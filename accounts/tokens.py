"""JWTs: how they look and what must be true of one before the database is asked."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

import jwt
from rest_framework_simplejwt.exceptions import TokenError
from rest_framework_simplejwt.settings import api_settings
from rest_framework_simplejwt.tokens import AccessToken, RefreshToken, Token

from accounts.errors import InvalidToken

if TYPE_CHECKING:
    from accounts.models import TokenFamily

# Ours have about 400 characters; what is far longer is refused before anything parses it.
LONGEST_TOKEN = 2048


@dataclass(frozen=True, slots=True, kw_only=True)
class Claims:
    """What a good token says, as the types we mean."""

    user_id: UUID
    family_id: UUID
    jti: str
    token_type: str
    expires_at: datetime

    @property
    def is_refresh(self) -> bool:
        return self.token_type == RefreshToken.token_type


def read_token(raw: str | bytes, *kinds: type[Token]) -> Claims:
    """The claims of a token of one of these kinds; InvalidToken for anything else."""
    if len(raw) > LONGEST_TOKEN:
        raise InvalidToken("too long")
    _ensure_our_header(raw)
    for kind in kinds:
        try:
            return _claims(kind(raw).payload)  # type: ignore[arg-type]  # takes text or bytes
        except (TokenError, ValueError, OverflowError):  # overflow: signed, but an absurd time
            continue
    raise InvalidToken("not a valid token")


def _ensure_our_header(raw: str | bytes) -> None:
    """Ours all have the same: another algorithm, type, key or critical extension is not ours."""
    try:
        header = jwt.get_unverified_header(raw)
    except jwt.InvalidTokenError:
        raise InvalidToken("not a token") from None
    if header != {"alg": api_settings.ALGORITHM, "typ": "JWT"}:
        raise InvalidToken("a header that we never write")


def _claims(payload: dict[str, Any]) -> Claims:
    texts = [payload.get(name) for name in ("sub", "sid", "jti", "token_type")]
    times = [payload.get(name) for name in ("exp", "iat")]
    if not all(type(text) is str for text in texts) or not all(type(at) is int for at in times):
        raise ValueError("a claim is missing or has the wrong type")
    return Claims(
        user_id=UUID(payload["sub"]),
        family_id=UUID(payload["sid"]),
        jti=payload["jti"],
        token_type=payload["token_type"],
        expires_at=datetime.fromtimestamp(payload["exp"], UTC),
    )


def access_token(family: "TokenFamily") -> str:
    """A new access token of this family."""
    return str(_of_family(AccessToken(), family))


def refresh_token(family: "TokenFamily", jti: str) -> str:
    """The refresh token with this id; it lives no longer than its family."""
    token = _of_family(RefreshToken(), family)
    token["jti"] = jti
    token["exp"] = int(family.expires_at.timestamp())
    return str(token)


def _of_family(token: Token, family: "TokenFamily") -> Token:
    token["sub"] = str(family.user_id)
    token["sid"] = str(family.pk)
    return token

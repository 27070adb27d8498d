"""Secrets that must be read again: in the database, sealed with keys that SECRET_KEY gives.

Each purpose has a key of its own (HKDF, RFC 5869). SECRET_KEY seals; SECRET_KEY_FALLBACKS open
what was sealed before.
"""

import base64
import secrets
from collections.abc import Iterator

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

NONCE = 12  # bytes; random, and few are ever drawn


class SealBroken(Exception):
    """None of the keys opens it, or it was sealed for something else."""


def derived(secret: str, purpose: bytes) -> bytes:
    """32 bytes of key for this purpose."""
    hkdf = HKDF(hashes.SHA256(), length=32, salt=None, info=purpose)
    return hkdf.derive(secret.encode())


def seal(content: bytes, *, purpose: bytes, owner: str) -> str:
    """The content as text, which opens for this purpose and this owner only (AES-256-GCM)."""
    nonce = secrets.token_bytes(NONCE)
    key = AESGCM(derived(settings.SECRET_KEY, purpose))
    sealed = nonce + key.encrypt(nonce, content, owner.encode())
    return base64.urlsafe_b64encode(sealed).decode()


def unseal(text: str, *, purpose: bytes, owner: str) -> bytes:
    """What `seal` was given. Raises SealBroken."""
    try:
        sealed = base64.urlsafe_b64decode(text)
    except ValueError:
        raise SealBroken from None
    for key in _keys(purpose):
        try:
            return key.decrypt(sealed[:NONCE], sealed[NONCE:], owner.encode())
        except (InvalidTag, ValueError):
            continue
    raise SealBroken


def _keys(purpose: bytes) -> Iterator[AESGCM]:
    for secret in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS):
        yield AESGCM(derived(secret, purpose))

"""What an API key looks like: `cat_live_<id>_<secret><checksum>`, all in hexadecimal.

The prefix lets secret scanners find a key that was published by mistake, and the checksum lets
them, and us, tell a key from a typing error without asking anybody.
"""

import hashlib
import re
import secrets
from uuid import UUID
from zlib import crc32

PREFIX = "cat_live_"
FORM = re.compile(rf"({PREFIX}([0-9a-f]{{32}})_([0-9a-f]{{64}}))([0-9a-f]{{8}})")
SECRET_BYTES = 32


def new_secret() -> str:
    return secrets.token_hex(SECRET_BYTES)


def key_text(key_id: UUID, secret: str) -> str:
    """The key as its owner gets to see it, once."""
    body = f"{PREFIX}{key_id.hex}_{secret}"
    return body + _checksum(body)


def parts_of(text: str) -> tuple[UUID, str]:
    """Id and secret. Raises ValueError for what was never a key of ours."""
    match = FORM.fullmatch(text)
    if match is None or _checksum(match[1]) != match[4]:
        raise ValueError("not an API key")
    return UUID(match[2]), match[3]


def digest_of(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def _checksum(body: str) -> str:
    return f"{crc32(body.encode()):08x}"

"""django-otp's TOTP device with a secret that is sealed at rest."""

import secrets
from binascii import unhexlify

from django_otp.plugins.otp_totp.models import TOTPDevice

from accounts.seals import seal, unseal

PURPOSE = b"accounts.TOTPDevice"
# What stands before a sealed secret. A device of an older release has a bare one, in hex.
SEALED = "v1."
SECRET_BYTES = 20


class SealedTOTPDevice(TOTPDevice):  # type: ignore[misc]  # django-otp has no types
    """The same rows and the same rules; only `key` is another text."""

    class Meta:
        proxy = True
        verbose_name = "TOTP device"

    @property
    def bin_key(self) -> bytes:
        """The secret itself. Raises SealBroken where SECRET_KEY is another one."""
        if not self.key.startswith(SEALED):
            return unhexlify(self.key)
        return unseal(self.key.removeprefix(SEALED), purpose=PURPOSE, owner=str(self.user_id))

    def seal_again(self) -> None:
        """Seal the secret with the SECRET_KEY of now. The caller saves the device."""
        self.key = sealed_secret(self.bin_key, str(self.user_id))


def sealed_secret(secret: bytes, user_id: str) -> str:
    """What the column holds of this secret: 67 characters of its 80."""
    return SEALED + seal(secret, purpose=PURPOSE, owner=user_id)


def new_sealed_secret(user_id: str) -> str:
    return sealed_secret(secrets.token_bytes(SECRET_BYTES), user_id)

"""The account rules that can be broken, one class each."""

from typing import TYPE_CHECKING

from catalog_project.errors import DomainError

if TYPE_CHECKING:
    from accounts.models import User


class InvalidToken(Exception):
    """The token is not, or no longer, good. Never says to the caller which check failed."""


class LoginThrottled(Exception):
    """Too many failed logins; `wait` is the number of seconds until the next try counts."""

    def __init__(self, wait: int) -> None:
        super().__init__(f"Too many failed logins. Try again in {wait} seconds.")
        self.wait = wait


class ResetThrottled(LoginThrottled):
    def __init__(self, wait: int) -> None:
        Exception.__init__(self, f"Too many mails were asked for. Try again in {wait} seconds.")
        self.wait = wait


class SecondFactorRequired(DomainError):
    """The password was right, and the user has a second factor: send the code as `otp`."""

    status = 401
    code = "second-factor-required"
    title = "Signing in takes a code, too"

    def __init__(self, user: "User") -> None:
        super().__init__("Send the code of your app, or a recovery code, as otp.")
        self.user = user


class SecondFactorWrong(DomainError):
    status = 401
    code = "second-factor-wrong"
    title = "The code is wrong or has been used"


class SecondFactorMissing(DomainError):
    """Staff need a second factor here before anything else."""

    status = 403
    code = "second-factor-missing"
    title = "A second factor must be set up first"


class LinkIsOver(DomainError):
    """It was used, is too old, or was not copied whole; a newer password or sign-in ends it too."""

    status = 400
    code = "link-is-over"
    title = "The link is not, or no longer, good"

    def __init__(self) -> None:
        super().__init__("Ask for another mail.")


class MailIsOff(DomainError):
    """No mail server is set, so a promised mail would never come."""

    code = "mail-is-off"
    title = "This service sends no mail"


class WrongPassword(DomainError):
    status = 400
    code = "wrong-password"
    title = "The password is wrong"


class MayNotGiveRole(DomainError):
    status = 403
    code = "may-not-give-role"
    title = "Nobody gives a role above their own"


class JustRenewed(DomainError):
    """This client traded the refresh token in a few seconds ago. The sign-in goes on: use the pair
    that the other request got, or repeat a lost one with the same Idempotency-Key."""

    code = "just-renewed"
    title = "Another request has just renewed this sign-in"


class UnusableRetryKey(DomainError):
    """Whoever knows the key may ask for the lost answer, so it must not be guessed: 16 to 255
    printable ASCII characters, such as a random UUID."""

    status = 400
    code = "unusable-retry-key"
    title = "The Idempotency-Key is too short, too long or not printable"


class UserExists(DomainError):
    code = "user-exists"
    title = "A user with that name or e-mail address already exists"


class InvalidUser(DomainError):
    status = 400
    code = "invalid-user"
    title = "A value of the user is not acceptable"


class PasswordTooWeak(DomainError):
    status = 400
    code = "password-too-weak"
    title = "The password does not meet the rules"


class UnknownRole(DomainError):
    status = 400
    code = "unknown-role"
    title = "There is no such role"


class InvalidApiKey(DomainError):
    status = 400
    code = "invalid-api-key"
    title = "A value of the API key is not acceptable"


class TooManyApiKeys(DomainError):
    code = "too-many-api-keys"
    title = "The user has as many API keys as anybody may have"


class NoSuchApiKey(DomainError):
    status = 404
    code = "not-found"
    title = "There is nothing here"


class ApiKeyIsOver(DomainError):
    code = "api-key-is-over"
    title = "The API key is revoked, expired or has a successor already"


class ScopeMissing(DomainError):
    """The API key is good, but was not made for this. A key's scopes never change: make another."""

    status = 403
    code = "scope-missing"
    title = "The API key does not have the scope for this"


class ChannelForbidden(DomainError):
    """The caller is limited to some channels, and this is about another one, or about all."""

    status = 403
    code = "channel-forbidden"
    title = "The caller is limited to other channels"

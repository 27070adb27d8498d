"""The second factor: a code from an app (TOTP), or a recovery code.

Secrets are sealed at rest (accounts/sealed_totp.py); the rules are django-otp's.

A code is good once: the row of the device is locked while a code is tried, so that of two requests
with the same code one is refused. Wrong codes slow the next try down, twice as long each time up to
about an hour, wherever they come from; the counters of failed logins come on top of that.
"""

import base64
import hashlib
import secrets
from typing import TYPE_CHECKING

import structlog
from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django_otp.models import Device
from django_otp.plugins.otp_static.models import StaticDevice, StaticToken

from accounts.audit import record_change
from accounts.errors import LoginThrottled, SecondFactorMissing, SecondFactorWrong
from accounts.models import User
from accounts.sealed_totp import SealedTOTPDevice, new_sealed_secret
from accounts.seals import SealBroken
from accounts.sessions import end_all_sessions

if TYPE_CHECKING:
    from accounts.actors import Actor

log = structlog.get_logger("accounts.audit")

RECOVERY_CODES = 10
# 120 bits: what cannot be tried out needs no slow hash.
RECOVERY_BYTES = 15
TOTP_DIGITS = 6
# The longest wait is 2^12 seconds: 21 tries a day, and three codes in a million are right.
MOST_DOUBLINGS = 13


def has_second_factor(user: User) -> bool:
    return bool(SealedTOTPDevice.objects.filter(user=user, confirmed=True).exists())


def must_set_up(user: User) -> bool:
    """Whether the user may do nothing in the admin before there is a second factor."""
    return bool(settings.STAFF_REQUIRE_TOTP and user.is_staff and not has_second_factor(user))


def ensure_set_up(user: User) -> None:
    """Raise SecondFactorMissing where one is required and none is there."""
    if must_set_up(user):
        raise SecondFactorMissing("Sign in at /admin/ once and set it up there.")


@transaction.atomic
def is_right_code(user: User, code: str) -> bool:
    """Use a code of the app, or a recovery code, up. Raises LoginThrottled after wrong ones."""
    typed = code.replace(" ", "").replace("-", "")
    if len(typed) == TOTP_DIGITS and typed.isdecimal() and typed.isascii():
        devices = SealedTOTPDevice.objects.filter(user=user, confirmed=True)
    else:
        devices, typed = StaticDevice.objects.filter(user=user), _digest(typed)
    device = devices.select_for_update().first()
    return device is not None and _accepts(device, typed)


@transaction.atomic
def begin_setup(user: User) -> SealedTOTPDevice:
    """The device that waits for its first code; the same one until that comes."""
    User.objects.select_for_update(no_key=True).get(pk=user.pk)
    waiting: SealedTOTPDevice
    waiting, _ = SealedTOTPDevice.objects.get_or_create(
        user=user,
        confirmed=False,
        defaults={"name": "app", "digits": TOTP_DIGITS, "key": new_sealed_secret(str(user.pk))},
    )
    try:
        _ = waiting.bin_key
    except SealBroken:  # begun under a SECRET_KEY that is gone
        waiting.key = new_sealed_secret(str(user.pk))
        waiting.save(update_fields=["key"])
    return waiting


def finish_setup(user: User, code: str, *, actor: "Actor") -> list[str]:
    """Switch the factor on with a first code; every sign-in ends. Returns the recovery codes.

    They are shown this once. Raises SecondFactorWrong.
    """
    with transaction.atomic():
        waiting = (
            SealedTOTPDevice.objects.select_for_update().filter(user=user, confirmed=False).first()
        )
        is_right = waiting is not None and _accepts(waiting, code.replace(" ", ""))
    if waiting is None or not is_right:
        raise SecondFactorWrong("The code is wrong or over: type the one that the app shows now.")
    with transaction.atomic():
        SealedTOTPDevice.objects.filter(user=user, confirmed=True).delete()
        SealedTOTPDevice.objects.filter(pk=waiting.pk).update(confirmed=True)
        codes = _replace_recovery_codes(user)
        end_all_sessions(user)
        record_change("second_factor.on", user, actor)
    return codes


@transaction.atomic
def replace_recovery_codes(user: User, *, actor: "Actor") -> list[str]:
    """Make ten new ones; the old ones are worth nothing any more."""
    codes = _replace_recovery_codes(user)
    record_change("second_factor.codes_replaced", user, actor)
    return codes


@transaction.atomic
def remove_second_factor(user: User, *, actor: "Actor") -> bool:
    """Let the user sign in with the password alone; whether there was a factor. Sign-ins end."""
    removed, _ = SealedTOTPDevice.objects.filter(user=user).delete()
    StaticDevice.objects.filter(user=user).delete()
    if removed:
        end_all_sessions(user)
        record_change("second_factor.off", user, actor)
    return bool(removed)


@transaction.atomic
def seal_all() -> tuple[int, list[str]]:
    """Seal every secret anew: how many, and the names of whose secret no key opens."""
    sealed, unreadable = 0, []
    devices = SealedTOTPDevice.objects.select_related("user").select_for_update(of=("self",))
    for device in devices.order_by("pk"):
        try:
            device.seal_again()
        except SealBroken:
            unreadable.append(device.user.get_username())
        else:
            device.save(update_fields=["key"])
            sealed += 1
    return sealed, unreadable


def recovery_codes_left(user: User) -> int:
    return int(StaticToken.objects.filter(device__user=user).count())


def _accepts(device: Device, typed: str) -> bool:
    # Whoever knows the password must not be able to shut its owner out for years.
    device.throttling_failure_count = min(device.throttling_failure_count, MOST_DOUBLINGS)
    is_allowed, refusal = device.verify_is_allowed()
    if not is_allowed:
        until = (refusal or {}).get("locked_until") or timezone.now()
        raise LoginThrottled(max(1, round((until - timezone.now()).total_seconds() + 0.5)))
    try:
        is_right = bool(device.verify_token(typed))
        if is_right and isinstance(device, SealedTOTPDevice):
            device.seal_again()
            device.save(update_fields=["key"])
    except SealBroken:
        log.warning("second_factor.unreadable", user_id=str(device.user_id))
        return False
    return is_right


def _replace_recovery_codes(user: User) -> list[str]:
    StaticDevice.objects.filter(user=user).delete()
    device = StaticDevice.objects.create(user=user, name="recovery codes")
    codes = [_new_code() for _ in range(RECOVERY_CODES)]
    StaticToken.objects.bulk_create(
        StaticToken(device=device, token=_digest(code.replace("-", ""))) for code in codes
    )
    return codes


def _new_code() -> str:
    text = base64.b32encode(secrets.token_bytes(RECOVERY_BYTES)).decode().lower()
    return "-".join(text[start : start + 4] for start in range(0, len(text), 4))


def _digest(code: str) -> str:
    """96 bits of a hash: what fits into django-otp's column, and what nobody finds another for."""
    hashed = hashlib.sha256(code.lower().encode()).digest()
    return base64.urlsafe_b64encode(hashed[:12]).decode()

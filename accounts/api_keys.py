"""API keys: made, rotated and revoked by people. How they are used: api_key_use.py."""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

import structlog
from django.db import transaction
from django.utils import timezone

from accounts.api_key_rules import (
    checked_channels,
    checked_expiry,
    checked_name,
    checked_networks,
    checked_rate,
    checked_role,
    checked_scopes,
)
from accounts.audit import record_change
from accounts.channel_limits import channels_of
from accounts.errors import (
    ApiKeyIsOver,
    InvalidApiKey,
    NoSuchApiKey,
    TooManyApiKeys,
)
from accounts.key_texts import digest_of, key_text, new_secret
from accounts.models import ApiKey, User
from accounts.roles import Role, role_of

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from accounts.actors import Actor

log = structlog.get_logger("accounts.audit")

MOST_KEYS = 50  # living ones of one user, and as many that are being replaced
OVERLAP = timedelta(days=1)
LONGEST_OVERLAP = timedelta(days=30)


@transaction.atomic
def create_api_key(
    owner: User,
    *,
    name: str,
    scopes: Collection[str],
    role: str | None = None,
    expires_at: datetime | None = None,
    networks: Collection[str] = (),
    channels: Collection[UUID] = (),
    actor: "Actor",
) -> tuple[ApiKey, str]:
    """Make a key that acts for its owner; its text is known here and now and never again.

    Without a role it gets the owner's. It never has more than the owner has at that moment; nor
    channels that the owner is not, or no longer, limited to.
    """
    own = role_of(owner)
    if own is None:
        raise InvalidApiKey("Without a role there is nothing that a key could do.")
    role = checked_role(role, own)
    key = ApiKey(
        owner=owner,
        name=checked_name(name),
        role=role,
        scopes=checked_scopes(scopes, role),
        networks=checked_networks(networks),
        channels=checked_channels(channels),
        expires_at=checked_expiry(expires_at),
    )
    with transaction.atomic():
        _ensure_room(owner)
        text = _save_with_secret(key)
        record_change("api_key.created", owner, actor, **_facts(key))
    return key, text


@transaction.atomic
def rotate_api_key(
    key_id: UUID,
    *,
    visible: "QuerySet[ApiKey]",
    overlap: timedelta = OVERLAP,
    expires_at: datetime | None = None,
    actor: "Actor",
) -> tuple[ApiKey, str]:
    """Make a successor with the same rights. Both are good until the overlap is over."""
    if not timedelta(0) <= overlap <= LONGEST_OVERLAP:
        raise InvalidApiKey(
            "Give an overlap from 0 seconds to 30 days.", pointer="/overlap_seconds"
        )
    old = _locked(key_id, visible)
    if not old.is_living or old.successor_id:
        raise ApiKeyIsOver
    if _living(old.owner).count() >= 2 * MOST_KEYS:
        raise TooManyApiKeys("Revoke replaced keys whose overlap is not over.")
    successor = ApiKey(
        owner=old.owner,
        name=old.name,
        role=old.role,
        scopes=old.scopes,
        networks=old.networks,
        channels=old.channels,
        rate=old.rate,
        expires_at=checked_expiry(expires_at),
    )
    text = _save_with_secret(successor)
    old.successor = successor
    ends = timezone.now() + overlap
    old.expires_at = min(ends, old.expires_at or ends)
    old.save(update_fields=["successor", "expires_at", "updated_at"])
    record_change("api_key.rotated", old.owner, actor, **_facts(old), successor=str(successor.pk))
    return successor, text


@transaction.atomic
def revoke_api_key(key_id: UUID, *, visible: "QuerySet[ApiKey]", actor: "Actor") -> ApiKey:
    """Refuse the key from the next request on. A second time changes nothing."""
    key = _locked(key_id, visible)
    if key.revoked_at is None:
        key.revoked_at = timezone.now()
        key.save(update_fields=["revoked_at", "updated_at"])
        record_change("api_key.revoked", key.owner, actor, **_facts(key))
    return key


@transaction.atomic
def set_api_key_rate(
    key_id: UUID, *, rate: str, visible: "QuerySet[ApiKey]", actor: "Actor"
) -> ApiKey:
    """Let the key ask this often, from the next request on; "" is as often as the setting says."""
    key = _locked(key_id, visible)
    before, key.rate = key.rate, checked_rate(rate)
    if key.rate != before:
        key.save(update_fields=["rate", "updated_at"])
        record_change("api_key.rate_changed", key.owner, actor, **_facts(key), rate=key.rate)
    return key


def keys_visible_to(user: User) -> "QuerySet[ApiKey]":
    """One's own; an admin who is not limited to channels sees everybody's."""
    keys = ApiKey.objects.select_related("owner")
    if (role_of(user) or 0) >= Role.ADMIN and channels_of(user) is None:
        return keys
    return keys.filter(owner=user)


def prune_api_keys() -> int:
    """Delete keys that have been over for 90 days; returns how many."""
    past = timezone.now() - timedelta(days=90)
    over = ApiKey.objects.filter(expires_at__lt=past) | ApiKey.objects.filter(revoked_at__lt=past)
    return over.delete()[0]


def _save_with_secret(key: ApiKey) -> str:
    secret = new_secret()
    key.secret_digest = digest_of(secret)
    key.save(force_insert=True)
    return key_text(key.pk, secret)


def _locked(key_id: UUID, visible: "QuerySet[ApiKey]") -> ApiKey:
    # Its owner first, as who deletes a user does: see sessions.lock_sign_ins.
    owners = User.objects.filter(api_keys=key_id).select_for_update(of=("self",), no_key=True)
    list(owners.values_list("pk"))
    key = visible.select_for_update(of=("self",), no_key=True).filter(pk=key_id).first()
    if key is None:
        raise NoSuchApiKey(f"There is no API key {key_id}.")
    return key


def _ensure_room(owner: User) -> None:
    """Counted under the owner's lock, so that two requests do not both find the last place."""
    User.objects.select_for_update(no_key=True).get(pk=owner.pk)
    if _living(owner).filter(successor=None).count() >= MOST_KEYS:
        raise TooManyApiKeys(f"{MOST_KEYS} is the most. Revoke one that is no longer needed.")


def _living(owner: User) -> "QuerySet[ApiKey]":
    keys = ApiKey.objects.filter(owner=owner, revoked_at=None)
    return keys.exclude(expires_at__lte=timezone.now())


def _facts(key: ApiKey) -> dict[str, object]:
    return {"key_id": str(key.pk), "key_name": key.name, "role": key.role, "scopes": key.scopes}

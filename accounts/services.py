"""Everything that changes a user: the API, the admin and the commands come through here."""

from collections.abc import Collection, Iterable
from typing import TYPE_CHECKING

from django.contrib.auth.models import Group
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction

from accounts.api_key_rules import checked_channels
from accounts.audit import record_change
from accounts.errors import InvalidUser, PasswordTooWeak, UnknownRole, UserExists
from accounts.models import User
from accounts.sessions import end_all_sessions, lock_sign_ins

if TYPE_CHECKING:
    from uuid import UUID

    from accounts.actors import Actor


@transaction.atomic
def create_user(
    *,
    username: str,
    password: str | None,
    email: str = "",
    first_name: str = "",
    last_name: str = "",
    roles: Iterable[str] = (),
    is_staff: bool = False,
    channels: Collection["UUID"] = (),
    actor: "Actor",
) -> User:
    """Make a user; with a password they can sign in at once. Staff may enter the admin."""
    user = User(
        username=User.normalize_username(username),
        email=User.objects.normalize_email(email),
        first_name=first_name,
        last_name=last_name,
        is_staff=is_staff,
        channels=checked_channels(channels, InvalidUser),
    )
    if password is None:
        user.set_unusable_password()
    else:
        set_checked_password(user, password)
    with transaction.atomic():
        _save_unique(user, force_insert=True)
        _replace_roles(user, roles)
        facts: dict[str, object] = {"roles": sorted(user.role_names), "staff": is_staff}
        if channels:
            facts["channels"] = _texts(user.channels)
        record_change("user.created" if password else "user.invited", user, actor, **facts)
    return user


def update_user(
    user_id: "UUID",
    *,
    actor: "Actor",
    username: str | None = None,
    email: str | None = None,
    first_name: str | None = None,
    last_name: str | None = None,
    is_staff: bool | None = None,
) -> User:
    """Change the named facts and no others."""
    given = {
        "username": username,
        "email": email,
        "first_name": first_name,
        "last_name": last_name,
        "is_staff": is_staff,
    }
    with transaction.atomic():
        user = _locked(user_id)
        changed = [
            name
            for name, value in given.items()
            if value is not None and value != getattr(user, name)
        ]
        for name in changed:
            setattr(user, name, given[name])
        if changed:
            _save_unique(user, update_fields=[*changed, "updated_at"])
            record_change("user.changed", user, actor, fields=changed)
        if "is_staff" in changed:
            record_change("staff.granted" if user.is_staff else "staff.withdrawn", user, actor)
    return user


@transaction.atomic
def change_password(user_id: "UUID", *, new_password: str, actor: "Actor") -> User:
    """Set another password. Every sign-in of the user ends, in the API and in the admin."""
    user = _locked(user_id)
    set_checked_password(user, new_password)
    user.save(update_fields=["password", "updated_at"])
    end_all_sessions(user)
    record_change("password.changed", user, actor)
    return user


@transaction.atomic
def disable_user(user_id: "UUID", *, actor: "Actor") -> User:
    """Refuse the user from the next request on; what they did stays in the history."""
    return _set_active(user_id, is_active=False, actor=actor)


@transaction.atomic
def enable_user(user_id: "UUID", *, actor: "Actor") -> User:
    """Let the user sign in again. Earlier sign-ins stay ended."""
    return _set_active(user_id, is_active=True, actor=actor)


@transaction.atomic
def set_roles(user_id: "UUID", *, roles: Iterable[str], actor: "Actor") -> User:
    """Give the user exactly these roles, from the next request on."""
    user = _locked(user_id)
    before = sorted(user.role_names)
    _replace_roles(user, roles)
    after = sorted(user.role_names)
    if before != after:
        record_change("roles.changed", user, actor, before=before, after=after)
    return user


@transaction.atomic
def set_channels(user_id: "UUID", *, channels: Collection["UUID"], actor: "Actor") -> User:
    """Limit the user to these channels, from the next request on; none of them is every one.

    Raises InvalidUser.
    """
    user = _locked(user_id)
    before = user.channels
    user.channels = checked_channels(channels, InvalidUser, kept=before)
    if user.channels != before:
        user.save(update_fields=["channels", "updated_at"])
        facts = {"before": _texts(before), "after": _texts(user.channels)}
        record_change("channels.changed", user, actor, **facts)
    return user


@transaction.atomic
def sign_out_everywhere(user_id: "UUID", *, actor: "Actor") -> User:
    """End every sign-in of the user; they may sign in again."""
    user = _locked(user_id)
    end_all_sessions(user)
    record_change("sessions.ended", user, actor)
    return user


@transaction.atomic
def sign_everybody_out(*, actor: "Actor") -> int:
    """End every sign-in of everybody; returns of how many users."""
    users = list(User.objects.order_by("pk").select_for_update(no_key=True))
    lock_sign_ins(user.pk for user in users)
    for user in users:
        end_all_sessions(user)
        record_change("sessions.ended", user, actor)
    return len(users)


@transaction.atomic
def delete_user(user_id: "UUID", *, actor: "Actor") -> None:
    """Remove the user and their sign-ins."""
    user = _locked(user_id)
    record_change("user.deleted", user, actor)
    user.delete()


@transaction.atomic
def ensure_admin(*, password: str, actor: "Actor") -> User | None:
    """Make the superuser `admin` if there is no superuser yet; None when there is one."""
    with connection.cursor() as cursor:
        # Two services that start at once must not both find none.
        cursor.execute("LOCK TABLE accounts_user IN SHARE ROW EXCLUSIVE MODE")
    if User.objects.filter(is_superuser=True).exists():
        return None
    user = User(username="admin", is_staff=True, is_superuser=True)
    user.set_password(password)
    _save_unique(user, force_insert=True)
    record_change("user.created", user, actor, superuser=True)
    return user


def _texts(keys: Iterable["UUID"]) -> list[str]:
    return [str(key) for key in keys]


def _locked(user_id: "UUID") -> User:
    user: User = User.objects.select_for_update(no_key=True).get(pk=user_id)
    lock_sign_ins([user_id])
    return user


def _set_active(user_id: "UUID", *, is_active: bool, actor: "Actor") -> User:
    user = _locked(user_id)
    if user.is_active == is_active:
        return user
    user.is_active = is_active
    user.save(update_fields=["is_active", "updated_at"])
    if not is_active:
        end_all_sessions(user)
    record_change("user.enabled" if is_active else "user.disabled", user, actor)
    return user


def set_checked_password(user: User, password: str) -> None:
    """Raises PasswordTooWeak. The caller saves the user."""
    try:
        validate_password(password, user)
    except ValidationError as weak:
        raise PasswordTooWeak(" ".join(weak.messages), pointer="/password") from weak
    user.set_password(password)


def _save_unique(user: User, **options: object) -> None:
    """Uniqueness belongs to the constraint: whoever comes second is told so."""
    try:
        user.clean_fields()
    except ValidationError as error:
        field, messages = next(iter(error.message_dict.items()))
        raise InvalidUser(" ".join(messages), pointer=f"/{field}") from error
    try:
        with transaction.atomic():
            user.save(**options)  # type: ignore[arg-type]  # save()'s own keywords
    except IntegrityError as error:
        raise UserExists from error


def _replace_roles(user: User, roles: Iterable[str]) -> None:
    wanted = set(roles)
    groups = list(Group.objects.filter(name__in=wanted))
    if unknown := wanted - {group.name for group in groups}:
        raise UnknownRole(f"There is no role {', '.join(sorted(unknown))}.", pointer="/roles")
    user.groups.set(groups)
    user.forget_roles()

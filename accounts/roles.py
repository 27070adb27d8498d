"""What each role may do: the only place that says so. docs/accounts.md prints the same table."""

from collections.abc import Iterable
from enum import IntEnum
from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from accounts.models import User


class Role(IntEnum):
    """Each role may do everything the roles below it may."""

    VIEWER = 1
    EDITOR = 2
    PUBLISHER = 3
    MANAGER = 4
    ADMIN = 5

    @property
    def group_name(self) -> str:
        return self.name.lower()


ROLE_OF_GROUP = MappingProxyType({role.group_name: role for role in Role})

# The least role that has the ability.
ABILITIES = MappingProxyType(
    {
        "catalog.read": Role.VIEWER,
        "catalog.edit": Role.EDITOR,
        "catalog.publish": Role.PUBLISHER,
        "keys.own": Role.VIEWER,
        "users.manage": Role.MANAGER,
        "security.manage": Role.ADMIN,
    }
)

# Members that not every reader of the catalog may see -> the least role. Each has an address of its
# own that ends in its name; no shared answer holds one. docs/security.md prints the same table.
RESTRICTED_MEMBERS = MappingProxyType({"costs": Role.MANAGER})


def role_of(user: "User | AnonymousUser") -> Role | None:
    """The highest role of an active user; None for everybody else.

    Where an API key stands for the user, no more than the role of the key. What a limit to channels
    takes away besides is in accounts.channel_limits.
    """
    if not user.is_active or user.is_anonymous:
        return None
    own = role_when_active(user)
    if own is None or user.role_limit is None:
        return own
    return Role(min(own, user.role_limit))


def role_when_active(user: "User") -> Role | None:
    """The highest role that somebody holds, or would hold again if they were enabled."""
    return Role.ADMIN if user.is_superuser else _highest(user.role_names)


def _highest(names: Iterable[str]) -> Role | None:
    return max((ROLE_OF_GROUP[name] for name in names if name in ROLE_OF_GROUP), default=None)


def has_role(user: "User | AnonymousUser", least: Role) -> bool:
    """Whether the user has this role or a higher one. At most one query per user object."""
    role = role_of(user)
    return role is not None and role >= least


def abilities_of(user: "User | AnonymousUser") -> list[str]:
    """Everything the user may do, sorted."""
    return sorted(ability for ability, least in ABILITIES.items() if has_role(user, least))

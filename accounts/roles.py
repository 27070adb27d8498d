"""What each role may do: the only place that says so. docs/accounts.md prints the same table."""

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
        "users.manage": Role.MANAGER,
    }
)


def role_of(user: "User | AnonymousUser") -> Role | None:
    """The highest role of an active user; None for everybody else."""
    if not user.is_active or user.is_anonymous:
        return None
    if user.is_superuser:
        return Role.MANAGER
    return max(
        (ROLE_OF_GROUP[name] for name in user.role_names if name in ROLE_OF_GROUP), default=None
    )


def has_role(user: "User | AnonymousUser", least: Role) -> bool:
    """Whether the user has this role or a higher one. At most one query per user object."""
    role = role_of(user)
    return role is not None and role >= least


def abilities_of(user: "User | AnonymousUser") -> list[str]:
    """Everything the user may do, sorted."""
    return sorted(ability for ability, least in ABILITIES.items() if has_role(user, least))

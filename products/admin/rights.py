"""Roles decide in the admin as they do in the API; there are no permission rows."""

from typing import TYPE_CHECKING, Any

from accounts.admin_rights import NobodyWrites
from accounts.channel_limits import channels_of
from accounts.roles import RESTRICTED_MEMBERS, Role, has_role

if TYPE_CHECKING:
    from django.http import HttpRequest


class RoleRights:
    """A viewer sees, an editor edits; `least_to_delete` says who deletes."""

    least_to_delete = Role.EDITOR

    def has_module_permission(self, request: "HttpRequest") -> bool:
        return has_role(request.user, Role.VIEWER)

    def has_view_permission(self, request: "HttpRequest", obj: Any = None) -> bool:
        return has_role(request.user, Role.VIEWER)

    def has_add_permission(self, request: "HttpRequest", obj: Any = None) -> bool:
        return has_role(request.user, Role.EDITOR)

    def has_change_permission(self, request: "HttpRequest", obj: Any = None) -> bool:
        return has_role(request.user, Role.EDITOR)

    def has_delete_permission(self, request: "HttpRequest", obj: Any = None) -> bool:
        return has_role(request.user, self.least_to_delete)

    def has_publish_permission(self, request: "HttpRequest", obj: Any = None) -> bool:
        return has_role(request.user, Role.PUBLISHER)


class ReadOnlyRights(NobodyWrites, RoleRights):
    """Everybody with a role sees; nobody writes."""


def has_any_role(request: "HttpRequest") -> bool:
    return has_role(request.user, Role.VIEWER)


def sees_catalog(request: "HttpRequest") -> bool:
    """Its pages show all channels, so they are closed to whoever is limited to some."""
    return has_any_role(request) and channels_of(request.user) is None


def sees_costs(request: "HttpRequest") -> bool:
    """What the shop itself pays is for managers; nobody else learns that it is kept."""
    return has_role(request.user, RESTRICTED_MEMBERS["costs"])


def manages_users(request: "HttpRequest") -> bool:
    return has_role(request.user, Role.MANAGER) and channels_of(request.user) is None


def manages_imports(request: "HttpRequest") -> bool:
    return manages_users(request)

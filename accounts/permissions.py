"""One permission per sentence. A view that names none is closed (REST_FRAMEWORK default)."""

from typing import TYPE_CHECKING

from django.conf import settings
from rest_framework.permissions import SAFE_METHODS, BasePermission

from accounts.roles import Role, has_role

if TYPE_CHECKING:
    from rest_framework.request import Request
    from rest_framework.views import APIView


class CanReadCatalog(BasePermission):
    """Everybody while CATALOG_PUBLIC_READ is on, else any signed-in user."""

    def has_permission(self, request: "Request", view: "APIView") -> bool:
        return bool(settings.CATALOG_PUBLIC_READ or request.user.is_authenticated)


class CanEditCatalog(CanReadCatalog):
    """Reading as CanReadCatalog; everything else needs an editor."""

    def has_permission(self, request: "Request", view: "APIView") -> bool:
        if request.method in SAFE_METHODS:
            return super().has_permission(request, view)
        return has_role(request.user, Role.EDITOR)


class CanPublish(BasePermission):
    """A publisher: may decide what shoppers see."""

    def has_permission(self, request: "Request", view: "APIView") -> bool:
        return has_role(request.user, Role.PUBLISHER)


class CanShapeCatalog(CanReadCatalog):
    """Reading as CanReadCatalog; what shapes many products at once needs a publisher."""

    def has_permission(self, request: "Request", view: "APIView") -> bool:
        if request.method in SAFE_METHODS:
            return super().has_permission(request, view)
        return has_role(request.user, Role.PUBLISHER)


class CanManageUsers(BasePermission):
    """A manager: may make, change and disable users."""

    def has_permission(self, request: "Request", view: "APIView") -> bool:
        return has_role(request.user, Role.MANAGER)


class CanOwnKeys(BasePermission):
    """Anybody with a role may make API keys that are no stronger than themselves."""

    def has_permission(self, request: "Request", view: "APIView") -> bool:
        return has_role(request.user, Role.VIEWER)

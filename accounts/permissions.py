"""One permission per sentence. A view that names none is closed (REST_FRAMEWORK default)."""

from typing import TYPE_CHECKING

from django.conf import settings
from rest_framework.exceptions import NotAuthenticated, PermissionDenied
from rest_framework.permissions import SAFE_METHODS, BasePermission

from accounts.roles import Role, has_role

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser
    from rest_framework.request import Request
    from rest_framework.views import APIView

    from accounts.models import User


def ensure_any_role(user: "User | AnonymousUser", why: str) -> None:
    """For a part of an answer that is not for everybody who gets the rest.

    Raises NotAuthenticated, PermissionDenied.
    """
    ensure_role(user, Role.VIEWER, why)


def ensure_role(user: "User | AnonymousUser", least: Role, why: str) -> None:
    """The same for a part that needs more. Raises NotAuthenticated, PermissionDenied."""
    if not has_role(user, least):
        raise NotAuthenticated(why) if user.is_anonymous else PermissionDenied(why)


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


class CanSeeWork(BasePermission):
    """An editor: may see what is not for shoppers, as long as somebody works on it."""

    def has_permission(self, request: "Request", view: "APIView") -> bool:
        return has_role(request.user, Role.EDITOR)


class CanKeepStock(BasePermission):
    """Anybody with a role may see how many there are; to change it needs an editor."""

    def has_permission(self, request: "Request", view: "APIView") -> bool:
        least = Role.VIEWER if request.method in SAFE_METHODS else Role.EDITOR
        return has_role(request.user, least)


class CanReadInternals(BasePermission):
    """A viewer: sees what is no business of shoppers."""

    def has_permission(self, request: "Request", view: "APIView") -> bool:
        return has_role(request.user, Role.VIEWER)


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


class CanManageFeeds(BasePermission):
    """A manager: decides what is told outside, and whom."""

    def has_permission(self, request: "Request", view: "APIView") -> bool:
        return has_role(request.user, Role.MANAGER)


class CanManageSecurity(BasePermission):
    """An admin: sees and changes what guards everybody."""

    def has_permission(self, request: "Request", view: "APIView") -> bool:
        return has_role(request.user, Role.ADMIN)


class CanOwnKeys(BasePermission):
    """Anybody with a role may make API keys that are no stronger than themselves."""

    def has_permission(self, request: "Request", view: "APIView") -> bool:
        return has_role(request.user, Role.VIEWER)


class CanEditPrices(BasePermission):
    """An editor, also to read: stored prices tell what they are going to be."""

    def has_permission(self, request: "Request", view: "APIView") -> bool:
        return has_role(request.user, Role.EDITOR)


class CanShapePrices(BasePermission):
    """Anybody with a role reads price lists; a list decides what shoppers pay, so writing one needs
    a publisher."""

    def has_permission(self, request: "Request", view: "APIView") -> bool:
        least = Role.VIEWER if request.method in SAFE_METHODS else Role.PUBLISHER
        return has_role(request.user, least)


class CanShapeSearch(BasePermission):
    """Anybody with a role reads what staff say of search, which may name products that are not
    published; it decides what shoppers find, so writing it needs a publisher."""

    def has_permission(self, request: "Request", view: "APIView") -> bool:
        least = Role.VIEWER if request.method in SAFE_METHODS else Role.PUBLISHER
        return has_role(request.user, least)


class CanSeeCosts(BasePermission):
    """A manager: what the shop itself pays is for nobody else."""

    def has_permission(self, request: "Request", view: "APIView") -> bool:
        return has_role(request.user, Role.MANAGER)


class CanImport(BasePermission):
    """A manager, also to look: a file may change every product, and tells what the shop pays."""

    def has_permission(self, request: "Request", view: "APIView") -> bool:
        return has_role(request.user, Role.MANAGER)

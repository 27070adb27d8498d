"""The permission of a view that names none."""

from typing import TYPE_CHECKING

from rest_framework.permissions import BasePermission

if TYPE_CHECKING:
    from rest_framework.request import Request
    from rest_framework.views import APIView


class DenyAll(BasePermission):
    """Nobody: a new view stays shut until somebody decides who may use it."""

    def has_permission(self, request: "Request", view: "APIView") -> bool:
        return False

"""Rights in the admin that several pages share."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from django.http import HttpRequest


class NobodyWrites:
    """Mixed into pages, before what else decides about rights: there is nothing but to look."""

    def has_add_permission(self, request: "HttpRequest", obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: "HttpRequest", obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: "HttpRequest", obj: Any = None) -> bool:
        return False

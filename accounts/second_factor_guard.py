"""STAFF_REQUIRE_TOTP: nobody does anything in the admin before there is a second factor."""

from collections.abc import Callable

from django.conf import settings
from django.core.exceptions import MiddlewareNotUsed
from django.http import HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase

from accounts.admin_sessions import SECOND_FACTOR

ADMIN = "/admin/"
SET_UP = "/admin/account/second-factor/"
# What somebody without a factor needs all the same.
OPEN = (SET_UP, "/admin/logout/", "/admin/login/", "/admin/set-password/", "/admin/forgotten/")


class SecondFactorGuard:
    """Leads a session that began without a second factor to the page that sets one up."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        if not settings.STAFF_REQUIRE_TOTP:
            raise MiddlewareNotUsed
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        path = request.path_info
        if path.startswith(ADMIN) and not path.startswith(OPEN) and self._is_halfway(request):
            return HttpResponseRedirect(SET_UP)
        return self.get_response(request)

    def _is_halfway(self, request: HttpRequest) -> bool:
        return request.user.is_authenticated and SECOND_FACTOR not in request.session

"""The admin shows and changes all channels at once: who is limited to some works elsewhere."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.template.loader import render_to_string

from accounts.channel_limits import channels_of, forbidden

ADMIN = "/admin/"
ACCOUNT = "/admin/account/"
LEAD_HOME = (ADMIN, "/admin/accounts/")  # what breadcrumbs lead to
# One's own account and one's own keys. Everything else is closed, pages to come included.
OPEN = (
    ACCOUNT,
    "/admin/accounts/apikey/",
    "/admin/login/",
    "/admin/logout/",
    "/admin/set-password/",
    "/admin/forgotten/",
    "/admin/jsi18n/",
)


class ChannelGuard:
    """Answers 403, naming the limit, and leads from the start pages to the account."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        path = request.path_info
        if not path.startswith(ADMIN) or path.startswith(OPEN):
            return self.get_response(request)
        limit = channels_of(request.user)
        if limit is None:
            return self.get_response(request)
        if path in LEAD_HOME:
            return HttpResponseRedirect(ACCOUNT)
        refusal = forbidden(limit, "The admin shows all of them: work through the API.")
        page = render_to_string("admin/accounts/channel_limit.html", {"refusal": refusal})
        return HttpResponse(page, status=refusal.status)

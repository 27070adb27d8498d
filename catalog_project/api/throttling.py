"""Request rates: so many for each caller in so much time, told in every answer.

`RateLimit-Policy` and `RateLimit` as in draft-ietf-httpapi-ratelimit-headers-11. The settings
THROTTLE_ANONYMOUS, THROTTLE_USER and THROTTLE_KEY say how many; one that is empty counts nobody
and costs nothing.
"""

import math
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from rest_framework.exceptions import APIException, Throttled
from rest_framework.request import Request
from rest_framework.views import APIView

from catalog_project.environment import Rate
from catalog_project.errors import DomainError
from catalog_project.ops.clients import client_network
from catalog_project.ops.rates import REFUSED, count_use

COUNTED = "_counted_uses"  # the attribute of a request: of whom it was counted, and what they used


class CountedView(APIView):
    """The parent of every view of the API: who asks too often is refused before anything else.

    Also callers whose credentials are refused, and those who may not do what they ask for.
    """

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """A view and its request know each other, so both stay until the collector comes by. What
        was answered, many megabytes perhaps, does not stay with them."""
        answer = super().dispatch(request, *args, **kwargs)
        del self.response
        return answer

    def perform_authentication(self, request: Request) -> None:
        try:
            super().perform_authentication(request)
        except (APIException, DomainError):
            request._not_authenticated()  # type: ignore[attr-defined]  # DRF does so for its own
            charge(request)  # as somebody unknown
            raise
        charge(request)


def charge(request: Request) -> None:
    """Count this request against its caller's rate. Raises Throttled beyond it.

    A request that begins again, because what was remembered of its caller was over, is counted
    once for each caller that it turned out to be: usually the same one.
    """
    policy, caller, rate = _policy(request)
    if rate is None:
        return
    counted = request._request.__dict__.setdefault(COUNTED, {})
    name = (policy, caller, rate.seconds)  # another rate may have another window
    if name not in counted:
        counted[name] = count_use(policy, caller, rate)
    use = counted[name]
    if use is None:
        return
    wait = max(1, math.ceil(use.resets_in))
    # For the middleware, which sees every answer: refusals and problems have no other way out.
    request._request.rate_limit = (  # type: ignore[attr-defined]  # our own addition
        f'"{policy}";q={rate.limit};w={rate.seconds}',
        f'"{policy}";r={max(0, rate.limit - use.count)};t={wait}',
    )
    if use.count > rate.limit:
        REFUSED.labels(policy).inc()
        raise Throttled(wait, f"The limit is {rate} for this caller.")


def _policy(request: Request) -> tuple[str, str, Rate | None]:
    """Which limit applies, who is counted under which name, and how many are allowed."""
    key = getattr(request.auth, "key_id", None)
    if key is not None:
        return "key", str(key), request.auth.rate or settings.THROTTLE_KEY  # type: ignore[union-attr]  # a key's
    if request.user.is_authenticated:
        return "user", str(request.user.pk), settings.THROTTLE_USER
    rate: Rate | None = settings.THROTTLE_ANONYMOUS
    return "anonymous", client_network(request._request) if rate else "", rate

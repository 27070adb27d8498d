"""Views that may use a remembered caller, because they cannot answer without proving it.

A hot read would take a third longer if it asked for its caller first. So it takes the caller out
of memory, and the statement that reads the answer brings the stamp along. Where the stamp is
another one, nothing of the answer leaves: the request begins again and asks in full. Where no
statement brought it (nothing was found, or the caller was refused before), it is asked for.

Nobody can forget this. Authentication takes no caller out of memory unless the request carries a
check, and only the method below puts one there, which looks at it before it answers.
"""

from typing import TYPE_CHECKING, Any

from django.db import Error
from rest_framework.views import APIView

from accounts.remembered import CHECK, CallerCheck

if TYPE_CHECKING:
    from django.http import HttpRequest
    from django.http.response import HttpResponseBase

READS = frozenset({"GET", "HEAD"})


class ProvesItsCaller(APIView):
    """Mixed into views whose reads are hot. The first of their parents that answers requests.

    Reads only, and of the database: what is done twice must be the same as done once.
    """

    def dispatch(self, request: "HttpRequest", *args: Any, **kwargs: Any) -> "HttpResponseBase":
        if request.method not in READS:
            return super().dispatch(request, *args, **kwargs)
        check = CallerCheck()
        setattr(request, CHECK, check)
        try:
            response = super().dispatch(request, *args, **kwargs)
        finally:
            delattr(request, CHECK)
        if _holds(check):
            return response
        return super().dispatch(request, *args, **kwargs)


def _holds(check: CallerCheck) -> bool:
    """A database that does not answer proves nothing; to ask it again makes that the answer."""
    try:
        return check.holds()
    except Error:
        return False

"""Addresses for programs that can only be read."""

from collections.abc import Callable
from functools import wraps

from django.http import HttpRequest
from django.http.response import HttpResponseBase

from catalog_project.api import problem_types as types
from catalog_project.api.problems import problem_response

View = Callable[[HttpRequest], HttpResponseBase]


def read_only(view: View) -> View:
    """Django's `require_safe`, with the problem document that programs are promised."""

    @wraps(view)
    def answer(request: HttpRequest) -> HttpResponseBase:
        if request.method in {"GET", "HEAD"}:
            return view(request)
        response = problem_response(request, types.METHOD_NOT_ALLOWED)
        response["Allow"] = "GET, HEAD"
        return response

    return answer

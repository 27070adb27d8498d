"""Errors that no DRF view answered: a problem document for programs, a page for people."""

import sys
from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string

from catalog_project.api import problem_types as types
from catalog_project.api.problem_types import ProblemType
from catalog_project.api.problems import problem_of, problem_response

PROGRAMS = ("/api/", "/health", "/metrics", "/openapi.json")


def answer(
    request: HttpRequest,
    kind: ProblemType,
    *,
    headers: Mapping[str, str] | None = None,
    **members: object,
) -> HttpResponse:
    """The problem in the shape that fits the address."""
    if request.path_info.startswith(PROGRAMS) or request.path_info == "/api":
        response = problem_response(request, kind, **members)
    else:
        response = _page(request, kind)
    for name, value in (headers or {}).items():
        response[name] = value
    return response


def _page(request: HttpRequest, kind: ProblemType) -> HttpResponse:
    # Rendered without a request context: neither session nor database may be asked now.
    context = {"problem": kind, "request_id": getattr(request, "request_id", "")}
    response = HttpResponse(render_to_string("error.html", context), status=kind.status)
    if kind.status == 503:
        response["Retry-After"] = "5"
    return response


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return answer(request, problem_of(exception) if exception else types.BAD_REQUEST)


def permission_denied(
    request: HttpRequest,
    exception: Exception,  # noqa: ARG001  # Django passes it by name
) -> HttpResponse:
    return answer(request, types.PERMISSION_DENIED)


def not_found(request: HttpRequest, *_path: str, **_details: Any) -> HttpResponse:
    return answer(request, types.NOT_FOUND)


def server_error(request: HttpRequest) -> HttpResponse:
    """Django calls this inside the `except` block, so the cause is at hand."""
    return answer(request, problem_of(sys.exc_info()[1]))


def csrf_failure(request: HttpRequest, **_details: Any) -> HttpResponse:
    return answer(request, types.PERMISSION_DENIED)

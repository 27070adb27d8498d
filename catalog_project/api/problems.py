"""The one place where an exception becomes an HTTP answer (RFC 9457)."""

from collections.abc import Mapping
from typing import Any

import orjson
from django.core.exceptions import (
    DisallowedHost,
    PermissionDenied,
    RequestDataTooBig,
    SuspiciousOperation,
    TooManyFieldsSent,
    TooManyFilesSent,
)
from django.db import Error
from django.http import Http404, HttpRequest, HttpResponse
from django.http.multipartparser import MultiPartParserError
from django.http.request import UnreadablePostError
from rest_framework import exceptions
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import exception_handler, set_rollback

from catalog_project.api import problem_types as types
from catalog_project.api.database_errors import RETRY_AFTER, problem_of_database
from catalog_project.api.pointers import flatten
from catalog_project.api.problem_types import ProblemType
from catalog_project.api.refusals import ContentTooLarge, MalformedBody
from catalog_project.api.renderers import encode_default
from catalog_project.errors import DomainError

PROBLEM_JSON = "application/problem+json"
DOCS_PATH = "/docs/problems"

# The first match counts, so children stand before their parents.
API_EXCEPTIONS: list[tuple[type[Exception], ProblemType]] = [
    (exceptions.ValidationError, types.VALIDATION_FAILED),
    (exceptions.ParseError, types.MALFORMED_BODY),
    (exceptions.AuthenticationFailed, types.AUTHENTICATION_FAILED),
    (exceptions.NotAuthenticated, types.NOT_AUTHENTICATED),
]
BY_STATUS = {
    kind.status: kind
    for kind in (
        types.BAD_REQUEST,
        types.AUTHENTICATION_FAILED,
        types.PERMISSION_DENIED,
        types.NOT_FOUND,
        types.METHOD_NOT_ALLOWED,
        types.NOT_ACCEPTABLE,
        types.CONFLICT,
        types.CONTENT_TOO_LARGE,
        types.UNSUPPORTED_MEDIA_TYPE,
        types.TOO_MANY_REQUESTS,
        types.DATABASE_UNAVAILABLE,
    )
}
MOST_ERRORS = 100  # in one answer: whoever mends these may ask again
TOO_LARGE = (RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent)


def problem_handler(exc: Exception, context: Mapping[str, Any]) -> Response | None:
    """DRF's exception handler: the answer to anything a view raises, or None for a bug."""
    request: Request = context["request"]
    if isinstance(exc, DomainError):
        set_rollback()
        return _response(request, _rule(exc), **_rule_members(exc))
    if isinstance(exc, Error):
        set_rollback()
        kind = problem_of_database(exc)
        return _response(request, kind) if kind else None
    if isinstance(exc, SuspiciousOperation | MultiPartParserError | UnreadablePostError):
        return _response(request, _of_refusal(exc))

    response = exception_handler(exc, dict(context))  # DRF's own: keeps Allow and Retry-After
    if response is not None:
        kind = _of_api_exception(exc, response.status_code)
        members = {"status": response.status_code, **_members(exc)}
        response.data = problem(request, kind, **members)
        response.content_type = PROBLEM_JSON
    return response


def problem(
    request: HttpRequest | Request, kind: ProblemType, **members: object
) -> dict[str, object]:
    """The problem document: what went wrong, how to find out more, and whom to quote."""
    body: dict[str, object] = {
        "type": type_url(request, kind.code),
        "title": kind.title,
        "status": kind.status,
        "detail": members.pop("detail", None) or kind.meaning,
        "code": kind.code,
        "request_id": getattr(request, "request_id", ""),
    }
    body.update(members)
    return body


def problem_response(
    request: HttpRequest | Request, kind: ProblemType, **members: object
) -> HttpResponse:
    """A finished answer for code outside of DRF views: middleware, health, error pages."""
    body = orjson.dumps(problem(request, kind, **members), default=encode_default)
    response = HttpResponse(body, status=kind.status, content_type=PROBLEM_JSON)
    if kind.status == 503:
        response["Retry-After"] = RETRY_AFTER.get(kind.code, "5")
    return response


def problem_of(exc: BaseException | None) -> ProblemType:
    """The type that fits an exception which no view handled."""
    if isinstance(exc, Error):
        return problem_of_database(exc) or types.INTERNAL_ERROR
    if isinstance(exc, SuspiciousOperation | MultiPartParserError | UnreadablePostError):
        return _of_refusal(exc)
    if isinstance(exc, Http404):
        return types.NOT_FOUND
    if isinstance(exc, PermissionDenied):
        return types.PERMISSION_DENIED
    return types.INTERNAL_ERROR


def type_url(request: HttpRequest | Request, code: str) -> str:
    """The address of the explanation; without a host when the request's own is not ours."""
    fragment = f"{DOCS_PATH}#{code}"
    try:
        return request.build_absolute_uri(fragment)
    except DisallowedHost:
        return fragment


def _response(request: Request, kind: ProblemType, **members: object) -> Response:
    response = Response(
        problem(request, kind, **members), status=kind.status, content_type=PROBLEM_JSON
    )
    if kind.status == 503:
        response["Retry-After"] = RETRY_AFTER.get(kind.code, "5")
    return response


def _rule(exc: DomainError) -> ProblemType:
    return ProblemType(exc.status, exc.code, exc.title, str(exc), "")


def _rule_members(exc: DomainError) -> dict[str, object]:
    members: dict[str, object] = {"detail": str(exc), **exc.members()}
    if exc.pointer is not None and "errors" not in members:
        members["errors"] = [{"pointer": exc.pointer, "code": exc.code, "detail": str(exc)}]
    return members


def _of_refusal(exc: BaseException) -> ProblemType:
    return types.CONTENT_TOO_LARGE if isinstance(exc, TOO_LARGE) else types.BAD_REQUEST


def _of_api_exception(exc: Exception, status: int) -> ProblemType:
    for parent, kind in API_EXCEPTIONS:
        if isinstance(exc, parent) and kind.status == status:
            return kind
    fallback = types.INTERNAL_ERROR if status >= 500 else types.BAD_REQUEST
    return BY_STATUS.get(status, fallback)


def _members(exc: Exception) -> dict[str, object]:
    if isinstance(exc, MalformedBody):
        return {"detail": str(exc.detail), "errors": exc.flaws}
    if isinstance(exc, exceptions.ValidationError):
        errors = flatten(exc.detail, most=MOST_ERRORS)
        return {"detail": _summary(len(errors)), "errors": errors}
    if isinstance(exc, ContentTooLarge):
        return {"detail": str(exc.detail), "limit": exc.limit}
    if isinstance(exc, exceptions.APIException):
        wrapped = exc.detail.get("detail") if isinstance(exc.detail, dict) else None
        return {"detail": str(wrapped or exc.detail)}  # simplejwt wraps its sentence
    return {}


def _summary(count: int) -> str:
    if count == MOST_ERRORS:
        return f"At least {count} values were refused; see errors."
    return f"{count} {'value was' if count == 1 else 'values were'} refused; see errors."

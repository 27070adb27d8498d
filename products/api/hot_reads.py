"""Lists and details for shoppers, answered before the framework begins.

Most requests of a catalog are these: a GET of products. Routing, negotiation and the admin's
middleware decide nothing about them, and cost more than the answer. So this middleware answers them
with the functions that the viewset uses, and hands on whatever is anything else, wrong, refused or
not found: the viewset says what it always said. A test has both ways answer the same requests and
compares all bytes and headers.
"""

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any, NamedTuple
from urllib.parse import quote

from django.contrib.auth.models import AnonymousUser
from django.db import Error
from django.http import HttpRequest, HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.urls import ResolverMatch, resolve
from django.utils.cache import patch_vary_headers
from rest_framework.exceptions import APIException

from accounts.authentication import NOBODY, known_caller
from accounts.models import User
from accounts.remembered import CallerCheck
from accounts.roles import Role, has_role
from catalog_project.api.preconditions import (
    CREDENTIALS,
    PRIVATE,
    SHARED,
    for_our_proxy,
    is_fresh,
)
from catalog_project.errors import DomainError
from products.api.product_filters import read_fields, read_query
from products.api.product_reads import read_list, tag_of
from products.api.products import key_of
from products.api.viewing import choose, resolved
from products.documents.listing import read_one
from products.documents.views import View
from products.services.naming import RESERVED

LIST = "/api/v1/products"
DETAIL = f"{LIST}/"
# What the router makes of the viewset; the test would notice another one.
LIST_ALLOWS = "GET, POST, HEAD, OPTIONS"
DETAIL_ALLOWS = "GET, PUT, PATCH, DELETE, HEAD, OPTIONS"
PLAIN_ACCEPTS = frozenset({None, "", "*/*", "application/json"})
DETAIL_PARAMETERS = frozenset({"fields", "channel", "locale"})


class Answer(NamedTuple):
    body: bytes
    etag: str
    view: View
    is_negotiated: bool  # by `Accept-Language`
    caller: User | AnonymousUser


class Asked:
    """What decides about an answer, beside the path."""

    def __init__(
        self, meta: Mapping[str, Any], caller: User | AnonymousUser, check: CallerCheck
    ) -> None:
        self.query: str = meta.get("QUERY_STRING", "")
        self.accept: str = meta.get("HTTP_ACCEPT_LANGUAGE", "")
        self.caller = caller
        self.check = check
        self.sees_all = caller is not NOBODY and has_role(caller, Role.EDITOR)


class HotReads:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        path = request.path_info
        if path.startswith(LIST) and request.method == "GET" and is_plain(request.META):
            answer = read(request, path)
            if answer is not None:
                return respond(request, path, answer)
        return self.get_response(request)


def is_plain(meta: Mapping[str, Any]) -> bool:
    """Whether nothing but the caller, the address and the language decides about the answer."""
    return meta.get("HTTP_ACCEPT") in PLAIN_ACCEPTS


def read(request: HttpRequest, path: str) -> Answer | None:
    """None is for the viewset to say."""
    key = path[len(DETAIL) :]
    is_detail = path.startswith(DETAIL) and key and "/" not in key and key not in RESERVED
    if path != LIST and not is_detail:
        return None
    check = CallerCheck()
    try:
        caller = known_caller(request, check)
        if caller is None:
            return None
        asked = Asked(request.META, caller, check)
        answer = resolved(lambda: _detail(key, asked) if is_detail else _list(asked))
        return answer if check.holds() else None
    except (APIException, DomainError, Error):
        return None


def _list(request: Asked) -> Answer | None:
    asked = read_query(request.query, sees_all=request.sees_all)
    if asked.is_repriced or "external_id" in asked.listing.filters:
        return None
    view, is_negotiated = choose(asked.channel, asked.locale, request.accept, request.caller)
    body, etag = read_list(asked, view, caller=request.check)
    return Answer(body, etag, view, is_negotiated, request.caller)


def _detail(key: str, request: Asked) -> Answer | None:
    names = _names(request.query)
    if names is None:
        return None
    fields = read_fields(names.get("fields"))
    view, is_negotiated = choose(
        names.get("channel"), names.get("locale"), request.accept, request.caller
    )
    visible_only = not request.sees_all
    found = read_one(
        key_of(key),
        visible_only=visible_only,
        fields=fields,
        view=view.number,
        caller=request.check,
    )
    if found is None:
        return None
    body, etag = found
    return Answer(body, tag_of(etag, fields, view), view, is_negotiated, request.caller)


@lru_cache(maxsize=1024)
def _names(query: str) -> dict[str, str] | None:
    """The parameters of a detail; None where one is wrong, or for others."""
    parameters = QueryDict(query)
    is_right = all(len(values) == 1 for _, values in parameters.lists())
    return parameters.dict() if is_right and parameters.keys() <= DETAIL_PARAMETERS else None


def respond(request: HttpRequest, path: str, answer: Answer) -> HttpResponse:
    body, etag, view, is_negotiated, caller = answer
    is_list = path == LIST
    request.resolver_match = _match(is_list)
    if is_fresh(request, etag):
        response = HttpResponse(status=304)
    else:
        response = HttpResponse(body, content_type="application/json")
    headers = {
        "ETag": f'"{etag}"',
        "Cache-Control": SHARED if caller is NOBODY else PRIVATE,
        "Vary": CREDENTIALS,
        "Allow": LIST_ALLOWS if is_list else DETAIL_ALLOWS,
        "Content-Language": view.locale,
        "Catalog-Channel": quote(view.channel),
    }
    if caller is NOBODY:
        headers |= for_our_proxy()
    else:
        request.user = caller  # for the log
    # Past the setter, which takes 3 µs to check each value; these are our own and clean.
    response.headers._store.update((name.lower(), (name, each)) for name, each in headers.items())
    if is_negotiated:
        patch_vary_headers(response, ("Accept-Language",))
    return response


@lru_cache(maxsize=2)
def _match(is_list: bool) -> ResolverMatch:
    """The route, for metrics and the log."""
    return resolve(LIST if is_list else f"{DETAIL}any")

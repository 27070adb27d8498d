"""Lists and details for shoppers, answered before the framework begins.

Most requests of a catalog are these: a GET of products by somebody without credentials. Routing,
authentication, negotiation and the admin's middleware decide nothing about them, and cost more than
the answer. So this middleware answers them with the functions that the viewset uses, and hands on
whatever is anything else, wrong or not found: the viewset says what it always said. A test has
both ways answer the same requests and compares all bytes and headers.
"""

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any, NamedTuple
from urllib.parse import quote

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import Error
from django.http import HttpRequest, HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.urls import ResolverMatch, resolve
from django.utils.cache import patch_vary_headers
from rest_framework.exceptions import APIException

from catalog_project.api.preconditions import CREDENTIALS, SHARED, for_our_proxy, is_fresh
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
# Who says who they are gets an answer of their own.
SAYING_MORE = ("HTTP_AUTHORIZATION", "HTTP_X_API_KEY")
PLAIN_ACCEPTS = frozenset({None, "", "*/*", "application/json"})
DETAIL_PARAMETERS = frozenset({"fields", "channel", "locale"})
NOBODY = AnonymousUser()


class Answer(NamedTuple):
    body: bytes
    etag: str
    view: View
    is_negotiated: bool  # by `Accept-Language`


class HotReads:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        path = request.path_info
        if path.startswith(LIST) and request.method == "GET" and is_plain(request.META):
            answer = read(path, request.META)
            if answer is not None:
                return respond(request, path, answer)
        return self.get_response(request)


def is_plain(meta: Mapping[str, Any]) -> bool:
    """Whether nothing but the address and the language decides about the answer."""
    return (
        not any(name in meta for name in SAYING_MORE)
        and meta.get("HTTP_ACCEPT") in PLAIN_ACCEPTS
        and settings.CATALOG_PUBLIC_READ
        and settings.THROTTLE_ANONYMOUS is None
    )


def read(path: str, meta: Mapping[str, Any]) -> Answer | None:
    """None is for the viewset to say."""
    query, accept = meta.get("QUERY_STRING", ""), meta.get("HTTP_ACCEPT_LANGUAGE", "")
    try:
        if path == LIST:
            return resolved(lambda: _list(query, accept))
        key = path[len(DETAIL) :]
        if path.startswith(DETAIL) and key and "/" not in key and key not in RESERVED:
            return resolved(lambda: _detail(key, query, accept))
    except (APIException, DomainError, Error):
        pass
    return None


def _list(query: str, accept: str) -> Answer | None:
    asked = read_query(query, sees_all=False)
    if asked.is_repriced or "external_id" in asked.listing.filters:
        return None
    view, is_negotiated = choose(asked.channel, asked.locale, accept, NOBODY)
    return Answer(*read_list(asked, view), view, is_negotiated)


def _detail(key: str, query: str, accept: str) -> Answer | None:
    names = _names(query)
    if names is None:
        return None
    fields = read_fields(names.get("fields"))
    view, is_negotiated = choose(names.get("channel"), names.get("locale"), accept, NOBODY)
    found = read_one(key_of(key), visible_only=True, fields=fields, view=view.number)
    if found is None:
        return None
    body, etag = found
    return Answer(body, tag_of(etag, fields, view), view, is_negotiated)


@lru_cache(maxsize=1024)
def _names(query: str) -> dict[str, str] | None:
    """The parameters of a detail; None where one is wrong, or for others."""
    parameters = QueryDict(query)
    is_right = all(len(values) == 1 for _, values in parameters.lists())
    return parameters.dict() if is_right and parameters.keys() <= DETAIL_PARAMETERS else None


def respond(request: HttpRequest, path: str, answer: Answer) -> HttpResponse:
    body, etag, view, is_negotiated = answer
    is_list = path == LIST
    request.resolver_match = _match(is_list)
    if is_fresh(request, etag):
        response = HttpResponse(status=304)
    else:
        response = HttpResponse(body, content_type="application/json")
    headers = {
        "ETag": f'"{etag}"',
        "Cache-Control": SHARED,
        "Vary": CREDENTIALS,
        "Allow": LIST_ALLOWS if is_list else DETAIL_ALLOWS,
        "Content-Language": view.locale,
        "Catalog-Channel": quote(view.channel),
        **for_our_proxy(),
    }
    # Past the setter, which takes 3 µs to check each value; these are our own and clean.
    response.headers._store.update((name.lower(), (name, each)) for name, each in headers.items())
    if is_negotiated:
        patch_vary_headers(response, ("Accept-Language",))
    return response


@lru_cache(maxsize=2)
def _match(is_list: bool) -> ResolverMatch:
    """The route, for metrics and the log."""
    return resolve(LIST if is_list else f"{DETAIL}any")

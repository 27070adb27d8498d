"""Scopes: which part of the API a key is for. `products:read`, `products:write`, and so on.

The resources are the first words of the API's own addresses, so that a new one cannot be
forgotten; what is below an address belongs to it, except pictures and costs. Search is of products.
"""

import re
from collections.abc import Collection, Iterator, Mapping
from functools import cache, partial
from types import SimpleNamespace
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver

from accounts.channel_limits import rule_of
from accounts.errors import ScopeMissing
from accounts.models import User
from accounts.roles import Role

ROOT = "/api/v1/"
# Signing in and handing out keys is for people.
CLOSED = frozenset({"auth", "api-keys"})
# Whoever comes with a key may always ask whose it is.
OPEN = frozenset({("GET", "/api/v1/auth/me"), ("HEAD", "/api/v1/auth/me")})
# Parts of products that a program of its own may be in charge of.
PARTS = frozenset({"media", "costs"})
# Other addresses of the same resource: whoever reads products may look for them.
SAME = {"search": "products", "suggest": "products"}
METHODS = ("get", "post", "put", "patch", "delete")
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
FIRST_WORD = re.compile(r"\^?api/v1/\^?([a-z][a-z-]*)")


def ensure_scope(scopes: Collection[str], method: str, path: str) -> None:
    """Raise ScopeMissing unless the scopes include what this request needs."""
    if (method, path) in OPEN:
        return
    needed = scope_of(method, path)
    if needed is None:
        raise ScopeMissing("API keys are not accepted here: sign in instead.")
    if needed not in scopes:
        raise ScopeMissing(f"This needs an API key with the scope {needed}.")


def scope_of(method: str, path: str) -> str | None:
    """The one scope that this request needs; None where keys are not accepted."""
    nouns = path.removeprefix(ROOT).split("/")[::2]  # names of things stand between them
    parts = [noun for noun in nouns[1:] if noun in PARTS]
    resource = parts[-1] if parts else SAME.get(nouns[0], nouns[0])
    if resource not in resources():
        return None
    return f"{resource}:{'read' if method in SAFE else 'write'}"


def scopes_for(role: Role) -> tuple[str, ...]:
    """The scopes that a key with this role could use at all, by name."""
    return tuple(scope for scope, least in _least_roles().items() if least <= role)


def all_scopes() -> tuple[str, ...]:
    return scopes_for(Role.ADMIN)


@cache
def resources() -> frozenset[str]:
    words = {match[1] for route, _ in _routes() if (match := FIRST_WORD.match(route))}
    return frozenset(words - CLOSED - SAME.keys()) | PARTS


@cache
def _least_roles() -> Mapping[str, Role]:
    """The least role that may do anything of what a scope is for: the views are asked."""
    found: dict[str, Role] = {}
    for route, view in _routes():
        for method, action in _actions(view).items() if FIRST_WORD.match(route) else ():
            if scope := scope_of(method.upper(), ROOT + rule_of(route)):
                least = min(filter(partial(_may, view, method, action), Role))
                found[scope] = min(least, found.get(scope, least))
    return dict(sorted(found.items()))


def _actions(view: Any) -> Mapping[str, str | None]:
    """The methods that a view answers, each with the name of its action, if that has one."""
    known: Mapping[str, str] | None = getattr(view, "actions", None)
    return known or {name: None for name in METHODS if hasattr(view.cls, name)}


def _may(view: Any, method: str, action: str | None, role: Role) -> bool:
    somebody = User()
    somebody.loaded_roles = [role.group_name]
    asked: Any = SimpleNamespace(method=method.upper(), user=somebody)
    asking = view.cls(**view.initkwargs, action=action, request=asked)
    return all(each.has_permission(asked, asking) for each in asking.get_permissions())


def _routes(resolver: URLResolver | None = None, prefix: str = "") -> Iterator[tuple[str, Any]]:
    """Each route with its view."""
    for pattern in (resolver or get_resolver()).url_patterns:
        route = f"{prefix}{pattern.pattern}"
        if isinstance(pattern, URLPattern):
            yield route, pattern.callback
        else:
            yield from _routes(pattern, route)

"""Who gets through which door: each caller at every address, compared with a golden file."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.urls import URLPattern, URLResolver, get_resolver
from rest_framework.test import APIClient

from accounts.api_keys import revoke_api_key
from accounts.models import ApiKey, TokenFamily
from accounts.services import disable_user
from tests.accounts.factories import SYSTEM, UserFactory
from tests.accounts.fixtures import Caller, Program

pytestmark = pytest.mark.django_db
GOLDEN = Path(__file__).with_name("permissions.txt")
METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"]
NOBODY = UUID(int=0)
# What the letters of the golden file mean: not signed in, not allowed, no such method. Whatever
# else was answered, the caller came through the door.
LETTERS = {401: "-", 403: "x", 405: "."}


def routes(resolver: URLResolver | None = None, prefix: str = "") -> Iterator[str]:
    for pattern in (resolver or get_resolver()).url_patterns:
        route = f"{prefix}{pattern.pattern}"
        if isinstance(pattern, URLPattern):
            yield route
        else:
            yield from routes(pattern, route)


def addresses() -> list[str]:
    """Every address below /api/v1, with `{}` for what names a thing."""
    ours = (route for route in routes() if route.startswith("api/v1/"))
    plain = (re.sub(r"\(\?P<\w+>[^()]*\)|<[^>]*>", "{}", route) for route in ours)
    return sorted({"/" + address.replace("^", "").rstrip("$") for address in plain})


@pytest.fixture
def callers(db: None) -> dict[str, Any]:
    expired = Caller(UserFactory.create(admin=True))
    TokenFamily.objects.filter(user=expired.user).update(ended_at=expired.user.created_at)
    disabled = Caller(UserFactory.create(admin=True))
    disable_user(disabled.user.pk, actor=SYSTEM)
    revoked = Program(UserFactory.create(admin=True))
    revoke_api_key(revoked.key.pk, visible=ApiKey.objects.all(), actor=SYSTEM)
    roles = ["viewer", "editor", "publisher", "manager", "admin"]
    return {
        "anonymous": APIClient(),
        "no role": Caller(UserFactory.create()),
        **{role: Caller(UserFactory.create(roles=[role])) for role in roles},
        "disabled": disabled,
        "signed out": expired,
        "key: all scopes, admin": Program(UserFactory.create(admin=True)),
        "key: all scopes, editor of an admin": Program(
            UserFactory.create(admin=True), role="editor"
        ),
        "key: products:read, admin": Program(UserFactory.create(admin=True), "products:read"),
        "key: products:write, admin": Program(UserFactory.create(admin=True), "products:write"),
        "key: revoked": revoked,
    }


def letter(caller: APIClient, method: str, address: str) -> str:
    answer = caller.generic(method, address.format(*[NOBODY] * 3), "[]", "application/json")
    assert answer.status_code < 500, (method, address)
    return LETTERS.get(answer.status_code, "y")


def matrix(callers: dict[str, Any]) -> Iterator[str]:
    for number, name in enumerate(callers):
        yield f"# {number:2} {name}"
    for address in addresses():
        for method in METHODS:
            seen = "".join(letter(caller, method, address) for caller in callers.values())
            if "y" in seen:  # what nobody may do is not worth a line
                yield f"{method:7}{address:55}{seen}"


def test_each_caller_gets_through_the_doors_that_are_meant(
    callers: dict[str, Any], settings: Any
) -> None:
    """y: comes through, x: 403, -: 401, .: 405; one letter for each caller. After a change that
    is meant, replace the lines of permissions.txt by those that this test prints."""
    public = list(matrix(callers))
    settings.CATALOG_PUBLIC_READ = False
    private = [f"{line}  (CATALOG_PUBLIC_READ=0)" for line in matrix(callers)]
    now = [*public, *(line for line in private if line.partition("  (")[0] not in public)]
    golden = GOLDEN.read_text().splitlines()
    assert now == golden, "\n".join(["These are the doors now:", *now])


def test_the_golden_file_names_every_address(callers: dict[str, Any]) -> None:
    """An address that nobody may use would be missing, and is a mistake of its own."""
    named = {line.split()[1] for line in GOLDEN.read_text().splitlines() if line[0] != "#"}
    assert named == set(addresses())


def test_a_method_that_nobody_knows_is_refused_whatever_it_says(db: None) -> None:
    """405, as the document has it, not 400 for parameters that no method would read."""
    caller = Caller(UserFactory.create(admin=True))
    for address in addresses():
        answer = caller.generic("QUERY", address.format(*[NOBODY] * 3) + "?limit=0&x=1")
        assert answer.status_code == 405, address


def test_whoever_has_ended_comes_through_no_door_that_asks(callers: dict[str, Any]) -> None:
    ended = [
        n for n, name in enumerate(callers) if name in {"disabled", "signed out", "key: revoked"}
    ]
    # These look at the body alone.
    bodies = ("/api/v1/auth/token", "/api/v1/auth/logout ", "/api/v1/auth/password-reset")
    for line in GOLDEN.read_text().splitlines():
        address, seen = line[7:62], line[62:].split("  (")[0]
        if line[0] == "#" or address.startswith(bodies):
            continue
        assert {seen[number] for number in ended} <= {"-", "."}, line

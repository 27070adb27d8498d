"""Signed-in callers: a pytest plugin for the whole tree of tests.

`editor` and its siblings are the user with a client that has signed in; `editor.actor` is what
services take.
"""

from typing import Any

import pytest
from django.http import HttpResponse
from rest_framework.test import APIClient

from accounts.actors import Actor
from accounts.api_keys import create_api_key
from accounts.models import User
from accounts.roles import ROLE_OF_GROUP, Role, role_of
from accounts.scopes import scopes_for
from accounts.sessions import TokenPair, start_session
from tests.accounts.factories import UserFactory


class Caller(APIClient):
    """An API client that is somebody."""

    def __init__(self, user: User, **defaults: Any) -> None:
        super().__init__(**defaults)
        self.user = user
        self.tokens: TokenPair = start_session(user)
        self.credentials(HTTP_AUTHORIZATION=f"Bearer {self.tokens.access}")

    @property
    def actor(self) -> Actor:
        return Actor(user_id=self.user.pk, label=self.user.username, source="api")


class Program(APIClient):
    """An API client with a key that acts for somebody."""

    def __init__(self, owner: User, *scopes: str, **facts: Any) -> None:
        super().__init__()
        self.owner = owner
        actor = Actor(user_id=owner.pk, label=owner.username, source="api")
        held = ROLE_OF_GROUP[facts["role"]] if "role" in facts else role_of(owner) or Role.VIEWER
        facts = {"name": "import", "scopes": scopes or scopes_for(held), **facts}
        self.key, self.text = create_api_key(owner, **facts, actor=actor)
        self.credentials(HTTP_X_API_KEY=self.text)


@pytest.fixture(autouse=True)
def quick_password_hashing(settings: Any) -> None:
    """Hashing is slow on purpose. A module that is about that overrides this fixture."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture(autouse=True)
def exports_are_read_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    """A test that calls every address need not close what it does not read. A module that is about
    streams overrides this fixture."""

    def whole(stream: Any, **facts: Any) -> HttpResponse:
        try:
            return HttpResponse(b"".join(stream), **facts)
        finally:
            stream.close()

    for module in ("api.exports", "api.export_files", "api.imports", "admin.imports"):
        monkeypatch.setattr(f"products.{module}.StreamingHttpResponse", whole)
    monkeypatch.setattr("products.api.export_files.FileResponse", whole)


@pytest.fixture
def anonymous() -> APIClient:
    return APIClient()


@pytest.fixture
def viewer(db: None) -> Caller:
    return Caller(UserFactory.create(viewer=True))


@pytest.fixture
def editor(db: None) -> Caller:
    return Caller(UserFactory.create(editor=True))


@pytest.fixture
def publisher(db: None) -> Caller:
    return Caller(UserFactory.create(publisher=True))


@pytest.fixture
def manager(db: None) -> Caller:
    return Caller(UserFactory.create(manager=True))

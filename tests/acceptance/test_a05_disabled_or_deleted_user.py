"""Whoever is disabled or deleted is out on the next request, through every door."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from rest_framework.test import APIClient

from accounts.models import User
from accounts.services import delete_user, disable_user, enable_user
from tests.accounts.factories import PASSWORD, SYSTEM, UserFactory
from tests.accounts.fixtures import Caller

pytestmark = pytest.mark.django_db
AUTH = "/api/v1/auth"

Ending = Callable[[User], Any]
ENDINGS: dict[str, Ending] = {
    "disabled": lambda user: disable_user(user.pk, actor=SYSTEM),
    "deleted": lambda user: delete_user(user.pk, actor=SYSTEM),
    # Somebody who goes past the services must not find a gap either.
    "disabled by hand": lambda user: User.objects.filter(pk=user.pk).update(is_active=False),
    "deleted by hand": lambda user: User.objects.filter(pk=user.pk).delete(),
}


@pytest.fixture(params=ENDINGS)
def end(request: pytest.FixtureRequest) -> Ending:
    return ENDINGS[request.param]


def test_every_token_is_refused_at_once(end: Ending, anonymous: APIClient) -> None:
    caller = Caller(UserFactory.create(editor=True))
    assert caller.get(f"{AUTH}/me").status_code == 200

    end(caller.user)

    assert caller.get(f"{AUTH}/me").status_code == 401
    for path, field, token in [
        ("token/refresh", "refresh", caller.tokens.refresh),
        ("token/verify", "token", caller.tokens.refresh),
        ("token/verify", "token", caller.tokens.access),
    ]:
        answer = anonymous.post(f"{AUTH}/{path}", {field: token}, format="json")
        assert answer.status_code == 401, path


def test_the_password_is_refused_too(end: Ending, anonymous: APIClient) -> None:
    user = UserFactory.create()
    end(user)
    body = {"username": user.username, "password": PASSWORD}
    assert anonymous.post(f"{AUTH}/token", body, format="json").status_code == 401


def test_an_admin_session_ends(end: Ending, client: Client) -> None:
    user = UserFactory.create(manager=True)
    client.post("/admin/login/", {"username": user.username, "password": PASSWORD})
    page = f"/admin/accounts/user/{UserFactory.create().pk}/change/"
    assert client.get(page).status_code == 200

    end(user)

    answer = client.get(page)
    assert answer.status_code == 302
    assert answer["Location"].startswith("/admin/login/")


def test_enabling_again_does_not_revive_old_tokens(anonymous: APIClient) -> None:
    caller = Caller(UserFactory.create())
    disable_user(caller.user.pk, actor=SYSTEM)
    enable_user(caller.user.pk, actor=SYSTEM)
    assert caller.get(f"{AUTH}/me").status_code == 401
    assert Caller(caller.user).get(f"{AUTH}/me").status_code == 401  # its copy of the user is old
    caller.user.refresh_from_db()
    assert Caller(caller.user).get(f"{AUTH}/me").status_code == 200

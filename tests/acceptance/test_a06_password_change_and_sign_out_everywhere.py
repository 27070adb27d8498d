"""A new password, by whatever door, ends every sign-in made with the old one."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from rest_framework.test import APIClient

from accounts.models import User
from accounts.services import change_password, sign_out_everywhere
from tests.accounts.factories import PASSWORD, SYSTEM, UserFactory
from tests.accounts.fixtures import Caller

pytestmark = pytest.mark.django_db
AUTH = "/api/v1/auth"
NEW_PASSWORD = "quite-another-secret"


def set_password_by_hand(user: User) -> None:
    """What `manage.py changepassword` and Django's own forms do."""
    user.set_password(NEW_PASSWORD)
    user.save()


Change = Callable[[User], Any]
CHANGES: dict[str, Change] = {
    "service": lambda user: change_password(user.pk, new_password=NEW_PASSWORD, actor=SYSTEM),
    "by hand": set_password_by_hand,
    "sign out everywhere": lambda user: sign_out_everywhere(user.pk, actor=SYSTEM),
}


@pytest.fixture(params=CHANGES)
def change(request: pytest.FixtureRequest) -> Change:
    return CHANGES[request.param]


def test_old_tokens_are_dead_at_once(change: Change, anonymous: APIClient) -> None:
    caller = Caller(UserFactory.create())
    change(caller.user)
    body = {"refresh": caller.tokens.refresh}
    assert anonymous.post(f"{AUTH}/token/refresh", body, format="json").status_code == 401
    assert caller.get(f"{AUTH}/me").status_code == 401


def test_other_people_stay_signed_in(change: Change) -> None:
    caller, other = Caller(UserFactory.create()), Caller(UserFactory.create())
    change(caller.user)
    assert other.get(f"{AUTH}/me").status_code == 200


def test_admin_sessions_end(change: Change, client: Client) -> None:
    user = UserFactory.create(manager=True)
    client.post("/admin/login/", {"username": user.username, "password": PASSWORD})
    page = f"/admin/accounts/user/{user.pk}/change/"
    assert client.get(page).status_code == 200
    change(user)
    assert client.get(page)["Location"].startswith("/admin/login/")


def test_the_new_password_signs_in_and_the_old_one_does_not(anonymous: APIClient) -> None:
    user = UserFactory.create()
    change_password(user.pk, new_password=NEW_PASSWORD, actor=SYSTEM)
    old = {"username": user.username, "password": PASSWORD}
    new = {"username": user.username, "password": NEW_PASSWORD}
    assert anonymous.post(f"{AUTH}/token", old, format="json").status_code == 401
    pair = anonymous.post(f"{AUTH}/token", new, format="json").json()
    anonymous.credentials(HTTP_AUTHORIZATION=f"Bearer {pair['access']}")
    assert anonymous.get(f"{AUTH}/me").status_code == 200

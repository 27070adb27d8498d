"""Signing in, renewing, checking and signing out over HTTP."""

from datetime import UTC, datetime
from typing import Any

import pytest
import time_machine
from rest_framework.test import APIClient

from accounts.models import TokenFamily
from tests.accounts.factories import PASSWORD, UserFactory
from tests.accounts.fixtures import Caller

pytestmark = pytest.mark.django_db
TOKEN = "/api/v1/auth/token"
REFRESH = "/api/v1/auth/token/refresh"
VERIFY = "/api/v1/auth/token/verify"
LOGOUT = "/api/v1/auth/logout"
ME = "/api/v1/auth/me"


def post(client: APIClient, path: str, **body: Any) -> Any:
    return client.post(path, body, format="json")


@pytest.mark.parametrize("login", ["ada", "ADA", "ada@example.com", "Ada@Example.com"])
def test_a_name_or_an_address_signs_in(anonymous: APIClient, login: str) -> None:
    user = UserFactory.create(username="ada", editor=True)
    answer = post(anonymous, TOKEN, username=login, password=PASSWORD)
    assert answer.status_code == 200
    assert answer["Cache-Control"] == "no-store"
    assert sorted(answer.json()) == ["access", "expires_in", "refresh", "token_type"]
    assert answer.json()["expires_in"] == 900
    anonymous.credentials(HTTP_AUTHORIZATION=f"Bearer {answer.json()['access']}")
    assert anonymous.get(ME).json() == {
        "id": str(user.pk),
        "username": "ada",
        "email": "ada@example.com",
        "roles": ["editor"],
        "abilities": ["catalog.edit", "catalog.read", "keys.own"],
        "channels": None,
    }
    user.refresh_from_db()
    assert user.last_login is not None


def test_me_needs_one_query(editor: Caller, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(1):
        assert editor.get(ME).status_code == 200


def test_me_is_for_callers_who_are_somebody(anonymous: APIClient) -> None:
    answer = anonymous.get(ME)
    assert answer.status_code == 401
    assert answer["WWW-Authenticate"] == 'Bearer realm="catalog"'


@pytest.mark.parametrize("path", [TOKEN, REFRESH, VERIFY, LOGOUT])
def test_an_unknown_field_is_named(anonymous: APIClient, path: str) -> None:
    answer = post(anonymous, path, surprise=1)
    assert answer.status_code == 400
    assert "surprise" in answer.content.decode()


@pytest.mark.parametrize(
    ("path", "body"),
    [
        (TOKEN, {}),
        (TOKEN, {"username": "ada"}),
        (TOKEN, {"username": ["ada"], "password": "x"}),
        (TOKEN, {"username": "nul\0", "password": "x"}),
        (TOKEN, {"username": "a" * 255, "password": "x"}),
        (TOKEN, {"username": "ada", "password": "x" * 1025}),
        (REFRESH, {"refresh": None}),
        (VERIFY, {"token": {}}),
        (LOGOUT, {}),
        (LOGOUT, []),
    ],
)
def test_a_body_of_the_wrong_form_is_a_400(anonymous: APIClient, path: str, body: Any) -> None:
    assert anonymous.post(path, body, format="json").status_code == 400


def test_each_renewal_brings_a_new_pair(viewer: Caller) -> None:
    first = post(viewer, REFRESH, refresh=viewer.tokens.refresh).json()
    second = post(viewer, REFRESH, refresh=first["refresh"])
    assert second.status_code == 200
    assert len({viewer.tokens.refresh, first["refresh"], second.json()["refresh"]}) == 3
    assert TokenFamily.objects.count() == 1


def test_a_stale_authorization_header_does_not_matter_for_renewing(viewer: Caller) -> None:
    viewer.credentials(HTTP_AUTHORIZATION="Bearer stale")
    assert post(viewer, REFRESH, refresh=viewer.tokens.refresh).status_code == 200


def test_renewing_does_not_prolong_the_sign_in(anonymous: APIClient) -> None:
    with time_machine.travel(datetime(2026, 3, 1, tzinfo=UTC), tick=False) as clock:
        caller = Caller(UserFactory.create())
        clock.move_to(datetime(2026, 3, 14, tzinfo=UTC))
        renewed = post(anonymous, REFRESH, refresh=caller.tokens.refresh).json()
        checked = post(anonymous, VERIFY, token=renewed["refresh"]).json()
        assert checked == {"token_type": "refresh", "expires_at": "2026-03-15T00:00:00Z"}
        clock.move_to(datetime(2026, 3, 15, 0, 0, 11, tzinfo=UTC))
        assert post(anonymous, REFRESH, refresh=renewed["refresh"]).status_code == 401


def test_an_access_token_expires(anonymous: APIClient) -> None:
    with time_machine.travel(datetime(2026, 3, 1, tzinfo=UTC), tick=False) as clock:
        caller = Caller(UserFactory.create())
        clock.move_to(datetime(2026, 3, 1, 0, 15, 9, tzinfo=UTC))
        assert caller.get(ME).status_code == 200
        clock.move_to(datetime(2026, 3, 1, 0, 15, 11, tzinfo=UTC))
        assert caller.get(ME).status_code == 401


def test_verify_says_what_would_be_accepted(anonymous: APIClient, viewer: Caller) -> None:
    assert post(anonymous, VERIFY, token=viewer.tokens.access).json()["token_type"] == "access"
    assert post(anonymous, VERIFY, token=viewer.tokens.refresh).json()["token_type"] == "refresh"
    post(anonymous, REFRESH, refresh=viewer.tokens.refresh)
    assert post(anonymous, VERIFY, token=viewer.tokens.refresh).status_code == 401
    assert post(anonymous, VERIFY, token=viewer.tokens.access).status_code == 200


def test_logging_out_ends_this_sign_in_and_no_other(anonymous: APIClient, viewer: Caller) -> None:
    elsewhere = Caller(viewer.user)
    assert post(anonymous, LOGOUT, refresh=viewer.tokens.refresh).status_code == 204
    assert viewer.get(ME).status_code == 401
    assert post(anonymous, REFRESH, refresh=viewer.tokens.refresh).status_code == 401
    assert elsewhere.get(ME).status_code == 200


def test_logging_out_twice_is_the_same_as_once(anonymous: APIClient, viewer: Caller) -> None:
    post(anonymous, LOGOUT, refresh=viewer.tokens.refresh)
    assert post(anonymous, LOGOUT, refresh=viewer.tokens.refresh).status_code == 204


@pytest.mark.parametrize("path", [TOKEN, REFRESH, VERIFY, LOGOUT, ME])
def test_a_refusal_is_a_problem_document(anonymous: APIClient, path: str) -> None:
    answer = anonymous.get(path)
    assert answer.status_code in {401, 405}
    assert answer["Content-Type"] == "application/problem+json"

"""Listing and ending sign-ins from the shell, and ending one's own everywhere."""

import io
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone
from rest_framework.test import APIClient

from accounts.models import TokenFamily
from accounts.services import disable_user
from tests.accounts.factories import SYSTEM, UserFactory
from tests.accounts.fixtures import Caller

pytestmark = pytest.mark.django_db
ME = "/api/v1/auth/me"
LOGOUT_ALL = "/api/v1/auth/logout-all"


def run(command: str, **options: Any) -> str:
    out = io.StringIO()
    call_command(command, stdout=out, **options)
    return out.getvalue()


@pytest.fixture
def ada(db: None) -> Caller:
    return Caller(UserFactory.create(username="ada"))


@pytest.fixture
def bob(db: None) -> Caller:
    return Caller(UserFactory.create(username="bob"))


def family_of(caller: Caller) -> TokenFamily:
    return TokenFamily.objects.filter(user=caller.user).latest("created_at")


def test_living_sign_ins_are_listed_oldest_first(ada: Caller, bob: Caller) -> None:
    disabled = Caller(UserFactory.create(username="gone"))
    disable_user(disabled.user.pk, actor=SYSTEM)
    expired = Caller(UserFactory.create(username="late"))
    TokenFamily.objects.filter(user=expired.user).update(
        expires_at=timezone.now() - timedelta(seconds=1)
    )
    lines = run("list_sessions").splitlines()
    assert [line.split()[:2] for line in lines] == [
        [str(family_of(ada).pk), "ada"],
        [str(family_of(bob).pk), "bob"],
    ]
    until = family_of(ada).expires_at.isoformat(timespec="seconds")
    assert lines[0].endswith(f"until {until}")


def test_one_user_is_listed_whatever_the_case(ada: Caller, bob: Caller) -> None:
    assert len(run("list_sessions", user="ADA").splitlines()) == 1
    assert run("list_sessions", user="nobody") == ""


def test_one_sign_in_ends_and_the_others_do_not(ada: Caller) -> None:
    elsewhere = Caller(ada.user)
    family = TokenFamily.objects.earliest("created_at")
    assert run("end_sessions", session=family.pk) == "The sign-in has ended.\n"
    assert (ada.get(ME).status_code, elsewhere.get(ME).status_code) == (401, 200)
    with pytest.raises(CommandError, match=r"No sign-in .* is going on"):
        run("end_sessions", session=family.pk)
    with pytest.raises(CommandError, match=r"No sign-in .* is going on"):
        run("end_sessions", session=uuid4())


def test_all_sign_ins_of_a_user_end(ada: Caller, bob: Caller) -> None:
    assert run("end_sessions", user="Ada") == "Signed ada out everywhere.\n"
    assert (ada.get(ME).status_code, bob.get(ME).status_code) == (401, 200)
    with pytest.raises(CommandError, match="There is no user 'nobody'"):
        run("end_sessions", user="nobody")


def test_everybody_is_signed_out(ada: Caller, bob: Caller) -> None:
    assert run("end_sessions", everybody=True) == "Signed 2 users out.\n"
    assert (ada.get(ME).status_code, bob.get(ME).status_code) == (401, 401)


def test_it_must_be_said_whose_sign_ins_end() -> None:
    with pytest.raises(CommandError, match="one of the arguments"):
        call_command("end_sessions")


def test_logging_out_everywhere_ends_every_sign_in_of_the_caller(ada: Caller, bob: Caller) -> None:
    elsewhere = Caller(ada.user)
    assert ada.post(LOGOUT_ALL).status_code == 204
    assert [each.get(ME).status_code for each in (ada, elsewhere, bob)] == [401, 401, 200]


def test_logging_out_everywhere_takes_nothing_but_the_caller(ada: Caller) -> None:
    assert APIClient().post(LOGOUT_ALL).status_code == 401
    assert ada.post(LOGOUT_ALL, {"user": "bob"}, format="json").status_code == 400
    assert ada.get(ME).status_code == 200

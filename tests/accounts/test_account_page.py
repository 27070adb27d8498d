"""My account: what everybody may see and do about themselves."""

import pytest
from django.contrib.sessions.models import Session
from django.test import Client

from accounts.admin_sessions import AdminSession, admin_sessions_of, prune_admin_sessions
from accounts.models import User
from tests.accounts.factories import PASSWORD, UserFactory
from tests.accounts.fixtures import Caller, Program

pytestmark = pytest.mark.django_db
ACCOUNT = "/admin/account/"
ME = "/api/v1/auth/me"
NEW = "purple tractor under seven clouds"


def enter(agent: str) -> Client:
    browser = Client(HTTP_USER_AGENT=agent)
    browser.post("/admin/login/", {"username": "ada", "password": PASSWORD})
    return browser


@pytest.fixture
def ada(db: None) -> User:
    return UserFactory.create(username="ada", manager=True)


def test_it_shows_where_one_is_signed_in_and_ones_keys(ada: User) -> None:
    here, _ = enter("Firefox on a train"), enter("Chromium at home\x07")
    body = {"username": "ada", "password": PASSWORD}
    Client(HTTP_USER_AGENT="price-robot/2").post(
        "/api/v1/auth/token", body, content_type="application/json"
    )
    Program(ada, name="nightly")
    Program(UserFactory.create(admin=True), name="somebody else's")
    page = here.get(ACCOUNT).text
    for text in (
        "Firefox on a train",
        "(this one)",
        "Chromium at home",
        "price-robot/2",
        "nightly",
    ):
        assert text in page, text
    assert "somebody else" not in page


def test_a_new_password_keeps_this_browser_and_ends_all_others(ada: User) -> None:
    here, there, program = enter("here"), enter("there"), Caller(ada)
    given = {"current": PASSWORD, "password": NEW, "again": NEW}
    assert "not the present" in here.post(ACCOUNT, {**given, "current": "wrong"}).text
    weak = {**given, "password": "password1234", "again": "password1234"}
    assert "Take four words" in here.post(ACCOUNT, weak).text
    assert here.post(ACCOUNT, given)["Location"] == ACCOUNT
    assert here.get(ACCOUNT).status_code == 200
    assert there.get(ACCOUNT).status_code == 302
    assert program.get(ME).status_code == 401
    ada.refresh_from_db()
    assert [browser.user_agent for browser in admin_sessions_of(ada)] == ["here"]


def test_signing_out_everywhere_else_leaves_this_browser(ada: User) -> None:
    here, there, program = enter("here"), enter("there"), Caller(ada)
    here.post("/admin/account/sign-out-everywhere/")
    assert (here.get(ACCOUNT).status_code, there.get(ACCOUNT).status_code) == (200, 302)
    assert program.get(ME).status_code == 401
    assert here.get("/admin/account/sign-out-everywhere/").status_code == 405


@pytest.mark.parametrize(
    ("agent", "device"),
    [
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/141.0 Safari/537.36 Edg/141.0", "Edge on Windows"),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:143.0) Firefox/143.0", "Firefox on Linux"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) Safari/604", "Safari on iPhone"),
        ("price-robot/2", "price-robot/2"),
        ("", ""),
    ],
)
def test_a_browser_is_called_what_its_owner_calls_it(agent: str, device: str) -> None:
    assert AdminSession(user_agent=agent).device == device


def test_nobody_else_comes_in(ada: User) -> None:
    assert Client().get(ACCOUNT).status_code == 302
    assert enter("here").get("/admin/password_change/")["Location"] == ACCOUNT


def test_browsers_whose_session_is_gone_are_forgotten(ada: User) -> None:
    enter("here"), enter("there")
    gone = AdminSession.objects.get(user_agent="there").pk
    Session.objects.filter(pk=gone).delete()
    assert [browser.user_agent for browser in admin_sessions_of(ada)] == ["here"]
    assert (prune_admin_sessions(), prune_admin_sessions()) == (1, 0)

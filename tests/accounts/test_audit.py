"""The security log in the admin: complete, searchable, and for nobody to change."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from rest_framework.test import APIClient

from accounts.api_keys import revoke_api_key
from accounts.audit_events import prune_audit_events
from accounts.models import ApiKey, AuditEvent
from accounts.services import disable_user, set_roles, update_user
from tests.accounts.factories import PASSWORD, SYSTEM, UserFactory
from tests.accounts.fixtures import Program

pytestmark = pytest.mark.django_db
LIST = "/admin/accounts/auditevent/"


def sign_in(name: str, password: str = PASSWORD) -> Any:
    body = {"username": name, "password": password}
    return APIClient(REMOTE_ADDR="203.0.113.7").post("/api/v1/auth/token", body, format="json")


def about(name: str) -> list[str]:
    found = AuditEvent.objects.filter(user_label=name).order_by("id")
    return list(found.values_list("event", flat=True))


@pytest.fixture
def desk(db: None) -> Client:
    browser = Client()
    browser.force_login(UserFactory.create(username="boss", manager=True))
    return browser


def test_what_happens_to_somebodys_access_is_there() -> None:
    ada = UserFactory.create(username="ada", editor=True)
    answer = sign_in("ada")
    sign_in("ada", "wrong")
    set_roles(ada.pk, roles=["publisher"], actor=SYSTEM)
    update_user(ada.pk, is_staff=True, actor=SYSTEM)
    program = Program(ada)
    revoke_api_key(program.key.pk, visible=ApiKey.objects.all(), actor=SYSTEM)
    disable_user(ada.pk, actor=SYSTEM)
    assert about("ada") == [
        "user.created", "login.succeeded", "login.failed", "roles.changed", "user.changed",
        "staff.granted", "api_key.created", "api_key.revoked", "user.disabled",
    ]  # fmt: skip
    login = AuditEvent.objects.get(event="login.succeeded")
    assert (login.ip, login.request_id) == ("203.0.113.7", answer["X-Request-ID"])
    roles = AuditEvent.objects.get(event="roles.changed")
    assert (roles.facts, roles.actor_label) == (
        {"before": ["editor"], "after": ["publisher"]},
        "tests",
    )


def test_a_name_that_is_nobodys_is_not_kept() -> None:
    sign_in("my-secret-in-the-wrong-field", "another-secret")
    assert "secret" not in str(list(AuditEvent.objects.values()))


def test_knocking_on_a_closed_door_does_not_fill_the_table() -> None:
    UserFactory.create(username="ada")
    for _ in range(30):
        sign_in("ada", "wrong")
    assert about("ada").count("login.failed") == 10
    assert about("ada").count("login.refused") == 1


def test_a_manager_searches_and_filters(desk: Client, django_assert_max_num_queries: Any) -> None:
    UserFactory.create(username="ada")
    sign_in("ada", "wrong")
    sign_in("nobody", "wrong")
    with django_assert_max_num_queries(8):
        page = desk.get(LIST)
    assert page.text.count("login.failed") == 2
    assert desk.get(LIST, {"q": "ADA"}).text.count("login.failed") == 1
    assert desk.get(LIST, {"q": "203.0.113.7"}).text.count("login.failed") == 2
    assert desk.get(LIST, {"q": "login.failed"}).text.count("user.created") == 0
    ada = AuditEvent.objects.filter(user_label="ada").latest("id")
    assert desk.get(LIST, {"q": str(ada.user_id)}).text.count("login.failed") == 1
    assert desk.get(LIST, {"q": ada.request_id}).text.count("login.failed") == 1
    assert desk.get(LIST, {"kind": "user."}).text.count("login.failed") == 0
    assert "203.0.113.7" in desk.get(f"{LIST}{ada.pk}/change/").text


def test_nobody_changes_it_and_editors_do_not_see_it(desk: Client) -> None:
    row = AuditEvent.objects.latest("id")
    assert desk.post(f"{LIST}{row.pk}/change/", {"event": "x"}).status_code == 403
    assert desk.post(f"{LIST}{row.pk}/delete/", {"post": "yes"}).status_code == 403
    assert desk.get(f"{LIST}add/").status_code == 403
    editor = Client()
    editor.force_login(UserFactory.create(editor=True, is_staff=True))
    assert editor.get(LIST).status_code == 403


def test_old_events_go(settings: Any) -> None:
    settings.AUDIT_DAYS = 30
    UserFactory.create()
    AuditEvent.objects.create(event="old", at=timezone.now() - timedelta(days=31))
    AuditEvent.objects.create(event="young", at=timezone.now() - timedelta(days=29))
    assert (prune_audit_events(), prune_audit_events()) == (1, 0)
    assert AuditEvent.objects.filter(event="young").exists()

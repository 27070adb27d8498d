"""Managers work with people in the admin; every save goes through the services."""

from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.test import Client
from structlog.testing import capture_logs

from accounts.admin import UserAdmin
from accounts.models import User
from tests.accounts.factories import PASSWORD, UserFactory
from tests.accounts.fixtures import Caller

pytestmark = pytest.mark.django_db
USERS = "/admin/accounts/user/"
NEW_PASSWORD = "quite-another-secret"


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def desk(db: None) -> Client:
    """The admin as a manager sees it."""
    return signed_in(UserFactory.create(username="boss", manager=True))


def group_ids(*names: str) -> list[int]:
    return list(Group.objects.filter(name__in=names).values_list("pk", flat=True))


def facts(user: User, **changes: Any) -> dict[str, Any]:
    """What the change form sends for this user."""
    sent = {
        "username": user.username,
        "email": user.email,
        "first_name": user.first_name,
        "last_name": user.last_name,
        "groups": list(user.groups.values_list("pk", flat=True)),
    }
    sent |= {name: "on" for name in ("is_active", "is_staff") if getattr(user, name)}
    sent |= changes
    return {name: value for name, value in sent.items() if value is not None}


def test_the_list_costs_the_same_for_any_number_of_people(
    desk: Client, django_assert_num_queries: Any
) -> None:
    desk.get(USERS)
    for _ in range(2):
        with django_assert_num_queries(5):
            assert desk.get(USERS).status_code == 200
        UserFactory.create_batch(5, editor=True)


def test_a_manager_makes_an_editor(desk: Client) -> None:
    body = {
        "username": "ada",
        "email": "ada@example.com",
        "password1": PASSWORD,
        "password2": PASSWORD,
        "groups": group_ids("editor"),
    }
    with capture_logs() as logs:
        answer = desk.post(f"{USERS}add/", body)
    ada = User.objects.get(username="ada")
    assert answer["Location"] == f"{USERS}{ada.pk}/change/"
    assert ada.check_password(PASSWORD)
    assert ada.role_names == {"editor"}
    made = next(line for line in logs if line["event"] == "user.created")
    assert (made["actor"], made["source"]) == ("boss", "admin")


@pytest.mark.parametrize(
    ("field", "value"),
    [("username", "ADA"), ("username", "a@b"), ("email", "Ada@example.com"), ("password2", "x")],
)
def test_what_the_rules_refuse_the_form_refuses(desk: Client, field: str, value: str) -> None:
    UserFactory.create(username="ada", email="ada@example.com")
    body = {"username": "bob", "email": "b@x.org", "password1": PASSWORD, "password2": PASSWORD}
    answer = desk.post(f"{USERS}add/", {**body, field: value})
    assert answer.status_code == 200
    assert answer.context["errors"]
    assert User.objects.count() == 2


def test_roles_and_facts_change_through_the_form(desk: Client) -> None:
    user = UserFactory.create(username="ada", editor=True)
    sent = facts(user, first_name="Ada", groups=group_ids("publisher"))
    with capture_logs() as logs:
        assert desk.post(f"{USERS}{user.pk}/change/", sent).status_code == 302
    changed = User.objects.get(pk=user.pk)
    assert (changed.first_name, changed.role_names) == ("Ada", {"publisher"})
    assert changed.check_password(PASSWORD)
    events = [line["event"] for line in logs if line["event"] != "request"]
    assert events == ["user.changed", "roles.changed"]


def test_disabling_in_the_form_ends_the_sign_ins(desk: Client) -> None:
    caller = Caller(UserFactory.create())
    desk.post(f"{USERS}{caller.user.pk}/change/", facts(caller.user, is_active=None))
    assert not User.objects.get(pk=caller.user.pk).is_active
    assert caller.get("/api/v1/auth/me").status_code == 401


def test_a_new_password_ends_the_sign_ins(desk: Client) -> None:
    caller = Caller(UserFactory.create())
    body = {"password1": NEW_PASSWORD, "password2": NEW_PASSWORD}
    with capture_logs() as logs:
        answer = desk.post(f"{USERS}{caller.user.pk}/password/", body)
    assert answer.status_code == 302
    assert User.objects.get(pk=caller.user.pk).check_password(NEW_PASSWORD)
    assert caller.get("/api/v1/auth/me").status_code == 401
    changed = next(line for line in logs if line["event"] == "password.changed")
    assert changed["actor"] == "boss"


def test_changing_ones_own_password_keeps_this_session(desk: Client) -> None:
    boss = User.objects.get(username="boss")
    body = {"password1": NEW_PASSWORD, "password2": NEW_PASSWORD}
    assert desk.post(f"{USERS}{boss.pk}/password/", body).status_code == 302
    assert desk.get(USERS).status_code == 200


@pytest.mark.parametrize(
    ("action", "event"),
    [("disable", "user.disabled"), ("enable", "user.enabled"), ("sign_out", "sessions.ended")],
)
def test_actions_go_through_the_services(desk: Client, action: str, event: str) -> None:
    user = UserFactory.create(disabled=action == "enable")
    with capture_logs() as logs:
        desk.post(USERS, {"action": action, "_selected_action": [str(user.pk)]})
    done = [line["user"] for line in logs if line["event"] == event]
    assert done == [user.username]


@pytest.mark.parametrize("in_bulk", [True, False])
def test_deleting_goes_through_the_services(desk: Client, in_bulk: bool) -> None:
    user = UserFactory.create()
    with capture_logs() as logs:
        if in_bulk:
            chosen = {"action": "delete_selected", "_selected_action": [str(user.pk)]}
            desk.post(USERS, {**chosen, "post": "yes"})
        else:
            desk.post(f"{USERS}{user.pk}/delete/", {"post": "yes"})
    assert [line["user"] for line in logs if line["event"] == "user.deleted"] == [user.username]
    assert not User.objects.filter(pk=user.pk).exists()


class TestAboveAManager:
    """A manager may not take a superuser or an admin over, nor become one."""

    @pytest.mark.parametrize("is_active", [True, False], ids=["works here", "is disabled"])
    def test_nobody_takes_over_who_is_above_them(self, desk: Client, is_active: bool) -> None:
        """Disabled people would have their role again as soon as they are enabled."""
        boss = UserFactory.create(admin=True, disabled=not is_active, email="ann@shop.example")
        page, before = f"{USERS}{boss.pk}", User.objects.filter(pk=boss.pk).values().get()
        new = {"password1": NEW_PASSWORD, "password2": NEW_PASSWORD}
        assert desk.post(f"{page}/change/", facts(boss, email="x@y.example")).status_code == 403
        assert desk.post(f"{page}/password/", new).status_code == 403
        assert desk.post(f"{page}/delete/", {"post": "yes"}).status_code == 403
        for action in UserAdmin.actions:
            desk.post(USERS, {"action": action, "_selected_action": [str(boss.pk)]})
        assert User.objects.filter(pk=boss.pk).values().get() == before

    @pytest.fixture
    def root(self, db: None) -> User:
        root: User = User.objects.create_superuser("root", password=PASSWORD)
        return root

    def test_no_form_changes_a_superuser(self, desk: Client, root: User) -> None:
        page = f"{USERS}{root.pk}"
        new = {"password1": NEW_PASSWORD, "password2": NEW_PASSWORD}
        assert desk.post(f"{page}/change/", facts(root, is_active=None)).status_code == 403
        assert desk.post(f"{page}/password/", new).status_code == 403
        assert desk.post(f"{page}/delete/", {"post": "yes"}).status_code == 403
        root.refresh_from_db()
        assert root.is_active
        assert root.check_password(PASSWORD)

    @pytest.mark.parametrize("action", ["disable", "sign_out", "delete_selected"])
    def test_no_action_touches_a_superuser(self, desk: Client, root: User, action: str) -> None:
        before = User.objects.filter(pk=root.pk).values().get()
        chosen = {"action": action, "_selected_action": [str(root.pk)], "post": "yes"}
        desk.post(USERS, chosen)
        assert User.objects.filter(pk=root.pk).values().get() == before

    def test_nobody_becomes_a_superuser_by_asking(self, desk: Client) -> None:
        user = UserFactory.create()
        desk.post(f"{USERS}{user.pk}/change/", facts(user, is_superuser="on"))
        assert not User.objects.get(pk=user.pk).is_superuser

    def test_a_superuser_may(self, root: User) -> None:
        other = User.objects.create_superuser("other", password=PASSWORD)
        answer = signed_in(root).post(f"{USERS}{other.pk}/change/", facts(other, first_name="O"))
        assert answer.status_code == 302
        assert User.objects.get(pk=other.pk).first_name == "O"


@pytest.mark.parametrize("role", ["viewer", "editor", "publisher"])
def test_people_are_hidden_from_everybody_below_a_manager(role: str) -> None:
    client = signed_in(UserFactory.create(roles=[role], is_staff=True))
    assert client.get(USERS).status_code == 403
    assert client.get(f"{USERS}add/").status_code == 403


def test_without_the_staff_flag_the_admin_stays_shut() -> None:
    user = UserFactory.create(roles=["manager"])
    body = {"username": user.username, "password": PASSWORD}
    refused = Client().post("/admin/login/", body)
    assert refused.status_code == 200
    shown = refused.content.decode()
    assert "No staff member has this name or address with this password." in shown
    assert "Please correct the error" not in shown
    assert signed_in(user).get(USERS)["Location"].startswith("/admin/login/")


def test_an_empty_login_form_says_which_fields_are_wrong() -> None:
    shown = Client().post("/admin/login/", {"username": "", "password": ""}).content.decode()
    assert "Please correct the errors below." in shown


def test_a_new_user_needs_a_password(desk: Client) -> None:
    page: Any = desk.post(f"{USERS}add/", {"username": "ada"})
    assert sorted(page.context_data["adminform"].form.errors) == ["password1"]
    assert not User.objects.filter(username="ada").exists()


@pytest.mark.parametrize("login", ["boss", "BOSS", "boss@example.com"])
def test_name_and_address_open_the_admin(desk: Client, login: str) -> None:
    client = Client()
    client.post("/admin/login/", {"username": login, "password": PASSWORD})
    assert client.get(USERS).status_code == 200


@pytest.mark.parametrize(
    ("role", "may"),
    [
        (None, []),
        ("viewer", ["view"]),
        ("editor", ["add", "change", "delete", "view"]),
        ("publisher", ["add", "change", "delete", "publish", "view"]),
        ("manager", ["add", "change", "delete", "publish", "view"]),
    ],
)
def test_the_admin_asks_the_roles_about_the_catalog(role: str | None, may: list[str]) -> None:
    user = UserFactory.create(roles=[role] if role else [])
    actions = ["add", "change", "delete", "publish", "view"]
    assert [name for name in actions if user.has_perm(f"products.{name}_product")] == may
    assert user.has_module_perms("products") == bool(may)
    assert user.has_module_perms("accounts") == (role == "manager")
    assert not user.has_perm("procrastinate.change_procrastinatejob")

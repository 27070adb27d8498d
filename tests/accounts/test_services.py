"""Every change of a user, and every refusal to make one."""

from typing import Any

import pytest
from django.contrib.auth.models import Group
from structlog.testing import capture_logs

from accounts import services
from accounts.errors import InvalidUser, PasswordTooWeak, UnknownRole, UserExists
from accounts.models import User
from tests.accounts.factories import PASSWORD, SYSTEM, UserFactory

pytestmark = pytest.mark.django_db


def test_a_new_user_can_do_what_the_roles_say() -> None:
    made = services.create_user(
        username="ada", password=PASSWORD, email="Ada@Example.COM", roles=["editor"], actor=SYSTEM
    )
    stored = User.objects.with_roles().get(pk=made.pk)
    assert (stored.username, stored.email) == ("ada", "Ada@example.com")
    assert stored.role_names == {"editor"}
    assert stored.check_password(PASSWORD)
    assert stored.pk.version == 7
    assert not stored.is_staff
    assert not stored.is_superuser


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ({"username": "ada"}, {"username": "ADA"}),
        ({"username": "ada", "email": "a@x.org"}, {"username": "bob", "email": "A@X.ORG"}),
    ],
)
def test_names_and_addresses_are_unique_in_any_case(
    first: dict[str, Any], second: dict[str, Any]
) -> None:
    services.create_user(**first, password=PASSWORD, actor=SYSTEM)
    with pytest.raises(UserExists):
        services.create_user(**second, password=PASSWORD, actor=SYSTEM)
    assert User.objects.count() == 1


def test_any_number_of_users_may_have_no_address() -> None:
    UserFactory.create(email="")
    UserFactory.create(email="")
    assert User.objects.filter(email="").count() == 2


@pytest.mark.parametrize("username", ["a@x.org", "", "with space", "nul\0", "new\nline"])
def test_a_name_that_could_be_mistaken_is_refused(username: str) -> None:
    with pytest.raises(InvalidUser) as refusal:
        services.create_user(username=username, password=PASSWORD, actor=SYSTEM)
    assert refusal.value.pointer == "/username"
    assert not User.objects.exists()


@pytest.mark.parametrize("password", ["short", "1234567890123", "password1234", "ada-lovelace"])
def test_a_weak_password_makes_nobody(password: str) -> None:
    with pytest.raises(PasswordTooWeak) as refusal:
        services.create_user(username="ada-lovelace", password=password, actor=SYSTEM)
    assert refusal.value.pointer == "/password"
    assert not User.objects.exists()


def test_an_unknown_role_makes_nobody() -> None:
    Group.objects.create(name="friends")
    with pytest.raises(UnknownRole, match="There is no role king"):
        services.create_user(username="ada", password=PASSWORD, roles=["king"], actor=SYSTEM)
    assert not User.objects.exists()


def test_roles_are_replaced_and_the_log_says_so() -> None:
    user = UserFactory.create(editor=True)
    with capture_logs() as logs:
        changed = services.set_roles(user.pk, roles=["publisher"], actor=SYSTEM)
    assert changed.role_names == {"publisher"}
    assert logs == [
        {
            "event": "roles.changed",
            "log_level": "info",
            "user": user.username,
            "user_id": str(user.pk),
            "actor": "tests",
            "actor_id": None,
            "source": "command",
            "before": ["editor"],
            "after": ["publisher"],
        }
    ]


def test_the_same_roles_again_are_no_change() -> None:
    user = UserFactory.create(editor=True)
    with capture_logs() as logs:
        services.set_roles(user.pk, roles=["editor"], actor=SYSTEM)
    assert logs == []


def test_an_update_changes_the_named_facts_only() -> None:
    user = UserFactory.create(username="ada", email="ada@example.com")
    with capture_logs() as logs:
        services.update_user(user.pk, first_name="Ada", username="ada", actor=SYSTEM)
    user.refresh_from_db()
    assert (user.first_name, user.username, user.email) == ("Ada", "ada", "ada@example.com")
    assert logs[0]["fields"] == ["first_name"]


def test_an_update_without_a_difference_writes_nothing() -> None:
    user = UserFactory.create()
    with capture_logs() as logs:
        services.update_user(user.pk, username=user.username, actor=SYSTEM)
    assert logs == []


def test_an_update_to_a_taken_name_is_refused() -> None:
    UserFactory.create(username="ada")
    user = UserFactory.create(username="bob")
    with pytest.raises(UserExists):
        services.update_user(user.pk, username="Ada", actor=SYSTEM)
    user.refresh_from_db()
    assert user.username == "bob"


def test_disabling_twice_is_one_change() -> None:
    user = UserFactory.create()
    with capture_logs() as logs:
        services.disable_user(user.pk, actor=SYSTEM)
        services.disable_user(user.pk, actor=SYSTEM)
    assert [line["event"] for line in logs] == ["user.disabled"]


def test_a_weak_new_password_changes_nothing() -> None:
    user = UserFactory.create()
    with pytest.raises(PasswordTooWeak):
        services.change_password(user.pk, new_password="short", actor=SYSTEM)
    user.refresh_from_db()
    assert user.check_password(PASSWORD)


def test_deleting_leaves_a_line_in_the_log() -> None:
    user = UserFactory.create()
    with capture_logs() as logs:
        services.delete_user(user.pk, actor=SYSTEM)
    assert [(line["event"], line["user"]) for line in logs] == [("user.deleted", user.username)]
    assert not User.objects.exists()


def test_passwords_never_reach_the_log() -> None:
    with capture_logs() as logs:
        user = UserFactory.create()
        services.change_password(user.pk, new_password="another-long-secret", actor=SYSTEM)
    assert [line["event"] for line in logs] == ["user.created", "password.changed"]
    assert PASSWORD not in str(logs)
    assert "another-long-secret" not in str(logs)

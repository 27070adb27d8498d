"""What each role may do, in code and in docs alike."""

from pathlib import Path

import pytest
from django.contrib.auth.models import AnonymousUser, Group

from accounts.models import User
from accounts.roles import ABILITIES, Role, abilities_of, has_role
from tests.accounts.factories import UserFactory

pytestmark = pytest.mark.django_db
DOCS = Path(__file__).parents[2] / "docs" / "accounts.md"
ROLES = [role.group_name for role in Role]


def documented_abilities() -> dict[str, list[str]]:
    rows = [line.strip("| ").split("|") for line in DOCS.read_text().splitlines() if "`" in line]
    tables = [[cell.strip(" `") for cell in row] for row in rows if len(row) == 2 + len(ROLES)]
    return {row[0]: row[2:] for row in tables}


def test_the_docs_say_what_the_code_does() -> None:
    in_code = {
        ability: ["yes" if role >= least else "no" for role in Role]
        for ability, least in ABILITIES.items()
    }
    assert documented_abilities() == in_code


def test_a_migration_makes_the_groups() -> None:
    assert set(Group.objects.values_list("name", flat=True)) >= set(ROLES)


@pytest.mark.parametrize(
    ("role", "abilities"),
    [
        ("viewer", ["catalog.read"]),
        ("editor", ["catalog.edit", "catalog.read"]),
        ("publisher", ["catalog.edit", "catalog.publish", "catalog.read"]),
        ("manager", ["catalog.edit", "catalog.publish", "catalog.read", "users.manage"]),
    ],
)
def test_each_role_includes_those_below_it(role: str, abilities: list[str]) -> None:
    assert abilities_of(UserFactory.create(roles=[role])) == abilities


def test_without_a_role_nothing_is_allowed() -> None:
    assert abilities_of(UserFactory.create()) == []
    assert not has_role(AnonymousUser(), Role.VIEWER)


def test_a_group_of_another_name_is_no_role() -> None:
    user = UserFactory.create()
    user.groups.add(Group.objects.create(name="MANAGER"), Group.objects.create(name="friends"))
    user.forget_roles()
    assert abilities_of(user) == []


def test_a_superuser_counts_as_manager() -> None:
    assert has_role(User(username="root", is_superuser=True), Role.MANAGER)


def test_a_disabled_user_has_no_role() -> None:
    assert abilities_of(UserFactory.create(manager=True, disabled=True)) == []


def test_roles_are_read_once(django_assert_num_queries: pytest.FixtureRequest) -> None:
    user = User.objects.get(pk=UserFactory.create(editor=True).pk)
    with django_assert_num_queries(1):  # type: ignore[operator]
        assert has_role(user, Role.EDITOR)
        assert not has_role(user, Role.PUBLISHER)


def test_roles_come_with_the_user() -> None:
    pk = UserFactory.create(roles=["publisher", "editor"]).pk
    assert User.objects.with_roles().get(pk=pk).loaded_roles == ["editor", "publisher"]

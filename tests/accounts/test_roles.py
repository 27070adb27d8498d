"""What each role may do, in code and in docs alike."""

from pathlib import Path

import pytest
from django.contrib.auth.models import AnonymousUser, Group

from accounts.models import User
from accounts.roles import ABILITIES, Role, abilities_of, has_role, role_of
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
        ("viewer", ["catalog.read", "keys.own"]),
        ("editor", ["catalog.edit"]),
        ("publisher", ["catalog.publish"]),
        ("manager", ["users.manage"]),
        ("admin", ["security.manage"]),
    ],
)
def test_each_role_includes_those_below_it(role: str, abilities: list[str]) -> None:
    below = ROLES[: ROLES.index(role)]
    included = {ability for ability, least in ABILITIES.items() if least.group_name in below}
    assert abilities_of(UserFactory.create(roles=[role])) == sorted({*abilities, *included})


def test_without_a_role_nothing_is_allowed() -> None:
    assert abilities_of(UserFactory.create()) == []
    assert not has_role(AnonymousUser(), Role.VIEWER)


def test_a_group_of_another_name_is_no_role() -> None:
    user = UserFactory.create()
    user.groups.add(Group.objects.create(name="MANAGER"), Group.objects.create(name="friends"))
    user.forget_roles()
    assert abilities_of(user) == []


def test_a_superuser_counts_as_admin() -> None:
    assert has_role(User(username="root", is_superuser=True), Role.ADMIN)


@pytest.mark.parametrize(("limit", "effective"), [(1, Role.VIEWER), (3, Role.EDITOR)])
def test_a_limit_lowers_a_role_and_never_raises_it(limit: int, effective: Role) -> None:
    user = UserFactory.create(editor=True)
    user.role_limit = limit
    assert role_of(user) == effective


def test_a_limit_gives_no_role_to_those_who_have_none() -> None:
    user = UserFactory.create()
    user.role_limit = Role.ADMIN
    assert role_of(user) is None


def test_a_limit_holds_for_a_superuser() -> None:
    root = User(username="root", is_superuser=True)
    root.role_limit = Role.EDITOR
    assert role_of(root) == Role.EDITOR


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

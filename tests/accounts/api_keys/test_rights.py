"""A key does no more than its scopes, its role and its owner allow."""

import pytest

from accounts.errors import InvalidApiKey
from accounts.models import ApiKey, User
from accounts.roles import Role
from accounts.scopes import all_scopes, resources, scope_of, scopes_for
from accounts.services import set_roles
from tests.acceptance.test_a01_callers_and_keys import GOLDEN
from tests.accounts.api_keys.shared import ASKED, KEYS, ME, PRODUCTS, post
from tests.accounts.factories import SYSTEM, UserFactory
from tests.accounts.fixtures import Caller, Program

pytestmark = pytest.mark.django_db
FIRST_ROLE = 1  # anonymous and people without a role stand before the viewer, who is 1


class TestScopes:
    @pytest.mark.parametrize(
        ("method", "path", "scope"),
        [
            ("GET", PRODUCTS, "products:read"),
            ("HEAD", f"{PRODUCTS}/media", "products:read"),
            ("PATCH", f"{PRODUCTS}/x", "products:write"),
            ("POST", f"{PRODUCTS}/x/publish", "products:write"),
            ("POST", f"{PRODUCTS}/x/variants", "products:write"),
            ("POST", f"{PRODUCTS}/x/media", "media:write"),
            ("GET", f"{PRODUCTS}/x/media/y", "media:read"),
            ("DELETE", "/api/v1/brands/media", "brands:write"),
            ("GET", KEYS, None),
            ("POST", "/api/v1/auth/logout-all", None),
            ("GET", "/api/v1/nothing", None),
            ("GET", "/api/v1/", None),
        ],
    )
    def test_each_address_has_its_scope(self, method: str, path: str, scope: str | None) -> None:
        assert scope_of(method, path) == scope

    def test_every_noun_of_the_api_has_scopes(self) -> None:
        assert {"products:read", "brands:write", "categories:read", "media:write"} <= set(
            all_scopes()
        )
        assert not [scope for scope in all_scopes() if scope.startswith(("auth", "api-keys"))]

    def test_beyond_its_scopes_a_key_is_refused_and_told_so(self) -> None:
        program = Program(UserFactory.create(editor=True), "products:read")
        assert program.get(PRODUCTS).status_code == 200
        for answer in (program.get("/api/v1/brands"), post(program, PRODUCTS, name="x")):
            assert (answer.status_code, answer.json()["code"]) == (403, "scope-missing")
        assert "products:write" in post(program, PRODUCTS, name="x").json()["detail"]

    def test_a_scope_is_no_role(self) -> None:
        program = Program(UserFactory.create(editor=True), "products:write")
        answer = post(program, f"{PRODUCTS}/x/publish")
        assert (answer.status_code, answer.json()["code"]) == (403, "permission-denied")

    def test_what_a_role_may_not_do_is_no_scope_of_its_keys(self) -> None:
        """As the golden file of doors has it: in its lines stand all roles, the least first."""
        least: dict[str, Role] = {}
        for line in GOLDEN.read_text().splitlines():
            if line[0] != "#" and not line.endswith("(CATALOG_PUBLIC_READ=0)"):
                method, address, seen = line.split()
                if scope := scope_of(method, address):
                    first = next(role for role in Role if seen[FIRST_ROLE + role] == "y")
                    least[scope] = min(first, least.get(scope, first))
        for role in Role:
            assert set(scopes_for(role)) == {each for each in least if least[each] <= role}
        assert {each.partition(":")[0] for each in all_scopes()} == resources()

    @pytest.mark.parametrize(
        ("role", "scope"), [("editor", "costs:read"), ("publisher", "costs:write")]
    )
    def test_a_scope_beyond_the_role_is_refused(self, role: str, scope: str) -> None:
        answer = post(Caller(UserFactory.create(roles=[role])), KEYS, name="x", scopes=[scope])
        assert answer.status_code == 400
        told = answer.json()["detail"]
        assert f"The scope {scope} is for a higher role than {role}." in told
        assert told.count("costs:") == 1, "what it cannot have is not offered"


class TestRoles:
    def test_a_key_has_no_more_than_its_own_role(self) -> None:
        program = Program(UserFactory.create(manager=True), role="viewer")
        assert program.get(ME).json()["abilities"] == ["catalog.read", "keys.own"]
        assert post(program, PRODUCTS, name="x").status_code == 403

    def test_a_key_has_no_more_than_its_owner_has_now(self, program: Program) -> None:
        set_roles(program.owner.pk, roles=["viewer"], actor=SYSTEM)
        assert post(program, PRODUCTS, name="x").status_code == 403
        set_roles(program.owner.pk, roles=["manager"], actor=SYSTEM)
        assert program.get(ME).json()["abilities"] == ["catalog.edit", "catalog.read", "keys.own"]

    @pytest.mark.parametrize("role", ["publisher", "manager", "admin"])
    def test_nobody_makes_a_key_stronger_than_themselves(self, editor: Caller, role: str) -> None:
        answer = post(editor, KEYS, **ASKED, role=role)
        assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (400, "/role")
        assert not ApiKey.objects.exists()

    def test_without_a_role_there_are_no_keys(self) -> None:
        assert post(Caller(UserFactory.create()), KEYS, **ASKED).status_code == 403
        with pytest.raises(InvalidApiKey):
            Program(UserFactory.create())

    def test_a_superuser_makes_a_key_below_a_superuser(self) -> None:
        program = Program(User.objects.create_superuser("root"), role="editor")
        assert "catalog.publish" not in program.get(ME).json()["abilities"]

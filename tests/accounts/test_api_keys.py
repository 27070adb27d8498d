"""API keys: shown once, no stronger than their owner, refused the moment they should be."""

import io
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, IntegrityError, connections, transaction
from django.test import Client
from django.utils import timezone
from rest_framework.test import APIClient
from structlog.testing import capture_logs

from accounts import api_keys
from accounts.actors import actor_of
from accounts.api_keys import MOST_KEYS, prune_api_keys, revoke_api_key
from accounts.errors import InvalidApiKey
from accounts.key_texts import key_text, new_secret, parts_of
from accounts.models import ApiKey, AuditEvent, User
from accounts.scopes import all_scopes, scope_of
from accounts.services import change_password, delete_user, disable_user, set_roles
from tests.accounts.factories import SYSTEM, UserFactory
from tests.accounts.fixtures import Caller, Program

pytestmark = pytest.mark.django_db
KEYS = "/api/v1/api-keys"
ME = "/api/v1/auth/me"
PRODUCTS = "/api/v1/products"
ASKED = {"name": "import", "scopes": ["products:read"]}
EVERYBODYS = ApiKey.objects.all


def post(client: APIClient, path: str, **body: Any) -> Any:
    return client.post(path, body, format="json")


@pytest.fixture
def program(db: None) -> Program:
    return Program(UserFactory.create(username="ada", editor=True))


class TestTheText:
    def test_it_has_a_prefix_an_id_a_secret_and_a_checksum(self, program: Program) -> None:
        assert program.text.startswith(f"cat_live_{program.key.pk.hex}_")
        assert len(program.text) == 114
        assert parts_of(program.text)[0] == program.key.pk

    def test_a_typing_error_is_found_without_a_query(
        self, program: Program, django_assert_num_queries: Any
    ) -> None:
        for place in (10, 45, 80, 110):
            digit = "0" if program.text[place] != "0" else "1"
            typed = program.text[:place] + digit + program.text[place + 1 :]
            with django_assert_num_queries(0):
                assert APIClient(HTTP_X_API_KEY=typed).get(ME).status_code == 401

    @pytest.mark.parametrize("text", ["", "x", "cat_live_", "cat_live_é", "x" * 100_000])
    def test_what_was_never_a_key_is_refused(self, db: None, text: str) -> None:
        assert APIClient(HTTP_X_API_KEY=text).get(ME).status_code == 401
        assert APIClient(HTTP_X_API_KEY=text).get(PRODUCTS).status_code == 401
        assert APIClient(HTTP_AUTHORIZATION=f"Bearer cat_live_{text}").get(ME).status_code == 401

    def test_the_database_holds_no_key_that_could_be_used(self, program: Program) -> None:
        _, secret = parts_of(program.text)
        stored = str(ApiKey.objects.values().get())
        assert secret not in stored
        assert program.text not in stored


class TestEachRequest:
    @pytest.mark.parametrize("header", ["HTTP_X_API_KEY", "HTTP_AUTHORIZATION"])
    def test_a_key_is_accepted_in_either_header(self, program: Program, header: str) -> None:
        value = program.text if header == "HTTP_X_API_KEY" else f"Bearer {program.text}"
        answer = APIClient(**{header: value}).get(ME)  # type: ignore[arg-type]
        assert answer.json()["username"] == "ada"

    def test_two_credentials_are_refused(self, program: Program) -> None:
        token = Caller(program.owner).tokens.access
        for other in (token, program.text):
            program.credentials(HTTP_X_API_KEY=program.text, HTTP_AUTHORIZATION=f"Bearer {other}")
            assert program.get(PRODUCTS).status_code == 401

    def test_it_costs_one_query_and_one_more_each_minute(
        self, program: Program, django_assert_num_queries: Any
    ) -> None:
        with django_assert_num_queries(2):
            program.get(ME)
        with django_assert_num_queries(1):
            program.get(ME)
        used = ApiKey.objects.get().last_used_at
        assert used is not None
        ApiKey.objects.update(last_used_at=used - timedelta(seconds=61))
        with django_assert_num_queries(2):
            program.get(ME)

    def test_it_goes_on_where_its_use_cannot_be_noted(
        self, program: Program, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def read_only() -> Any:
            raise DatabaseError("cannot execute UPDATE in a read-only transaction")

        monkeypatch.setattr("accounts.api_keys.connection.cursor", read_only)
        with capture_logs() as logs:
            assert program.get(ME).status_code == 200
        assert "api_key.use_not_noted" in [line["event"] for line in logs]

    def test_changes_name_the_key(self, program: Program) -> None:
        request: Any = program.get(ME).wsgi_request
        request.user = program.owner
        request.auth = api_keys.KeyUse(key_id=program.key.pk, key_name="import", scopes=frozenset())
        actor = actor_of(request)
        assert (actor.label, actor.user_id) == ("ada (key import)", program.owner.pk)


Ending = Callable[[Program], Any]
ENDINGS: dict[str, Ending] = {
    "revoked": lambda it: revoke_api_key(it.key.pk, visible=EVERYBODYS(), actor=SYSTEM),
    "expired": lambda _: ApiKey.objects.update(expires_at=timezone.now()),
    "deleted": lambda _: ApiKey.objects.all().delete(),
    "its owner disabled": lambda it: disable_user(it.owner.pk, actor=SYSTEM),
    "its owner disabled by hand": lambda _: User.objects.update(is_active=False),
    "its owner deleted": lambda it: delete_user(it.owner.pk, actor=SYSTEM),
    "its secret replaced": lambda _: ApiKey.objects.update(secret_digest="0" * 64),
    "bound to another network": lambda _: ApiKey.objects.update(networks=["192.0.2.0/24"]),
}


@pytest.mark.parametrize("ending", ENDINGS)
def test_a_key_is_refused_on_the_next_request_and_the_log_says_why(
    program: Program, ending: str
) -> None:
    assert program.get(ME).status_code == 200
    ENDINGS[ending](program)
    with capture_logs() as logs:
        answers = [program.get(path) for path in (ME, PRODUCTS)]
    assert [answer.status_code for answer in answers] == [401, 401]
    assert {answer.json()["detail"] for answer in answers} == {
        "The API key is invalid or has ended."
    }
    refused = [line for line in logs if line["event"] == "api_key.refused"]
    assert [line["key_id"] for line in refused] == [str(program.key.pk)] * 2
    assert program.text not in str(logs)


@pytest.mark.parametrize(
    ("network", "address", "status"),
    [
        ("127.0.0.0/8", "127.0.0.1", 200),
        ("192.0.2.7", "192.0.2.7", 200),
        ("192.0.2.7", "192.0.2.8", 401),
        ("192.0.2.0/24", "::ffff:192.0.2.9", 200),
        ("2001:db8::/32", "2001:db8:1::1", 200),
        ("2001:db8::/32", "127.0.0.1", 401),
        ("127.0.0.0/8", "", 401),
    ],
)
def test_a_key_is_good_only_from_its_networks(network: str, address: str, status: int) -> None:
    program = Program(UserFactory.create(editor=True), networks=[network])
    assert program.get(ME, REMOTE_ADDR=address).status_code == status


def test_a_forged_forwarding_header_does_not_move_a_caller() -> None:
    program = Program(UserFactory.create(editor=True), networks=["192.0.2.0/24"])
    assert program.get(ME, HTTP_X_FORWARDED_FOR="192.0.2.7").status_code == 401


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
        program = Program(UserFactory.create(viewer=True))
        answer = post(program, PRODUCTS, name="x")
        assert (answer.status_code, answer.json()["code"]) == (403, "permission-denied")


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


class TestOverHttp:
    def test_the_key_is_shown_once(self, editor: Caller) -> None:
        with capture_logs() as logs:
            answer = post(editor, KEYS, **ASKED, networks=["127.0.0.0/8"])
        assert answer.status_code == 201
        assert answer["Cache-Control"] == "no-store"
        made = answer.json()
        assert APIClient(HTTP_X_API_KEY=made["key"]).get(PRODUCTS).status_code == 200
        shown = editor.get(answer["Location"])
        assert shown.json().keys() == made.keys() - {"key"}
        assert (made["role"], made["networks"]) == ("editor", ["127.0.0.0/8"])
        assert made["key"] not in str(logs)
        assert "api_key.created" in [line["event"] for line in logs]

    @pytest.mark.parametrize(
        ("wrong", "pointer"),
        [
            ({"name": ""}, "/name"),
            ({"name": "x" * 101}, "/name"),
            ({"scopes": []}, "/scopes"),
            ({"scopes": ["products:eat"]}, "/scopes"),
            ({"scopes": ["auth:write"]}, "/scopes"),
            ({"scopes": "products:read"}, "/scopes"),
            ({"role": "king"}, "/role"),
            ({"networks": ["192.0.2.7/24"]}, "/networks"),
            ({"networks": ["everywhere"]}, "/networks"),
            ({"networks": ["10.0.0.0/8"] * 21}, "/networks"),
            ({"expires_at": "2020-01-01T00:00:00Z"}, "/expires_at"),
            ({"owner": "root"}, "/owner"),
            ({"last_used_at": None}, "/last_used_at"),
        ],
    )
    def test_a_wrong_value_is_named(
        self, editor: Caller, wrong: dict[str, Any], pointer: str
    ) -> None:
        answer = post(editor, KEYS, **{**ASKED, **wrong})
        assert answer.status_code == 400
        assert answer.json()["errors"][0]["pointer"] == pointer
        assert not ApiKey.objects.exists()

    def test_a_key_makes_and_ends_no_keys(self, program: Program) -> None:
        one = f"{KEYS}/{program.key.pk}"
        answers = [
            program.get(KEYS),
            post(program, KEYS, **ASKED),
            post(program, f"{one}/rotate"),
            program.delete(one),
        ]
        assert [answer.status_code for answer in answers] == [401] * 4
        assert program.get(ME).status_code == 200

    def test_replacing_leaves_both_good_until_the_overlap_is_over(self, editor: Caller) -> None:
        program = Program(editor.user, "products:read")
        answer = post(editor, f"{KEYS}/{program.key.pk}/rotate", overlap_seconds=60)
        assert answer.status_code == 201
        successor = APIClient(HTTP_X_API_KEY=answer.json()["key"])
        assert successor.get(PRODUCTS).status_code == program.get(PRODUCTS).status_code == 200
        assert successor.get("/api/v1/brands").status_code == 403
        program.key.refresh_from_db()
        assert program.key.expires_at is not None
        assert timedelta(0) < program.key.expires_at - timezone.now() <= timedelta(seconds=60)
        assert editor.get(f"{KEYS}/{program.key.pk}").json()["successor"] == answer.json()["id"]

    def test_without_an_overlap_the_old_key_ends_at_once(self, editor: Caller) -> None:
        program = Program(editor.user)
        post(editor, f"{KEYS}/{program.key.pk}/rotate", overlap_seconds=0)
        assert program.get(ME).status_code == 401

    def test_an_overlap_never_prolongs_a_key(self, editor: Caller) -> None:
        soon = timezone.now() + timedelta(minutes=5)
        program = Program(editor.user, expires_at=soon)
        post(editor, f"{KEYS}/{program.key.pk}/rotate")
        program.key.refresh_from_db()
        assert program.key.expires_at == soon

    def test_what_is_over_or_replaced_has_no_successor(self, editor: Caller) -> None:
        program = Program(editor.user)
        path = f"{KEYS}/{program.key.pk}"
        assert post(editor, f"{path}/rotate").status_code == 201
        assert post(editor, f"{path}/rotate").json()["code"] == "api-key-is-over"
        editor.delete(path)
        assert post(editor, f"{path}/rotate").status_code == 409
        assert post(editor, f"{path}/rotate", overlap_seconds=10**7).status_code == 400

    def test_revoking_twice_is_the_same_as_once(self, editor: Caller) -> None:
        program = Program(editor.user)
        path = f"{KEYS}/{program.key.pk}"
        assert [editor.delete(path).status_code for _ in range(2)] == [204, 204]
        assert editor.get(path).json()["revoked_at"] is not None

    def test_the_list_has_pages_and_a_fixed_number_of_queries(
        self, editor: Caller, django_assert_num_queries: Any
    ) -> None:
        for _ in range(3):
            Program(editor.user)
            with django_assert_num_queries(2):
                editor.get(KEYS)
        page = editor.get(KEYS, {"limit": 2}).json()
        rest = editor.get(KEYS, {"limit": 2, "cursor": page["next_cursor"]}).json()
        assert (len(page["items"]), len(rest["items"]), rest["next_cursor"]) == (2, 1, None)

    def test_the_keys_of_others_do_not_exist(self, program: Program, manager: Caller) -> None:
        path = f"{KEYS}/{program.key.pk}"
        before = list(ApiKey.objects.values())
        answers = [manager.get(path), post(manager, f"{path}/rotate"), manager.delete(path)]
        assert [answer.status_code for answer in answers] == [404] * 3
        assert manager.get(KEYS).json()["items"] == []
        assert list(ApiKey.objects.values()) == before

    def test_an_admin_sees_and_revokes_but_never_holds_the_keys_of_others(
        self, program: Program
    ) -> None:
        boss = Caller(UserFactory.create(admin=True))
        path = f"{KEYS}/{program.key.pk}"
        assert [key["owner"] for key in boss.get(KEYS).json()["items"]] == ["ada"]
        assert post(boss, f"{path}/rotate").status_code == 404
        assert boss.delete(path).status_code == 204
        assert program.get(ME).status_code == 401


def test_a_new_password_leaves_keys_alone(program: Program) -> None:
    change_password(program.owner.pk, new_password="quite-another-secret", actor=SYSTEM)
    assert program.get(ME).status_code == 200


@pytest.mark.django_db(transaction=True)
def test_nobody_gets_more_keys_than_the_limit_however_they_ask(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(api_keys, "MOST_KEYS", 3)
    caller = Caller(UserFactory.create(editor=True))
    start = Barrier(8)

    def make(_: int) -> int:
        try:
            start.wait(timeout=30)
            client = APIClient(HTTP_AUTHORIZATION=f"Bearer {caller.tokens.access}")
            return int(post(client, KEYS, **ASKED).status_code)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(8) as pool:
        assert sorted(pool.map(make, range(8))) == [201] * 3 + [409] * 5
    assert MOST_KEYS == 50


def test_keys_go_ninety_days_after_their_end(program: Program) -> None:
    for days, gone in ((89, 0), (91, 1)):
        ApiKey.objects.update(revoked_at=timezone.now() - timedelta(days=days))
        assert prune_api_keys() == gone


@pytest.mark.parametrize("wrong", [{"name": ""}, {"scopes": []}])
def test_the_database_refuses_a_key_without_name_or_scopes(
    program: Program, wrong: dict[str, Any]
) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        ApiKey.objects.update(**wrong)


def test_a_made_up_key_finds_nothing(program: Program) -> None:
    forged = key_text(program.key.pk, new_secret())
    assert APIClient(HTTP_X_API_KEY=forged).get(ME).status_code == 401
    unknown = key_text(program.owner.pk, new_secret())
    assert APIClient(HTTP_X_API_KEY=unknown).get(ME).status_code == 401


class TestCommand:
    def run(self, *words: str) -> str:
        out = io.StringIO()
        call_command("api_keys", *words, stdout=out)
        return out.getvalue()

    def test_a_key_is_made_listed_replaced_and_revoked(self) -> None:
        UserFactory.create(username="ada", editor=True)
        options = ["--owner", "ADA", "--name", "import", "--scope", "products:read"]
        text = self.run("create", *options, "--days", "30", "--role", "viewer").strip()
        assert APIClient(HTTP_X_API_KEY=text).get(PRODUCTS).status_code == 200
        key = ApiKey.objects.get()
        line = f"{key.pk}  living  ada  import  viewer  products:read  used "
        assert self.run("list").startswith(line)
        assert self.run("list", "--owner", "bob") == ""
        newer = self.run("rotate", str(key.pk), "--overlap-hours", "0").strip()
        assert APIClient(HTTP_X_API_KEY=text).get(PRODUCTS).status_code == 401
        assert self.run("revoke", str(parts_of(newer)[0])) == "Revoked import of ada.\n"
        assert APIClient(HTTP_X_API_KEY=newer).get(PRODUCTS).status_code == 401
        assert [row.split()[1] for row in self.run("list").splitlines()] == ["over", "over"]

    def test_what_cannot_be_is_one_clear_line(self) -> None:
        UserFactory.create(username="ada", viewer=True)
        options = ["--name", "x", "--scope", "products:read"]
        with pytest.raises(CommandError, match="There is no user 'bob'"):
            self.run("create", "--owner", "bob", *options)
        with pytest.raises(CommandError, match="The owner is viewer, no more"):
            self.run("create", "--owner", "ada", *options, "--role", "editor")
        with pytest.raises(CommandError, match="There is no API key"):
            self.run("revoke", "0197f3c5-6f0e-7c3a-9b1d-2f4f6a8c0e12")


class TestAdmin:
    LIST = "/admin/accounts/apikey/"

    @pytest.fixture
    def desk(self, db: None) -> Client:
        client = Client()
        client.force_login(UserFactory.create(username="ada", editor=True, is_staff=True))
        return client

    def add(self, desk: Client, **changes: Any) -> Any:
        sent = {"name": "import", "role": "viewer", "scopes": ["products:read"], **changes}
        return desk.post(f"{self.LIST}add/", sent)

    def test_the_key_is_shown_once_in_the_answer(self, desk: Client) -> None:
        assert desk.get(f"{self.LIST}add/").status_code == 200
        answer = self.add(desk, networks="127.0.0.0/8, 192.0.2.0/24")
        assert answer.status_code == 200
        assert "no-store" in answer["Cache-Control"]
        ((key, text),) = answer.context["made"]
        assert text in answer.content.decode()
        assert APIClient(HTTP_X_API_KEY=text).get(PRODUCTS).status_code == 200
        assert key.networks == ["127.0.0.0/8", "192.0.2.0/24"]
        for page in (self.LIST, f"{self.LIST}{key.pk}/change/"):
            shown = desk.get(page)
            assert shown.status_code == 200
            assert parts_of(text)[1] not in shown.content.decode()

    @pytest.mark.parametrize(
        "wrong", [{"role": "manager"}, {"scopes": ["x:read"]}, {"networks": "x"}, {"name": ""}]
    )
    def test_what_the_rules_refuse_the_form_refuses(
        self, desk: Client, wrong: dict[str, Any]
    ) -> None:
        answer = self.add(desk, **wrong)
        assert answer.status_code == 200
        assert answer.context["errors"]
        assert not ApiKey.objects.exists()

    def test_a_rule_that_no_field_knows_is_a_message(
        self, desk: Client, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(api_keys, "MOST_KEYS", 0)
        assert self.add(desk)["Location"] == self.LIST
        assert b"0 is the most" in desk.get(self.LIST).content

    def test_own_keys_are_replaced_and_revoked(self, desk: Client) -> None:
        ((key, text),) = self.add(desk).context["made"]
        chosen = {"action": "rotate", "_selected_action": [str(key.pk)]}
        ((_, newer),) = desk.post(self.LIST, chosen).context["made"]
        assert APIClient(HTTP_X_API_KEY=newer).get(PRODUCTS).status_code == 200
        assert b"has a successor already" in desk.post(self.LIST, chosen, follow=True).content
        desk.post(self.LIST, {**chosen, "action": "revoke"})
        assert APIClient(HTTP_X_API_KEY=text).get(PRODUCTS).status_code == 401

    def test_the_keys_of_others_are_hidden(self, desk: Client) -> None:
        program = Program(UserFactory.create(viewer=True))
        assert desk.get(f"{self.LIST}{program.key.pk}/change/").status_code == 302
        desk.post(self.LIST, {"action": "revoke", "_selected_action": [str(program.key.pk)]})
        assert program.get(ME).status_code == 200

    def test_an_admin_sets_how_often_it_may_ask_and_nothing_else(self, program: Program) -> None:
        boss, key = Client(), program.key
        boss.force_login(UserFactory.create(admin=True))
        page = f"{self.LIST}{key.pk}/change/"
        assert boss.get(page).status_code == 200
        wrong = boss.post(page, {"rate": "9/fortnight"})
        assert (wrong.status_code, bool(wrong.context["errors"])) == (200, True)
        before = (key.role, key.scopes, key.name)
        sent = {"rate": "9/s", "role": "admin", "name": "x", "scopes": ["brands:write"]}
        assert boss.post(page, sent).status_code == 302
        key.refresh_from_db()
        assert (key.rate, (key.role, key.scopes, key.name)) == ("9/s", before)
        assert AuditEvent.objects.filter(event="api_key.rate_changed").count() == 1

    @pytest.mark.parametrize("role", ["editor", "manager"])
    def test_the_owner_does_not_set_the_rate(self, role: str) -> None:
        program = Program(UserFactory.create(roles=[role], is_staff=True))
        desk = Client()
        desk.force_login(program.owner)
        page = f"{self.LIST}{program.key.pk}/change/"
        assert desk.post(page, {"rate": "900/s"}).status_code == 403
        program.key.refresh_from_db()
        assert program.key.rate == ""


def test_an_admin_sets_the_rate_of_a_key_and_nobody_else_does(program: Program) -> None:
    address = f"{KEYS}/{program.key.pk}"
    owner, admin = Caller(program.owner), Caller(UserFactory.create(admin=True))
    assert owner.patch(address, {"rate": "9/s"}, format="json").status_code == 403
    answer = admin.patch(address, {"rate": "9/s"}, format="json")
    assert (answer.status_code, answer.json()["rate"]) == (200, "9/s")
    wrong = admin.patch(address, {"rate": "9/fortnight"}, format="json")
    assert (wrong.status_code, wrong.json()["errors"][0]["pointer"]) == (400, "/rate")
    assert program.get(ME)["RateLimit-Policy"] == '"key";q=9;w=1'
    assert admin.patch(address, {"rate": ""}, format="json").json()["rate"] == ""


def test_the_command_sets_a_rate(program: Program) -> None:
    out = io.StringIO()
    call_command("api_keys", "rate", str(program.key.pk), "1200/min", stdout=out)
    assert out.getvalue() == "import of ada may ask 1200/min.\n"
    program.key.refresh_from_db()
    assert program.key.rate == "1200/min"


def test_the_database_knows_what_a_rate_is(program: Program) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        ApiKey.objects.filter(pk=program.key.pk).update(rate="often")

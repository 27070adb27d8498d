"""A process that knows a caller from the last request finds out at the next one what changed."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.db import connection
from django.utils import timezone
from rest_framework.test import APIClient

from accounts import remembered, signing_keys
from accounts.api_keys import keys_visible_to, revoke_api_key, set_api_key_rate
from accounts.models import ApiKey, CallerStamp, SigningKey, TokenFamily, User
from accounts.proving import ProvesItsCaller
from accounts.services import (
    change_password,
    delete_user,
    disable_user,
    set_roles,
    sign_out_everywhere,
)
from accounts.sessions import end_session
from catalog_project.environment import Rate
from tests.acceptance.server import Serve
from tests.accounts.factories import SYSTEM, UserFactory
from tests.accounts.fixtures import Caller, Program
from tests.products.factories import ProductFactory

pytestmark = pytest.mark.django_db
PRODUCTS = "/api/v1/products"
NOTHING_FOUND = f"{PRODUCTS}?tag=nothing-has-this"
Change = Callable[[Any], Any]


def by_hand(sql: str) -> Change:
    """Past all our code: SQL with the id of the user."""

    def run(caller: Any) -> None:
        with connection.cursor() as cursor:
            for statement in sql.split(";"):
                cursor.execute(statement, {"user": owner_of(caller).pk})

    return run


def owner_of(caller: Any) -> User:
    user: User = caller.owner if isinstance(caller, Program) else caller.user
    return user


def revoke(caller: Program) -> None:
    revoke_api_key(caller.key.pk, visible=ApiKey.objects.all(), actor=SYSTEM)


ENDS_BOTH: dict[str, Change] = {
    "disabled": lambda caller: disable_user(owner_of(caller).pk, actor=SYSTEM),
    "deleted": lambda caller: delete_user(owner_of(caller).pk, actor=SYSTEM),
    "disabled in SQL": by_hand("UPDATE accounts_user SET is_active = FALSE WHERE id = %(user)s"),
    "all emptied in SQL": by_hand(
        "SET CONSTRAINTS ALL IMMEDIATE; TRUNCATE accounts_tokenfamily, accounts_apikey"
    ),
}
ENDS_TOKEN: dict[str, Change] = {
    "password changed": lambda caller: change_password(
        caller.user.pk, new_password="quite-another-secret", actor=SYSTEM
    ),
    "signed out": lambda caller: end_session(caller.tokens.refresh),
    "signed out everywhere": lambda caller: sign_out_everywhere(caller.user.pk, actor=SYSTEM),
    "sign-in ended in SQL": by_hand(
        "UPDATE accounts_tokenfamily SET ended_at = now() WHERE user_id = %(user)s"
    ),
    "sign-in deleted in SQL": by_hand("DELETE FROM accounts_tokenfamily WHERE user_id = %(user)s"),
    "password changed in SQL": by_hand("UPDATE accounts_user SET password = 'x'"),
    "signing key withdrawn": lambda _: signing_keys.rotate(withdraw=True),
    "signing key deleted": lambda _: SigningKey.objects.all().delete(),
}
ENDS_KEY: dict[str, Change] = {
    "revoked": revoke,
    "deleted in SQL": by_hand("DELETE FROM accounts_apikey WHERE owner_id = %(user)s"),
    "other secret in SQL": by_hand("UPDATE accounts_apikey SET secret_digest = 'x'"),
    "other network in SQL": by_hand("UPDATE accounts_apikey SET networks = '{10.0.0.0/8}'"),
    "ended in SQL": by_hand("UPDATE accounts_apikey SET expires_at = now() - interval '1 second'"),
}
ENDS = [
    pytest.param(kind, change, id=f"{kind.__name__} {name}")
    for kinds, changes in (
        ((Caller, Program), ENDS_BOTH),
        ((Caller,), ENDS_TOKEN),
        ((Program,), ENDS_KEY),
    )
    for kind in kinds
    for name, change in changes.items()
]
ALL_KINDS = pytest.mark.parametrize("kind", [Caller, Program])


@pytest.fixture
def draft() -> Any:
    return ProductFactory.create(status="draft")


def known(kind: Any, draft: Any, **traits: bool) -> Any:
    """A caller whom this process remembers, and who sees the draft."""
    caller = kind(UserFactory.create(**(traits or {"editor": True})))
    for _ in range(2):
        assert [row["id"] for row in caller.get(PRODUCTS).json()["items"]] == [str(draft.pk)]
    return caller


@pytest.mark.parametrize("address", ["list", "detail", "nothing", "wrong"])
@pytest.mark.parametrize(("kind", "change"), ENDS)
def test_whoever_is_out_is_refused_on_the_next_request(
    kind: Any, change: Change, address: str, draft: Any
) -> None:
    caller = known(kind, draft)
    change(caller)
    path = {
        "list": PRODUCTS,
        "detail": f"{PRODUCTS}/{draft.pk}",
        "nothing": NOTHING_FOUND,
        "wrong": f"{PRODUCTS}?limit=many",
    }[address]
    assert caller.get(path).status_code == 401
    assert caller.get(path).status_code == 401


LOSES: dict[str, Change] = {
    "role": lambda caller: set_roles(owner_of(caller).pk, roles=["viewer"], actor=SYSTEM),
    "role in SQL": by_hand("DELETE FROM accounts_user_groups WHERE user_id = %(user)s"),
    "group renamed": lambda _: Group.objects.filter(name="editor").update(name="former"),
    "group deleted": lambda _: Group.objects.filter(name="editor").delete(),
}


@pytest.mark.parametrize("loses", LOSES)
@ALL_KINDS
def test_drafts_vanish_with_the_role(kind: Any, loses: str, draft: Any) -> None:
    caller = known(kind, draft)
    LOSES[loses](caller)
    assert caller.get(PRODUCTS).json()["items"] == []
    caller = kind(UserFactory.create(admin=True))
    assert len(caller.get(PRODUCTS).json()["items"]) == 1
    set_roles(owner_of(caller).pk, roles=[], actor=SYSTEM)
    assert caller.get(f"{PRODUCTS}/{draft.pk}").status_code == 404


@ALL_KINDS
def test_a_new_role_counts_at_once(kind: Any, draft: Any) -> None:
    caller = kind(
        UserFactory.create(viewer=True), **({"role": "viewer"} if kind is Program else {})
    )
    assert [caller.get(PRODUCTS).json()["items"] for _ in range(2)] == [[], []]
    ApiKey.objects.update(role="editor")
    set_roles(owner_of(caller).pk, roles=["editor"], actor=SYSTEM)
    assert len(caller.get(PRODUCTS).json()["items"]) == 1
    assert caller.get(f"{PRODUCTS}/{draft.pk}").status_code == 200


@ALL_KINDS
def test_a_known_caller_costs_no_query(
    kind: Any, draft: Any, django_assert_num_queries: Any
) -> None:
    caller = known(kind, draft)
    for path in (PRODUCTS, f"{PRODUCTS}/{draft.pk}"):
        caller.get(path)
        with django_assert_num_queries(1):
            assert caller.get(path).status_code == 200
    with django_assert_num_queries(2):  # no row brought the stamp along
        assert caller.get(NOTHING_FOUND).status_code == 200
    with django_assert_num_queries(2):  # views that prove nothing ask as ever
        assert caller.get("/api/v1/brands").status_code == 200


@ALL_KINDS
def test_the_memory_ends_after_a_minute(
    kind: Any, draft: Any, django_assert_num_queries: Any, monkeypatch: Any
) -> None:
    caller = known(kind, draft)
    later = timezone.now().timestamp() + 61
    monkeypatch.setattr("accounts.remembered.time.time", lambda: later)
    with django_assert_num_queries(2):
        assert caller.get(PRODUCTS).status_code == 200


@pytest.mark.parametrize(
    ("kind", "end"),
    [
        (Program, lambda at: ApiKey.objects.update(expires_at=at)),
        (Caller, lambda at: SigningKey.objects.update(verifies_until=at)),
    ],
)
def test_what_time_ends_is_asked_for_then(
    kind: Any, end: Any, draft: Any, django_assert_num_queries: Any, monkeypatch: Any
) -> None:
    caller = known(kind, draft)
    end(timezone.now() + timedelta(seconds=30))
    caller.get(PRODUCTS)
    with django_assert_num_queries(1):
        caller.get(PRODUCTS)
    later = timezone.now().timestamp() + 31
    monkeypatch.setattr("accounts.remembered.time.time", lambda: later)
    with django_assert_num_queries(2):
        caller.get(PRODUCTS)


def test_the_address_and_the_secret_of_a_key_are_compared_each_time(draft: Any) -> None:
    program = known(Program, draft)
    ApiKey.objects.update(networks=["127.0.0.0/8"])
    assert [program.get(PRODUCTS).status_code for _ in range(2)] == [200, 200]
    assert program.get(PRODUCTS, REMOTE_ADDR="10.1.1.1").status_code == 401
    other = Program(program.owner)
    assert other.get(PRODUCTS).status_code == 200
    assert program.get(PRODUCTS).status_code == 200


def test_the_use_of_a_key_is_noted_each_minute(draft: Any) -> None:
    program = known(Program, draft)
    past = timezone.now() - timedelta(seconds=61)
    ApiKey.objects.update(last_used_at=past)
    remembered._remembered.clear()
    program.get(PRODUCTS)
    noted = ApiKey.objects.values_list("last_used_at", flat=True).get()
    assert noted is not None
    assert noted > past


def test_a_new_rate_of_a_key_counts_at_once(draft: Any) -> None:
    program = known(Program, draft)
    keys = keys_visible_to(UserFactory.create(admin=True))
    set_api_key_rate(program.key.pk, rate=str(Rate.parse("7/min")), visible=keys, actor=SYSTEM)
    assert program.get(PRODUCTS)["RateLimit-Policy"] == '"key";q=7;w=60'


def test_without_a_stamp_nothing_is_remembered(draft: Any, django_assert_num_queries: Any) -> None:
    caller = known(Caller, draft)
    CallerStamp.objects.all().delete()
    caller.get(PRODUCTS)
    with django_assert_num_queries(2):
        assert caller.get(PRODUCTS).status_code == 200


def test_a_view_that_forgets_to_prove_is_asked_for_it(draft: Any, monkeypatch: Any) -> None:
    caller = known(Caller, draft)
    monkeypatch.setattr(remembered.CallerCheck, "is_needed", False)
    disable_user(caller.user.pk, actor=SYSTEM)
    assert caller.get(PRODUCTS).status_code == 401


def test_only_what_proves_its_caller_may_use_the_memory(draft: Any, monkeypatch: Any) -> None:
    caller = known(Caller, draft)
    monkeypatch.setattr(ProvesItsCaller, "dispatch", ProvesItsCaller.__base__.dispatch)  # type: ignore[union-attr]
    disable_user(caller.user.pk, actor=SYSTEM)
    assert caller.get(PRODUCTS).status_code == 401


def test_memory_has_a_limit(draft: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr(remembered, "MOST_REMEMBERED", 2)
    callers = [known(Caller, draft) for _ in range(5)]
    assert len(remembered._remembered) <= 2
    assert all(caller.get(PRODUCTS).status_code == 200 for caller in callers)


# Columns of which the look for callers reads nothing, or that say who and what somebody stays.
UNREAD = {
    User: {"last_login", "first_name", "last_name", "created_at", "updated_at"},
    TokenFamily: {
        "token_digest",
        "created_at",
        "rotated_at",
        "previous_digest",
        "client_digest",
        "retry_digest",
        "expires_at",
        "ip",
        "user_agent",
    },
    ApiKey: {"last_used_at", "successor_id", "created_at", "updated_at"},
    SigningKey: {"algorithm", "public_jwk", "sealed_private", "created_at", "signs_from"},
    Group: set(),
}


@pytest.mark.parametrize("model", UNREAD)
def test_every_column_that_is_read_changes_the_stamp(model: Any) -> None:
    table = model._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT a.attname FROM pg_trigger t, unnest(t.tgattr) n JOIN pg_attribute a"
            " ON a.attrelid = %s::regclass AND a.attnum = n"
            " WHERE t.tgrelid = %s::regclass AND t.tgname = 'renews_caller_stamp'",
            [table, table],
        )
        watched = {name for (name,) in cursor.fetchall()}
    columns = {field.column for field in model._meta.concrete_fields}
    assert watched == columns - UNREAD[model]


def test_what_only_renews_or_uses_keeps_the_stamp(draft: Any) -> None:
    caller = known(Caller, draft)
    before = CallerStamp.objects.get().stamp
    body = {"refresh": caller.tokens.refresh}
    path = "/api/v1/auth/token/refresh"
    assert APIClient().post(path, body, format="json").status_code == 200
    ApiKey.objects.update(last_used_at=timezone.now())
    Caller(caller.user)
    assert CallerStamp.objects.get().stamp == before


@pytest.mark.django_db(transaction=True)
@ALL_KINDS
def test_every_worker_refuses_at_once(kind: Any, serve: Serve) -> None:
    draft = ProductFactory.create(status="draft")
    caller = known(kind, draft)
    headers = (
        {"X-API-Key": caller.text}
        if kind is Program
        else {"Authorization": f"Bearer {caller.tokens.access}"}
    )
    server = serve(WEB_WORKERS="2")
    clients = [server.client(headers=headers) for _ in range(8)]
    for _ in range(3):
        assert {client.get(PRODUCTS).status_code for client in clients} == {200}
    disable_user(owner_of(caller).pk, actor=SYSTEM)
    assert {client.get(PRODUCTS).status_code for client in clients} == {401}
    for client in clients:
        client.close()

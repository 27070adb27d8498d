"""No cache on the way gives one caller's answer to another."""

from typing import Any

import pytest
from rest_framework.test import APIClient

from accounts.models import User
from products.services.channels import create_channel
from tests.acceptance.world import Addresses, furnish
from tests.accounts.factories import SYSTEM, UserFactory
from tests.accounts.fixtures import Caller, Program
from tests.catalog_project.openapi import operations
from tests.products.factories import ProductFactory

pytestmark = pytest.mark.django_db
PRODUCTS = "/api/v1/products"
CREDENTIALS = {"authorization", "x-api-key"}


@pytest.fixture
def product(db: None) -> Any:
    return ProductFactory.create()


@pytest.fixture
def editor_user(db: None) -> User:
    user: User = UserFactory.create(editor=True)
    return user


def readable() -> dict[str, str]:
    """Every operation that reads -> its address, with a row that is there: a new one is tried
    without a line here."""
    furnish()
    known = Addresses(Caller(UserFactory.create(admin=True)))
    return {
        name: known.of(each.path) for name, each in operations().items() if each.method == "get"
    }


def directives(answer: Any) -> set[str]:
    return {part.strip() for part in answer.get("Cache-Control", "").split(",")}


@pytest.mark.parametrize("kind", [Caller, Program])
def test_what_a_known_caller_gets_no_shared_cache_may_keep(kind: Any) -> None:
    caller = kind(UserFactory.create(admin=True))
    for name, address in readable().items():
        answer = caller.get(address)
        if kind is Program and name.startswith("auth_keys"):
            continue  # for people
        assert answer.status_code == 200, (name, answer.content)
        assert directives(answer) & {"private", "no-store"}, name


def test_what_only_some_may_see_is_never_public(product: Any) -> None:
    """Costs, stock, price lists, ids of other systems: refused, and the refusal is not kept."""
    for name, address in readable().items():
        answer = APIClient().get(address)
        if answer.status_code != 200:
            assert answer.status_code == 401, name
            assert "public" not in directives(answer), name


def test_what_anybody_gets_is_kept_apart_by_both_credentials(product: Any) -> None:
    for address in readable().values():
        answer = APIClient().get(address)
        if answer.status_code == 200 and "public" in directives(answer):
            vary = {name.strip().lower() for name in answer["Vary"].split(",")}
            assert vary >= CREDENTIALS, address
            assert "no-cache" in directives(answer), address


@pytest.mark.parametrize("address", [PRODUCTS, f"{PRODUCTS}?fields=id,status"])
def test_the_tag_of_what_an_editor_sees_is_stale_for_everybody_else(
    address: str, product: Any, editor_user: User
) -> None:
    ProductFactory.create(status="draft")
    public = APIClient().get(address)
    for caller in (Caller(editor_user), Program(editor_user)):
        mine = caller.get(address)
        assert mine["ETag"] != public["ETag"]
        again = APIClient().get(address, HTTP_IF_NONE_MATCH=mine["ETag"])
        assert (again.status_code, again.content) == (200, public.content)


def test_no_tag_of_one_caller_makes_another_keep_what_is_not_theirs() -> None:
    """Every address: whose tag it is, "not modified" is said of the same bytes alone."""
    addresses = readable()
    outlet = create_channel(values={"name": "Outlet"}, actor=SYSTEM)
    ProductFactory.create(status="draft")
    admin = Caller(UserFactory.create(admin=True))
    others = [
        APIClient(),
        Caller(UserFactory.create(viewer=True)),
        Program(UserFactory.create(editor=True)),
        Caller(UserFactory.create(admin=True, channels=[outlet.pk])),
    ]
    compared = 0
    for name, address in addresses.items():
        mine = admin.get(address)
        for other in others if "ETag" in mine else ():
            theirs = other.get(address)
            again = other.get(address, HTTP_IF_NONE_MATCH=mine["ETag"])
            assert again.status_code in {304, theirs.status_code}, name
            if again.status_code == 304:
                assert theirs.content == mine.content, name
                compared += 1
    assert compared > 20


def test_a_stored_answer_is_replayed_to_its_caller_alone(editor_user: User) -> None:
    """Not to a key of the same person either, which may be limited."""
    body, sent = {"name": "Lumen"}, {"idempotency-key": "one-and-the-same-key"}
    callers = [Caller(editor_user), Program(editor_user), Caller(UserFactory.create(editor=True))]
    answers = [each.post("/api/v1/brands", body, format="json", headers=sent) for each in callers]
    assert [answer.status_code for answer in answers] == [201, 201, 201]
    assert len({answer.json()["id"] for answer in answers}) == len(callers)
    assert not any("Idempotency-Replayed" in answer for answer in answers)
    again = callers[0].post("/api/v1/brands", body, format="json", headers=sent)
    assert again["Idempotency-Replayed"] == "true"
    assert directives(again) & {"private", "no-store"}


def test_nothing_a_caller_says_makes_a_private_answer_public(editor_user: User) -> None:
    ProductFactory.create()
    for said in ("PUBLIC", "public", "Private=authorization", "max-age=99"):
        answer = Caller(editor_user).get(PRODUCTS, HTTP_CACHE_CONTROL=said, HTTP_PRAGMA=said)
        assert answer["Cache-Control"] == "private, no-cache"


def test_tokens_and_keys_are_stored_by_nobody(editor_user: User) -> None:
    caller = Caller(editor_user)
    made = caller.post(
        "/api/v1/api-keys", {"name": "x", "scopes": ["products:read"]}, format="json"
    )
    renewed = APIClient().post(
        "/api/v1/auth/token/refresh", {"refresh": caller.tokens.refresh}, format="json"
    )
    listed = Caller(editor_user).get("/api/v1/api-keys")
    for answer in (made, renewed, listed):
        assert "no-store" in directives(answer)

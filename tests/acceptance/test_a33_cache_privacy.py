"""No cache on the way gives one caller's answer to another."""

from typing import Any

import pytest
from rest_framework.test import APIClient

from accounts.models import User
from tests.acceptance.world import Addresses, furnish
from tests.accounts.factories import UserFactory
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

"""No cache on the way gives one caller's answer to another."""

from typing import Any

import pytest
from rest_framework.test import APIClient

from accounts.models import User
from tests.acceptance.test_a01_callers_and_keys import addresses
from tests.accounts.factories import UserFactory
from tests.accounts.fixtures import Caller, Program
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


def readable(product: Any) -> list[str]:
    """Every address of the API that answers to GET, with this product where a thing is named."""
    return [address.format(*[product.pk] * 3) for address in addresses()]


def directives(answer: Any) -> set[str]:
    return {part.strip() for part in answer.get("Cache-Control", "").split(",")}


@pytest.mark.parametrize("kind", [Caller, Program])
def test_what_a_known_caller_gets_no_shared_cache_may_keep(
    kind: Any, product: Any, editor_user: User
) -> None:
    caller = kind(editor_user)
    answered = 0
    for address in readable(product):
        answer = caller.get(address)
        if answer.status_code == 200:
            answered += 1
            assert directives(answer) & {"private", "no-store"}, address
    assert answered >= 7


def test_what_anybody_gets_is_kept_apart_by_both_credentials(product: Any) -> None:
    for address in readable(product):
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

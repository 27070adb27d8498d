"""Shoppers' lists and details take a short way, and get what the viewset would have said."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from rest_framework.test import APIClient

from accounts.api_keys import revoke_api_key
from accounts.models import ApiKey, AuditEvent, User
from accounts.sessions import end_all_sessions
from catalog_project.environment import Rate
from products.api import hot_reads
from products.models import Channel, Product
from products.services.channels import create_channel
from products.services.locales import create_locale
from tests.accounts.factories import UserFactory
from tests.accounts.fixtures import Caller, Program
from tests.products.factories import (
    SYSTEM,
    CategoryFactory,
    CollectionFactory,
    ProductFactory,
    price,
)

pytestmark = pytest.mark.django_db
PRODUCTS = "/api/v1/products"


@pytest.fixture
def shop(db: None) -> Product:
    ProductFactory.create(slug="hidden", status="draft")
    old: Product = ProductFactory.create(slug="lamp", status="published", variants=[{"sku": "L"}])
    ProductFactory.create_batch(3, status="published", variants=[{"prices": [price("5")]}])
    CollectionFactory.create(slug="oak", status="published")
    return old


def short_and_long(
    address: str,
    monkeypatch: pytest.MonkeyPatch,
    caller: APIClient | None = None,
    **headers: str,
) -> list[Any]:
    """What both ways answer, without what differs for each request."""
    client = caller or APIClient()
    answers = []
    for is_short in (True, False):
        with monkeypatch.context() as patched:
            if not is_short:
                patched.setattr(hot_reads, "is_plain", lambda _meta: False)
            answer = client.get(address, headers=headers)
        said = {name: value for name, value in answer.items() if name != "X-Request-ID"}
        body = answer.json() if answer.status_code >= 400 else answer.content
        if answer.status_code >= 400:
            body.pop("request_id")
        answers.append((answer.status_code, said, body))
    return answers


ADDRESSES = [
    "",
    "?limit=2",
    "?limit=2&total=true&ordering=price&fields=id,name",
    "?category={category}&tag=a,b&price_min=1",
    "?collection=oak",
    "?channel=default&locale=en",
    "?channel=none",
    "?limit=0",
    "?cursor=bm9uZQ",
    "?nothing=1",
    "?limit=1&limit=2",
    "?status=draft",
    "?external_id=erp:1",
    "?price_as_of=2026-01-01T00:00:00Z",
    "/lamp",
    "/{id}",
    "/lamp?fields=id,slug",
    "/lamp?fields=none",
    "/lamp?locale=de",
    "/lamp?locale=xx",
    "/lamp?nothing=1",
    "/lamp?price_as_of=2026-01-01T00:00:00Z",
    "/hidden",
    "/none",
    "/bulk",
    "/l%C3%A4mp",
    "/lamp/",
    "/",
    "/lamp/variants",
]


@pytest.mark.parametrize("accept", ["", "de, en;q=0.5"])
def test_both_ways_answer_the_same(
    shop: Product, monkeypatch: pytest.MonkeyPatch, accept: str
) -> None:
    create_locale(values={"code": "de", "name": "Deutsch"}, actor=SYSTEM)
    create_channel(values={"slug": "b2b", "name": "B2B", "locales": ["de", "en"]}, actor=SYSTEM)
    category = CategoryFactory.create()
    headers: Any = {"Accept-Language": accept} if accept else {}
    for address in [*ADDRESSES, "?channel=b2b", "/lamp?channel=b2b", "/lamp?channel=b2b&locale=en"]:
        named = PRODUCTS + address.format(category=category.pk, id=shop.pk)
        short, long = short_and_long(named, monkeypatch, **headers)
        assert short == long, named


def callers(viewer: Caller, editor: Caller, owner: User) -> dict[str, APIClient]:
    channels = Channel.objects.in_bulk(field_name="slug")
    return {
        "a viewer": viewer,
        "an editor": editor,
        "a limited viewer": Caller(UserFactory.create(viewer=True, channels=[channels["b2b"].pk])),
        "a key": Program(owner),
        "a key that only reads": Program(owner, role="viewer"),
        "a key of another resource": Program(owner, "brands:read"),
        "a limited key": Program(owner, channels=[channels["b2b"].pk]),
        "a key of another network": Program(owner, networks=["192.0.2.0/24"]),
    }


def test_both_ways_answer_the_same_to_everybody(
    shop: Product, viewer: Caller, editor: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    create_channel(values={"slug": "b2b", "name": "B2B", "locales": ["en"]}, actor=SYSTEM)
    owner = UserFactory.create(username="ada", editor=True)
    named = ["", "?status=draft", "?channel=b2b", "/hidden", "/lamp", "/lamp?channel=b2b"]
    for name, caller in callers(viewer, editor, owner).items():
        for address in [*named, "?external_id=erp:1", "/none", "?limit=0"]:
            short, long = short_and_long(PRODUCTS + address, monkeypatch, caller)
            assert short == long, (name, address)


ENDINGS: dict[str, Callable[[Caller, Program], Any]] = {
    "signed out everywhere": lambda caller, _: end_all_sessions(caller.user),
    "disabled": lambda caller, _: User.objects.filter(pk=caller.user.pk).update(is_active=False),
    "a revoked key": lambda _, program: revoke_api_key(
        program.key.pk, visible=ApiKey.objects.all(), actor=SYSTEM
    ),
}


@pytest.mark.parametrize("ending", ENDINGS)
def test_who_is_no_caller_any_more_is_refused_at_once(
    shop: Product, viewer: Caller, editor: Caller, ending: str
) -> None:
    program = Program(editor.user)
    asking = program if "key" in ending else viewer
    for address in (PRODUCTS, f"{PRODUCTS}/lamp"):
        assert [asking.get(address).status_code for _ in range(2)] == [200, 200]
    ENDINGS[ending](viewer, program)
    for address in (PRODUCTS, f"{PRODUCTS}/lamp"):
        assert asking.get(address).status_code == 401


def test_who_lost_a_role_sees_less_at_once(shop: Product, editor: Caller) -> None:
    for _ in range(2):
        assert editor.get(f"{PRODUCTS}/hidden").status_code == 200
    editor.user.groups.clear()
    assert editor.get(f"{PRODUCTS}/hidden").status_code == 404
    assert editor.get(f"{PRODUCTS}?status=draft").status_code == 400


def test_both_ways_know_what_the_caller_has(shop: Product, monkeypatch: pytest.MonkeyPatch) -> None:
    for address in (PRODUCTS, f"{PRODUCTS}/lamp", f"{PRODUCTS}/lamp?fields=id"):
        tag = APIClient().get(address)["ETag"]
        short, long = short_and_long(address, monkeypatch, None, **{"If-None-Match": f'"0", {tag}'})
        assert short == long
        assert short[0] == 304


def test_what_is_not_plain_takes_the_long_way(
    shop: Product, editor: Caller, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    taken: list[str] = []
    answering = hot_reads.respond

    def respond(request: Any, path: str, answer: Any) -> Any:
        taken.append(path)
        return answering(request, path, answer)

    def ways(caller: APIClient, **headers: str) -> tuple[int, bool]:
        taken.clear()
        return caller.get(PRODUCTS, headers=headers).status_code, bool(taken)

    monkeypatch.setattr(hot_reads, "respond", respond)
    program = Program(editor.user)
    assert ways(program) == (200, False)  # its use is written down, once a minute
    for caller in (APIClient(), editor, program):
        assert ways(caller) == (200, True)
    assert ways(APIClient(), **{"X-API-Key": "no"}) == (401, False)
    assert ways(APIClient(), Authorization="Basic eDp5") == (200, False)
    assert ways(program, Authorization=f"Bearer {editor.tokens.access}") == (401, False)
    assert ways(APIClient(), Accept="text/html") == (406, False)
    assert APIClient().head(PRODUCTS).status_code == 200
    assert taken == []
    settings.CATALOG_PUBLIC_READ = False
    assert ways(APIClient()) == (401, False)
    assert ways(editor) == (200, True)
    settings.THROTTLE_USER = settings.THROTTLE_KEY = Rate.parse("1000/min")
    assert ways(editor) == ways(program) == (200, False)
    settings.THROTTLE_KEY = None
    ApiKey.objects.filter(pk=program.key.pk).update(rate="1000/min")
    assert ways(program) == (200, False)


def test_a_refused_key_is_noted_once(shop: Product, editor: Caller) -> None:
    program = Program(editor.user, networks=["192.0.2.0/24"])
    assert program.get(PRODUCTS).status_code == 401
    assert AuditEvent.objects.filter(event="api_key.refused").count() == 1


def test_the_short_way_is_one_query(
    shop: Product, editor: Caller, django_assert_num_queries: Any
) -> None:
    for client in (Client(), editor, Program(editor.user)):
        client.get(PRODUCTS)
        client.get(PRODUCTS)
        for address in (PRODUCTS, f"{PRODUCTS}/lamp"):
            with django_assert_num_queries(1):
                assert client.get(address).status_code == 200

"""Shoppers' lists and details take a short way, and get what the viewset would have said."""

from typing import Any

import pytest
from django.test import Client
from rest_framework.test import APIClient

from products.api import hot_reads
from products.models import Product
from products.services.channels import create_channel
from products.services.locales import create_locale
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


def short_and_long(address: str, monkeypatch: pytest.MonkeyPatch, **headers: str) -> list[Any]:
    """What both ways answer, without what differs for each request."""
    answers = []
    for is_short in (True, False):
        with monkeypatch.context() as patched:
            if not is_short:
                patched.setattr(hot_reads, "is_plain", lambda _meta: False)
            answer = APIClient().get(address, headers=headers)
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
    headers = {"Accept-Language": accept} if accept else {}
    for address in [*ADDRESSES, "?channel=b2b", "/lamp?channel=b2b", "/lamp?channel=b2b&locale=en"]:
        named = PRODUCTS + address.format(category=category.pk, id=shop.pk)
        short, long = short_and_long(named, monkeypatch, **headers)
        assert short == long, named


def test_both_ways_know_what_the_caller_has(shop: Product, monkeypatch: pytest.MonkeyPatch) -> None:
    for address in (PRODUCTS, f"{PRODUCTS}/lamp", f"{PRODUCTS}/lamp?fields=id"):
        tag = APIClient().get(address)["ETag"]
        short, long = short_and_long(address, monkeypatch, **{"If-None-Match": f'"0", {tag}'})
        assert short == long
        assert short[0] == 304


def test_who_says_more_takes_the_long_way(
    shop: Product, editor: Any, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    taken: list[str] = []

    def read(path: str, meta: Any) -> None:
        taken.append(path)

    monkeypatch.setattr(hot_reads, "read", read)
    assert APIClient().get(PRODUCTS).status_code == 200
    assert taken == [PRODUCTS]
    taken.clear()
    assert editor.get(f"{PRODUCTS}/hidden").status_code == 200
    assert APIClient().get(PRODUCTS, headers={"X-API-Key": "no"}).status_code == 401
    assert APIClient().get(PRODUCTS, headers={"Authorization": "Basic eDp5"}).status_code == 200
    assert APIClient().get(PRODUCTS, headers={"Accept": "text/html"}).status_code == 406
    assert APIClient().head(PRODUCTS).status_code == 200
    settings.CATALOG_PUBLIC_READ = False
    assert APIClient().get(PRODUCTS).status_code == 401
    assert taken == []


def test_the_short_way_is_one_query(shop: Product, django_assert_num_queries: Any) -> None:
    client = Client()
    client.get(PRODUCTS)
    for address in (PRODUCTS, f"{PRODUCTS}/lamp"):
        with django_assert_num_queries(1):
            assert client.get(address).status_code == 200

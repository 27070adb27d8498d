"""Many people order one collection at once: of one version one wins, and no product is lost."""

from collections import Counter
from random import Random
from typing import Any

import httpx
import pytest

from products.models import Change, Collection, CollectionProduct
from products.services.catalog_check import check_products, check_shared
from products.services.collection_members import replace_products
from tests.acceptance.callers import at_once, http
from tests.products.factories import SYSTEM, CollectionFactory, ProductFactory

__all__ = ["http"]
pytestmark = pytest.mark.django_db(transaction=True)
WRITERS = 8


def collected(count: int) -> tuple[Collection, list[str]]:
    products = [product.pk for product in ProductFactory.create_batch(count)]
    collection = CollectionFactory.create(status="published")
    replace_products(collection.pk, products=products, expected_version=None, actor=SYSTEM)
    return collection, [str(key) for key in products]


def shown(http: httpx.Client, path: str) -> list[str]:
    return [
        item["id"] for item in http.get(path, params={"limit": 100, "fields": "id"}).json()["items"]
    ]


def assert_whole(collection: Collection, *, version: int) -> None:
    """Each write is one version, and everything derived is right."""
    collection.refresh_from_db()
    assert collection.version == version
    log = Change.objects.filter(aggregate_id=collection.pk).order_by("version")
    assert list(log.values_list("version", flat=True)) == list(range(1, version + 1))
    rows = CollectionProduct.objects.filter(collection=collection)
    positions = list(rows.values_list("position", flat=True))
    assert len(set(positions)) == len(positions)
    assert list(check_products(list(rows.values_list("product", flat=True)))) == []
    assert list(check_shared()) == []


def test_of_one_version_exactly_one_order_wins(http: httpx.Client) -> None:
    collection, keys = collected(WRITERS)
    address = f"/api/v1/collections/{collection.pk}"
    for number in range(3):
        etag = http.get(address).headers["ETag"]
        # 8! orders: none of these is the one that it has.
        orders = [Random(100 * number + n).sample(keys, len(keys)) for n in range(WRITERS)]

        def reorder(writer: int, etag: str = etag, orders: Any = orders) -> httpx.Response:
            body = {"products": orders[writer]}
            return http.put(f"{address}/products", json=body, headers={"If-Match": etag})

        answers = at_once(WRITERS, reorder)
        assert Counter(answer.status_code for answer in answers) == {200: 1, 412: WRITERS - 1}
        (winner,) = [n for n, answer in enumerate(answers) if answer.status_code == 200]
        assert shown(http, f"{address}/products") == orders[winner]
        losers = [answer.json()["code"] for answer in answers if answer.status_code == 412]
        assert set(losers) == {"stale-version"}
    assert_whole(collection, version=2 + 3)


def test_places_that_many_take_at_once_are_all_kept(http: httpx.Client) -> None:
    """Each puts its own new product into the same gap, then moves it behind the last one."""
    collection, (first, last) = collected(2)
    path = f"/api/v1/collections/{collection.pk}/products"
    new = [str(product.pk) for product in ProductFactory.create_batch(WRITERS)]

    def between(writer: int) -> httpx.Response:
        place = {"after": first} if writer % 2 else {"before": last}
        return http.post(path, json={"products": [new[writer]], **place})

    assert {answer.status_code for answer in at_once(WRITERS, between)} == {200}
    order = shown(http, path)
    assert (order[0], order[-1]) == (first, last)
    assert sorted(order[1:-1]) == sorted(new)
    # Whoever asked for the place behind the first stands before all who asked for the other end.
    assert {new.index(key) % 2 for key in order[1 : 1 + WRITERS // 2]} == {1}
    assert_whole(collection, version=2 + WRITERS)

    def behind(writer: int) -> httpx.Response:
        return http.post(path, json={"products": [new[writer]], "after": last})

    assert {answer.status_code for answer in at_once(WRITERS, behind)} == {200}
    order = shown(http, path)
    assert order[:2] == [first, last]
    assert sorted(order[2:]) == sorted(new)
    assert_whole(collection, version=2 + 2 * WRITERS)


def test_comers_and_goers_leave_each_other_alone(http: httpx.Client) -> None:
    collection, keys = collected(WRITERS)
    path = f"/api/v1/collections/{collection.pk}/products"
    new = [str(product.pk) for product in ProductFactory.create_batch(WRITERS)]

    def write(number: int) -> httpx.Response:
        if number % 2:
            return http.post(path, json={"products": [new[number // 2]]})
        return http.delete(f"{path}/{keys[number // 2]}")

    answers = at_once(2 * WRITERS, write)
    assert Counter(answer.status_code for answer in answers) == {200: WRITERS, 204: WRITERS}
    assert sorted(shown(http, path)) == sorted(new)
    assert_whole(collection, version=2 + 2 * WRITERS)

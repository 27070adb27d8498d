"""No write disappears: different fields both survive, and of one version only one writer wins."""

import json
from collections import Counter
from typing import Any

import httpx
import pytest

from products.documents import build
from products.models import Change, Product
from tests.acceptance.callers import at_once, http
from tests.products.factories import ProductFactory, price

__all__ = ["http"]
pytestmark = pytest.mark.django_db(transaction=True)
few_and_many = pytest.mark.parametrize(
    "rounds", [5, pytest.param(500, marks=pytest.mark.soak)], ids=["few", "many"]
)


def field_values(number: int) -> list[dict[str, Any]]:
    """What each writer writes in a round; no two write the same field."""
    return [
        {"name": f"Lamp {number}"},
        {"description": f"The lamp of round {number}."},
        {"tags": [f"round-{number}"]},
        {"seo": {"title": f"Title {number}"}},
        {"seo": {"description": f"Description {number}"}},
        {"metadata": {"round": number}},
        {"publish_at": f"2026-01-01T00:00:00.{number:06}Z"},
        {"media": [{"url": f"https://images.example/{number}.png"}]},
    ]


def written(body: dict[str, Any]) -> list[dict[str, Any]]:
    return [
        {"name": body["name"]},
        {"description": body["description"]},
        {"tags": body["tags"]},
        {"seo": {"title": body["seo"]["title"]}},
        {"seo": {"description": body["seo"]["description"]}},
        {"metadata": body["metadata"]},
        {"publish_at": body["publish_at"]},
        {"media": [{"url": media["url"]} for media in body["media"]]},
    ]


@few_and_many
def test_writers_of_different_fields_all_survive(http: httpx.Client, rounds: int) -> None:
    product = ProductFactory.create()
    path = f"/api/v1/products/{product.pk}"
    for number in range(1, rounds + 1):
        values = field_values(number)
        answers = at_once(len(values), lambda n: http.patch(path, json=values[n]))  # noqa: B023
        assert Counter(answer.status_code for answer in answers) == {200: len(values)}
        assert written(http.get(path).json()) == values
    product.refresh_from_db()
    assert product.version == 1 + rounds * len(values)
    changes = Change.objects.filter(aggregate_id=product.pk).order_by("version")
    assert list(changes.values_list("version", flat=True)) == list(range(1, product.version + 1))
    assert build.drifted([product.pk]) == []


@few_and_many
def test_of_one_version_exactly_one_writer_wins(http: httpx.Client, rounds: int) -> None:
    product = ProductFactory.create()
    path = f"/api/v1/products/{product.pk}"
    for number in range(rounds):
        etag = http.get(path).headers["ETag"]

        def rename(writer: int, etag: str = etag, number: int = number) -> httpx.Response:
            body = {"name": f"Round {number}, writer {writer}"}
            return http.patch(path, json=body, headers={"If-Match": etag})

        answers = at_once(8, rename)
        assert Counter(answer.status_code for answer in answers) == {200: 1, 412: 7}
        (winner,) = [answer for answer in answers if answer.status_code == 200]
        losers = [answer.json() for answer in answers if answer.status_code == 412]
        assert {loser["code"] for loser in losers} == {"stale-version"}
        assert {loser["current_version"] for loser in losers} == {number + 2}
        assert http.get(path).json() == winner.json()


def test_prices_of_different_variants_both_survive(http: httpx.Client) -> None:
    """Each variant is written alone, but the product that holds them has one version."""
    product = ProductFactory.create(
        variants=[
            {"sku": f"L-{n}", "options": {"Size": str(n)}, "prices": [price("1")]} for n in range(8)
        ]
    )
    keys = [variant.pk for variant in product.variants.all()]

    def reprice(n: int) -> httpx.Response:
        prices = [{"currency": "USD", "amount": f"{n + 2}.00"}]
        path = f"/api/v1/products/{product.pk}/variants/{keys[n]}"
        return http.patch(path, json={"prices": prices})

    answers = at_once(8, reprice)
    assert Counter(answer.status_code for answer in answers) == {200: 8}
    body = http.get(f"/api/v1/products/{product.pk}").json()
    amounts = [variant["prices"][0]["amount"] for variant in body["variants"]]
    assert amounts == [f"{n + 2}.00" for n in range(8)]
    assert body["version"] == 9


def test_a_delete_and_a_write_do_not_both_win(http: httpx.Client) -> None:
    product = ProductFactory.create()
    path = f"/api/v1/products/{product.pk}"
    match = {"If-Match": http.get(path).headers["ETag"]}

    def send(n: int) -> httpx.Response:
        if n % 2:
            return http.delete(path, headers=match)
        return http.patch(path, json={"name": f"Writer {n}"}, headers=match)

    answers = at_once(8, send)
    winners = [answer for answer in answers if answer.status_code in (200, 204)]
    assert len(winners) == 1
    assert {answer.status_code for answer in answers} <= {200, 204, 404, 412}
    assert Product.objects.count() == (1 if winners[0].status_code == 200 else 0)


@few_and_many
def test_of_json_patches_of_one_list_none_is_lost(http: httpx.Client, rounds: int) -> None:
    """Each is applied to what is there when it is written, however many come in between."""
    product = ProductFactory.create(tags=[])
    path = f"/api/v1/products/{product.pk}"
    headers = {"Content-Type": "application/json-patch+json"}
    for number in range(1, rounds + 1):
        last = {"op": "replace", "path": "/tags", "value": []}

        def append(writer: int) -> httpx.Response:
            operation = {"op": "add", "path": "/tags/-", "value": f"writer {writer}"}
            return http.patch(path, content=json.dumps([operation]), headers=headers)

        answers = at_once(8, append)
        assert Counter(answer.status_code for answer in answers) == {200: 8}
        assert sorted(http.get(path).json()["tags"]) == [f"writer {n}" for n in range(8)]
        http.patch(path, content=json.dumps([last]), headers=headers).raise_for_status()
        product.refresh_from_db()
        assert product.version == 1 + 9 * number

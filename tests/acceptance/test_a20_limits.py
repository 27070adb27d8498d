"""Every list in an input has a limit: beyond it, the answer names it and nothing is stored."""

from typing import Any
from uuid import uuid4

import httpx
import pytest

from products.models import Product
from products.models.media import MAX_MEDIA
from products.models.products import MAX_CATEGORIES, MAX_OPTIONS, MAX_TAGS
from products.models.variants import MAX_VARIANTS
from products.services.sizes import MAX_METADATA
from tests.acceptance.callers import http
from tests.acceptance.server import Server
from tests.products.factories import CategoryFactory

__all__ = ["http"]
pytestmark = pytest.mark.django_db(transaction=True)
PRODUCTS = "/api/v1/products"
MEBIBYTE = 1024 * 1024
MOST_MEMORY = 60 * MEBIBYTE  # more than before, over all workers, for the worst of these inputs


def tags(count: int) -> dict[str, Any]:
    return {"tags": [f"t{n}" for n in range(count)]}


def variants(count: int) -> dict[str, Any]:
    return {"variants": [{"options": {"n": f"{n}"}} for n in range(count)]}


def media(count: int) -> dict[str, Any]:
    return {"media": [{"url": f"https://a.example/{n}"} for n in range(count)]}


def option_names(count: int) -> dict[str, Any]:
    return {"option_names": [f"o{n}" for n in range(count)]}


def options(count: int) -> dict[str, Any]:
    return {"variants": [{"options": {f"o{n}": "x" for n in range(count)}}]}


def prices(count: int) -> dict[str, Any]:
    return {"variants": [{"prices": [{"currency": "USD", "amount": "1"}] * count}]}


def metadata(size: int) -> dict[str, Any]:
    return {"metadata": {"m": "x" * (size - len('{"m":""}'))}}


def categories(count: int) -> dict[str, Any]:
    return {"categories": [str(uuid4()) for _ in range(count)]}


MAX_PRICES = 200
LISTS = {
    "tags": (tags, MAX_TAGS),
    "variants": (variants, MAX_VARIANTS),
    "media": (media, MAX_MEDIA),
    "option names": (option_names, MAX_OPTIONS),
    "options of a variant": (options, MAX_OPTIONS),
    "metadata": (metadata, MAX_METADATA),
}
ONLY_TOO_MANY = {"prices": (prices, MAX_PRICES), "categories": (categories, MAX_CATEGORIES)}


@pytest.mark.parametrize(("make", "most"), LISTS.values(), ids=LISTS.keys())
def test_as_many_as_the_limit_are_taken(http: httpx.Client, make: Any, most: int) -> None:
    answer = http.post(PRODUCTS, json={"name": "Lamp", **make(most)})
    assert answer.status_code == 201, answer.text
    assert http.get(f"{PRODUCTS}/lamp").content == answer.content


def test_a_product_is_in_as_many_categories_as_the_limit(http: httpx.Client) -> None:
    keys = [str(category.pk) for category in CategoryFactory.create_batch(MAX_CATEGORIES)]
    answer = http.post(PRODUCTS, json={"name": "Lamp", "categories": keys})
    assert [each["id"] for each in answer.json()["categories"]] == keys


@pytest.mark.parametrize("factor", ["one too many", "ten times as many", "100,000"])
@pytest.mark.parametrize(
    ("make", "most"),
    [*LISTS.values(), *ONLY_TOO_MANY.values()],
    ids=[*LISTS.keys(), *ONLY_TOO_MANY.keys()],
)
def test_more_are_refused_by_the_limit(
    http: httpx.Client, server: Server, make: Any, most: int, factor: str
) -> None:
    count = {"one too many": most + 1, "ten times as many": most * 10}.get(factor, 100_000)
    before = server.memory()
    answer = http.post(PRODUCTS, json={"name": "Lamp", **make(max(count, most + 1))})
    if answer.status_code == 413:
        assert answer.json()["limit"] == 2 * MEBIBYTE
    else:
        assert answer.status_code == 400, answer.text
        problem = answer.json()
        sentences = [problem["detail"], *(error["detail"] for error in problem["errors"])]
        assert any(f"{most:,}" in sentence or str(most) in sentence for sentence in sentences)
        assert len(problem["errors"]) <= 3
        assert len(answer.content) < 5_000
    assert server.memory() - before < MOST_MEMORY
    assert Product.objects.count() == 0


def test_one_flaw_in_each_of_many_items_is_told_in_a_bounded_answer(http: httpx.Client) -> None:
    wrong = [{"sku": 1, "gtin": 2, "options": 3, "position": "x"} for _ in range(MAX_VARIANTS)]
    answer = http.post(PRODUCTS, json={"name": "Lamp", "variants": wrong})
    assert answer.status_code == 400
    assert len(answer.json()["errors"]) == 100
    assert answer.json()["detail"].startswith("At least 100 values")


def test_unknown_members_by_the_thousand_are_told_in_a_bounded_answer(http: httpx.Client) -> None:
    answer = http.post(PRODUCTS, json={"name": "Lamp"} | {f"unknown{n}": n for n in range(50_000)})
    assert (answer.status_code, len(answer.json()["errors"])) == (400, 50)


def test_a_page_is_no_longer_than_its_limit(http: httpx.Client) -> None:
    for limit in ("0", "101", "1000000", "-1", "1e3", "9" * 30):
        answer = http.get(f"{PRODUCTS}?limit={limit}")
        assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (400, "/limit")
        assert "100" in answer.json()["errors"][0]["detail"]


def test_filters_and_fields_are_bounded(http: httpx.Client) -> None:
    many = ",".join(f"t{n}" for n in range(11))
    for query in (f"tag={many}", "fields=" + ",".join(["name"] * 1_000), f"sku={'x' * 201}"):
        answer = http.get(f"{PRODUCTS}?{query}")
        assert answer.status_code in (200, 400), query
        assert len(answer.content) < 5_000
    assert http.get(f"{PRODUCTS}?tag={many}").status_code == 400
    assert http.get(f"{PRODUCTS}?sku={'x' * 201}").status_code == 400
    assert http.get(f"{PRODUCTS}?cursor={'x' * 2_001}").status_code == 400

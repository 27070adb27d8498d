"""`GET /suggest`: what somebody may be about to type."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from products.services.products import unpublish_product
from products.services.search_statistics import count_words
from tests.products.factories import SYSTEM, BrandFactory, CategoryFactory, ProductFactory

pytestmark = pytest.mark.django_db
PATH = "/api/v1/suggest"


def names(items: Any) -> list[str]:
    return [item["name"] for item in items]


def test_words_products_categories_and_brands_are_suggested(anonymous: Any) -> None:
    brand = BrandFactory.create(name="Tabula")
    BrandFactory.create(name="Unstable")
    CategoryFactory.create(name="Garden tables")
    for name in ("Oak table", "Oak tablet", "Elm table"):
        ProductFactory.create(name=name, brand=brand, variants=[{"sku": f"TB-{name[0]}{name[-1]}"}])
    count_words()
    found = anonymous.get(PATH, {"q": "TAB"}).json()
    assert set(found["completions"]) == {"table", "tablet", "tabula"}
    assert set(names(found["products"])) == {"Oak table", "Oak tablet", "Elm table"}
    assert names(found["categories"]) == ["Garden tables"]
    assert names(found["brands"]) == ["Tabula"]
    # Only what products have together.
    found = anonymous.get(PATH, {"q": "elm ta"}).json()
    assert set(found["completions"]) == {"elm table", "elm tabula"}
    assert names(found["products"]) == ["Elm table"]
    assert names(anonymous.get(PATH, {"q": "tb-o"}).json()["products"]) == [
        "Oak tablet",
        "Oak table",
    ]


def test_shoppers_are_told_of_nothing_hidden(anonymous: Any, editor: Any) -> None:
    secret = ProductFactory.create(name="Zeppelin", variants=[{"sku": "ZEP-1"}])
    ProductFactory.create(name="Zebra")
    count_words()
    assert anonymous.get(PATH, {"q": "ze"}).json()["completions"] == ["zebra", "zeppelin"]
    unpublish_product(secret.pk, expected_version=None, actor=SYSTEM)
    for text in ("ze", "zeppelin", "zep-1", "zep"):
        found = anonymous.get(PATH, {"q": text})
        assert b"eppelin" not in found.content, text
    assert names(editor.get(PATH, {"q": "zep-1"}).json()["products"]) == ["Zeppelin"]


def test_the_cost_does_not_grow_and_wrong_queries_are_named(anonymous: Any) -> None:
    ProductFactory.create(name="Mug 1")
    count_words()

    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert anonymous.get(PATH, {"q": "mu"}).status_code == 200
        return len(queries)

    cost()
    few = cost()
    ProductFactory.create_batch(10, name="Mug", variants=[{}])
    assert cost() == few <= 5
    for query, name in (({}, "q"), ({"q": "x" * 201}, "q"), ({"q": "x", "limit": "1"}, "limit")):
        answer = anonymous.get(PATH, query)
        assert answer.status_code == 400
        assert answer.json()["errors"][0]["pointer"] == f"/{name}"
    same = anonymous.get(PATH, {"q": "mu"})
    again = anonymous.get(PATH, {"q": "mu"}, HTTP_IF_NONE_MATCH=same["ETag"])
    assert again.status_code == 304

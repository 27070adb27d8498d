"""Fifty callers want the same name at the same moment: one gets it, the others are told so."""

from collections import Counter
from pathlib import Path
from typing import Any

import httpx
import pytest
from django.db import connection

from products.documents import build
from products.models import Brand, Category, Collection, Product, Variant
from products.transfer.reports import ImportReport
from tests.acceptance.callers import at_once, http
from tests.products.factories import ProductFactory, price
from tests.products.transfer import shop_files

__all__ = ["http"]
pytestmark = pytest.mark.django_db(transaction=True)
CALLERS = 50


def statuses(answers: list[httpx.Response]) -> dict[int, int]:
    return dict(Counter(answer.status_code for answer in answers))


def codes(answers: list[httpx.Response]) -> set[str]:
    return {answer.json()["code"] for answer in answers if answer.status_code >= 400}


def assert_no_drift() -> None:
    assert build.drifted(list(Product.objects.values_list("pk", flat=True))) == []


def test_one_of_fifty_gets_the_sku(http: httpx.Client) -> None:
    def create(number: int) -> httpx.Response:
        body = {"name": f"Lamp {number}", "variants": [{"sku": "SAME"}]}
        return http.post("/api/v1/products", json=body)

    answers = at_once(CALLERS, create)
    assert statuses(answers) == {201: 1, 409: CALLERS - 1}
    assert codes(answers) == {"sku-taken"}
    assert Variant.objects.filter(sku="SAME").count() == Product.objects.count() == 1
    assert_no_drift()


@pytest.mark.parametrize(
    ("path", "model"),
    [
        ("products", Product),
        ("brands", Brand),
        ("categories", Category),
        ("collections", Collection),
    ],
)
def test_one_of_fifty_gets_the_slug(http: httpx.Client, path: str, model: Any) -> None:
    def create(number: int) -> httpx.Response:
        return http.post(f"/api/v1/{path}", json={"name": f"Lamp {number}", "slug": "same"})

    answers = at_once(CALLERS, create)
    assert statuses(answers) == {201: 1, 409: CALLERS - 1}
    assert codes(answers) == {"slug-taken"}
    assert model.objects.count() == 1


def test_fifty_of_one_name_get_a_slug_each_or_are_told(http: httpx.Client) -> None:
    """The slug is made from the name: whoever loses the race may simply ask again."""
    answers = at_once(CALLERS, lambda _: http.post("/api/v1/products", json={"name": "Lamp"}))
    assert set(statuses(answers)) <= {201, 409}
    slugs = list(Product.objects.values_list("slug", flat=True))
    assert len(slugs) == len(set(slugs)) == statuses(answers)[201]


def test_of_upserts_in_bulk_one_makes_it_and_the_others_find_it(
    http: httpx.Client,
) -> None:
    def upsert(number: int) -> httpx.Response:
        names = ["SAME", f"OWN-{number}"][:: 1 if number % 2 else -1]
        items = [{"operation": "upsert", "sku": sku, "product": {"name": sku}} for sku in names]
        return http.post("/api/v1/products/bulk?policy=per_item", json={"items": items})

    answers = at_once(20, upsert)
    assert {answer.status_code for answer in answers} <= {200, 207}
    results = [result for answer in answers for result in answer.json()["results"]]
    assert {result["status"] for result in results} <= {200, 201, 409}
    assert Variant.objects.filter(sku="SAME").count() == 1
    assert Product.objects.count() == 21
    assert_no_drift()


def test_two_products_that_swap_their_skus_end_whole(http: httpx.Client) -> None:
    one = ProductFactory.create(variants=[{"sku": "A"}])
    two = ProductFactory.create(variants=[{"sku": "B"}])
    paths = [
        f"/api/v1/products/{product.pk}/variants/{product.variants.get().pk}"
        for product in (one, two)
    ]

    def take(number: int) -> httpx.Response:
        return http.patch(paths[number % 2], json={"sku": "AB"[(number // 2) % 2]})

    answers = at_once(20, take)
    # A writer that would wait for itself in a circle is told to come back: 503, nothing else.
    assert set(statuses(answers)) <= {200, 409, 503}
    assert codes(answers) <= {"sku-taken", "lock-timeout"}
    assert set(Variant.objects.values_list("sku", flat=True)) == {"A", "B"}
    assert_no_drift()


def test_variants_of_one_product_swap_their_skus(http: httpx.Client) -> None:
    product = ProductFactory.create(
        variants=[
            {"sku": sku, "options": {"Size": sku}, "prices": [price("5")]} for sku in ("A", "B")
        ]
    )
    keys = [str(key) for key in product.variants.values_list("pk", flat=True)]

    def swap(number: int) -> httpx.Response:
        order = ("A", "B") if number % 2 else ("B", "A")
        variants = [{"id": key, "sku": sku} for key, sku in zip(keys, order, strict=True)]
        return http.patch(f"/api/v1/products/{product.pk}", json={"variants": variants})

    answers = at_once(20, swap)
    assert statuses(answers) == {200: 20}
    assert set(product.variants.values_list("sku", flat=True)) == {"A", "B"}
    assert_no_drift()


def test_an_import_and_the_api_share_each_sku_once(http: httpx.Client, tmp_path: Path) -> None:
    """Twenty SKUs, wanted by an import and by a caller each: every one has one owner."""
    skus = [f"SKU-{n}" for n in range(20)]
    rows = [shop_files.product(f"imported-{n}", sku=sku) for n, sku in enumerate(skus)]
    path = tmp_path / "products.csv"
    path.write_text(shop_files.lines(*rows))
    reports: list[ImportReport] = []

    def run_import() -> httpx.Response | None:
        try:
            reports.append(shop_files.import_path(path))
        finally:
            connection.close()
        return None

    def create(number: int) -> httpx.Response | None:
        if number == 0:
            return run_import()
        body = {"name": f"Lamp {number}", "variants": [{"sku": skus[number - 1]}]}
        return http.post("/api/v1/products", json=body)

    answers = [answer for answer in at_once(21, create) if answer is not None]
    assert set(statuses(answers)) <= {201, 409}
    created = reports[0].products["created"]
    assert created + reports[0].products["refused"] == 20
    assert statuses(answers).get(201, 0) + created == 20
    assert sorted(map(str, Variant.objects.values_list("sku", flat=True))) == sorted(skus)
    assert_no_drift()

"""Documents show the names of brands and categories, so what writes a product and what renames
its brand or moves its category must not pass each other unseen."""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import permutations
from typing import Any

import pytest
from django.db import connection, transaction

from products.documents import build
from products.models import Brand, Category, Product
from products.services.brands import update_brand
from products.services.categories import update_category
from products.services.products import create_product, update_product
from products.services.rebuilding import rebuild_documents
from tests.acceptance.server import wait_until
from tests.products.factories import SYSTEM, BrandFactory, CategoryFactory, ProductFactory
from tests.products.locks import somebody_waits


class Shop:
    """One product in one category of one brand, and a root to move the category to."""

    def __init__(self) -> None:
        self.brand: Brand = BrandFactory.create()
        self.category: Category = CategoryFactory.create()
        self.root: Category = CategoryFactory.create()
        self.product: Product = ProductFactory.create(brand=self.brand, categories=[self.category])


def create_another(shop: Shop) -> None:
    values: Any = {"name": "New", "brand": shop.brand.pk, "categories": [shop.category.pk]}
    create_product(values=values, actor=SYSTEM)


def rename_product(shop: Shop) -> None:
    update_product(
        shop.product.pk,
        values={"name": "Renamed"},
        expected_version=None,
        may_publish=True,
        actor=SYSTEM,
    )


def rename_brand(shop: Shop) -> None:
    update_brand(shop.brand.pk, values={"name": "Renamed"}, expected_version=None, actor=SYSTEM)


def rename_category(shop: Shop) -> None:
    update_category(
        shop.category.pk, values={"name": "Renamed"}, expected_version=None, actor=SYSTEM
    )


def move_category(shop: Shop) -> None:
    update_category(
        shop.category.pk, values={"parent": shop.root.pk}, expected_version=None, actor=SYSTEM
    )


def rebuild(shop: Shop) -> None:
    rebuild_documents([shop.product.pk])


WRITES = [create_another, rename_product, rename_brand, rename_category, move_category, rebuild]


def in_thread(pool: ThreadPoolExecutor, work: Callable[[Shop], None], shop: Shop) -> Future[None]:
    def run() -> None:
        try:
            work(shop)
        finally:
            connection.close()

    return pool.submit(run)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("first", "second"),
    list(permutations(WRITES, 2)),
    ids=lambda write: write.__name__,
)
def test_two_writers_leave_true_documents(
    first: Callable[[Shop], None], second: Callable[[Shop], None]
) -> None:
    """The second one starts when the first has done its work, but has not committed yet."""
    shop = Shop()
    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            first(shop)
            running = in_thread(pool, second, shop)
            wait_until(lambda: running.done() or somebody_waits())
        running.result()
    assert build.drifted(list(Product.objects.values_list("pk", flat=True))) == []

"""References that somebody else breaks between the look and the write."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import IntegrityError, connection, transaction

from products.errors import StillInUse, UnknownReference
from products.models import Category, Product, ProductCategory
from products.services import categories
from products.services.broken_rules import broken_rule
from products.services.categories import delete_category
from products.services.products import create_product
from tests.acceptance.server import wait_until
from tests.products.factories import SYSTEM, CategoryFactory, ProductFactory
from tests.products.locks import somebody_waits


@pytest.mark.django_db(transaction=True)
def test_a_category_that_goes_meanwhile_is_an_unknown_one() -> None:
    category = CategoryFactory.create()

    def sell() -> None:
        try:
            create_product(values={"name": "Lamp", "categories": [category.pk]}, actor=SYSTEM)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            delete_category(category.pk, expected_version=None, actor=SYSTEM)
            selling = pool.submit(sell)
            wait_until(lambda: selling.done() or somebody_waits())
        with pytest.raises(UnknownReference) as refusal:
            selling.result()
    assert str(refusal.value) == f"There is no category {category.pk}."
    assert not Product.objects.exists()


@pytest.mark.django_db
def test_a_row_that_somebody_else_refers_to_stays() -> None:
    category = CategoryFactory.create()
    ProductFactory.create(categories=[category])
    connection.check_constraints()  # as if it had been committed

    def delete_unasked() -> None:
        with transaction.atomic():
            Category.objects.filter(pk=category.pk)._raw_delete(using="default")
            connection.check_constraints()

    with pytest.raises(IntegrityError) as refusal:
        delete_unasked()
    assert isinstance(broken_rule(refusal.value), StillInUse)


@pytest.mark.django_db
def test_a_product_that_comes_after_the_look_keeps_its_category(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    category, product = CategoryFactory.create(), ProductFactory.create()

    def somebody_adds_it(*_: object) -> None:
        ProductCategory.objects.create(product=product, category=category, position=0)

    monkeypatch.setattr(categories, "ensure_no_rule_names", somebody_adds_it)
    with pytest.raises(StillInUse, match="Somebody else has just referred to it"):
        delete_category(category.pk, expected_version=None, actor=SYSTEM)
    assert Category.objects.filter(pk=category.pk).exists()

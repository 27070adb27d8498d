"""Two writers never close a circle together, nor overlook each other's products."""

from collections.abc import Callable
from typing import Any

import pytest

from catalog_project.errors import DomainError
from products.documents import build
from products.errors import BundleCycle
from products.models import Product, Relation
from products.services.products import delete_product, publish_product, update_product
from tests.products.factories import SYSTEM, ProductFactory
from tests.products.locks import overtake

ANY_VERSION: Any = {"expected_version": None, "actor": SYSTEM}


def relate(product: Product, target: Product, kind: str) -> None:
    update_product(
        product.pk,
        values={"relations": [{"kind": kind, "product": target.pk}]},
        may_publish=True,
        **ANY_VERSION,
    )


def meanwhile(first: Callable[[], object], second: Callable[[], object]) -> list[DomainError]:
    """Let `second` begin before `first` is committed; answers what it was refused."""
    refusals: list[DomainError] = []

    def run() -> None:
        try:
            second()
        except DomainError as refusal:
            refusals.append(refusal)

    overtake(first, run)
    assert build.drifted(list(Product.objects.values_list("pk", flat=True))) == []
    return refusals


@pytest.mark.django_db(transaction=True)
def test_two_writers_cannot_put_two_bundles_into_each_other() -> None:
    a, b = ProductFactory.create(), ProductFactory.create()
    refusals = meanwhile(lambda: relate(a, b, "bundle"), lambda: relate(b, a, "bundle"))
    assert [type(refusal) for refusal in refusals] == [BundleCycle]
    assert Relation.objects.values_list("product", "target").get() == (a.pk, b.pk)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("relates_first", [True, False])
def test_a_target_that_is_published_meanwhile_is_shown(relates_first: bool) -> None:
    a, b = ProductFactory.create(), ProductFactory.create(status="draft")
    steps = [
        lambda: relate(a, b, "accessory"),
        lambda: publish_product(b.pk, **ANY_VERSION),
    ]
    first, second = steps if relates_first else reversed(steps)
    assert meanwhile(first, second) == []


@pytest.mark.django_db(transaction=True)
def test_a_target_that_is_deleted_meanwhile_is_refused() -> None:
    a, b = ProductFactory.create(), ProductFactory.create()
    refusals = meanwhile(
        lambda: delete_product(b.pk, **ANY_VERSION), lambda: relate(a, b, "accessory")
    )
    assert [refusal.code for refusal in refusals] == ["unknown-reference"]
    assert not Relation.objects.exists()

"""A value, and what it rests on, are never written and taken away past each other."""

from collections.abc import Callable
from contextlib import suppress

import pytest
from django.core.management import call_command

from catalog_project.errors import DomainError
from products.models import Attribute, Product, ProductType
from products.services.attributes import delete_attribute, update_attribute
from products.services.product_types import update_product_type
from products.services.products import delete_product, update_product
from tests.products.factories import (
    SYSTEM,
    AttributeFactory,
    ProductFactory,
    ProductTypeFactory,
)
from tests.products.locks import overtake

pytestmark = pytest.mark.django_db(transaction=True)


def take_option(wood: Attribute, _: ProductType, __: Product) -> None:
    update_attribute(
        wood.pk,
        values={"options": [{"code": "ash", "label": "Ash"}]},
        expected_version=None,
        accept_loss=True,
        actor=SYSTEM,
    )


def take_attribute(wood: Attribute, _: ProductType, __: Product) -> None:
    delete_attribute(wood.pk, expected_version=None, accept_loss=True, actor=SYSTEM)


def take_assignment(_: Attribute, kind: ProductType, __: Product) -> None:
    update_product_type(
        kind.pk,
        values={"attributes": []},
        expected_version=None,
        accept_loss=True,
        actor=SYSTEM,
    )


def take_target(_: Attribute, __: ProductType, target: Product) -> None:
    with suppress(DomainError):  # the reference may have come first
        delete_product(target.pk, expected_version=None, actor=SYSTEM)


Taking = Callable[[Attribute, ProductType, Product], None]


@pytest.mark.parametrize("take", [take_option, take_attribute, take_assignment, take_target])
@pytest.mark.parametrize("writer_is_first", [True, False])
def test_a_value_never_outlives_what_it_rests_on(take: Taking, writer_is_first: bool) -> None:
    wood = AttributeFactory.create(code="wood", type="choice", options=["oak", "ash"])
    goes_with = AttributeFactory.create(code="goes_with", type="product")
    kind = ProductTypeFactory.create(attributes=[wood, goes_with])
    chair, target = ProductFactory.create(product_type=kind), ProductFactory.create()

    def write() -> None:
        with suppress(DomainError):  # what it names may be gone
            update_product(
                chair.pk,
                values={"attributes": {"wood": "oak", "goes_with": str(target.pk)}},
                expected_version=None,
                may_publish=True,
                actor=SYSTEM,
            )

    def take_away() -> None:
        take(wood, kind, target)

    first, second = (write, take_away) if writer_is_first else (take_away, write)
    overtake(first, second)
    call_command("check_catalog", "--json")

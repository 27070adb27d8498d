"""Brands, categories and the others become what they were, or what is in the way is named."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest

from products.errors import NotFound, RevertClashes, StaleVersion
from products.models import Change, CollectionProduct, Product
from products.services.attributes import delete_attribute, update_attribute
from products.services.brands import create_brand, delete_brand, update_brand
from products.services.catalog_check import check_log, check_products, check_shared
from products.services.categories import delete_category, update_category
from products.services.channels import create_channel
from products.services.collection_members import replace_products
from products.services.collections import delete_collection, update_collection
from products.services.noun_reverting import revert_noun
from products.services.price_lists import delete_price_list, update_price_list
from products.services.product_types import delete_product_type, update_product_type
from products.services.products import update_product
from tests.products.factories import (
    SYSTEM,
    AttributeFactory,
    BrandFactory,
    CategoryFactory,
    CollectionFactory,
    PriceListFactory,
    ProductFactory,
    ProductTypeFactory,
)

pytestmark = pytest.mark.django_db
Values = dict[str, Any]
RULE = {
    "match": "all",
    "conditions": [{"field": "tag", "operator": "is", "value": ["mug"]}],
}


def revert(aggregate: str, key: UUID, number: int, expected_version: int | None = None) -> None:
    revert_noun(aggregate, key, number=number, expected_version=expected_version, actor=SYSTEM)


def facts(key: UUID, number: int) -> Values:
    found = Change.objects.get(aggregate_id=key, version=number).snapshot
    return {name: value for name, value in found.items() if name not in ("version", "updated_at")}


def log(key: UUID) -> list[tuple[int, str]]:
    rows = Change.objects.filter(aggregate_id=key).order_by("version")
    return [(row.version, row.event.partition(".")[2]) for row in rows]


def _brand() -> tuple[Any, Values]:
    return BrandFactory.create(name="Lumen"), {"name": "Lux", "slug": "lux", "description": "New."}


def _category() -> tuple[Any, Values]:
    one, other = CategoryFactory.create(), CategoryFactory.create()
    row = CategoryFactory.create(name="Cups", parent=one)
    return row, {"name": "Mugs", "parent": other.pk, "position": 3}


def _collection() -> tuple[Any, Values]:
    ProductFactory.create(tags=["mug"])
    return CollectionFactory.create(rule=RULE), {"rule": None, "seo_title": "Mugs"}


def _attribute() -> tuple[Any, Values]:
    row = AttributeFactory.create(type="choice", is_searchable=True, options=["oak", "ash"])
    return row, {"is_searchable": False, "options": [{"code": "elm"}, {"code": "ash"}]}


def _product_type() -> tuple[Any, Values]:
    one, other = AttributeFactory.create(), AttributeFactory.create()
    row = ProductTypeFactory.create(attributes=[one], required=[one.code])
    return row, {"name": "Lamps", "attributes": [{"code": other.code}]}


def _price_list() -> tuple[Any, Values]:
    channel = create_channel(values={"name": "Trade"}, actor=SYSTEM)
    row = PriceListFactory.create(channel=channel.slug, customer_group="trade")
    return row, {"channel": None, "priority": 7, "is_active": False}


NOUNS: dict[str, tuple[Callable[[], tuple[Any, Values]], Any, Any]] = {
    "brand": (_brand, update_brand, delete_brand),
    "category": (_category, update_category, delete_category),
    "collection": (_collection, update_collection, delete_collection),
    "attribute": (_attribute, update_attribute, delete_attribute),
    "product_type": (_product_type, update_product_type, delete_product_type),
    "price_list": (_price_list, update_price_list, delete_price_list),
}


@pytest.mark.parametrize("aggregate", NOUNS)
def test_a_noun_becomes_what_it_was_also_when_it_was_deleted(aggregate: str) -> None:
    make, update, delete = NOUNS[aggregate]
    row, values = make()
    key, options = row.pk, {"may_publish": True} if aggregate == "collection" else {}
    update(key, values=values, expected_version=None, actor=SYSTEM, **options)
    assert facts(key, 1) != facts(key, 2)
    revert(aggregate, key, 1, expected_version=2)
    revert(aggregate, key, 1)  # it is that: nothing is written
    delete(key, expected_version=None, actor=SYSTEM)
    with pytest.raises(StaleVersion):
        revert(aggregate, key, 2, expected_version=3)
    revert(aggregate, key, 2, expected_version=4)
    verbs = ["created", "updated", "reverted", "deleted", "reverted"]
    if aggregate == "category":
        verbs[1] = log(key)[1][1]
    assert log(key) == list(enumerate(verbs, 1))
    assert (facts(key, 3), facts(key, 5)) == (facts(key, 1), facts(key, 2))
    products = list(Product.objects.values_list("pk", flat=True))
    drift = (check_log(aggregate, [key]), check_products(products), check_shared())
    assert [each for found in drift for each in found] == []
    with pytest.raises(NotFound):
        revert(aggregate, key, 9)
    with pytest.raises(NotFound):
        revert(aggregate, UUID(int=9), 1)


def test_a_collection_gets_its_products_back_in_their_order() -> None:
    products = [ProductFactory.create(tags=["mug"]).pk for _ in range(3)]
    row = CollectionFactory.create()
    replace_products(row.pk, products=products, expected_version=None, actor=SYSTEM)
    replace_products(row.pk, products=products[:1], expected_version=None, actor=SYSTEM)
    revert("collection", row.pk, 2)
    chosen = CollectionProduct.objects.filter(collection=row.pk).order_by("position")
    assert list(chosen.values_list("product_id", flat=True)) == products


def test_what_is_in_the_way_is_named_and_nothing_changes() -> None:
    brand = BrandFactory.create(slug="lumen")
    update_brand(brand.pk, values={"slug": "lux"}, expected_version=None, actor=SYSTEM)
    create_brand(values={"name": "Other", "slug": "lumen"}, actor=SYSTEM)
    parent = CategoryFactory.create()
    child = CategoryFactory.create(parent=parent)
    update_category(child.pk, values={"parent": None}, expected_version=None, actor=SYSTEM)
    delete_category(parent.pk, expected_version=None, actor=SYSTEM)
    attribute = AttributeFactory.create(type="choice", options=["oak"])
    values: Any = {"options": [{"code": "oak"}, {"code": "elm"}]}
    update_attribute(attribute.pk, values=values, expected_version=None, actor=SYSTEM)
    kind = ProductTypeFactory.create(attributes=[attribute])
    product = ProductFactory.create(product_type=kind, attributes={attribute.code: "elm"})
    ways = {
        ("brand", brand.pk): ("slug-taken", "/slug"),
        ("category", child.pk): ("gone", "/parent_id"),
        ("attribute", attribute.pk): ("values-would-be-lost", ""),
    }
    for (aggregate, key), expected in ways.items():
        before = log(key)
        with pytest.raises(RevertClashes) as refused:
            revert(aggregate, key, 1)
        (clash,) = refused.value.clashes
        assert (clash["code"], clash["pointer"]) == expected
        assert log(key) == before
    free: Any = {"attributes": {attribute.code: "oak"}}
    update_product(product.pk, values=free, expected_version=None, may_publish=True, actor=SYSTEM)
    revert("attribute", attribute.pk, 1)
    assert list(attribute.options.values_list("code", flat=True)) == ["oak"]

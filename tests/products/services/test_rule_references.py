"""What a rule of a collection names stays for as long as the rule names it."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import Any

import pytest
from django.core.management import call_command

from catalog_project.errors import DomainError
from products.errors import RuleRefused, StillInUse
from products.models import Attribute, Collection
from products.services.attributes import delete_attribute, update_attribute
from products.services.brands import delete_brand, update_brand
from products.services.catalog_check import check_shared
from products.services.categories import delete_category
from products.services.collections import update_collection
from products.services.product_types import delete_product_type
from products.services.products import delete_product
from tests.products.factories import (
    SYSTEM,
    AttributeFactory,
    BrandFactory,
    CategoryFactory,
    CollectionFactory,
    ProductFactory,
    ProductTypeFactory,
)
from tests.products.locks import overtake

NOUNS = (
    "brand",
    "category",
    "product_type",
    "attribute",
    "option",
    "category of an attribute",
    "product of an attribute",
)


@dataclass
class Named:
    """Something that a rule can name, and how to take it away."""

    condition: dict[str, Any]
    take: Callable[[], Any]


def change_wood(wood: Attribute, **values: Any) -> None:
    update_attribute(
        wood.pk,
        values=values,  # type: ignore[arg-type]  # plain values
        expected_version=None,
        accept_loss=True,
        actor=SYSTEM,
    )


def make(noun: str) -> Named:
    plain: dict[str, Any] = {"expected_version": None, "actor": SYSTEM}
    rows: dict[str, Any] = {
        "brand": (BrandFactory, delete_brand),
        "category": (CategoryFactory, delete_category),
        "product_type": (ProductTypeFactory, delete_product_type),
    }
    if noun in rows:
        factory, delete = rows[noun]
        row = factory.create()
        condition = {"field": noun, "operator": "is", "value": [str(row.pk).upper()]}
        return Named(condition, partial(delete, row.pk, **plain))
    if noun.endswith("of an attribute"):
        kind = noun.split(maxsplit=1)[0]
        targets: dict[str, Any] = {
            "category": (CategoryFactory, delete_category),
            "product": (ProductFactory, delete_product),
        }
        factory, delete = targets[kind]
        AttributeFactory.create(code="made_for", type=kind)
        row = factory.create()
        asks = {"field": "attribute", "attribute": "made_for", "operator": "is"}
        return Named({**asks, "value": [str(row.pk).upper()]}, partial(delete, row.pk, **plain))
    wood = AttributeFactory.create(code="wood", type="choice", options=["oak", "ash"])
    asks = {"field": "attribute", "attribute": "wood"}
    if noun == "attribute":
        take = partial(delete_attribute, wood.pk, accept_loss=True, **plain)
        return Named({**asks, "operator": "exists", "value": False}, take)
    left = [{"code": "ash", "label": "Ash"}]
    return Named(
        {**asks, "operator": "is_not", "value": ["oak"]}, partial(change_wood, wood, options=left)
    )


def rule(*conditions: dict[str, Any]) -> dict[str, Any]:
    """In a group of its own: rules are looked through to the bottom."""
    return {"match": "all", "conditions": [{"match": "any", "conditions": list(conditions)}]}


def write_rule(collection: Collection, value: dict[str, Any] | None) -> None:
    update_collection(
        collection.pk,
        values={"rule": value},
        expected_version=None,
        may_publish=True,
        actor=SYSTEM,
    )


@pytest.mark.django_db
@pytest.mark.parametrize("noun", NOUNS)
def test_it_is_refused_with_the_collections_until_no_rule_names_it(noun: str) -> None:
    named, other = make(noun), CollectionFactory.create(slug="other")
    for slug in ("sale", "gifts"):
        CollectionFactory.create(slug=slug, rule=rule(named.condition))
    with pytest.raises(StillInUse, match=r"\(gifts, sale\): change them first"):
        named.take()
    for collection in Collection.objects.exclude(pk=other.pk):
        write_rule(collection, None)
    named.take()
    assert list(check_shared()) == []


@pytest.mark.django_db
def test_of_many_collections_five_are_named_and_the_others_counted() -> None:
    named = make("brand")
    for n in range(7):
        CollectionFactory.create(slug=f"c{n}", rule=rule(named.condition))
    with pytest.raises(StillInUse, match=r"\(c0, c1, c2, c3, c4 and 2 more\)"):
        named.take()


@pytest.mark.django_db
def test_what_rules_do_not_name_goes() -> None:
    brand, named = BrandFactory.create(), make("option")
    CollectionFactory.create(rule=rule(named.condition))
    # The id of the brand, but as a tag.
    tag = {"field": "tag", "operator": "is", "value": [str(brand.pk)]}
    CollectionFactory.create(rule=rule(tag))
    delete_brand(brand.pk, expected_version=None, actor=SYSTEM)
    wood = Attribute.objects.get(code="wood")
    change_wood(wood, options=[{"code": "oak", "label": "Oak"}])
    assert list(check_shared()) == []


@pytest.mark.django_db
def test_an_attribute_that_rules_ask_for_keeps_its_type_but_not_its_name() -> None:
    width = AttributeFactory.create(code="width", type="measurement", dimension="length")
    asks = {"field": "attribute", "attribute": "width", "operator": "exists", "value": True}
    CollectionFactory.create(slug="wide", rule=rule(asks))
    for values in ({"type": "text", "dimension": ""}, {"dimension": "mass"}):
        with pytest.raises(StillInUse, match=r"ask for it \(wide\)") as refused:
            change_wood(width, **values)
        assert refused.value.pointer in {"/type", "/dimension"}
    change_wood(width, name="Breadth")
    assert list(check_shared()) == []


@pytest.mark.django_db
@pytest.mark.parametrize("kind", ["category", "product"])
def test_a_rule_asks_for_references_that_are_there(kind: str) -> None:
    AttributeFactory.create(code="made_for", type=kind)
    asks = {"field": "attribute", "attribute": "made_for", "operator": "is"}
    gone = "0197f3c5-6f0e-7c3a-9b1d-2f4f6a8c0e03"
    with pytest.raises(RuleRefused, match=f"There is no {kind} {gone}"):
        CollectionFactory.create(rule=rule({**asks, "value": [gone]}))
    assert not Collection.objects.exists()


@pytest.mark.django_db
def test_names_and_slugs_may_change_under_a_rule() -> None:
    brand = BrandFactory.create(slug="old")
    is_it = {"field": "brand", "operator": "is", "value": [str(brand.pk)]}
    CollectionFactory.create(rule=rule(is_it))
    update_brand(
        brand.pk, values={"name": "New", "slug": "new"}, expected_version=None, actor=SYSTEM
    )
    assert list(check_shared()) == []


@pytest.mark.django_db
def test_callers_hear_409_with_the_collections(publisher: Any) -> None:
    brand = BrandFactory.create()
    is_it = {"field": "brand", "operator": "is", "value": [str(brand.pk)]}
    CollectionFactory.create(slug="sale", rule=rule(is_it))
    answer = publisher.delete(f"/api/v1/brands/{brand.pk}")
    assert (answer.status_code, answer.json()["code"]) == (409, "still-in-use")
    assert "sale" in answer.json()["detail"]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("noun", NOUNS)
@pytest.mark.parametrize("writer_is_first", [True, False])
def test_a_rule_never_outlives_what_it_names(noun: str, writer_is_first: bool) -> None:
    named, collection = make(noun), CollectionFactory.create(slug="sale")

    def write() -> None:
        with suppress(DomainError):  # what it names may be gone
            write_rule(collection, rule(named.condition))

    def take_away() -> None:
        with suppress(StillInUse):  # the rule may have come first
            named.take()

    first, second = (write, take_away) if writer_is_first else (take_away, write)
    overtake(first, second)
    collection.refresh_from_db()
    assert collection.is_rule_based is writer_is_first
    call_command("check_catalog", "--json")

"""The rules of the product aggregate, one by one."""

from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest

from catalog_project.errors import DomainError
from products.documents import build
from products.errors import (
    ConstraintBroken,
    InvalidValue,
    MayNotPublish,
    NotFound,
    OptionsTaken,
    RestoreClashes,
    SlugTaken,
    StaleVersion,
    UnknownReference,
    WrongStatus,
)
from products.models import Change, Product, Variant
from products.services.products import (
    archive_product,
    create_product,
    create_products,
    delete_product,
    publish_product,
    restore_product,
    unpublish_product,
    update_product,
)
from products.services.unit_of_work import unit_of_work
from products.services.variants import create_variant, delete_variant, update_variant
from tests.products.factories import SYSTEM, CategoryFactory, ProductFactory

pytestmark = pytest.mark.django_db
ANY_VERSION: Any = {"expected_version": None, "actor": SYSTEM}


def update(product: Product, *, may_publish: bool = True, **values: Any) -> bool:
    return update_product(
        product.pk,
        values=values,  # type: ignore[arg-type]  # plain values
        may_publish=may_publish,
        **ANY_VERSION,
    )


def events(product: Product) -> list[str]:
    rows = Change.objects.filter(aggregate_id=product.pk).order_by("sequence")
    return list(rows.values_list("event", flat=True))


def test_a_life() -> None:
    product = ProductFactory.create(status="draft")
    for step in (publish_product, unpublish_product, archive_product, restore_product):
        step(product.pk, **ANY_VERSION)
    product.refresh_from_db()
    assert (product.status, product.version) == ("draft", 5)
    assert events(product) == [
        f"product.{event}"
        for event in ("created", "published", "unpublished", "archived", "restored")
    ]


@pytest.mark.parametrize("step", [publish_product, archive_product])
def test_a_step_that_changes_nothing_is_no_version(step: Any) -> None:
    product = ProductFactory.create(status="draft")
    step(product.pk, **ANY_VERSION)
    step(product.pk, **ANY_VERSION)
    product.refresh_from_db()
    assert (product.version, len(events(product))) == (2, 2)


@pytest.mark.parametrize("step", [publish_product, unpublish_product])
def test_an_archived_product_must_be_restored_first(step: Any) -> None:
    product = ProductFactory.create(status="draft")
    archive_product(product.pk, **ANY_VERSION)
    with pytest.raises(WrongStatus):
        step(product.pk, **ANY_VERSION)


def test_only_what_is_archived_is_restored() -> None:
    product = ProductFactory.create()
    with pytest.raises(WrongStatus):
        restore_product(product.pk, **ANY_VERSION)


def test_restoring_fails_when_the_slug_or_the_sku_found_a_new_owner() -> None:
    old = ProductFactory.create(slug="lamp", variants=[{"sku": "L"}])
    archive_product(old.pk, **ANY_VERSION)
    other = ProductFactory.create(slug="other", variants=[{"sku": "L"}])
    with pytest.raises(RestoreClashes, match="Taken meanwhile: sku L"):
        restore_product(old.pk, **ANY_VERSION)
    update(other, slug="lamp", variants=[])
    with pytest.raises(RestoreClashes, match="Taken meanwhile: slug lamp"):
        restore_product(old.pk, **ANY_VERSION)
    old.refresh_from_db()
    assert (old.status, Variant.objects.get(product=old).is_archived) == ("archived", True)


@pytest.mark.parametrize(
    "values",
    [
        {"status": "published"},
        {"publish_at": datetime(2026, 1, 1, tzinfo=UTC)},
        {"unpublish_at": datetime(2026, 1, 1, tzinfo=UTC)},
    ],
)
def test_an_editor_does_not_decide_what_shoppers_see(values: dict[str, Any]) -> None:
    product = ProductFactory.create(status="draft")
    before = product.name
    with pytest.raises(MayNotPublish):
        update(product, may_publish=False, name="New", **values)
    product.refresh_from_db()
    assert (product.name, product.version) == (before, 1)
    assert update(product, may_publish=False, name="New", status="draft")


def test_the_same_values_are_no_new_version() -> None:
    product = ProductFactory.create(tags=["a"], media=[{"url": "https://a.example/1"}])
    variants = [{"sku": variant.sku} for variant in product.variants.all()]
    assert not update(
        product,
        name=product.name,
        tags=[" a ", "a"],
        variants=variants,
        media=[{"url": "https://a.example/1"}],
        categories=[],
    )
    product.refresh_from_db()
    assert product.version == 1


@pytest.mark.parametrize("write", [update_product, delete_product, publish_product])
def test_a_stale_version_or_a_missing_product_changes_nothing(write: Any) -> None:
    product = ProductFactory.create(name="Lamp", status="draft")
    extra = {"values": {"name": "New"}, "may_publish": True} if write is update_product else {}
    with pytest.raises(StaleVersion):
        write(product.pk, expected_version=9, actor=SYSTEM, **extra)
    with pytest.raises(NotFound):
        write(uuid4(), **ANY_VERSION, **extra)
    product.refresh_from_db()
    assert (product.name, product.status, product.version) == ("Lamp", "draft", 1)


# What is wrong -> values, the error, where it is.
WRONG: dict[str, tuple[dict[str, Any], type[DomainError], str | None]] = {
    "too many tags": ({"tags": [f"{n}" for n in range(101)]}, InvalidValue, "/tags"),
    "a blank tag": ({"tags": ["a", " "]}, InvalidValue, "/tags"),
    "a missing brand": ({"brand": uuid4()}, UnknownReference, "/brand"),
    "a missing category": ({"categories": [uuid4()]}, UnknownReference, "/categories/0"),
    "an unknown variant": ({"variants": [{"id": uuid4()}]}, UnknownReference, "/variants/0/id"),
    "unknown media": ({"media": [{"id": uuid4()}]}, UnknownReference, "/media/0/id"),
    "too many variants": (
        {"variants": [{"options": {"n": f"{n}"}} for n in range(5_001)]},
        InvalidValue,
        "/variants",
    ),
    "too many media": (
        {"media": [{"url": f"https://a.example/{n}"} for n in range(101)]},
        InvalidValue,
        "/media",
    ),
    "two variants without options": ({"variants": [{}, {}]}, OptionsTaken, "/variants/1/options"),
    "a window that ends before it begins": (
        {
            "publish_at": datetime(2026, 1, 2, tzinfo=UTC),
            "unpublish_at": datetime(2026, 1, 1, tzinfo=UTC),
        },
        InvalidValue,
        "/unpublish_at",
    ),
    "a slug that reads as an id": ({"slug": str(uuid4())}, InvalidValue, "/slug"),
    "a blank name": ({"name": " "}, ConstraintBroken, None),
}


@pytest.mark.parametrize(("values", "error", "pointer"), WRONG.values(), ids=WRONG.keys())
def test_what_is_wrong_is_refused_at_its_place(
    values: dict[str, Any], error: type[DomainError], pointer: str | None
) -> None:
    product = ProductFactory.create(name="Lamp")
    with pytest.raises(error) as raised:
        update(product, **values)
    assert (type(raised.value), raised.value.pointer) == (error, pointer)
    product.refresh_from_db()
    assert (product.name, product.version, events(product)) == ("Lamp", 1, ["product.created"])
    assert build.drifted([product.pk]) == []


def test_a_product_is_in_fifty_categories_at_most() -> None:
    keys = [category.pk for category in CategoryFactory.create_batch(51)]
    product = ProductFactory.create()
    with pytest.raises(InvalidValue):
        update(product, categories=keys)
    assert update(product, categories=keys[:50])
    assert not update(product, categories=keys[:50])
    assert update(product, categories=[])


def test_many_products_are_written_together_or_not_at_all() -> None:
    items: Any = [
        {"name": "A", "slug": "a"},
        {"name": "B", "slug": "b"},
        {"name": "C", "slug": "a"},
    ]
    with pytest.raises(SlugTaken):
        create_products(items, actor=SYSTEM)
    assert (Product.objects.count(), Change.objects.count()) == (0, 0)


def test_many_products_take_as_many_statements_as_one(django_assert_max_num_queries: Any) -> None:
    items: Any = [{"name": f"P {n}", "variants": [{"sku": f"{n}"}]} for n in range(50)]
    with django_assert_max_num_queries(15):
        create_products(items[:1], actor=SYSTEM)
    with django_assert_max_num_queries(15):
        create_products(items[1:], actor=SYSTEM)


def test_an_unfinished_unit_of_work_leaves_nothing() -> None:
    product = ProductFactory.create(name="Lamp")

    def begin_and_fail() -> None:
        with unit_of_work(SYSTEM) as work:
            Product.objects.filter(pk=product.pk).update(name="New")
            work.changed("product", [product.pk])
            raise RuntimeError("the power fails")

    with pytest.raises(RuntimeError):
        begin_and_fail()
    product.refresh_from_db()
    assert (product.name, product.version) == ("Lamp", 1)


def test_what_happened_to_a_row_of_this_transaction_is_that_it_was_created() -> None:
    with unit_of_work(SYSTEM) as work:
        product = Product.objects.create(slug="lamp", name="Lamp")
        work.created("product", [product.pk])
        work.changed("product", [product.pk])
    assert events(product) == ["product.created"]


def test_variants_one_at_a_time() -> None:
    product = ProductFactory.create(variants=[])
    variant = create_variant(
        product.pk, values={"sku": " L-1 ", "options": {"Color": "Red"}}, **ANY_VERSION
    )
    assert (variant.sku, variant.position) == ("L-1", 0)
    same: Any = {"sku": "L-1"}
    update_variant(product.pk, variant.pk, values=same, **ANY_VERSION)
    product.refresh_from_db()
    assert (product.option_names, product.version) == (["Color"], 2)
    with pytest.raises(NotFound):
        update_variant(product.pk, uuid4(), values=same, **ANY_VERSION)
    with pytest.raises(NotFound):
        delete_variant(product.pk, uuid4(), **ANY_VERSION)
    delete_variant(product.pk, variant.pk, **ANY_VERSION)
    product.refresh_from_db()
    assert (product.version, product.variants.count()) == (3, 0)
    assert build.drifted([product.pk]) == []


def test_variants_trade_their_skus_and_options() -> None:
    product = ProductFactory.create(
        variants=[
            {"sku": "A", "options": {"Size": "S"}},
            {"sku": "B", "options": {"Size": "M"}},
        ]
    )
    one, two = product.variants.all()
    update(
        product,
        variants=[
            {"id": one.pk, "sku": "B", "options": {"Size": "M"}},
            {"id": two.pk, "sku": "A", "options": {"Size": "S"}},
        ],
    )
    stored = Variant.objects.order_by("position").values_list("pk", "sku", "options")
    assert list(stored) == [(one.pk, "B", {"Size": "M"}), (two.pk, "A", {"Size": "S"})]


def test_a_name_alone_makes_a_product() -> None:
    key = create_product(values={"name": "Möbel & Co"}, actor=SYSTEM)
    product = Product.objects.get(pk=key)
    assert (product.slug, product.status, product.version) == ("möbel-co", "draft", 1)
    nameless = create_product(values={"name": "!!!"}, actor=SYSTEM)
    assert Product.objects.get(pk=nameless).slug == "item"
    numbered = create_product(values={"name": str(uuid4())}, actor=SYSTEM)
    assert Product.objects.get(pk=numbered).slug.startswith("item-")

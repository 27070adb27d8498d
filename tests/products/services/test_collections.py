"""Collections: chosen by hand, or found by a rule."""

from typing import Any
from uuid import UUID, uuid4

import orjson
import pytest

from products.documents import build
from products.errors import (
    ChosenByHand,
    InvalidValue,
    MayNotPublish,
    NotFound,
    RuleChooses,
    RuleRefused,
    SlugTaken,
    StaleVersion,
    UnknownReference,
)
from products.models import Change, Collection, CollectionProduct, Document, Product
from products.services.catalog_check import check_products, check_shared
from products.services.category_moves import move_category
from products.services.collection_members import place_products, remove_product, replace_products
from products.services.collections import (
    create_collection,
    delete_collection,
    update_collection,
)
from products.services.products import delete_product, update_product
from tests.products.factories import (
    SYSTEM,
    BrandFactory,
    CategoryFactory,
    CollectionFactory,
    ProductFactory,
)

pytestmark = pytest.mark.django_db


def rule(*conditions: dict[str, Any], match: str = "all") -> dict[str, Any]:
    return {"match": match, "conditions": list(conditions)}


def tagged(*tags: str) -> dict[str, Any]:
    return {"field": "tag", "operator": "is", "value": list(tags)}


def change(collection: Collection, version: int | None = None, **values: Any) -> Collection:
    return update_collection(
        collection.pk,
        values=values,  # type: ignore[arg-type]  # plain values
        expected_version=version,
        may_publish=True,
        actor=SYSTEM,
    )


def put(collection: Collection, *products: Product, **place: Any) -> Collection:
    beside: dict[str, UUID] = {side: product.pk for side, product in place.items()}
    return place_products(
        collection.pk,
        products=[product.pk for product in products],
        expected_version=None,
        actor=SYSTEM,
        **beside,
    )


def order(collection: Collection) -> list[UUID]:
    rows = CollectionProduct.objects.filter(collection=collection)
    return list(rows.order_by("position", "-product").values_list("product", flat=True))


def keys(*products: Product) -> list[UUID]:
    return [product.pk for product in products]


def shown(product: Product) -> list[str]:
    body = orjson.loads(Document.objects.get(product=product).body)
    return [each["slug"] for each in body["collections"]]


def assert_whole() -> None:
    everything = list(Product.objects.values_list("pk", flat=True))
    assert list(check_products(everything)) == []
    assert list(check_shared()) == []


class TestByHand:
    def test_products_stand_where_they_are_put(self) -> None:
        a, b, c, d = ProductFactory.create_batch(4)
        collection = CollectionFactory.create()
        put(collection, a, b)
        put(collection, c, before=b)
        put(collection, d, after=a)
        assert order(collection) == keys(a, d, c, b)
        put(collection, b, a, before=c)
        assert order(collection) == keys(d, b, a, c)
        put(collection, c, before=d)
        collection.refresh_from_db()
        assert order(collection) == keys(c, d, b, a)
        assert collection.version == 6
        snapshot = Change.objects.latest("sequence").snapshot
        assert snapshot["products"] == [str(key) for key in keys(c, d, b, a)]
        assert_whole()

    def test_a_gap_that_is_full_is_made_anew(self) -> None:
        a, b, *others = ProductFactory.create_batch(6)
        collection = CollectionFactory.create()
        put(collection, a, b)
        CollectionProduct.objects.filter(product=b).update(position=1_000_002)
        CollectionProduct.objects.filter(product=a).update(position=1_000_000)
        put(collection, *others, after=a)
        assert order(collection) == keys(a, *others, b)

    def test_the_whole_order_is_replaced(self) -> None:
        a, b, c = ProductFactory.create_batch(3)
        collection = CollectionFactory.create(status="published", slug="best")
        put(collection, a, b)
        replace_products(collection.pk, products=keys(c, b), expected_version=2, actor=SYSTEM)
        assert order(collection) == keys(c, b)
        assert (shown(a), shown(b), shown(c)) == ([], ["best"], ["best"])
        assert Product.objects.get(pk=a.pk).version == 1
        with pytest.raises(StaleVersion):
            replace_products(collection.pk, products=[], expected_version=2, actor=SYSTEM)
        assert_whole()

    def test_the_same_order_is_no_change(self) -> None:
        a, b = ProductFactory.create_batch(2)
        collection = CollectionFactory.create()
        put(collection, a, b)
        put(collection, b, after=a)
        same = replace_products(
            collection.pk, products=keys(a, b), expected_version=None, actor=SYSTEM
        )
        assert same.version == 2

    def test_a_product_leaves(self) -> None:
        a, b = ProductFactory.create_batch(2)
        collection = CollectionFactory.create()
        put(collection, a, b)
        remove_product(collection.pk, product=a.pk, expected_version=2, actor=SYSTEM)
        assert order(collection) == keys(b)
        with pytest.raises(NotFound):
            remove_product(collection.pk, product=a.pk, expected_version=None, actor=SYSTEM)
        assert_whole()

    def test_a_deleted_product_leaves_without_a_version(self) -> None:
        a, b = ProductFactory.create_batch(2)
        collection = CollectionFactory.create()
        put(collection, a, b)
        delete_product(a.pk, expected_version=None, actor=SYSTEM)
        collection.refresh_from_db()
        assert (order(collection), collection.version) == (keys(b), 2)
        assert_whole()

    def test_what_cannot_stand_there_is_refused(self, monkeypatch: Any) -> None:
        a, b, stranger = ProductFactory.create_batch(3)
        collection = CollectionFactory.create()
        put(collection, a)
        with pytest.raises(UnknownReference):
            put(collection, b, before=stranger)
        with pytest.raises(UnknownReference):
            put(collection, b, before=b)
        with pytest.raises(InvalidValue, match="twice"):
            put(collection, b, b)
        with pytest.raises(UnknownReference):
            place_products(collection.pk, products=[uuid4()], expected_version=None, actor=SYSTEM)
        monkeypatch.setattr("products.services.collection_members.MAX_PRODUCTS", 1)
        with pytest.raises(InvalidValue, match="at most 1"):
            put(collection, b)
        assert order(collection) == keys(a)

    @pytest.mark.parametrize("count", [1, 40])
    def test_statements_do_not_grow(self, django_assert_num_queries: Any, count: int) -> None:
        products = ProductFactory.create_batch(count)
        collection = CollectionFactory.create()
        with django_assert_num_queries(15):
            put(collection, *products)


class TestRules:
    def test_a_rule_looks_at_all_products_and_then_at_each_write(self) -> None:
        old = ProductFactory.create(tags=["sale"])
        other = ProductFactory.create()
        collection = CollectionFactory.create(
            slug="sale", status="published", rule=rule(tagged("sale"))
        )
        assert order(collection) == keys(old)
        new = ProductFactory.create(tags=["new", "sale"])
        assert order(collection) == keys(new, old)
        for product, tags in ((old, []), (other, ["sale"])):
            update_product(
                product.pk,
                values={"tags": tags},
                expected_version=None,
                may_publish=True,
                actor=SYSTEM,
            )
        assert order(collection) == keys(new, other)
        assert (shown(old), shown(other)) == ([], ["sale"])
        collection.refresh_from_db()
        assert collection.version == 1
        assert_whole()

    def test_a_write_touches_no_membership_of_another_product(self) -> None:
        collection = CollectionFactory.create(rule=rule(tagged("sale")))
        one, two = ProductFactory.create_batch(2, tags=["sale"])
        CollectionProduct.objects.filter(product=two).delete()  # behind the services' back
        update_product(
            one.pk, values={"name": "New"}, expected_version=None, may_publish=True, actor=SYSTEM
        )
        assert order(collection) == keys(one)
        assert [drift.check for drift in check_products([two.pk])] == [
            "document",
            "collection-product",
        ]

    def test_a_category_that_moves_takes_its_products_along(self) -> None:
        summer, beach = CategoryFactory.create_batch(2)
        product = ProductFactory.create(categories=[beach])
        inside = {"field": "category", "operator": "is", "value": [str(summer.pk)]}
        collection = CollectionFactory.create(rule=rule(inside))
        assert order(collection) == []
        move_category(beach.pk, place={"parent": summer.pk}, expected_version=None, actor=SYSTEM)
        assert order(collection) == keys(product)
        assert_whole()

    def test_a_new_rule_replaces_what_the_old_one_found(self) -> None:
        sale, new = ProductFactory.create(tags=["sale"]), ProductFactory.create(tags=["new"])
        collection = CollectionFactory.create(status="published", rule=rule(tagged("sale")))
        assert change(collection, 1, rule=rule(tagged("new"))).version == 2
        assert order(collection) == keys(new)
        assert (shown(sale), shown(new)) == ([], [collection.slug])
        assert change(collection, rule=rule(tagged("new"))).version == 2
        assert_whole()

    def test_without_a_rule_the_products_stay_by_hand(self) -> None:
        one, two = ProductFactory.create_batch(2, tags=["sale"])
        collection = CollectionFactory.create(rule=rule(tagged("sale")))
        with pytest.raises(RuleChooses):
            put(collection, one)
        change(collection, rule=None)
        ProductFactory.create(tags=["sale"])
        assert order(collection) == keys(two, one)
        put(collection, one, before=two)
        assert order(collection) == keys(one, two)
        with pytest.raises(ChosenByHand, match="these 2 products"):
            change(collection, rule=rule(tagged("sale")))
        assert_whole()

    @pytest.mark.parametrize("collections", [1, 30])
    def test_statements_do_not_grow_with_collections(
        self, django_assert_num_queries: Any, collections: int
    ) -> None:
        for _ in range(collections):
            CollectionFactory.create(rule=rule(tagged("sale")))
        product = ProductFactory.create()
        with django_assert_num_queries(12):
            update_product(
                product.pk,
                values={"tags": ["sale"]},
                expected_version=None,
                may_publish=True,
                actor=SYSTEM,
            )
        assert CollectionProduct.objects.count() == collections


class TestLife:
    def test_documents_follow_the_name_and_the_window(self) -> None:
        product = ProductFactory.create(tags=["sale"])
        collection = CollectionFactory.create(slug="a", rule=rule(tagged("sale")))
        assert shown(product) == []
        change(collection, status="published")
        assert shown(product) == ["a"]
        change(collection, slug="b")
        assert shown(product) == ["b"]
        change(collection, status="draft")
        assert shown(product) == []
        assert_whole()

    def test_a_deleted_collection_leaves_its_products(self) -> None:
        product = ProductFactory.create(tags=["sale"])
        collection = CollectionFactory.create(status="published", rule=rule(tagged("sale")))
        with pytest.raises(StaleVersion):
            delete_collection(collection.pk, expected_version=7, actor=SYSTEM)
        delete_collection(collection.pk, expected_version=1, actor=SYSTEM)
        assert shown(product) == []
        assert Document.objects.get().collection_ids == []
        assert Change.objects.latest("sequence").event == "collection.deleted"
        assert_whole()

    def test_only_publishers_decide_what_shoppers_see(self) -> None:
        for values in ({"status": "published"}, {"publish_at": "2026-01-01T00:00:00Z"}):
            with pytest.raises(MayNotPublish):
                create_collection(
                    values={"name": "A", **values},  # type: ignore[typeddict-item]  # plain values
                    may_publish=False,
                    actor=SYSTEM,
                )
        made = create_collection(values={"name": "A"}, may_publish=False, actor=SYSTEM)
        with pytest.raises(MayNotPublish):
            update_collection(
                made.pk,
                values={"status": "published"},
                expected_version=None,
                may_publish=False,
                actor=SYSTEM,
            )

    def test_slugs_are_unique_and_made_from_names(self) -> None:
        one, two = CollectionFactory.create_batch(2, name="Summer Sale")
        assert one.slug == "summer-sale"
        assert two.slug.startswith("summer-sale-")
        with pytest.raises(SlugTaken):
            change(two, slug="summer-sale")

    def test_a_brand_in_a_rule_is_looked_up(self) -> None:
        brand = BrandFactory.create()
        made = {"field": "brand", "operator": "is", "value": [str(brand.pk)]}
        product = ProductFactory.create(brand=brand)
        assert order(CollectionFactory.create(rule=rule(made))) == keys(product)
        with pytest.raises(RuleRefused, match="There is no brand"):
            CollectionFactory.create(rule=rule({**made, "value": [str(uuid4())]}))
        assert build.drifted([product.pk]) == []

"""No attribute refers to a product or category that is gone, in whatever order things are done."""

from typing import Any
from uuid import UUID

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from products.errors import InvalidValue, StillInUse
from products.models import Category, Product
from products.services.catalog_check import check_products
from products.services.categories import delete_category
from products.services.products import delete_product, update_product
from products.services.variants import update_variant
from tests.products.factories import (
    SYSTEM,
    AttributeFactory,
    CategoryFactory,
    ProductFactory,
    ProductTypeFactory,
)

pytestmark = pytest.mark.django_db
# What each attribute refers to. The last one is of variants.
ATTRIBUTES = {"made_for": "product", "room": "category", "part": "product"}
NUMBERS = st.integers(0, 2)
STEPS = st.one_of(
    st.tuples(st.just("refer"), NUMBERS, st.sampled_from(sorted(ATTRIBUTES)), NUMBERS),
    st.tuples(st.just("forget"), NUMBERS, st.sampled_from(sorted(ATTRIBUTES))),
    st.tuples(st.just("delete"), st.sampled_from(["product", "category"]), NUMBERS),
)


class Shop:
    """Three products and three categories, and beside them what should be stored."""

    def __init__(self) -> None:
        rows = [AttributeFactory.create(code=code, type=kind) for code, kind in ATTRIBUTES.items()]
        kind = ProductTypeFactory.create(attributes=rows[:2], variant_attributes=rows[2:])
        products = [ProductFactory.create(product_type=kind) for _ in range(3)]
        self.keys: dict[str, list[UUID]] = {
            "product": [each.pk for each in products],
            "category": [CategoryFactory.create().pk for _ in range(3)],
        }
        self.variants = [each.variants.get().pk for each in products]
        self.gone: set[tuple[str, int]] = set()
        self.values: dict[tuple[int, str], int] = {}  # product and attribute -> target

    def refer(self, product: int, code: str, target: int) -> None:
        if ("product", product) in self.gone:
            return
        kind = ATTRIBUTES[code]
        value = str(self.keys[kind][target])
        if (kind, target) in self.gone:
            with pytest.raises(InvalidValue):
                self._write(product, code, value)
            return
        self._write(product, code, value)
        self.values[product, code] = target

    def forget(self, product: int, code: str) -> None:
        if ("product", product) not in self.gone:
            self._write(product, code, None)
            self.values.pop((product, code), None)

    def delete(self, kind: str, number: int) -> None:
        if (kind, number) in self.gone:
            return
        delete = delete_product if kind == "product" else delete_category
        if self._is_referred_to(kind, number):
            with pytest.raises(StillInUse):
                delete(self.keys[kind][number], expected_version=None, actor=SYSTEM)
            return
        delete(self.keys[kind][number], expected_version=None, actor=SYSTEM)
        self.gone.add((kind, number))
        if kind == "product":
            self.values = {place: to for place, to in self.values.items() if place[0] != number}

    def _is_referred_to(self, kind: str, number: int) -> bool:
        """By another product: what refers to itself goes as a whole."""
        return any(
            ATTRIBUTES[code] == kind and target == number and (kind, product) != ("product", number)
            for (product, code), target in self.values.items()
        )

    def _write(self, product: int, code: str, value: str | None) -> None:
        changes = {"attribute_changes": {code: value}}
        plain: Any = {"values": changes, "expected_version": None, "actor": SYSTEM}
        if code == "part":
            update_variant(self.keys["product"][product], self.variants[product], **plain)
        else:
            update_product(self.keys["product"][product], may_publish=True, **plain)

    def ensure_as_expected(self) -> None:
        for model, kind in ((Product, "product"), (Category, "category")):
            left = {key for n, key in enumerate(self.keys[kind]) if (kind, n) not in self.gone}
            assert set(model._default_manager.values_list("pk", flat=True)) == left
        for product in Product.objects.prefetch_related("variants"):
            number = self.keys["product"].index(product.pk)
            stored = {**product.attributes, **product.variants.all()[0].attributes}
            assert stored == {
                code: str(self.keys[ATTRIBUTES[code]][target])
                for (of, code), target in self.values.items()
                if of == number
            }
        assert list(check_products(self.keys["product"])) == []


@settings(
    max_examples=10,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(steps=st.lists(STEPS, min_size=1, max_size=12))
def test_a_reference_never_outlives_what_it_refers_to(steps: list[tuple[Any, ...]]) -> None:
    with transaction.atomic():
        shop = Shop()
        for name, *details in steps:
            getattr(shop, name)(*details)
        shop.ensure_as_expected()
        transaction.set_rollback(True)  # the next example has a shop of its own

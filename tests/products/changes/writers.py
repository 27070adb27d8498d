"""Somebody who writes at random, and sometimes changes their mind."""

import random
from collections.abc import Callable
from contextlib import suppress
from typing import Any
from uuid import UUID

from django.db import Error, transaction

from catalog_project.errors import DomainError
from products.models import Product
from products.services import products as services
from products.services.unit_of_work import unit_of_work
from products.services.variants import create_variant, delete_variant
from tests.products.factories import SYSTEM, price


class ChangedMyMindError(Exception):
    """Everything of the transaction is undone."""


class Writer:
    def __init__(self, seed: int, *, at_once: int = 2) -> None:
        """`at_once`: products that are made in one transaction."""
        self.at_once = at_once
        self.choose = random.Random(seed)  # not for secrets
        self.count = 0

    def write(self, changes: int) -> None:
        """So many tries. Others may come first, or end our session: then the try is over."""
        steps: list[Callable[[], object]] = [
            self.create,
            self.create,
            self.rename,
            self.rename,
            self.grow,
            self.shrink,
            self.reverse,
            self.rename_several,
            self.delete,
            self.give_up,
        ]
        for _ in range(changes):
            with suppress(DomainError, Error, ChangedMyMindError):
                self.choose.choice(steps)()
            self.count += 1

    def some(self, count: int = 1) -> list[UUID]:
        keys = list(Product.objects.order_by("pk").values_list("pk", flat=True)[:200])
        return self.choose.sample(keys, min(count, len(keys)))

    def create(self) -> None:
        size = 101 if self.choose.random() < 0.02 else self.choose.randrange(3)
        variants: Any = [
            {"options": {"Size": str(n)}, "prices": [price("19.90")]} for n in range(size)
        ]
        values = [{"name": f"Thing {n}", "variants": variants} for n in range(self.at_once)]
        services.create_products(values, actor=SYSTEM)  # type: ignore[arg-type]  # plain values

    def rename(self) -> None:
        for key in self.some():
            self._rename(key)

    def _rename(self, key: UUID) -> None:
        services.update_product(
            key,
            values={"name": f"Name {self.choose.random()}"},
            expected_version=None,
            may_publish=True,
            actor=SYSTEM,
        )

    def rename_several(self) -> None:
        """In one transaction, which has its id before it has the second product."""
        with transaction.atomic():
            for key in sorted(self.some(4)):
                self._rename(key)

    def grow(self) -> None:
        for key in self.some():
            values: Any = {"options": {"Size": str(self.choose.random())}}
            create_variant(key, values=values, expected_version=None, actor=SYSTEM)

    def shrink(self) -> None:
        for key in self.some():
            for variant in Product.objects.get(pk=key).variants.all()[:1]:
                delete_variant(key, variant.pk, expected_version=None, actor=SYSTEM)

    def reverse(self) -> None:
        for key in self.some():
            if Product.objects.get(pk=key).is_archived:
                services.restore_product(key, expected_version=None, actor=SYSTEM)
            else:
                services.archive_product(key, expected_version=None, actor=SYSTEM)

    def delete(self) -> None:
        for key in self.some():
            services.delete_product(key, expected_version=None, actor=SYSTEM)

    def give_up(self) -> None:
        with unit_of_work(SYSTEM):
            self.rename()
            self.create()
            raise ChangedMyMindError

"""What a catalog does, in a dict: no database, no HTTP. The real one must never differ from it."""

from collections.abc import Callable, Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any

Answer = tuple[int, str]  # status, and code of the problem
GONE: Answer = (404, "not-found")


@dataclass
class ModelProduct:
    slug: str
    name: str = "New"
    status: str = "draft"
    tags: list[str] = field(default_factory=list)
    skus: dict[str, str] = field(default_factory=dict)  # SKU -> amount; each SKU is one variant
    version: int = 1

    def seen(self) -> dict[str, Any]:
        """What a detail shows of it."""
        return {
            "slug": self.slug,
            "name": self.name,
            "status": self.status,
            "tags": self.tags,
            "skus": self.skus,
            "version": self.version,
        }


class Refused(Exception):
    def __init__(self, answer: Answer) -> None:
        super().__init__(answer)
        self.answer = answer


class Catalog:
    def __init__(self) -> None:
        self.products: dict[str, ModelProduct] = {}
        self.gone: dict[str, int] = {}  # id -> version of the tombstone
        self.log: list[tuple[str, int]] = []  # id, version: what the feed shall say

    def create(self, key: str, product: ModelProduct) -> Answer:
        if key in self.products:
            return (412, "already-there")
        if key in self.gone:
            return (409, "id-was-used")
        try:
            self._ensure_free(key, product)
        except Refused as refused:
            return refused.answer
        self.products[key] = product
        self.log.append((key, 1))
        return (201, "")

    def change(
        self, key: str, change: Callable[[ModelProduct], None], *, expected: int | None = None
    ) -> Answer:
        """What is no change makes no version."""
        if key not in self.products:
            return GONE
        product = self.products[key]
        if expected not in (None, product.version):
            return (412, "stale-version")
        after = deepcopy(product)
        try:
            change(after)
            if after == product:
                return (200, "")
            self._ensure_free(key, after)
        except Refused as refused:
            return refused.answer
        after.version += 1
        self.products[key] = after
        self.log.append((key, after.version))
        return (200, "")

    def delete(self, key: str, *, expected: int | None = None) -> Answer:
        if key not in self.products:
            return GONE
        if expected not in (None, self.products[key].version):
            return (412, "stale-version")
        self.gone[key] = self.products.pop(key).version + 1
        self.log.append((key, self.gone[key]))
        return (204, "")

    def restore(self, key: str) -> Answer:
        def change(product: ModelProduct) -> None:
            if product.status != "archived":
                raise Refused((409, "wrong-status"))
            product.status = "draft"
            if any(self._clashes(key, product)):
                raise Refused((409, "restore-clashes"))

        return self.change(key, change)

    def bulk(self, writes: Mapping[str, Callable[[ModelProduct], None] | None]) -> Answer:
        """All of them or none; None deletes."""
        before = deepcopy(self.__dict__)
        for key, change in writes.items():
            answer = self.delete(key) if change is None else self.change(key, change)
            if answer[0] >= 400:
                self.__dict__ = before
                return (answer[0], "items-refused")
        return (200, "")

    def _ensure_free(self, key: str, product: ModelProduct) -> None:
        if product.status != "archived":
            for code in self._clashes(key, product):
                raise Refused((409, code))

    def _clashes(self, key: str, product: ModelProduct) -> Iterator[str]:
        live = [p for k, p in self.products.items() if k != key and p.status != "archived"]
        if any(each.slug == product.slug for each in live):
            yield "slug-taken"
        if any(each.skus.keys() & product.skus.keys() for each in live):
            yield "sku-taken"

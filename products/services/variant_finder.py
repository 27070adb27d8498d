"""Which stored variant an item of a list speaks of."""

from collections import defaultdict
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from products.errors import UnknownReference
from products.models import Variant


class Finder:
    """Finds variants by id, else by SKU, else by options; each is found once."""

    def __init__(self, existing: Mapping[UUID, Variant]) -> None:
        self._existing = existing
        self.left = set(existing)
        self._named: dict[tuple[str, Any], list[UUID]] = defaultdict(list)
        for key, variant in reversed(list(existing.items())):
            self._named["sku", variant.sku].append(key)
            self._named["options", frozenset(variant.options.items())].append(key)

    def take(self, key: UUID | None, clean: Mapping[str, Any]) -> Variant | None:
        if key is not None:
            if key not in self.left:
                raise UnknownReference("variant of this product", key, pointer="/id")
        elif clean.get("sku"):
            key = self._first("sku", clean["sku"])
        else:
            key = self._first("options", frozenset(clean.get("options", {}).items()))
        if key is None:
            return None
        self.left.discard(key)
        return self._existing[key]

    def _first(self, field: str, wanted: Any) -> UUID | None:
        keys = self._named[field, wanted]
        while keys:
            if (key := keys.pop()) in self.left:
                return key
        return None

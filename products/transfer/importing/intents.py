"""What a record wants of a product: nothing of it is written yet."""

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from products.models import Product
from products.services.bulk_items import Done
from products.services.values import ProductValues, VariantValues
from products.transfer.records import ProductRecord, Remark

LONGEST = 300  # characters of a value that is shown


@dataclass(slots=True)
class Staged:
    """A record that waits, and where its lines are."""

    number: int
    first_line: int
    last_line: int
    handle: str
    digest: bytes
    record: ProductRecord


@dataclass(slots=True)
class Difference:
    field: str
    before: Any
    after: Any

    def as_json(self) -> dict[str, Any]:
        return {"field": self.field, "before": shown(self.before), "after": shown(self.after)}


@dataclass(slots=True)
class Intent:
    """`values` are those of a new product, or what changes of one that is there. `variants` has the
    ids of its variants, in the order of the record; `new_variants` are the places of those that
    will be made in it, and `new_items` what is said of them."""

    staged: Staged
    key: UUID
    product: Product | None
    values: ProductValues = field(default_factory=ProductValues)
    variants: list[UUID] = field(default_factory=list)
    new_variants: list[int] = field(default_factory=list)
    new_items: list[VariantValues] = field(default_factory=list)
    listings: dict[UUID, dict[str, Any]] = field(default_factory=dict)  # channel -> all facts
    collections: list[UUID] = field(default_factory=list)
    differences: list[Difference] = field(default_factory=list)
    warnings: list[Remark] = field(default_factory=list)
    is_deferred: bool = False  # it refers to products that are not there yet

    @property
    def record(self) -> ProductRecord:
        return self.staged.record

    @property
    def is_new(self) -> bool:
        return self.product is None

    @property
    def done(self) -> Done:
        """What becomes of the product; stock and costs are no part of it."""
        if self.is_new:
            return "created"
        return "changed" if self.values or self.listings or self.collections else "unchanged"

    def say(self, name: str, before: Any, after: Any) -> None:
        self.differences.append(Difference(name, before, after))


def shown(value: Any) -> Any:
    """Short enough for a report."""
    if value is None or isinstance(value, bool | int | float):
        return value
    text = str(value)
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"

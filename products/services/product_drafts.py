"""What a write says of a product, and the product as it shall be: not stored yet."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from uuid import UUID

from catalog_project.errors import DomainError
from products.models import Product, Relation
from products.services.contents import MediaPlan
from products.services.values import ProductValues, Translations
from products.services.variant_lists import VariantPlan


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductWrite:
    """`values` of a new product (`product_id` is None), or what changes of one that is there."""

    values: ProductValues
    product_id: UUID | None = None
    expected_version: int | None = None
    event: str = "updated"


class Refusals:
    """What the rules say no to, by the number of the write. Of a single one it is raised."""

    def __init__(self, *, is_single: bool = False) -> None:
        self.errors: dict[int, DomainError] = {}
        self.is_single = is_single

    @contextmanager
    def judging(self, number: int) -> Iterator[None]:
        try:
            yield
        except DomainError as error:
            if self.is_single:
                raise
            self.errors[number] = error


@dataclass(slots=True)
class Draft:
    """A product as it shall be; nothing of it is stored yet."""

    number: int
    write: ProductWrite
    product: Product
    is_new: bool
    values: ProductValues = field(default_factory=ProductValues)
    fields: set[str] = field(default_factory=set)
    old_slug: str = ""
    was_archived: bool = False
    old_translations: Translations = field(default_factory=dict)
    variants: VariantPlan | None = None
    media: MediaPlan | None = None
    relations: list[Relation] | None = None
    is_changed: bool = False

    @property
    def key(self) -> UUID:
        return self.product.pk

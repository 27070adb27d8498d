"""What a write says of a product, and the product as it shall be: not stored yet."""

from dataclasses import dataclass, field
from uuid import UUID

from products.models import Product, Relation
from products.services.contents import MediaPlan
from products.services.values import ProductValues, Translations
from products.services.variant_lists import VariantPlan


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductWrite:
    """`values` of a new product (`product_id` is None), or what changes of one that is there."""

    values: ProductValues
    product_id: UUID | None = None
    new_id: UUID | None = None  # that of a new product, where the caller chose it
    expected_version: int | None = None
    event: str = "updated"


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

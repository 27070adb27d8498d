"""Plain values that services take. A key that is absent is left as it is (or gets its default)."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, TypedDict
from uuid import UUID


@dataclass(frozen=True, slots=True)
class StoredImage:
    """A file of ours: see services.files."""

    name: str
    content_type: str
    width: int
    height: int


class PriceValues(TypedDict, total=False):
    currency: str  # ISO 4217, upper case
    amount: Decimal
    compare_at: Decimal | None


class VariantValues(TypedDict, total=False):
    id: UUID  # names an existing variant of the same product
    sku: str | None
    gtin: str | None  # GTIN-8, 12, 13 or 14; stored as 14 digits
    options: dict[str, str]
    attributes: dict[str, Any]  # code -> value; all of them
    attribute_changes: dict[str, Any]  # or those that change; None takes a value away
    metadata: dict[str, Any]
    position: int
    prices: list[PriceValues]


class MediaValues(TypedDict, total=False):
    id: UUID  # names existing media of the same product
    url: str
    file: StoredImage  # instead of a URL, for new media
    alt: str
    position: int
    variant: UUID | None


class ProductValues(TypedDict, total=False):
    name: str
    slug: str  # made from the name when absent
    description: str
    status: str
    publish_at: datetime | None
    unpublish_at: datetime | None
    brand: UUID | None
    categories: list[UUID]  # the first is the primary one
    tags: list[str]
    option_names: list[str]
    product_type: UUID | None
    attributes: dict[str, Any]  # code -> value; all of them
    attribute_changes: dict[str, Any]  # or those that change; None takes a value away
    metadata: dict[str, Any]
    seo_title: str
    seo_description: str
    variants: list[VariantValues]
    media: list[MediaValues]


class BrandValues(TypedDict, total=False):
    name: str
    slug: str
    description: str


class OptionValues(TypedDict, total=False):
    code: str
    label: str
    translations: dict[str, dict[str, str]]  # locale -> {"label": ...}


class AttributeFields(TypedDict, total=False):
    code: str
    name: str
    type: str
    dimension: str
    is_filterable: bool
    is_searchable: bool
    is_localizable: bool
    is_per_channel: bool
    rules: dict[str, Any]
    group: str
    position: int
    translations: dict[str, dict[str, str]]  # locale -> {"name": ...}
    options: list[OptionValues]  # all of them, in order


class AssignmentValues(TypedDict, total=False):
    code: str  # of the attribute
    is_required: bool
    is_variant: bool


class ProductTypeValues(TypedDict, total=False):
    name: str
    slug: str
    attributes: list[AssignmentValues]  # all of them, in order


class CategoryValues(TypedDict, total=False):
    name: str
    slug: str
    description: str
    position: int
    parent: UUID | None

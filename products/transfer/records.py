"""What a file says, whatever its format: plain records that know their lines.

A key that is absent from `values` is something the file does not speak of. Readers make
records, `importing` acts on them: neither knows the other.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Protocol
from uuid import UUID

from products.services.values import (
    AttributeFields,
    BrandValues,
    ChannelValues,
    CollectionValues,
    FocalPoint,
    ListingValues,
    LocaleValues,
    PriceListValues,
    ProductTypeValues,
    ProductValues,
    RelationKindValues,
    TaxClassValues,
    Translations,
    VariantValues,
)


@dataclass(frozen=True, slots=True)
class Remark:
    """Something about a place in the file, and what to do about it."""

    code: str
    line: int
    message: str
    remedy: str = ""
    column: str = ""
    handle: str = ""


class FileRefused(Exception):
    """The file cannot be read to its end. Nothing of it is imported."""

    def __init__(self, remark: Remark) -> None:
        super().__init__(remark.message)
        self.remark = remark


class RecordRefused(Exception):
    """One product cannot be read; the others can."""

    def __init__(self, remark: Remark) -> None:
        super().__init__(remark.message)
        self.remark = remark


@dataclass(frozen=True, slots=True)
class Text:
    """An attribute's value as the file writes it: the attribute's type says what it means.

    `unit` is that of a measurement, where it stands apart from the number."""

    text: str
    unit: str = ""


@dataclass(slots=True)
class AttributeCell:
    """One value: of one attribute, in one locale and one channel where it has several."""

    code: str
    value: Any  # a Text, or a value as the API takes it
    locale: str | None = None
    channel: str | None = None  # slug
    line: int = 0
    column: str = ""


@dataclass(slots=True)
class VariantRecord:
    """`values` without attributes. Prices name their list by its code; media are named by URL."""

    line: int
    values: VariantValues
    cost: tuple[str, Decimal] | None = None  # currency and amount, for managers
    costs: dict[str, Decimal] = field(default_factory=dict)  # the same, of several currencies
    quantity: int | None = None  # how many there are, where the file knows one place alone
    stock: dict[str, int] = field(default_factory=dict)  # code of a location -> how many
    attributes: list[AttributeCell] = field(default_factory=list)


@dataclass(slots=True)
class MediaRecord:
    line: int
    url: str
    alt: str | None = None
    position: int | None = None
    kind: str | None = None  # image, video or document; None: what its address says
    focal_point: FocalPoint | None = None
    translations: Translations = field(default_factory=dict)


@dataclass(slots=True)
class RelationRecord:
    """To another product, which may stand further down in the file."""

    line: int
    kind: str  # its code
    slug: str | None = None  # of the other product; or
    sku: str | None = None  # of one of its variants; or
    external_id: tuple[str, str] | None = None
    quantity: int = 1
    # Of our own files, which know better: the ids of the product, and of the variant that is meant.
    product: UUID | None = None
    variant: UUID | None = None


@dataclass(slots=True)
class ProductRecord:
    """One product. It is found by its id, else by its external ids, else by its slug, else by the
    SKUs of its variants; a new one without a slug gets one from its name."""

    slug: str | None
    first_line: int
    last_line: int
    values: ProductValues  # without variants, media, brand, categories, type, attributes, relations
    id: UUID | None = None  # of our own files alone
    brand: str | None = None  # name
    category: tuple[str, ...] = ()  # names from the root down; the primary one
    categories: list[tuple[str, ...]] = field(default_factory=list)  # others
    collections: list[str] = field(default_factory=list)  # names, of those that are made by hand
    product_type: str | None = None  # slug
    attributes: list[AttributeCell] = field(default_factory=list)
    listings: list[ListingValues] = field(default_factory=list)
    relations: list[RelationRecord] = field(default_factory=list)
    variants: list[VariantRecord] = field(default_factory=list)
    media: list[MediaRecord] = field(default_factory=list)
    warnings: list[Remark] = field(default_factory=list)
    columns: Mapping[str, str] = field(default_factory=dict)  # our field -> the file's column
    # Of our own files, where names are shared: the slugs of brand, categories (the primary one
    # first) and collections. What has the slug is meant, else what has the name.
    brand_slug: str | None = None
    category_slugs: list[str] = field(default_factory=list)
    collection_slugs: list[str] = field(default_factory=list)


@dataclass(slots=True)
class CategoryRecord:
    """More about a category than its path says."""

    path: tuple[str, ...]
    slug: str | None = None
    description: str = ""
    position: int | None = None  # among its siblings
    translations: Translations = field(default_factory=dict)


@dataclass(slots=True)
class Definitions:
    """What products refer to. What is missing is made, what is there stays as it is; a product
    type that is there gains the attributes it lacks, a choice the options it lacks."""

    locales: list[LocaleValues] = field(default_factory=list)
    channels: list[ChannelValues] = field(default_factory=list)
    price_lists: list[PriceListValues] = field(default_factory=list)
    tax_classes: list[TaxClassValues] = field(default_factory=list)
    attributes: list[AttributeFields] = field(default_factory=list)
    product_types: list[ProductTypeValues] = field(default_factory=list)
    categories: list[CategoryRecord] = field(default_factory=list)  # parents first
    relation_kinds: list[RelationKindValues] = field(default_factory=list)
    locations: dict[str, str] = field(default_factory=dict)  # code -> name
    closed_locations: list[str] = field(default_factory=list)  # codes of those nobody sells from
    brands: list[BrandValues] = field(default_factory=list)
    # Rules name brands, categories and product types by slug, products by id.
    collections: list[CollectionValues] = field(default_factory=list)
    default_locale: str = ""  # of the texts of the records; "" where the file does not say it


@dataclass(frozen=True, slots=True)
class Survey:
    """What one look through the whole file tells, before anything is written."""

    rows: int
    products: int  # records and refusals that `records()` will give
    remarks: tuple[Remark, ...] = ()  # about the file as a whole
    counts_stock: bool = False  # quantities are in it
    columns_left_out: tuple[str, ...] = ()  # known, and of no use to a catalog
    definitions: Definitions = field(default_factory=Definitions)


class Reader(Protocol):
    def survey(self) -> Survey:
        """Read the file to its end. Raises FileRefused."""

    def records(self) -> Iterator[ProductRecord | Remark]:
        """The products in order; a Remark stands for one that cannot be read. The same file gives
        the same records each time."""

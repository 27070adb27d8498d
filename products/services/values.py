"""Plain values that services take. A key that is absent is left as it is (or gets its default)."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any, TypedDict
from uuid import UUID

from products.models import PriceList, TaxClass


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredFile:
    """A file of ours: see services.files."""

    name: str
    content_type: str
    kind: str = "image"
    width: int | None = None
    height: int | None = None
    content: bytes | None = field(default=None, repr=False)  # absent: it is there for good


class FocalPoint(TypedDict):
    """From the upper left corner: 0 to 1 of the width, and of the height."""

    x: float
    y: float


# Locale -> name of a text -> the text.
Translations = dict[str, dict[str, str]]
# Those that change: null takes a text away, or all texts of a locale (RFC 7396).
TranslationChanges = Mapping[str, Mapping[str, str | None] | None]


class ExternalIdValues(TypedDict):
    system: str
    id: str


class RelationValues(TypedDict, total=False):
    kind: str  # its code
    product: UUID
    variant: UUID | None
    quantity: int


class RelationKindValues(TypedDict, total=False):
    code: str
    name: str
    is_symmetric: bool
    is_bundle: bool
    position: int
    translations: Translations  # all of them
    translation_changes: TranslationChanges  # or those that change


class PriceValues(TypedDict, total=False):
    currency: str  # ISO 4217, upper case
    amount: Decimal
    compare_at: Decimal | None
    price_list: str | PriceList | None  # its code, or the row; None: a base price
    min_quantity: int
    valid_from: datetime | None
    valid_until: datetime | None  # the first instant at which it does not hold any more


class CostValues(TypedDict, total=False):
    currency: str  # ISO 4217, upper case
    amount: Decimal


class PriceListValues(TypedDict, total=False):
    code: str
    name: str
    currency: str
    channel: str | None  # its slug
    customer_group: str
    priority: int
    valid_from: datetime | None
    valid_until: datetime | None
    is_active: bool


class TaxClassValues(TypedDict, total=False):
    code: str
    name: str
    translations: Translations  # all of them
    translation_changes: TranslationChanges  # or those that change


class WeightValues(TypedDict):
    value: Decimal
    unit: str  # mg, g, kg, t, oz, lb, st


class DimensionsValues(TypedDict):
    length: Decimal
    width: Decimal
    height: Decimal
    unit: str  # mm, cm, dm, m, in, ft, yd


class VariantValues(TypedDict, total=False):
    id: UUID  # names an existing variant of the same product
    new_id: UUID  # that of a new one, where the caller chose it
    sku: str | None
    gtin: str | None  # GTIN-8, 12, 13 or 14, or an ISBN; stored as 14 digits
    mpn: str | None
    status: str  # draft, active or discontinued
    weight: WeightValues | None
    dimensions: DimensionsValues | None
    track_inventory: bool
    backorder_policy: str  # deny, allow or limit
    backorder_limit: int
    options: dict[str, str]  # all of them
    option_changes: dict[str, str | None]  # or those that change; None takes one away
    attributes: dict[str, Any]  # code -> value; all of them
    attribute_changes: dict[str, Any]  # or those that change; None takes a value away
    metadata: dict[str, Any]  # all of it
    metadata_changes: dict[str, Any]  # or what changes of it (RFC 7396)
    position: int
    prices: list[PriceValues]
    tax_class: str | TaxClass | None  # its code, or the row; None: that of the product
    external_ids: list[ExternalIdValues]  # all of them
    media: list[UUID | str]  # which of the product's show it, by id or URL; all of them, in order


class MediaValues(TypedDict, total=False):
    id: UUID  # names existing media of the same product
    url: str
    file: StoredFile  # instead of a URL, for new media; its bytes say of which kind it is
    kind: str  # of what a URL shows
    replaces: UUID  # media that this file stands in for, and whose variants it shows from now on
    fetch: bool  # let the worker make a copy of what the URL shows
    alt: str
    focal_point: FocalPoint | None
    position: int
    translations: Translations  # all of them
    translation_changes: TranslationChanges  # or those that change


class ProductValues(TypedDict, total=False):
    # With it `variants` names only those that change; these go, and all others stay.
    variants_gone: Collection[UUID]
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
    tax_class: str | TaxClass | None  # its code, or the row
    attributes: dict[str, Any]  # code -> value; all of them
    attribute_changes: dict[str, Any]  # or those that change; None takes a value away
    metadata: dict[str, Any]  # all of it
    metadata_changes: dict[str, Any]  # or what changes of it (RFC 7396)
    seo_title: str
    seo_description: str
    external_ids: list[ExternalIdValues]  # all of the product's own
    relations: list[RelationValues]  # all of them, in order
    variants: list[VariantValues]
    media: list[MediaValues]
    translations: Translations  # all of them
    translation_changes: TranslationChanges  # or those that change


class BrandValues(TypedDict, total=False):
    name: str
    slug: str
    description: str
    translations: Translations  # all of them
    translation_changes: TranslationChanges  # or those that change


class ListingValues(TypedDict, total=False):
    channel: str  # slug
    is_listed: bool
    publish_at: datetime | None
    unpublish_at: datetime | None


class LocaleValues(TypedDict, total=False):
    code: str  # BCP 47
    name: str
    fallback: str | None  # the code of another locale
    stop_words: list[str]  # all of them


class BoostValues(TypedDict, total=False):
    by: str  # newest, availability, or attributes.<code>
    weight: Decimal  # 0 to 1
    half_at: Decimal  # the number, or the days, that get half of the boost; left out: 30


class ChannelValues(TypedDict, total=False):
    name: str
    slug: str  # made from the name when absent
    currency: str  # ISO 4217; "" is the shop's own
    locales: list[str]  # codes, in order; the first is the channel's own default
    boost: BoostValues | None  # see search.boosts


class SynonymValues(TypedDict, total=False):
    locale: str  # its code
    phrases: list[str]
    means: list[str]  # empty: the phrases mean each other


class CurationValues(TypedDict, total=False):
    query: str
    locale: str  # its code
    channel: str | None  # its slug; None: all channels
    pinned: Sequence[UUID]  # all of them, in order; so are the others
    buried: Sequence[UUID]
    excluded: Sequence[UUID]


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
    translations: dict[str, dict[str, str]]  # locale -> {"name": …, "group": …}
    options: list[OptionValues]  # all of them, in order


class AssignmentValues(TypedDict, total=False):
    code: str  # of the attribute
    is_required: bool
    is_variant: bool


class ProductTypeValues(TypedDict, total=False):
    name: str
    slug: str
    attributes: list[AssignmentValues]  # all of them, in order
    translations: Translations  # all of them
    translation_changes: TranslationChanges  # or those that change


class CollectionValues(TypedDict, total=False):
    name: str
    slug: str
    description: str
    status: str
    publish_at: datetime | None
    unpublish_at: datetime | None
    position: int
    seo_title: str
    seo_description: str
    rule: dict[str, Any] | None  # None: products are chosen by hand
    translations: Translations  # all of them
    translation_changes: TranslationChanges  # or those that change


class CategoryValues(TypedDict, total=False):
    name: str
    slug: str
    description: str
    position: int
    parent: UUID | None
    translations: Translations  # all of them
    translation_changes: TranslationChanges  # or those that change


class LocationValues(TypedDict, total=False):
    code: str
    name: str
    is_active: bool

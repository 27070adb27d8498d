"""What a file says about a product, laid over what the catalog has: rows that are not stored yet.

A merge changes what is named and nothing else: variants, pictures, prices in other currencies,
categories and metadata that the file does not speak of stay.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal
from uuid import UUID

from catalog_project.errors import pointing_at
from catalog_project.models import uuid7
from products.errors import InvalidValue
from products.models import (
    ExternalId,
    Media,
    Price,
    Product,
    ProductCategory,
    Variant,
    VariantMedia,
)
from products.models.external_ids import MAX_EXTERNAL_IDS
from products.models.media import MAX_MEDIA
from products.models.periods import ALWAYS
from products.services.external_ids import external_ids_of_variants, new_external_ids
from products.services.identity import pairs_of
from products.services.media_rows import assign_media, new_media
from products.services.plain import assign_plain, plain_values
from products.services.prices import merged_prices, new_prices
from products.services.values import (
    CostValues,
    MediaValues,
    PriceValues,
    ProductValues,
    VariantValues,
)
from products.services.variant_media import OwnMedia, Wanted, added
from products.services.variants import (
    all_option_names,
    assign,
    clean_variant,
    ensure_count,
    ensure_distinct,
    new_variant,
    new_variants,
)

Status = Literal["created", "changed", "unchanged", "refused"]


@dataclass(slots=True)
class ProductUpsert:
    """`values` names the slug. Products are found as identity.py says, variants by external id, by
    SKU or else by options, media by URL. `prices` are lasting base prices. `variant_costs`: index
    of a variant -> its cost."""

    values: ProductValues
    variant_costs: Mapping[int, CostValues] = field(default_factory=dict)
    variant_stock: Mapping[int, int] = field(default_factory=dict)  # index -> how many there are


@dataclass(slots=True)
class Draft:
    """The rows of one product, not stored yet."""

    product: Product
    is_new: bool = False
    fields: set[str] = field(default_factory=set)
    variants: list[Variant] = field(default_factory=list)  # in the order of the item
    new_variants: list[Variant] = field(default_factory=list)
    changed_variants: list[Variant] = field(default_factory=list)
    new_prices: list[Price] = field(default_factory=list)
    prices: dict[UUID, Sequence[PriceValues]] = field(default_factory=dict)
    new_media: list[Media] = field(default_factory=list)
    changed_media: list[Media] = field(default_factory=list)
    shown_by: Wanted = field(default_factory=dict)
    categories: list[UUID] | None = None
    new_external_ids: list[ExternalId] = field(default_factory=list)

    @property
    def status(self) -> Status:
        if self.is_new:
            return "created"
        is_changed = (
            self.fields
            or self.new_variants
            or self.changed_variants
            or self.prices
            or self.new_media
            or self.changed_media
            or self.shown_by
            or self.categories is not None
            or self.new_external_ids
        )
        return "changed" if is_changed else "unchanged"


class Stored:
    """What the catalog has of these products, which are locked: six queries."""

    def __init__(self, keys: Sequence[UUID]) -> None:
        self.variants: dict[UUID, list[Variant]] = defaultdict(list)
        self.prices: dict[UUID, list[Price]] = defaultdict(list)
        self.media: dict[UUID, list[Media]] = defaultdict(list)
        self.shown_by: dict[UUID, list[UUID]] = defaultdict(list)
        self.categories: dict[UUID, list[UUID]] = defaultdict(list)
        self.external_ids: dict[UUID, list[ExternalId]] = defaultdict(list)
        if keys:
            self._load_parts(keys)

    def _load_parts(self, keys: Sequence[UUID]) -> None:
        for variant in Variant.objects.filter(product__in=keys):
            self.variants[variant.product_id].append(variant)
        base = Price.objects.filter(price_list=None, valid=ALWAYS)
        for price in base.filter(variant__product__in=keys):
            self.prices[price.variant_id].append(price)
        for media in Media.objects.filter(product__in=keys):
            self.media[media.product_id].append(media)
        for shown in VariantMedia.objects.filter(variant__product__in=keys):
            self.shown_by[shown.variant_id].append(shown.media_id)
        for membership in ProductCategory.objects.filter(product__in=keys):
            self.categories[membership.product_id].append(membership.category_id)
        for row in ExternalId.objects.filter(product__in=keys):
            self.external_ids[row.product_id].append(row)


def create_draft(item: ProductUpsert) -> Draft:
    """Raises InvalidValue and what new_variants raises."""
    values = item.values
    _ensure_no_relations(values)
    if "name" not in values:
        raise InvalidValue("The product is new and has no name.", pointer="/name")
    product = Product(id=uuid7(), **plain_values(values))
    rows, prices = new_variants(product, values.get("variants", []))
    product.option_names = all_option_names(product, [row.options for row in rows])
    draft = Draft(product, is_new=True, variants=rows, new_variants=rows, new_prices=prices)
    draft.new_media = new_media(product.pk, values.get("media", []))
    draft.categories = values.get("categories", [])
    draft.new_external_ids = _external_ids(draft, values)
    draft.shown_by = added(draft.variants, values, OwnMedia(draft.new_media), {})
    return draft


def merge_draft(item: ProductUpsert, product: Product, stored: Stored) -> Draft:
    """Raises InvalidValue, OptionsTaken. The product is not to be used after that. It keeps its
    slug, whatever it was found by."""
    _ensure_no_relations(item.values)
    draft = Draft(product)
    plain = {**_merged_plain(product, item.values), "slug": product.slug}
    draft.fields = assign_plain(product, plain)
    _merge_variants(draft, item.values.get("variants", []), stored)
    _merge_external_ids(draft, item.values, stored.external_ids[product.pk])
    by_url = {media.source_url: media for media in stored.media[product.pk] if media.source_url}
    _merge_media(draft, item.values.get("media", []), by_url, len(stored.media[product.pk]))
    own = OwnMedia([*stored.media[product.pk], *draft.new_media])
    draft.shown_by = added(draft.variants, item.values, own, stored.shown_by)
    before = stored.categories[product.pk]
    missing = [key for key in item.values.get("categories", []) if key not in before]
    if missing:
        draft.categories = [*missing, *before]
    return draft


def _ensure_no_relations(values: ProductValues) -> None:
    if values.get("relations"):
        raise InvalidValue(
            "An import does not write relations: leave them out here, and write them afterwards "
            "to /products/{key}/relations.",
            pointer="/relations",
        )


def _external_ids(draft: Draft, values: ProductValues) -> list[ExternalId]:
    own = new_external_ids(draft.product, None, values.get("external_ids", []))
    items = values.get("variants", [])
    return [*own, *external_ids_of_variants(draft.product, draft.variants, items)]


def _merge_external_ids(draft: Draft, values: ProductValues, before: Sequence[ExternalId]) -> None:
    """What the file names is added; the others stay."""
    known = {(row.variant_id, row.system, row.value) for row in before}
    draft.new_external_ids = [
        row
        for row in _external_ids(draft, values)
        if (row.variant_id, row.system, row.value) not in known
    ]
    counts = Counter(row.variant_id for row in [*before, *draft.new_external_ids])
    if draft.new_external_ids and max(counts.values()) > MAX_EXTERNAL_IDS:
        raise InvalidValue(f"At most {MAX_EXTERNAL_IDS} external ids.", pointer="/external_ids")


def _merged_plain(product: Product, values: ProductValues) -> dict[str, Any]:
    plain = plain_values(values)
    if "metadata" in plain:
        plain["metadata"] = _merged(product.metadata, plain["metadata"])
    named = plain.get("option_names", [])
    used = (name for variant in values.get("variants", []) for name in variant.get("options", {}))
    plain["option_names"] = list(dict.fromkeys([*product.option_names, *named, *used]))
    return plain


def _merged(old: Mapping[str, Any], new: Mapping[str, Any]) -> dict[str, Any]:
    """Objects within are merged too; anything else is replaced."""
    merged = dict(old)
    for key, value in new.items():
        if isinstance(value, dict) and isinstance(old.get(key), dict):
            merged[key] = _merged(old[key], value)
        else:
            merged[key] = value
    return merged


def _merge_variants(draft: Draft, items: Sequence[VariantValues], stored: Stored) -> None:
    existing = stored.variants[draft.product.pk]
    left = list(existing)
    owners = {
        (row.system, row.value): row.variant_id
        for row in stored.external_ids[draft.product.pk]
        if row.variant_id
    }
    position = max((variant.position for variant in existing), default=-1) + 1
    for n, item in enumerate(items):
        with pointing_at(f"/variants/{n}"):
            clean = clean_variant(item)
            named = {owners.get(pair) for pair in pairs_of(item.get("external_ids", []))}
            variant = next((each for each in left if each.pk in named), None)
            variant = variant or _find(left, clean)
            if variant is None and existing and "options" not in clean:
                raise _no_such_variant(clean)
            if variant is None:
                variant = new_variant(draft.product, {"position": position, **clean})
                position += 1
                draft.new_variants.append(variant)
                draft.new_prices += new_prices(variant.pk, item.get("prices", []))
            else:
                left.remove(variant)
                _merge_variant(draft, variant, clean, item, stored.prices[variant.pk])
            draft.variants.append(variant)
    ensure_count(len(existing) + len(draft.new_variants))
    ensure_distinct([*existing, *draft.new_variants])


def _no_such_variant(clean: Mapping[str, Any]) -> InvalidValue:
    sku = clean.get("sku")
    return InvalidValue(
        f"No variant of the product has the SKU {sku!r}: name its options to add it."
        if sku
        else "The product's variants have options: name the SKU or the options of the one meant.",
        pointer="/sku",
    )


def _find(left: Sequence[Variant], clean: Mapping[str, Any]) -> Variant | None:
    for name in ("sku", "options"):
        if wanted := clean.get(name):
            for variant in left:
                if getattr(variant, name) == wanted:
                    return variant
    # A product without options has one variant, and whatever the file says is about it.
    if not clean.get("options") and len(left) == 1 and not left[0].options:
        return left[0]
    return None


def _merge_variant(
    draft: Draft,
    variant: Variant,
    clean: dict[str, Any],
    item: VariantValues,
    prices: Sequence[Price],
) -> None:
    if "metadata" in clean:
        clean["metadata"] = _merged(variant.metadata, clean["metadata"])
    if assign(variant, clean):
        draft.changed_variants.append(variant)
    if changed := merged_prices(prices, item.get("prices", [])):
        draft.prices[variant.pk] = changed
        new_prices(variant.pk, changed)  # raises where an amount is not exact


def _merge_media(
    draft: Draft, items: Sequence[MediaValues], by_url: Mapping[str, Media], count: int
) -> None:
    for item in items:
        media = by_url.get(item["url"])
        if media is None:
            draft.new_media += new_media(draft.product.pk, [{"position": count, **item}])
            count += 1
        elif assign_media(media, item, media.position):
            draft.changed_media.append(media)
    if count > MAX_MEDIA:
        raise InvalidValue(f"A product has at most {MAX_MEDIA} media.", pointer="/media")

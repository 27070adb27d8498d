"""Writes of variants, alone or as the whole set of a product."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.db.models import TextField
from django.db.models.functions import Cast, JSONObject

from accounts.actors import Actor
from catalog_project.errors import pointing_at
from products.errors import InvalidValue, NotFound, OptionsTaken
from products.models import Price, Product, Variant
from products.models.products import MAX_OPTIONS
from products.models.variants import MAX_VARIANTS
from products.services.describing import described_variant, ensure_complete
from products.services.external_ids import (
    write_external_ids,
)
from products.services.gtins import normal_gtin
from products.services.locking import lock_row
from products.services.merge_patch import with_metadata, with_options
from products.services.naming_rows import id_of, variant_with_rows
from products.services.prices import new_prices, write_prices
from products.services.relations import ensure_unrelated_variants
from products.services.rows import new_row, update_rows
from products.services.sizes import ensure_metadata
from products.services.stock_bounds import bound_levels
from products.services.unit_of_work import unit_of_work
from products.services.values import VariantValues
from products.services.variant_measures import COLUMNS, measured
from products.services.variant_media import media_of, write_links

OPTION_NAME_LENGTH, OPTION_LENGTH = 100, 255
FIELDS = (
    "sku",
    "gtin",
    "mpn",
    "status",
    "options",
    "attributes",
    "metadata",
    "position",
    "track_inventory",
    "backorder_policy",
    "backorder_limit",
)
STATUSES = tuple(Variant.Status.values)


def clean_variant(item: VariantValues) -> dict[str, Any]:
    """The plain fields that are named, in the form in which they are stored."""
    clean: dict[str, Any] = {name: item[name] for name in FIELDS if name in item}  # type: ignore[literal-required]  # FIELDS are keys of the TypedDict
    if "tax_class" in item:
        clean["tax_class_id"] = id_of(item["tax_class"])
    for name in ("sku", "gtin", "mpn"):
        if name in clean:
            clean[name] = (clean[name] or "").strip() or None
    if clean.get("gtin"):
        with pointing_at("/gtin"):
            clean["gtin"] = normal_gtin(clean["gtin"])
    if clean.get("status", "active") not in STATUSES:
        raise InvalidValue(f"There are: {', '.join(STATUSES)}.", pointer="/status")
    clean |= measured(item)
    _ensure_options(clean.get("options", {}))
    ensure_metadata(clean.get("metadata", {}))
    return clean


def new_variants(
    product: Product, items: Sequence[VariantValues], *, first: int = 0
) -> tuple[list[Variant], list[Price]]:
    """Variant and price rows, not stored yet, in the order given; `first` is the position of the
    first one."""
    ensure_count(len(items))
    variants: list[Variant] = []
    prices: list[Price] = []
    for position, item in enumerate(items):
        with pointing_at(f"/variants/{position}"):
            clean = {"position": first + position, **clean_variant(item)}
            variant = new_variant(product, clean)
            prices += new_prices(variant.pk, item.get("prices", []))
        variants.append(variant)
    ensure_distinct(variants)
    return variants, prices


def new_variant(product: Product, clean: Mapping[str, Any], new_id: UUID | None = None) -> Variant:
    given = {"id": new_id, **clean} if new_id else clean
    variant = new_row(Variant, product_id=product.pk, is_archived=product.is_archived, **given)
    Variant.product.field.set_cached_value(variant, product)
    return variant


def assign(variant: Variant, clean: Mapping[str, Any]) -> bool:
    """Answers whether any of the values is new to the variant."""
    changed = {name: value for name, value in clean.items() if getattr(variant, name) != value}
    for name, value in changed.items():
        setattr(variant, name, value)
    return bool(changed)


def store_changed(changed: Sequence[Variant]) -> None:
    """Two variants may trade their SKUs or options, so the old values step aside first."""
    if not changed:
        return
    if len(changed) > 1:
        Variant.objects.filter(pk__in=[variant.pk for variant in changed]).update(
            sku=None, options=JSONObject(stepping_aside=Cast("id", TextField()))
        )
    now = datetime.now(UTC)
    for variant in changed:
        variant.updated_at = now
    update_rows(changed, [*FIELDS, *COLUMNS, "tax_class", "updated_at"])
    bound_levels(changed)


def create_variant(
    product_id: UUID, *, values: VariantValues, expected_version: int | None, actor: Actor
) -> Variant:
    """Raises NotFound, StaleVersion, SkuTaken, OptionsTaken, InvalidValue."""
    with unit_of_work(actor) as work:
        product = lock_row(Product, product_id, expected_version=expected_version)
        values = variant_with_rows(described_variant(product, None, values))
        ensure_count(Variant.objects.filter(product=product).count() + 1)
        clean = {"position": next_position(product), **clean_variant(values)}
        variant = new_variant(product, clean)
        variant.save(force_insert=True)
        write_prices({variant.pk: values.get("prices", [])})
        if ids := values.get("external_ids"):
            write_external_ids(product, {variant.pk: ids})
        if names := values.get("media"):
            write_links(product_id, {variant.pk: media_of(product_id).named(names)})
        learn_option_names(product, [variant.options])
        ensure_complete([product])
        work.changed_variants(product_id, [variant.pk])
    return variant


def update_variant(
    product_id: UUID,
    variant_id: UUID,
    *,
    values: VariantValues,
    expected_version: int | None,
    actor: Actor,
) -> Variant:
    """Write what is named. Raises NotFound, StaleVersion, SkuTaken, OptionsTaken, InvalidValue."""
    with unit_of_work(actor) as work:
        product = lock_row(Product, product_id, expected_version=expected_version)
        variant = _variant_of(product, variant_id)
        values = with_metadata(variant_with_rows(values), variant.metadata)
        values = with_options(values, variant.options)
        clean = clean_variant(described_variant(product, variant, values))
        is_changed = assign(variant, clean)
        if is_changed:
            variant.save(update_fields=[*clean, "updated_at"])
            bound_levels([variant])
            learn_option_names(product, [variant.options])
        if "prices" in values:
            is_changed |= write_prices({variant_id: values["prices"]})
        if "external_ids" in values:
            is_changed |= write_external_ids(product, {variant_id: values["external_ids"]})
        if "media" in values:
            media = media_of(product_id).named(values["media"])
            is_changed |= write_links(product_id, {variant_id: media})
        if is_changed:
            ensure_complete([product])
            work.changed_variants(product_id, [variant_id])
    return variant


def delete_variant(
    product_id: UUID, variant_id: UUID, *, expected_version: int | None, actor: Actor
) -> None:
    """Raises NotFound, StaleVersion."""
    with unit_of_work(actor) as work:
        product = lock_row(Product, product_id, expected_version=expected_version)
        variant = _variant_of(product, variant_id)
        ensure_unrelated_variants([variant_id])
        variant.delete()
        work.changed_variants(product_id, [variant_id])


def next_position(product: Product) -> int:
    """Behind all others."""
    rows = Variant.objects.filter(product=product).order_by("-position")
    last = rows.values_list("position", flat=True).first()
    return 0 if last is None else last + 1


def all_option_names(product: Product, options: Iterable[Mapping[str, str]]) -> list[str]:
    """The product's option names, then those of the variants in order of appearance."""
    used = (name for each in options for name in each)
    names = list(dict.fromkeys([*product.option_names, *used]))
    if len(names) > MAX_OPTIONS:
        raise InvalidValue(f"A product has at most {MAX_OPTIONS} options.", pointer="/variants")
    return names


def learn_option_names(product: Product, options: Sequence[Mapping[str, str]]) -> bool:
    """Append the option names that the product does not list yet, in order of appearance."""
    names = all_option_names(product, options)
    if names == product.option_names:
        return False
    product.option_names = names
    product.save(update_fields=["option_names"])
    return True


def ensure_count(count: int) -> None:
    if count > MAX_VARIANTS:
        raise InvalidValue(f"A product has at most {MAX_VARIANTS:,} variants.", pointer="/variants")


def ensure_distinct(variants: Sequence[Variant], others: Iterable[Variant] = ()) -> None:
    """The constraint would say it too, but not which of the input's variants it is."""
    seen = {frozenset(variant.options.items()) for variant in others}
    for index, variant in enumerate(variants):
        options = frozenset(variant.options.items())
        if options in seen:
            raise OptionsTaken(
                f"Give variant {index + 1} options of its own.",
                pointer=f"/variants/{index}/options",
            )
        seen.add(options)


def _variant_of(product: Product, variant_id: UUID) -> Variant:
    variant = Variant.objects.filter(product=product, pk=variant_id).first()
    if variant is None:
        raise NotFound(f"The product has no variant {variant_id}.")
    return variant


def _ensure_options(options: Mapping[str, str]) -> None:
    for name, value in options.items():
        for text, most in ((name, OPTION_NAME_LENGTH), (value, OPTION_LENGTH)):
            if not text.strip() or len(text) > most:
                raise InvalidValue(
                    f"An option's name has 1 to {OPTION_NAME_LENGTH} characters,"
                    f" its value 1 to {OPTION_LENGTH}.",
                    pointer="/options",
                )

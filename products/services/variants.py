"""Writes of variants, alone or as the whole set of a product."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.db.models import TextField
from django.db.models.functions import Cast, JSONObject
from stdnum import ean
from stdnum.exceptions import ValidationError

from accounts.actors import Actor
from catalog_project.errors import pointing_at
from catalog_project.models import uuid7
from products.errors import InvalidValue, NotFound, OptionsTaken, UnknownReference
from products.models import Price, Product, Variant
from products.models.products import MAX_OPTIONS
from products.models.variants import MAX_VARIANTS
from products.services.describing import described_variant, ensure_complete
from products.services.locking import lock_row
from products.services.prices import new_prices, write_prices
from products.services.sizes import ensure_metadata
from products.services.unit_of_work import unit_of_work
from products.services.values import VariantValues

OPTION_NAME_LENGTH, OPTION_LENGTH = 100, 255
FIELDS = ("sku", "gtin", "options", "attributes", "metadata", "position")


def normal_gtin(code: str) -> str:
    """A GTIN-8, -12, -13 or -14 as 14 digits. Raises InvalidValue, with the right check digit.

    The check digit is that of the GS1 General Specifications, section 7.9.
    """
    digits = ean.compact(code)
    try:
        return ean.validate(digits).zfill(14)
    except ValidationError:
        pass
    if digits.isascii() and digits.isdigit() and len(digits) in {8, 12, 13, 14}:
        right = ean.calc_check_digit(digits[:-1])
        raise InvalidValue(f"{code!r} ends with a wrong check digit; {right} would be right.")
    raise InvalidValue(f"{code!r} is no GTIN: give 8, 12, 13 or 14 digits.")


def clean_variant(item: VariantValues) -> dict[str, Any]:
    """The plain fields that are named, in the form in which they are stored."""
    clean: dict[str, Any] = {name: item[name] for name in FIELDS if name in item}  # type: ignore[literal-required]  # FIELDS are keys of the TypedDict
    for name in ("sku", "gtin"):
        if name in clean:
            clean[name] = (clean[name] or "").strip() or None
    if clean.get("gtin"):
        with pointing_at("/gtin"):
            clean["gtin"] = normal_gtin(clean["gtin"])
    _ensure_options(clean.get("options", {}))
    ensure_metadata(clean.get("metadata", {}))
    return clean


def new_variants(
    product: Product, items: Sequence[VariantValues]
) -> tuple[list[Variant], list[Price]]:
    """Variant and price rows, not stored yet, in the order given."""
    ensure_count(len(items))
    variants: list[Variant] = []
    prices: list[Price] = []
    for position, item in enumerate(items):
        with pointing_at(f"/variants/{position}"):
            clean = {"position": position, **clean_variant(item)}
            variant = new_variant(product, clean)
            prices += new_prices(variant.pk, item.get("prices", []))
        variants.append(variant)
    ensure_distinct(variants)
    return variants, prices


def new_variant(product: Product, clean: Mapping[str, Any]) -> Variant:
    return Variant(id=uuid7(), product=product, is_archived=product.is_archived, **clean)


def write_variants(product: Product, items: Sequence[VariantValues]) -> bool:
    """Make the product's variants exactly these, matched by id, SKU or options.

    Answers whether anything changed. Raises UnknownReference, InvalidValue, OptionsTaken.
    """
    ensure_count(len(items))
    existing = {variant.pk: variant for variant in Variant.objects.filter(product=product)}
    finder = _Finder(existing)
    variants: list[Variant] = []
    created: list[Variant] = []
    changed: list[Variant] = []
    prices: dict[UUID, Sequence[Any]] = {}
    for position, item in enumerate(items):
        with pointing_at(f"/variants/{position}"):
            clean = {"position": position, **clean_variant(item)}
            variant = finder.take(item.get("id"), clean)
            if variant is None:
                variant = new_variant(product, clean)
                created.append(variant)
            elif assign(variant, clean):
                changed.append(variant)
            variants.append(variant)
            if "prices" in item:
                prices[variant.pk] = item["prices"]
                new_prices(variant.pk, item["prices"])
    ensure_distinct(variants)
    if finder.left:
        Variant.objects.filter(pk__in=finder.left).delete()
    store_changed(changed)
    Variant.objects.bulk_create(created)
    prices_changed = write_prices(prices) if prices else False
    return bool(created or changed or finder.left or prices_changed)


class _Finder:
    """Finds the stored variant that an input item speaks of; each is found once."""

    def __init__(self, existing: Mapping[UUID, Variant]) -> None:
        self._existing = existing
        self.left = set(existing)

    def take(self, key: UUID | None, clean: Mapping[str, Any]) -> Variant | None:
        if key is not None:
            if key not in self.left:
                raise UnknownReference("variant of this product", key, pointer="/id")
        else:
            key = self._first("sku", clean) if clean.get("sku") else self._first("options", clean)
        if key is None:
            return None
        self.left.discard(key)
        return self._existing[key]

    def _first(self, field: str, clean: Mapping[str, Any]) -> UUID | None:
        wanted = clean.get(field, {})
        matches = (
            key
            for key in self._existing
            if key in self.left and getattr(self._existing[key], field) == wanted
        )
        return next(matches, None)


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
    Variant.objects.bulk_update(changed, [*FIELDS, "updated_at"])


def create_variant(
    product_id: UUID, *, values: VariantValues, expected_version: int | None, actor: Actor
) -> Variant:
    """Raises NotFound, StaleVersion, SkuTaken, OptionsTaken, InvalidValue."""
    with unit_of_work(actor) as work:
        product = lock_row(Product, product_id, expected_version=expected_version)
        values = described_variant(product, None, values)
        count = Variant.objects.filter(product=product).count()
        ensure_count(count + 1)
        clean = {"position": count, **clean_variant(values)}
        variant = new_variant(product, clean)
        variant.save(force_insert=True)
        write_prices({variant.pk: values.get("prices", [])})
        learn_option_names(product, [variant.options])
        ensure_complete([product])
        work.changed("product", [product_id])
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
        clean = clean_variant(described_variant(product, variant, values))
        is_changed = assign(variant, clean)
        if is_changed:
            variant.save(update_fields=[*clean, "updated_at"])
            learn_option_names(product, [variant.options])
        if "prices" in values:
            is_changed |= write_prices({variant_id: values["prices"]})
        if is_changed:
            ensure_complete([product])
            work.changed("product", [product_id])
    return variant


def delete_variant(
    product_id: UUID, variant_id: UUID, *, expected_version: int | None, actor: Actor
) -> None:
    """Raises NotFound, StaleVersion."""
    with unit_of_work(actor) as work:
        product = lock_row(Product, product_id, expected_version=expected_version)
        _variant_of(product, variant_id).delete()
        work.changed("product", [product_id])


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
        raise InvalidValue(f"A product has at most {MAX_VARIANTS} variants.", pointer="/variants")


def ensure_distinct(variants: Sequence[Variant]) -> None:
    """The constraint would say it too, but not which of the input's variants it is."""
    seen: set[frozenset[tuple[str, str]]] = set()
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

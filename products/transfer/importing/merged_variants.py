"""A record's variants, laid over those of the product."""

from collections.abc import Mapping, Sequence
from typing import Any, cast
from uuid import UUID

from catalog_project.errors import pointing_at
from products.errors import InvalidValue, SkuTaken
from products.models import Product, Variant
from products.models.external_ids import MAX_EXTERNAL_IDS
from products.services.external_ids import Pair, clean_external_ids
from products.services.identity import pairs_of
from products.services.values import VariantValues
from products.services.variants import clean_variant
from products.transfer.importing.described import stored_attributes
from products.transfer.importing.fitting import ensure_fits
from products.transfer.importing.intents import Intent
from products.transfer.importing.merged_prices import merge_prices
from products.transfer.importing.stored import Stored
from products.transfer.importing.world import World
from products.transfer.records import VariantRecord

# What a record names that is no column of a variant, or not as it stands there.
NOT_YET = UUID(int=0)  # finding.settle_variant_ids gives it an id
PARTS = ("id", "prices", "external_ids", "media", "attributes", "metadata", "tax_class")


def new_variants_of(intent: Intent, type_id: UUID | None, world: World) -> list[VariantValues]:
    """Of a new product."""
    _ensure_own_skus(intent)
    for n, record in enumerate(intent.record.variants):
        with pointing_at(f"/variants/{n}"):
            _new(intent, n, record, type_id, world)
    return intent.new_items


def merge_variants(
    intent: Intent, product: Product, type_id: UUID | None, stored: Stored, world: World
) -> list[VariantValues]:
    """Those that change, by id, and those that are new."""
    _ensure_own_skus(intent)
    existing = stored.variants[product.pk]
    left = list(existing)
    owners = {
        (row.system, row.value): row.variant_id
        for row in stored.external_ids[product.pk]
        if row.variant_id
    }
    position = max((variant.position for variant in existing), default=-1) + 1
    items: list[VariantValues] = []
    for n, record in enumerate(intent.record.variants):
        with pointing_at(f"/variants/{n}"):
            clean = clean_variant(_plain(record.values))
            variant = _find(left, record, clean, owners)
            if variant is None and existing and "options" not in clean:
                raise _no_such_variant(clean)
            if variant is None:
                item = _new(intent, n, record, type_id, world)
                item.setdefault("position", position)
                position += 1
                items.append(item)
                intent.say("variants", None, clean.get("sku") or clean.get("options"))
                continue
            left.remove(variant)
            intent.variants.append(variant.pk)
            changes = _changes(
                intent, record, variant, clean, type_id=type_id, stored=stored, world=world
            )
            if changes:
                place = {"id": variant.pk, "position": variant.position}
                items.append(cast("VariantValues", {**place, **changes}))
    return items


def _ensure_own_skus(intent: Intent) -> None:
    """Within the record; of others it is for the catalog to say."""
    seen: dict[str, int] = {}
    for n, record in enumerate(intent.record.variants):
        sku = (record.values.get("sku") or "").strip()
        if sku and seen.setdefault(sku, n) != n:
            line = intent.record.variants[seen[sku]].line
            raise SkuTaken(
                f"Line {line} has the SKU {sku!r} already.", pointer=f"/variants/{n}/sku"
            )


def _plain(values: VariantValues) -> VariantValues:
    return {name: value for name, value in values.items() if name not in PARTS}  # type: ignore[return-value]  # names of the same TypedDict


def _find(
    left: Sequence[Variant],
    record: VariantRecord,
    clean: Mapping[str, Any],
    owners: Mapping[tuple[str, str], UUID],
) -> Variant | None:
    """By id, else by external id, else by SKU, else by options."""
    named = {owners.get(pair) for pair in pairs_of(record.values.get("external_ids", []))}
    for wanted in ({record.values.get("id")}, named):
        for variant in left:
            if variant.pk in wanted:
                return variant
    for name in ("sku", "options"):
        if value := clean.get(name):
            for variant in left:
                if getattr(variant, name) == value:
                    return variant
    # A product without options has one variant, and whatever the file says is about it.
    if not clean.get("options") and len(left) == 1 and not left[0].options:
        return left[0]
    return None


def _no_such_variant(clean: Mapping[str, Any]) -> InvalidValue:
    sku = clean.get("sku")
    return InvalidValue(
        f"No variant of the product has the SKU {sku!r}: name its options to add it."
        if sku
        else "The product's variants have options: name the SKU or the options of the one meant.",
        pointer="/sku",
    )


def _new(
    intent: Intent, n: int, record: VariantRecord, type_id: UUID | None, world: World
) -> VariantValues:
    item: dict[str, Any] = {name: value for name, value in record.values.items() if name != "id"}
    ensure_fits("variant", item)
    if key := record.values.get("id"):
        item["new_id"] = key
    if record.attributes:
        item["attributes"] = _attributes(intent, record, {}, type_id, world)
    made: VariantValues = item  # type: ignore[assignment]  # of the same TypedDict
    intent.variants.append(NOT_YET)
    intent.new_variants.append(n)
    intent.new_items.append(made)
    return made


def _attributes(
    intent: Intent,
    record: VariantRecord,
    before: Mapping[str, Any],
    type_id: UUID | None,
    world: World,
) -> dict[str, Any]:
    return stored_attributes(
        world,
        type_id,
        record.attributes,
        before,
        is_variant=True,
        place="/attributes",
        intent=intent,
    )


def _changes(
    intent: Intent,
    record: VariantRecord,
    variant: Variant,
    clean: Mapping[str, Any],
    *,
    type_id: UUID | None,
    stored: Stored,
    world: World,
) -> dict[str, Any]:
    label = variant.sku or " / ".join(variant.options.values()) or f"line {record.line}"
    values, changes = record.values, {}

    def change(name: str, before: Any, after: Any) -> None:
        if before != after:
            changes[name] = after
            intent.say(f"variants.{label}.{name}", before, after)

    differing = {name for name, value in clean.items() if getattr(variant, name) != value}
    for name in differing:
        intent.say(f"variants.{label}.{name}", getattr(variant, name), clean[name])
    if differing:
        changes |= _plain(values)
        ensure_fits("variant", changes)
    if "metadata" in values:
        change("metadata", variant.metadata, merged_objects(variant.metadata, values["metadata"]))
    if "tax_class" in values:
        row = world.classes.get(values["tax_class"] or "")  # type: ignore[arg-type]  # a code
        if variant.tax_class_id != (row.pk if row else None):
            changes["tax_class"] = values["tax_class"]
            intent.say(f"variants.{label}.tax_class", variant.tax_class_id, values["tax_class"])
    if record.attributes:
        named = _attributes(intent, record, variant.attributes, type_id, world)
        change("attributes", variant.attributes, {**variant.attributes, **named})
    if "prices" in values:
        prices = merge_prices(intent, record, label, stored.prices[variant.pk], world)
        if prices is not None:
            changes["prices"] = prices
    own = [
        (row.system, row.value)
        for row in stored.external_ids[variant.product_id]
        if row.variant_id == variant.pk
    ]
    if added := _added_ids(record, own):
        pairs = [*own, *added]
        changes["external_ids"] = [{"system": system, "id": value} for system, value in pairs]
        intent.say(f"variants.{label}.external_ids", None, [":".join(pair) for pair in added])
    missing, had = _shown(record, variant, stored)
    if missing:
        # What is named comes first; the others stay.
        changes["media"] = [*missing, *had]
        intent.say(f"variants.{label}.media", None, missing)
    return changes


def merged_objects(old: Mapping[str, Any], new: Mapping[str, Any]) -> dict[str, Any]:
    """Objects within are merged too; anything else is replaced."""
    result = dict(old)
    for key, value in new.items():
        if isinstance(value, dict) and isinstance(old.get(key), dict):
            result[key] = merged_objects(old[key], value)
        else:
            result[key] = value
    return result


def _added_ids(record: VariantRecord, own: Sequence[Pair]) -> list[Pair]:
    """What the file names is added; the others stay."""
    named = clean_external_ids(record.values.get("external_ids", []))
    added = [pair for pair in named if pair not in own]
    if len(own) + len(added) > MAX_EXTERNAL_IDS:
        raise InvalidValue(f"At most {MAX_EXTERNAL_IDS} external ids.", pointer="/external_ids")
    return added


def _shown(
    record: VariantRecord, variant: Variant, stored: Stored
) -> tuple[list[UUID | str], list[UUID]]:
    """The media that the record adds, and those that show the variant already."""
    had = stored.shown_by.get(variant.pk, [])
    urls = {media.source_url: media.pk for media in stored.media[variant.product_id]}
    named = dict.fromkeys(record.values.get("media", []))
    return [each for each in named if urls.get(str(each), NOT_YET) not in had], had

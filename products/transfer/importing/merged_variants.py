"""A record's variants, laid over those of the product."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from catalog_project.errors import pointing_at
from products.errors import InvalidValue, SkuTaken
from products.models import ExternalId, Price, Product, Variant
from products.models.external_ids import MAX_EXTERNAL_IDS
from products.services.external_ids import clean_external_ids
from products.services.identity import pairs_of
from products.services.values import PriceValues, VariantValues
from products.services.variants import clean_variant
from products.transfer.importing.described import stored_attributes
from products.transfer.importing.fitting import ensure_fits
from products.transfer.importing.intents import Intent
from products.transfer.importing.stored import Stored
from products.transfer.importing.suspicions import is_jump
from products.transfer.importing.world import World
from products.transfer.records import Remark, VariantRecord

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
            if changes := _changes(intent, record, variant, clean, type_id, stored, world):
                items.append({"id": variant.pk, "position": variant.position, **changes})
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
        warnings=intent.warnings,
    )


def _changes(
    intent: Intent,
    record: VariantRecord,
    variant: Variant,
    clean: Mapping[str, Any],
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
        prices = _prices(intent, record, label, stored.prices[variant.pk], world)
        if prices is not None:
            changes["prices"] = prices
    _merge_external_ids(intent, changes, record, variant, stored.external_ids[variant.product_id])
    _merge_shown(intent, changes, record, variant, stored, label)
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


Slot = tuple[str | None, str, int, Any, Any]  # list, currency, least, from, until


def _prices(
    intent: Intent, record: VariantRecord, label: str, stored: Sequence[Price], world: World
) -> list[PriceValues] | None:
    """The lasting base prices, and those of other places that change; None where nothing does. A
    former price stays while it is not below the new one."""
    lists = {row.pk: code for code, row in world.lists.items()}
    before: dict[Slot, Price] = {_slot_of(price, lists): price for price in stored}
    wanted: dict[Slot, PriceValues] = {
        slot: _values_of(price)
        for slot, price in before.items()
        if slot[0] is None and price.is_lasting
    }
    is_changed = False
    for item in record.values.get("prices", []):
        slot = _slot(item)
        old = before.get(slot)
        known = old.compare_at if old else None
        kept = known if known is not None and known >= item["amount"] else None
        new = (item["amount"], item.get("compare_at", kept))
        if old is not None and (old.amount, old.compare_at) == new:
            continue
        is_changed = True
        wanted[slot] = {**item, "amount": new[0], "compare_at": new[1]}
        intent.say(f"variants.{label}.price {slot[1]}", old and old.amount, new[0])
        if old is not None and is_jump(old.amount, new[0]):
            intent.warnings.append(_jump(intent, record, slot[1], old, item))
    return list(wanted.values()) if is_changed else None


def _jump(
    intent: Intent, record: VariantRecord, currency: str, old: Price, item: PriceValues
) -> Remark:
    return Remark(
        "price-jump",
        record.line,
        f"The price goes from {old.amount.normalize():f} to {item['amount']:f} {currency}.",
        "See that the decimal point of the file is where it should be.",
        intent.record.columns.get("price", ""),
        intent.record.slug or "",
    )


def _slot(item: PriceValues) -> Slot:
    code = item.get("price_list")
    return (
        code if isinstance(code, str) else None,
        item["currency"],
        item.get("min_quantity", 1),
        item.get("valid_from"),
        item.get("valid_until"),
    )


def _slot_of(price: Price, lists: Mapping[Any, str]) -> Slot:
    code = lists.get(price.price_list_id) if price.price_list_id else None
    return (code, price.currency, price.min_quantity, price.valid_from, price.valid_until)


def _values_of(price: Price) -> PriceValues:
    return {
        "currency": price.currency,
        "amount": price.amount,
        "compare_at": price.compare_at,
        "min_quantity": price.min_quantity,
    }


def _merge_external_ids(
    intent: Intent,
    changes: dict[str, Any],
    record: VariantRecord,
    variant: Variant,
    before: Sequence[ExternalId],
) -> None:
    if "external_ids" not in record.values:
        return
    own = [(row.system, row.value) for row in before if row.variant_id == variant.pk]
    added = [pair for pair in clean_external_ids(record.values["external_ids"]) if pair not in own]
    if len(own) + len(added) > MAX_EXTERNAL_IDS:
        raise InvalidValue(f"At most {MAX_EXTERNAL_IDS} external ids.", pointer="/external_ids")
    if added:
        pairs = [*own, *added]
        changes["external_ids"] = [{"system": system, "id": value} for system, value in pairs]
        intent.say("variants.external_ids", None, [":".join(pair) for pair in added])


def _merge_shown(
    intent: Intent,
    changes: dict[str, Any],
    record: VariantRecord,
    variant: Variant,
    stored: Stored,
    label: str,
) -> None:
    """What is named comes first, unless it shows the variant already; the others stay."""
    named = record.values.get("media", [])
    if not named:
        return
    had = stored.shown_by.get(variant.pk, [])
    urls = {media.source_url: media.pk for media in stored.media[variant.product_id]}
    missing = [each for each in dict.fromkeys(named) if urls.get(each) not in had]  # type: ignore[arg-type]  # addresses
    if missing:
        changes["media"] = [*missing, *had]
        intent.say(f"variants.{label}.media", None, missing)

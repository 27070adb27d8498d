"""What a record says of a product, laid over what the catalog has: an intent.

A merge changes what is named and nothing else: variants, pictures, prices in other places,
categories, translations and metadata that the file does not speak of stay.
"""

from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

from catalog_project.errors import pointing_at
from products.errors import InvalidValue, ProductIncomplete
from products.models import ExternalId, Product
from products.models.external_ids import MAX_EXTERNAL_IDS
from products.services.contents import clean_tags
from products.services.external_ids import clean_external_ids
from products.services.listings import DEFAULTS, facts_of
from products.services.translations import merge
from products.transfer.importing.described import stored_attributes
from products.transfer.importing.fitting import ensure_fits, ensure_nameable
from products.transfer.importing.intents import Intent, Staged
from products.transfer.importing.merged_media import merge_media, new_media_of
from products.transfer.importing.merged_variants import (
    merge_variants,
    merged_objects,
    new_variants_of,
)
from products.transfer.importing.stored import Stored
from products.transfer.importing.world import World, places_of

Change = Callable[..., None]
PLAIN = (
    "name",
    "description",
    "status",
    "publish_at",
    "unpublish_at",
    "seo_title",
    "seo_description",
)


def intent_of(staged: Staged, key: UUID, stored: Stored, world: World, *, fetches: bool) -> Intent:
    """Raises the DomainError that says what is wrong with the record."""
    product = stored.products.get(key)
    ensure_nameable(staged.record)
    intent = Intent(staged, key, product, warnings=list(staged.record.warnings))
    if product is None:
        _new_product(intent, world, fetches=fetches)
    else:
        _merge_product(intent, product, stored, world, fetches=fetches)
    for n, variant in enumerate(staged.record.variants):
        with pointing_at(f"/variants/{n}"):
            for code in variant.stock:
                world.location(code)
    _listings(intent, stored, world)
    _collections(intent, stored, world)
    return intent


def _new_product(intent: Intent, world: World, *, fetches: bool) -> None:
    record = intent.record
    values: dict[str, Any] = {**record.values}
    if "name" not in values:
        raise InvalidValue("The product is new and has no name.", pointer="/name")
    if record.slug:
        values["slug"] = record.slug
    if record.brand:
        values["brand"] = world.brand_of(record)
    if record.product_type:
        values["product_type"] = _type_id(record.product_type, world)
    if categories := world.categories_of(record):
        values["categories"] = [key for key in categories if key]
    attributes = _attributes(intent, values.get("product_type"), {}, world)
    if attributes:
        values["attributes"] = attributes
    ensure_fits("product", values)
    _ensure_complete(values.get("status"), values.get("product_type"), attributes, world)
    if record.media:
        values["media"] = new_media_of(intent, fetches=fetches)
    if record.variants:
        values["variants"] = new_variants_of(intent, values.get("product_type"), world)
    intent.values = values  # type: ignore[assignment]  # of the same TypedDict


def _merge_product(
    intent: Intent, product: Product, stored: Stored, world: World, *, fetches: bool
) -> None:
    record = intent.record
    given: dict[str, Any] = {**record.values}
    changes: dict[str, Any] = {}

    def change(name: str, before: Any, after: Any, *, told: tuple[Any, Any] | None = None) -> None:
        if before != after:
            changes[name] = after
            intent.say(name, *(told or (before, after)))

    _merge_plain(product, given, change)
    _merge_names(intent, product, changes, world)
    type_id = product.product_type_id
    if record.product_type:
        type_id = _type_id(record.product_type, world)
        change(
            "product_type",
            product.product_type_id,
            type_id,
            told=(product.product_type_id, record.product_type),
        )
    _merge_categories(intent, changes, stored.categories[product.pk], world)
    attributes = _attributes(intent, type_id, product.attributes, world)
    for code, value in attributes.items():
        if product.attributes.get(code) != value:
            changes.setdefault("attribute_changes", {})[code] = value
            intent.say(f"attributes.{code}", product.attributes.get(code), value)
    _merge_external_ids(intent, changes, stored.external_ids[product.pk])
    ensure_fits("product", changes)
    status = changes.get("status", product.status)
    _ensure_complete(status, type_id, {**product.attributes, **attributes}, world)
    media = merge_media(intent, stored.media[product.pk], fetches=fetches)
    if media is not None:
        changes["media"] = media
    variants = merge_variants(intent, product, type_id, stored, world)
    if variants:
        changes["variants"], changes["variants_gone"] = variants, []
    names = _option_names(product, given, record.variants)
    change("option_names", product.option_names, names)
    intent.values = changes  # type: ignore[assignment]  # of the same TypedDict


def _merge_plain(product: Product, given: Mapping[str, Any], change: Change) -> None:
    for name in PLAIN:
        if name in given:
            change(name, getattr(product, name), given[name])
    if "tags" in given:
        change("tags", product.tags, clean_tags(given["tags"]))
    if "metadata" in given:
        after = merged_objects(product.metadata, given["metadata"])
        change("metadata", product.metadata, after)
    if "translations" in given:
        texts = merge(product.translations, given["translations"])
        change("translations", product.translations, texts)


def _merge_names(intent: Intent, product: Product, changes: dict[str, Any], world: World) -> None:
    """Brand and tax class."""
    record = intent.record
    if "tax_class" in record.values:
        code = record.values["tax_class"]
        row = world.classes.get(str(code)) if code else None
        if product.tax_class_id != (row.pk if row else None):
            changes["tax_class"] = code
            intent.say("tax_class", product.tax_class_id, code)
    if record.brand:
        key = world.brand_of(record)
        if key is None or key != product.brand_id:
            changes["brand"] = key
            intent.say("brand", product.brand_id, record.brand)


def _ensure_complete(
    status: str | None, type_id: UUID | None, attributes: Mapping[str, Any], world: World
) -> None:
    """The database says it, too, but not to a plan. Raises ProductIncomplete."""
    if status == Product.Status.PUBLISHED and type_id in world.required:
        required = [code for code, is_variant in world.required[type_id] if not is_variant]
        if missing := [code for code in required if code not in attributes]:
            raise ProductIncomplete(missing)


def _type_id(slug: str, world: World) -> UUID:
    if slug not in world.types:
        raise InvalidValue(f"There is no product type {slug[:100]!r}.", pointer="/product_type")
    return world.types[slug]


def _attributes(
    intent: Intent, type_id: UUID | None, before: Mapping[str, Any], world: World
) -> dict[str, Any]:
    if not intent.record.attributes:
        return {}
    return stored_attributes(
        world,
        type_id,
        intent.record.attributes,
        before,
        is_variant=False,
        place="/attributes",
        intent=intent,
    )


def _merge_categories(
    intent: Intent, changes: dict[str, Any], before: list[UUID], world: World
) -> None:
    """What is new comes first; the others stay."""
    named = zip(places_of(intent.record), world.categories_of(intent.record), strict=True)
    missing = [(path, key) for (_, path), key in named if key not in before]
    if missing:
        changes["categories"] = [*(key for _, key in missing if key), *before]
        intent.say("categories", None, [" > ".join(path) for path, _ in missing])


def _merge_external_ids(intent: Intent, changes: dict[str, Any], before: list[ExternalId]) -> None:
    """What the file names is added; the others stay."""
    own = [(row.system, row.value) for row in before if row.variant_id is None]
    named = clean_external_ids(intent.record.values.get("external_ids", []))
    added = [pair for pair in named if pair not in own]
    if not added:
        return
    if len(own) + len(added) > MAX_EXTERNAL_IDS:
        raise InvalidValue(f"At most {MAX_EXTERNAL_IDS} external ids.", pointer="/external_ids")
    pairs = [*own, *added]
    changes["external_ids"] = [{"system": system, "id": value} for system, value in pairs]
    intent.say("external_ids", None, [":".join(pair) for pair in added])


def _option_names(product: Product, given: Mapping[str, Any], variants: list[Any]) -> list[str]:
    used = (name for each in variants for name in each.values.get("options", {}))
    named = given.get("option_names", [])
    return list(dict.fromkeys([*product.option_names, *named, *used]))


def _listings(intent: Intent, stored: Stored, world: World) -> None:
    """Channels that the record does not name stay as they are."""
    before = stored.listings[intent.product.pk] if intent.product else {}
    for n, item in enumerate(intent.record.listings):
        key = world.channels.get(item["channel"])
        if key is None:
            raise InvalidValue(
                f"There is no channel {item['channel'][:50]!r}.", pointer=f"/channels/{n}/channel"
            )
        row = before.get(key)
        old = facts_of(row) if row else dict(DEFAULTS)
        new = {**old, **{name: value for name, value in item.items() if name != "channel"}}
        begin, end = new["publish_at"], new["unpublish_at"]
        if begin and end and end <= begin:
            raise InvalidValue(
                "unpublish_at must be later than publish_at.",
                pointer=f"/channels/{n}/unpublish_at",
            )
        if new != old:
            intent.listings[key] = new
            intent.say(f"channels.{item['channel']}", old["is_listed"], new["is_listed"])


def _collections(intent: Intent, stored: Stored, world: World) -> None:
    """Those that it is not in; it stays in the others."""
    inside = stored.collections[intent.key]
    named = zip(intent.record.collections, world.collections_of(intent.record), strict=True)
    for name, key in dict.fromkeys(named):
        if key is None or key not in inside:
            intent.say("collections", None, name)
            if key is not None:
                intent.collections.append(key)

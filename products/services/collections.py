"""Writes of collections: what they are called, when shoppers see them, and their rules.

Which products a collection has by hand is in `collection_members`.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.utils import timezone

from accounts.actors import Actor
from products.documents import build, memberships
from products.errors import ChosenByHand, InvalidValue, MayNotPublish
from products.models import Collection, CollectionProduct
from products.models.product_collections import MAX_PRODUCTS
from products.services.bulk import bulk_transaction
from products.services.collection_members import number_anew
from products.services.collection_rules import compile_rule
from products.services.locking import lock_row
from products.services.naming import free_slug, with_made_slug
from products.services.translated_slugs import ensure_free_in_locales
from products.services.translations import keep_old_translated_slugs, with_translations
from products.services.unit_of_work import UnitOfWork, unit_of_work
from products.services.values import CollectionValues

# Whoever sets these decides what shoppers see.
PUBLISHING = {"status", "publish_at", "unpublish_at"}
# What documents of products show of their collections, and in which order.
PRINTED = {"name", "slug", "translations", "position", "is_shown"}


def create_collection(*, values: CollectionValues, may_publish: bool, actor: Actor) -> Collection:
    """Raises SlugTaken, RuleRefused, MayNotPublish."""
    return with_made_slug(
        lambda: _create(values, may_publish, actor), is_made=not values.get("slug")
    )


def _create(values: CollectionValues, may_publish: bool, actor: Actor) -> Collection:
    with bulk_transaction(), unit_of_work(actor, renames=True) as work:
        fields = _fields(with_translations("collection", values))
        collection = Collection(**fields)
        if not may_publish and _decides(collection):
            raise MayNotPublish
        collection.slug = values.get("slug") or free_slug(Collection, values["name"])
        ensure_free_in_locales(Collection, None, {**fields, "slug": collection.slug})
        collection.is_shown = is_shown(collection, timezone.now())
        collection.save(force_insert=True)
        work.created("collection", [collection.pk])
        if collection.is_rule_based:
            _evaluate(collection.pk, work)
    return collection


def ensure_collections(names: Iterable[str], *, actor: Actor) -> None:
    """Have a collection of each of these names that is made by hand; new ones are published."""
    wanted = set(names)
    known = Collection.objects.filter(name__in=wanted, rule__isnull=True).values_list(
        "name", flat=True
    )
    for name in sorted(wanted - set(known)):
        values: CollectionValues = {"name": name, "status": Collection.Status.PUBLISHED}
        create_collection(values=values, may_publish=True, actor=actor)


def update_collection(
    collection_id: UUID,
    *,
    values: CollectionValues,
    expected_version: int | None,
    may_publish: bool,
    actor: Actor,
) -> Collection:
    """Write what is named. A new rule looks at all products; without one, what it found stays,
    chosen by hand from now on.

    Raises NotFound, StaleVersion, SlugTaken, RuleRefused, ChosenByHand, MayNotPublish.
    """
    with bulk_transaction(), unit_of_work(actor, renames=True) as work:
        collection = lock_row(Collection, collection_id, expected_version=expected_version)
        fields = _fields(with_translations("collection", values, collection.translations))
        changed = {name for name, value in fields.items() if getattr(collection, name) != value}
        if not may_publish and PUBLISHING & changed:
            raise MayNotPublish
        had_rule = collection.is_rule_based
        ensure_free_in_locales(Collection, collection_id, {name: fields[name] for name in changed})
        if "translations" in changed:
            keep_old_translated_slugs(
                "collection", collection_id, collection.translations, fields["translations"]
            )
        if "slug" in changed:
            work.reslugged("collection", {collection_id: collection.slug})
        for name in changed:
            setattr(collection, name, fields[name])
        shown = is_shown(collection, timezone.now())
        if shown != collection.is_shown:
            collection.is_shown = shown
            changed.add("is_shown")
        if changed:
            collection.save(update_fields=[*changed])
        if changed - {"is_shown"}:
            work.changed("collection", [collection_id])
        if {"rule", "matcher"} & changed:
            _apply_rule(collection, work, had_rule=had_rule)
        if PRINTED & changed:
            work.reprint(_members(collection_id).values_list("product_id", flat=True))
    collection.refresh_from_db()
    return collection


def delete_collection(collection_id: UUID, *, expected_version: int | None, actor: Actor) -> None:
    """Its products stay. Raises NotFound, StaleVersion."""
    with bulk_transaction(), unit_of_work(actor, renames=True) as work:
        collection = lock_row(Collection, collection_id, expected_version=expected_version)
        work.reprint(list(_members(collection_id).values_list("product_id", flat=True)))
        work.deleting("collection", [collection_id])
        collection.delete()


def is_shown(collection: Collection, at: datetime) -> bool:
    """Whether shoppers see it at that instant."""
    return (
        collection.status == Collection.Status.PUBLISHED
        and (collection.publish_at is None or collection.publish_at <= at)
        and (collection.unpublish_at is None or at < collection.unpublish_at)
    )


def _decides(collection: Collection) -> bool:
    return collection.status != Collection.Status.DRAFT or bool(
        collection.publish_at or collection.unpublish_at
    )


def _fields(values: CollectionValues) -> dict[str, Any]:
    """The columns that are named; a rule is three of them."""
    fields: dict[str, Any] = {name: value for name, value in values.items() if name != "slug"}
    if values.get("slug"):
        fields["slug"] = values["slug"]
    if "rule" in values:
        rule: Mapping[str, Any] | None = values["rule"]
        compiled = None if rule is None else compile_rule(rule)
        fields["matcher"] = compiled and compiled.path
        fields["matcher_values"] = compiled and compiled.values
    return fields


def _apply_rule(collection: Collection, work: UnitOfWork, *, had_rule: bool) -> None:
    members = _members(collection.pk)
    if collection.is_rule_based:
        if not had_rule and (count := members.count()):
            raise ChosenByHand(count)
        _evaluate(collection.pk, work)
        return
    if members.count() > MAX_PRODUCTS:
        raise InvalidValue(f"More than {MAX_PRODUCTS} products cannot be kept by hand.")
    number_anew(collection.pk)


def _evaluate(collection_id: UUID, work: UnitOfWork) -> None:
    """Let the rule look at all products, a bounded batch at a time."""
    for batch in build.product_batches():
        work.reprint(memberships.evaluate(batch, collection=collection_id))


def _members(collection_id: UUID) -> QuerySet[CollectionProduct]:
    return CollectionProduct.objects.filter(collection=collection_id)

"""Drafts of products stored, table by table: the same statements however many they are."""

from collections.abc import Sequence
from uuid import UUID

from products.errors import ItemsRefused, ProductIncomplete
from products.services.archiving import archive_parts
from products.services.bulk_items import Refusals
from products.services.contents import add_memberships, store_media, write_categories
from products.services.describing import incomplete
from products.services.external_ids import new_external_ids, write_all_external_ids
from products.services.product_drafts import Draft
from products.services.relations import add_relations, write_relations
from products.services.rows import insert_rows, update_rows
from products.services.translations import keep_all_old_translated_slugs
from products.services.unit_of_work import UnitOfWork
from products.services.variant_lists import store_variants


def store_drafts(
    work: UnitOfWork, drafts: Sequence[Draft], related: set[UUID], refusals: Refusals
) -> None:
    """`related` are the products whose documents show one that begins or ceases to be there.

    Raises ItemsRefused where products would be published without what their types require, and
    whatever the database refuses.
    """
    new = [draft for draft in drafts if draft.is_new]
    old = [draft for draft in drafts if not draft.is_new]
    written = [draft for draft in old if draft.fields]
    update_rows(
        [draft.product for draft in written],
        sorted({name for draft in written for name in draft.fields}),
    )
    _follow_slugs(work, written)
    if moved := [draft.product for draft in written if "status" in draft.fields]:
        archive_parts(moved, is_archived=True)
        archive_parts(moved, is_archived=False)
        work.reprint(related)
    # In one order everywhere: writers of the same names wait for each other, and not in a circle.
    new.sort(key=lambda draft: draft.product.slug)
    insert_rows(draft.product for draft in new)
    changed = _store_parts(work, drafts)
    for draft in drafts:
        draft.is_changed = bool(draft.is_new or draft.fields or draft.key in changed)
    _ensure_complete([draft for draft in drafts if draft.is_changed], refusals)
    if new:
        work.created("product", [draft.key for draft in new])
    for draft in old:
        if draft.is_changed:
            _say_what_changed(work, draft)


def _store_parts(work: UnitOfWork, drafts: Sequence[Draft]) -> set[UUID]:
    """Answers the products of which a part changed."""
    new = [draft for draft in drafts if draft.is_new]
    old = [draft for draft in drafts if not draft.is_new]
    changed = write_all_external_ids(
        [
            (draft.product, {None: draft.values["external_ids"]})
            for draft in old
            if "external_ids" in draft.values
        ],
        new=[
            row
            for draft in new
            for row in new_external_ids(draft.product, None, draft.values.get("external_ids", []))
        ],
    )
    changed |= store_media(work, [draft.media for draft in drafts if draft.media])
    changed |= store_variants([draft.variants for draft in drafts if draft.variants])
    add_memberships((draft.key, draft.values.get("categories", [])) for draft in new)
    changed |= set(
        write_categories(
            {draft.key: draft.values["categories"] for draft in old if "categories" in draft.values}
        )
    )
    add_relations(work, [row for draft in new for row in draft.relations or ()])
    return changed | write_relations(
        work, {draft.key: draft.relations for draft in old if draft.relations is not None}
    )


def _follow_slugs(work: UnitOfWork, drafts: Sequence[Draft]) -> None:
    for draft in drafts:
        work.follow_slug(draft.product, draft.old_slug, was_archived=draft.was_archived)
    keep_all_old_translated_slugs(
        "product",
        [
            (draft.key, draft.old_translations, draft.product.translations)
            for draft in drafts
            if "translations" in draft.fields
        ],
    )


def _ensure_complete(drafts: Sequence[Draft], refusals: Refusals) -> None:
    """Raises ItemsRefused, or of a single write ProductIncomplete."""
    missing = incomplete([draft.product for draft in drafts])
    for draft in drafts:
        if draft.key in missing:
            with refusals.judging(draft.number):
                raise ProductIncomplete(missing[draft.key])
    if missing:
        raise ItemsRefused(refusals.errors)


def _say_what_changed(work: UnitOfWork, draft: Draft) -> None:
    if {"variants", "product_type"} & draft.values.keys() or "status" in draft.fields:
        work.changed("product", [draft.key], draft.write.event)
    else:
        work.changed_variants(draft.key, [], draft.write.event)

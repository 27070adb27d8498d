"""Writes of products: one or a thousand in the same statements.

First everything is read and locked, then each write is planned by itself, in memory, so that a
flaw of one says nothing of the others; then all plans are stored table by table. What only the
database sees (a name that somebody takes at this moment) is raised for the batch as a whole:
services.product_bulk then looks which of its writes it was.
"""

from collections.abc import Callable, Iterator, Sequence
from uuid import UUID

from catalog_project.models import uuid7
from products.errors import (
    InvalidValue,
    MayNotPublish,
    NotFound,
    WrongStatus,
)
from products.models import Media, Product, Variant
from products.models.products import MAX_CATEGORIES
from products.services.bulk_items import Refusals
from products.services.contents import (
    StoredMedia,
    plan_media,
)
from products.services.describing import Descriptions, settle_type_changes
from products.services.external_ids import clean_external_ids
from products.services.locking import Versions
from products.services.merge_patch import with_metadata
from products.services.naming import RESERVED, free_slugs
from products.services.naming_rows import NamedRows
from products.services.option_texts import ensure_known_options
from products.services.plain import References, assign_plain, plain_values
from products.services.product_drafts import Draft, ProductWrite
from products.services.product_storing import store_drafts
from products.services.relations import Kinds, lock_related
from products.services.rows import new_row
from products.services.taken_names import TakenNames
from products.services.translations import (
    locales_for,
    with_translations,
)
from products.services.unit_of_work import UnitOfWork
from products.services.values import ProductValues
from products.services.variant_lists import plan_variants
from products.services.variants import all_option_names

# Whoever sets these decides what shoppers see.
PUBLISHING = {"status", "publish_at", "unpublish_at"}
# Of an archived product nothing is published: it is restored first.
ONLY_LIVE = {"published", "unpublished"}
# Nobody asks, and to read instants takes a tenth of the time.
STAMPS = ("created_at", "updated_at")
NOBODY = UUID(int=0)


def write_products(
    work: UnitOfWork,
    writes: Sequence[ProductWrite],
    *,
    may_publish: bool,
    refusals: Refusals,
    is_whole: bool = True,
    is_rehearsal: bool = False,
    accept_loss: bool = False,
) -> list[Draft]:
    """Store those that nothing speaks against; what is wrong with the others is in `refusals`.
    `is_whole`: then nothing is stored once there is a refusal; of a rehearsal nothing is in any
    case. No two writes are about one product.

    Raises ItemsRefused where products would be published without what their types require, and
    whatever the database refuses.
    """
    batch = _Batch(writes)
    drafts = batch.passing(batch.drafts(), refusals, batch.judge)
    settle_type_changes(
        work,
        [(draft.product, draft.write.values) for draft in drafts if not draft.is_new],
        accept_loss=accept_loss,
    )
    drafts = batch.passing(drafts, refusals, lambda draft: batch.plan(draft, may_publish))
    batch.load_parts(drafts, looks_ahead=not refusals.is_single)
    drafts = batch.passing(drafts, refusals, batch.plan_parts)
    if not (is_rehearsal or (is_whole and refusals.errors)):
        store_drafts(work, drafts, batch.related, refusals)
    return drafts


class _Batch:
    """What a batch of writes needs to know, read in the same statements however many they are."""

    def __init__(self, writes: Sequence[ProductWrite]) -> None:
        self._writes = writes
        self._values = [write.values for write in writes]
        self._versions = Versions()
        keys = [write.product_id for write in writes if write.product_id]
        self.related = self._lock(keys)
        rows = Product.objects.filter(pk__any_of=keys).order_by("pk")
        self._rows = {row.pk: row for row in rows.select_for_update(no_key=True)} if keys else {}
        known = [self._rows.get(write.product_id or NOBODY) for write in writes]
        self._described = Descriptions(list(zip(known, self._values, strict=True)))
        self._locales = locales_for(self._values)
        self._named = NamedRows.of_products(self._values)
        self._references = References(self._values)
        self._slugs = self._made_slugs([each.values for each in writes if not each.product_id])

    def _lock(self, keys: Sequence[UUID]) -> set[UUID]:
        """All rows that the writes touch, by id; answers those whose documents show a product
        that begins or ceases to be there."""
        moved = [w.product_id for w in self._writes if w.product_id and "status" in w.values]
        relating = [w.product_id for w in self._writes if w.product_id and "relations" in w.values]
        targets = {r["product"] for each in self._values for r in each.get("relations", [])}
        related = lock_related(moved, others={*keys, *targets}) if moved else set()
        is_related = any("relations" in each for each in self._values)
        self._kinds = Kinds(self._values, relating) if is_related else None
        return related

    def _made_slugs(self, new: Sequence[ProductValues]) -> Iterator[str]:
        names = [item["name"] for item in new if not item.get("slug") and "name" in item]
        live = Product.objects.exclude(status=Product.Status.ARCHIVED)
        return iter(free_slugs(live, names) if names else [])

    def passing(
        self, drafts: Sequence[Draft], refusals: Refusals, judge: Callable[[Draft], None]
    ) -> list[Draft]:
        """Those of the drafts that the judge lets pass."""
        passed = []
        for draft in drafts:
            with refusals.judging(draft.number):
                judge(draft)
                passed.append(draft)
        return passed

    def drafts(self) -> list[Draft]:
        return [
            Draft(
                number=n,
                write=write,
                product=self._rows.get(write.product_id or NOBODY)
                or new_row(Product, id=write.new_id or uuid7()),
                is_new=write.product_id is None,
            )
            for n, write in enumerate(self._writes)
        ]

    def judge(self, draft: Draft) -> None:
        """Raises NotFound, StaleVersion, WrongStatus, AttributesRefused, UnknownReference."""
        write = draft.write
        if not draft.is_new:
            if write.product_id not in self._rows:
                raise NotFound(f"There is no product {write.product_id}.")
            self._versions.ensure(draft.product, write.expected_version)
            if write.event in ONLY_LIVE and draft.product.is_archived:
                raise WrongStatus("It is archived: restore it first.")
        self._described.ensure_right(draft.number)

    def plan(self, draft: Draft, may_publish: bool) -> None:
        """The row of the product itself. Raises InvalidValue, UnknownReference, MayNotPublish."""
        product = draft.product
        values = with_metadata(self._described.of(draft.number), product.metadata)
        draft.old_translations = product.translations
        values = with_translations("product", values, product.translations, known=self._locales)
        self._references.ensure_there(values)
        draft.values = values = self._named.product(values)
        draft.old_slug, draft.was_archived = product.slug, product.is_archived
        plain = plain_values(values)
        if draft.is_new:
            if "name" not in plain:
                raise InvalidValue("A new product has a name.", pointer="/name")
            plain["slug"] = plain.get("slug") or next(self._slugs)
        if plain.get("slug", product.slug) in RESERVED and product.slug not in RESERVED:
            raise InvalidValue("This is an address of the API: choose another.", pointer="/slug")
        draft.fields = assign_plain(product, plain)
        decides = PUBLISHING & draft.fields
        if decides and not may_publish:
            raise MayNotPublish
        if len(values.get("categories", [])) > MAX_CATEGORIES:
            raise InvalidValue(
                f"A product is in at most {MAX_CATEGORIES} categories.", pointer="/categories"
            )
        clean_external_ids(values.get("external_ids", []))

    def load_parts(self, drafts: Sequence[Draft], *, looks_ahead: bool) -> None:
        """What is stored of the parts that the drafts name, and of the names that they want."""
        self._variants: dict[UUID, list[Variant]] = {draft.key: [] for draft in drafts}
        keys = [draft.key for draft in drafts if "variants" in draft.values and not draft.is_new]
        stored = Variant.objects.filter(product__any_of=keys).defer(*STAMPS)
        for variant in stored if keys else ():
            self._variants[variant.product_id].append(variant)
        pictured = [draft for draft in drafts if _names_media(draft.values)]
        lists = [draft.values.get("media", []) for draft in pictured]
        self._media = StoredMedia([draft.key for draft in pictured], lists)
        self._taken = TakenNames([(draft.product, draft.values) for draft in drafts if looks_ahead])

    def plan_parts(self, draft: Draft) -> None:
        """Raises what the rules of variants, prices, media and relations say."""
        product, values = draft.product, draft.values
        media = self._media.rows.get(product.pk, [])
        if "media" in values:
            draft.media = plan_media(product.pk, values["media"], self._media)
            media = [row for row, _ in draft.media.rows]
        if "variants" in values:
            self._plan_variants(draft, media)
        if draft.is_new or "translations" in draft.fields:
            ensure_known_options(product, draft.old_translations)
        if self._kinds and "relations" in values:
            draft.relations = self._kinds.rows(product.pk, values["relations"])
        self._taken.claim(product, values)

    def _plan_variants(self, draft: Draft, media: Sequence[Media]) -> None:
        product, items = draft.product, draft.values["variants"]
        draft.variants = plan_variants(
            product,
            items,
            self._variants[product.pk],
            gone=draft.values.get("variants_gone"),
            media=media,
        )
        names = all_option_names(product, [item.get("options", {}) for item in items])
        if names != product.option_names:
            product.option_names = names
            draft.fields.add("option_names")


def _names_media(values: ProductValues) -> bool:
    return "media" in values or any("media" in each for each in values.get("variants", ()))

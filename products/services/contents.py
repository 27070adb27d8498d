"""The parts of the product aggregate that are written with it: memberships, media, tags."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from products.errors import InvalidValue, UnknownReference
from products.models import Media, ProductCategory
from products.models.media import MAX_MEDIA
from products.models.products import MAX_CATEGORIES, MAX_TAGS
from products.services.fetching import ensure_fetchable, set_to_work
from products.services.files import remove_unused_files
from products.services.media_rows import (
    WRITTEN,
    assign_media,
    new_media,
)
from products.services.rows import insert_rows, update_rows
from products.services.translations import locales_for, with_translations
from products.services.unit_of_work import UnitOfWork
from products.services.values import MediaValues
from products.services.variant_media import shown_by, take_over


def clean_tags(tags: Sequence[str]) -> list[str]:
    """Each tag once, without blanks around it, in the order given."""
    clean = list(dict.fromkeys(tag.strip() for tag in tags))
    if len(clean) > MAX_TAGS:
        raise InvalidValue(f"A product has at most {MAX_TAGS} tags.", pointer="/tags")
    if "" in clean:
        raise InvalidValue("A tag is not blank.", pointer="/tags")
    return clean


def write_categories(memberships: Mapping[UUID, Sequence[UUID]]) -> list[UUID]:
    """Set each product's categories, the primary one first. Answers the products that changed."""
    if not memberships:
        return []
    before: dict[UUID, list[UUID]] = {key: [] for key in memberships}
    rows = ProductCategory.objects.filter(product__in=memberships).order_by("position")
    for product_id, category_id in rows.values_list("product_id", "category_id"):
        before[product_id].append(category_id)
    after = {key: list(dict.fromkeys(categories)) for key, categories in memberships.items()}
    for categories in after.values():
        if len(categories) > MAX_CATEGORIES:
            raise InvalidValue(
                f"A product is in at most {MAX_CATEGORIES} categories.", pointer="/categories"
            )
    changed = [key for key in after if after[key] != before[key]]
    if changed:
        ProductCategory.objects.filter(product__in=changed).delete()
        add_memberships((key, after[key]) for key in changed)
    return changed


def add_memberships(memberships: Iterable[tuple[UUID, Sequence[UUID]]]) -> None:
    insert_rows(
        ProductCategory(product_id=product_id, category_id=category_id, position=position)
        for product_id, categories in memberships
        for position, category_id in enumerate(dict.fromkeys(categories))
    )


class StoredMedia:
    """What the catalog has of the pictures of these products: read once for any number of them."""

    def __init__(
        self, product_ids: Collection[UUID], lists: Iterable[Sequence[MediaValues]]
    ) -> None:
        self.known = locales_for(item for each in lists for item in each)
        self.rows: dict[UUID, list[Media]] = {key: [] for key in product_ids}
        for row in Media.objects.filter(product__in=product_ids) if product_ids else ():
            self.rows[row.product_id].append(row)


@dataclass(slots=True)
class MediaPlan:
    """What a list of media changes; nothing of it is stored yet."""

    product_id: UUID
    created: list[Media] = field(default_factory=list)
    changed: list[Media] = field(default_factory=list)
    gone: list[Media] = field(default_factory=list)
    rows: list[tuple[Media, MediaValues]] = field(default_factory=list)  # all that shall be there


def plan_media(product_id: UUID, items: Sequence[MediaValues], stored: StoredMedia) -> MediaPlan:
    """Make the product's media these, matched by id or URL.

    An uploaded file is kept by naming its id: its address cannot be written.
    """
    existing = stored.rows[product_id]
    known = stored.known
    plan = MediaPlan(product_id)
    by_id = {media.pk: media for media in existing}
    by_url = {media.source_url: media for media in existing if media.source_url}
    keep: set[UUID] = set()
    for position, item in enumerate(items):
        media = by_id.get(item["id"]) if "id" in item else by_url.get(item.get("url", ""))
        if media is None and "id" in item:
            raise UnknownReference("media", item["id"], pointer=f"/media/{position}/id")
        if media is None or media.pk in keep:
            placed: MediaValues = {**item, "position": item.get("position", position)}
            plan.created += new_media(product_id, [placed], known=known, first=position)
            plan.rows.append((plan.created[-1], item))
            continue
        plan.rows.append((media, item))
        keep.add(media.pk)
        place = f"/media/{position}"
        clean = with_translations("media", item, media.translations, known=known, place=place)
        if assign_media(media, clean, position):
            plan.changed.append(media)
    if len(keep) + len(plan.created) > MAX_MEDIA:
        raise InvalidValue(f"A product has at most {MAX_MEDIA} media.", pointer="/media")
    plan.gone = [media for key, media in by_id.items() if key not in keep]
    ensure_fetchable(plan.rows)
    return plan


def store_media(work: UnitOfWork, plans: Sequence[MediaPlan]) -> set[UUID]:
    """Any number of products in the same statements. Answers those that changed."""
    insert_rows(row for plan in plans for row in plan.created)
    if gone := {row.pk: row for plan in plans for row in plan.gone}:
        for product_id, variants in shown_by(gone).items():
            work.changed_variants(product_id, variants)
        remove_unused_files(str(row.file) for row in gone.values())
        named = [pair for plan in plans for pair in plan.rows]
        take_over({old: new.pk for new, item in named if (old := item.get("replaces")) in gone})
        Media.objects.filter(pk__in=gone).delete()
    update_rows([row for plan in plans for row in plan.changed], WRITTEN)
    set_to_work([row for plan in plans for row in plan.rows])
    return {plan.product_id for plan in plans if plan.gone or plan.changed or plan.created}

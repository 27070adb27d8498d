"""The parts of the product aggregate that are written with it: memberships, media, tags."""

from collections.abc import Iterable, Mapping, Sequence
from uuid import UUID

from products.errors import InvalidValue, UnknownReference
from products.models import Media, ProductCategory
from products.models.media import MAX_MEDIA
from products.models.products import MAX_CATEGORIES, MAX_TAGS
from products.services.fetching import set_to_work
from products.services.files import remove_unused_files
from products.services.media_rows import WRITTEN, assign_media, new_media
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
    ProductCategory.objects.bulk_create(
        ProductCategory(product_id=product_id, category_id=category_id, position=position)
        for product_id, categories in memberships
        for position, category_id in enumerate(dict.fromkeys(categories))
    )


def write_media(work: UnitOfWork, product_id: UUID, items: Sequence[MediaValues]) -> bool:
    """Make the product's media these, matched by id or URL. Answers whether anything changed.

    An uploaded file is kept by naming its id: its address cannot be written.
    """
    existing = list(Media.objects.filter(product_id=product_id))
    by_id = {media.pk: media for media in existing}
    by_url = {media.source_url: media for media in existing if media.source_url}
    keep: set[UUID] = set()
    changed: list[Media] = []
    created: list[Media] = []
    rows: list[tuple[Media, MediaValues]] = []
    known = locales_for(items)
    for position, item in enumerate(items):
        media = by_id.get(item["id"]) if "id" in item else by_url.get(item.get("url", ""))
        if media is None and "id" in item:
            raise UnknownReference("media", item["id"], pointer=f"/media/{position}/id")
        if media is None or media.pk in keep:
            placed: MediaValues = {**item, "position": item.get("position", position)}
            created += new_media(product_id, [placed], known=known, first=position)
            rows.append((created[-1], item))
            continue
        rows.append((media, item))
        keep.add(media.pk)
        place = f"/media/{position}"
        clean = with_translations("media", item, media.translations, known=known, place=place)
        if assign_media(media, clean, position):
            changed.append(media)
    if len(keep) + len(created) > MAX_MEDIA:
        raise InvalidValue(f"A product has at most {MAX_MEDIA} media.", pointer="/media")
    gone = by_id.keys() - keep
    if gone:
        work.changed_variants(product_id, shown_by(gone))
    remove_unused_files(str(by_id[key].file) for key in gone)
    Media.objects.bulk_create(created)
    take_over({old: new.pk for new, item in rows if (old := item.get("replaces")) in gone})
    Media.objects.filter(pk__in=gone).delete()
    Media.objects.bulk_update(changed, WRITTEN)
    set_to_work(rows)
    return bool(gone or changed or created)

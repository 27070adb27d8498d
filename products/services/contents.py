"""The parts of the product aggregate that are written with it: memberships, media, tags."""

from collections.abc import Iterable, Mapping, Sequence
from uuid import UUID

from catalog_project.models import uuid7
from products.errors import InvalidValue, UnknownReference
from products.models import Media, ProductCategory, Variant
from products.models.media import MAX_MEDIA
from products.models.products import MAX_CATEGORIES, MAX_TAGS
from products.services.files import remove_unused_files
from products.services.values import MediaValues


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


def new_media(product_id: UUID, items: Sequence[MediaValues]) -> list[Media]:
    """Media rows, not stored yet, in the order given."""
    if len(items) > MAX_MEDIA:
        raise InvalidValue(f"A product has at most {MAX_MEDIA} media.", pointer="/media")
    return [_new_media(product_id, item, position) for position, item in enumerate(items)]


def _new_media(product_id: UUID, item: MediaValues, position: int) -> Media:
    media = Media(
        id=uuid7(),
        product_id=product_id,
        source_url=item.get("url", ""),
        alt=item.get("alt", ""),
        variant_id=item.get("variant"),
        position=item.get("position", position),
    )
    if file := item.get("file"):
        media.file.name = file.name
        media.content_type = file.content_type
        media.width, media.height = file.width, file.height
    return media


def ensure_own_variants(product_id: UUID, items: Sequence[MediaValues]) -> None:
    """Raises UnknownReference for a picture that shows another product's variant."""
    wanted = {variant: n for n, item in enumerate(items) if (variant := item.get("variant"))}
    if not wanted:
        return
    own = Variant.objects.filter(product=product_id, pk__in=wanted).values_list("pk", flat=True)
    for missing in sorted(wanted.keys() - set(own)):
        raise UnknownReference(
            "variant of this product", missing, pointer=f"/media/{wanted[missing]}/variant"
        )


def write_media(product_id: UUID, items: Sequence[MediaValues]) -> bool:
    """Make the product's media these, matched by id or URL. Answers whether anything changed.

    An uploaded file is kept by naming its id: its address cannot be written.
    """
    ensure_own_variants(product_id, items)
    existing = list(Media.objects.filter(product_id=product_id))
    by_id = {media.pk: media for media in existing}
    by_url = {media.source_url: media for media in existing if media.source_url}
    keep: set[UUID] = set()
    changed: list[Media] = []
    created: list[Media] = []
    for position, item in enumerate(items):
        media = by_id.get(item["id"]) if "id" in item else by_url.get(item.get("url", ""))
        if media is None and "id" in item:
            raise UnknownReference("media", item["id"], pointer=f"/media/{position}/id")
        if media is None or media.pk in keep:
            row = new_media(product_id, [{**item, "position": item.get("position", position)}])
            created.extend(row)
            continue
        keep.add(media.pk)
        if assign_media(media, item, position):
            changed.append(media)
    if len(keep) + len(created) > MAX_MEDIA:
        raise InvalidValue(f"A product has at most {MAX_MEDIA} media.", pointer="/media")
    gone = by_id.keys() - keep
    remove_unused_files(str(by_id[key].file) for key in gone)
    Media.objects.filter(pk__in=gone).delete()
    Media.objects.bulk_update(changed, ["source_url", "alt", "position", "variant"])
    Media.objects.bulk_create(created)
    return bool(gone or changed or created)


def assign_media(media: Media, item: MediaValues, position: int) -> bool:
    """Answers whether any of the values is new to the row, which is not stored yet."""
    wanted = {
        "alt": item.get("alt", media.alt),
        "variant_id": item.get("variant", media.variant_id),
        "position": item.get("position", position),
    }
    if media.source_url and "url" in item:
        wanted["source_url"] = item["url"]
    changed = {name: value for name, value in wanted.items() if getattr(media, name) != value}
    for name, value in changed.items():
        setattr(media, name, value)
    return bool(changed)

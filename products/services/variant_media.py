"""Which of a product's media show which of its variants, and in which order."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from uuid import UUID

from catalog_project.errors import pointing_at
from products.errors import InvalidValue, UnknownReference
from products.models import Media, Variant, VariantMedia
from products.models.media import MAX_MEDIA
from products.services.rows import insert_rows
from products.services.values import VariantValues

Wanted = Mapping[UUID, Sequence[UUID]]  # variant -> media


class OwnMedia:
    """What a product's media can be called: by id, or by the URL that they came from."""

    def __init__(self, media: Iterable[Media]) -> None:
        self._ids: set[UUID] = set()
        self._urls: dict[str, UUID] = {}
        for row in media:
            self._ids.add(row.pk)
            if row.source_url:
                self._urls.setdefault(row.source_url, row.pk)

    def named(self, names: Sequence[UUID | str]) -> list[UUID]:
        """Each of them once. Raises UnknownReference, InvalidValue."""
        if len(names) > MAX_MEDIA:
            raise InvalidValue(f"A product has at most {MAX_MEDIA} media.", pointer="/media")
        return list(dict.fromkeys(self._one(n, name) for n, name in enumerate(names)))

    def _one(self, place: int, name: UUID | str) -> UUID:
        key = name if isinstance(name, UUID) else self._urls.get(name)
        if key is None or key not in self._ids:
            raise UnknownReference("media of this product", name, pointer=f"/media/{place}")
        return key


def media_of(product_id: UUID) -> OwnMedia:
    return OwnMedia(
        Media.objects.filter(product=product_id).only("id", "source_url").order_by("position", "id")
    )


def links(product_id: UUID, wanted: Wanted) -> list[VariantMedia]:
    """Rows, not stored yet."""
    return [
        VariantMedia(product_id=product_id, variant_id=variant, media_id=key, position=position)
        for variant, keys in wanted.items()
        for position, key in enumerate(keys)
    ]


def links_of_new(
    product_id: UUID,
    variants: Sequence[Variant],
    items: Sequence[VariantValues],
    media: OwnMedia,
) -> list[VariantMedia]:
    """Rows for variants that are new, not stored yet. Raises what OwnMedia.named raises."""
    wanted: dict[UUID, Sequence[UUID]] = {}
    for n, (variant, item) in enumerate(zip(variants, items, strict=True)):
        if item.get("media"):
            with pointing_at(f"/variants/{n}"):
                wanted[variant.pk] = media.named(item["media"])
    return links(product_id, wanted)


def write_links(product_id: UUID, wanted: Wanted) -> bool:
    """Let these media, and no others, show each variant. Answers whether anything changed."""
    return bool(write_all_links({product_id: wanted}))


def write_all_links(wanted_by: Mapping[UUID, Wanted]) -> set[UUID]:
    """The same of the variants of many products. Answers the products that changed."""
    wanted = {variant: keys for each in wanted_by.values() for variant, keys in each.items()}
    if not wanted:
        return set()
    before: dict[UUID, list[UUID]] = defaultdict(list)
    rows = VariantMedia.objects.filter(variant__in=wanted)
    for variant, key in rows.values_list("variant_id", "media_id"):
        before[variant].append(key)
    changed = {key: media for key, media in wanted.items() if list(media) != before[key]}
    if changed:
        VariantMedia.objects.filter(variant__in=changed).delete()
    owners = {key for key, each in wanted_by.items() if not changed.keys().isdisjoint(each)}
    insert_rows(
        row
        for key in owners
        for row in links(key, {each: changed[each] for each in wanted_by[key] if each in changed})
    )
    return owners


def shown_by(media: Iterable[UUID]) -> dict[UUID, set[UUID]]:
    """The variants that any of these show, by product."""
    found: dict[UUID, set[UUID]] = defaultdict(set)
    rows = VariantMedia.objects.filter(media__in=list(media))
    for product, variant in rows.values_list("product_id", "variant_id"):
        found[product].add(variant)
    return found


def take_over(media: Mapping[UUID, UUID]) -> None:
    """Old -> new: what the old ones showed, the new ones show in their place."""
    for old, new in media.items():
        VariantMedia.objects.filter(media=old).update(media=new)

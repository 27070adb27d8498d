"""Slugs for rows that come without one."""

from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from typing import TypeAlias, TypeVar
from uuid import UUID

from django.db.models import F, Func, QuerySet, TextField
from django.utils.text import slugify

from catalog_project.models import uuid7
from products.errors import SlugTaken
from products.models import (
    Brand,
    Category,
    Channel,
    ChannelLocale,
    Collection,
    Document,
    Product,
    ProductType,
)
from products.models.shapes import SLUG_LENGTH

# `/products/bulk` and its siblings are no products.
RESERVED = frozenset({"bulk", "export", "facets"})
_SUFFIX = 9  # a hyphen and eight hexadecimal digits
_TRIES = 3
_TRANSLATED = Func(
    F("translations"),
    template="jsonb_path_query(%(expressions)s, '$.*.slug') #>> '{}'",
    output_field=TextField(),
)
Made = TypeVar("Made")
Slugged: TypeAlias = (
    "QuerySet[Product] | QuerySet[Brand] | QuerySet[Category] | QuerySet[ProductType]"
    " | QuerySet[Channel] | QuerySet[Collection]"
)


def slug_of(name: str) -> str:
    """The name as one URL segment, in its own alphabet; "item" when nothing is left of it."""
    slug = slugify(name, allow_unicode=True)[: SLUG_LENGTH - _SUFFIX].strip("-_")
    try:
        UUID(slug)
    except ValueError:
        return f"item-{slug}" if slug in RESERVED else slug or "item"
    return f"item-{slug}"


def free_slug(model: type[Brand | Category | Channel | Collection | ProductType], name: str) -> str:
    """A slug that nobody has now. The unique constraint has the last word."""
    return free_slugs(model._default_manager.all(), [name])[0]


def free_slugs(
    rows: "Slugged",
    names: Iterable[str],
) -> list[str]:
    """A free slug for each name, in one query; taken ones get a suffix that is new every time."""
    wanted = [slug_of(name) for name in names]
    taken = taken_slugs(rows, wanted)
    slugs = []
    for slug in wanted:
        free = f"{slug}-{uuid7().hex[-8:]}" if slug in taken else slug
        taken.add(free)
        slugs.append(free)
    return slugs


def taken_slugs(
    rows: "Slugged",
    wanted: Sequence[str],
) -> set[str]:
    """Those that rows have, as their own or in some locale; of products, one that is shown."""
    taken = rows.filter(slug__any_of=wanted).order_by().values_list("slug", flat=True)
    if rows.model is Product:
        shown = Document.objects.filter(view__in=ChannelLocale.objects.all(), slug__any_of=wanted)
        live = shown.exclude(status=Product.Status.ARCHIVED).order_by()
        taken = taken.union(live.values_list("slug", flat=True))
    elif rows.model in (Brand, Category, Collection):
        translated = rows.exclude(translations={}).order_by().annotate(there=_TRANSLATED)
        taken = taken.union(translated.values_list("there", flat=True))
    return set(taken)


def with_made_slug(make: Callable[[], Made], *, is_made: bool) -> Made:
    """Call `make`; where it makes up a slug that somebody else takes at that moment, again.

    Whoever did not choose a slug shall not hear that it is taken. Raises SlugTaken for others.
    """
    for _ in range(_TRIES if is_made else 0):
        with suppress(SlugTaken):
            return make()
    return make()

"""Writes of curations: which products the results of a query show first, last, or not at all."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from accounts.actors import Actor
from products.errors import InvalidValue
from products.models import Channel, CuratedProduct, Curation, Product
from products.models.search_rules import MAX_CURATED
from products.search.wording import folded
from products.services.locking import ensure_exist, lock_row
from products.services.synonyms import locale_of
from products.services.unit_of_work import unit_of_work
from products.services.values import CurationValues

PLACES = ("pinned", "buried", "excluded")


def create_curation(*, values: CurationValues, actor: Actor) -> Curation:
    """Raises CurationTwice, UnknownReference, InvalidValue."""
    with unit_of_work(actor) as work:
        curation = Curation(**_stored(values))
        curation.words = _words(curation)
        curation.save(force_insert=True)
        _write_products(curation, _named(values))
        work.created("curation", [curation.pk])
    return curation


def update_curation(
    curation_id: UUID, *, values: CurationValues, expected_version: int | None, actor: Actor
) -> Curation:
    """Write what is named; each list of products is named as a whole, in order.

    Raises NotFound, StaleVersion, CurationTwice, UnknownReference, InvalidValue.
    """
    with unit_of_work(actor) as work:
        curation = lock_row(Curation, curation_id, expected_version=expected_version)
        stored = _stored(values)
        changed = [name for name, value in stored.items() if getattr(curation, name) != value]
        for name in changed:
            setattr(curation, name, stored[name])
        if changed:
            curation.words = _words(curation)
            curation.save(update_fields=[*changed, "words", "updated_at"])
        before = products_of(curation)
        after = before | _named(values)
        if after != before:
            _write_products(curation, after)
        if changed or after != before:
            work.changed("curation", [curation_id])
    curation.refresh_from_db()
    return curation


def delete_curation(curation_id: UUID, *, expected_version: int | None, actor: Actor) -> None:
    """Raises NotFound, StaleVersion."""
    with unit_of_work(actor) as work:
        curation = lock_row(Curation, curation_id, expected_version=expected_version)
        work.deleting("curation", [curation_id])
        curation.delete()


def products_of(curation: Curation) -> dict[str, list[UUID]]:
    """The ids by place, in their order."""
    rows = [(row.place, row.product_id) for row in curation.products.all()]
    return {name: [key for place, key in rows if place == name] for name in PLACES}


def _named(values: CurationValues) -> dict[str, list[UUID]]:
    return {name: list(values[name]) for name in PLACES if name in values}  # type: ignore[literal-required]  # PLACES are keys of the TypedDict


def _stored(values: CurationValues) -> dict[str, Any]:
    stored: dict[str, Any] = {name: value for name, value in values.items() if name not in PLACES}
    if "locale" in stored:
        stored["locale_id"] = locale_of(stored.pop("locale"))
    if "channel" in stored:
        slug = stored.pop("channel")
        stored["channel_id"] = None if slug is None else _channel(slug)
    return stored


def _channel(slug: str) -> UUID:
    key: UUID | None = Channel.objects.filter(slug=slug).values_list("pk", flat=True).first()
    if key is None:
        raise InvalidValue(f"There is no channel {slug[:100]!r}.", pointer="/channel")
    return key


def _words(curation: Curation) -> str:
    (words,) = folded([curation.query])
    if not words:
        raise InvalidValue("The query has no words.", pointer="/query")
    return words


def _write_products(curation: Curation, places: Mapping[str, Sequence[UUID]]) -> None:
    """Exactly these. Raises UnknownReference, InvalidValue."""
    named: dict[UUID, str] = {}
    for place, keys in places.items():
        for n, key in enumerate(keys):
            if key in named:
                raise InvalidValue(f"Product {key} is named twice.", pointer=f"/{place}/{n}")
            named[key] = f"/{place}/{n}"
    if not 1 <= len(named) <= MAX_CURATED:
        raise InvalidValue(f"Name 1 to {MAX_CURATED} products in all.", pointer="/pinned")
    ensure_exist(Product, set(named), pointer=named.__getitem__)
    curation.products.all().delete()
    CuratedProduct.objects.bulk_create(
        CuratedProduct(curation=curation, product_id=key, place=place, position=n)
        for place, keys in places.items()
        for n, key in enumerate(keys)
    )

"""Writes of synonyms."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from accounts.actors import Actor
from products.errors import InvalidValue
from products.models import Locale, Synonym
from products.search.wording import folded, without_stems
from products.services.locking import lock_row
from products.services.stamping import renew_stamp
from products.services.unit_of_work import unit_of_work
from products.services.values import SynonymValues

MAX_SYNONYMS = 1_000  # of a locale: every process keeps them in memory
MAX_WORDS = 8  # of a phrase


def create_synonym(*, values: SynonymValues, actor: Actor) -> Synonym:
    """Raises InvalidValue."""
    with unit_of_work(actor) as work:
        renew_stamp()
        synonym = Synonym(**_stored(values))
        if Synonym.objects.filter(locale=synonym.locale_id).count() >= MAX_SYNONYMS:
            raise InvalidValue(f"A locale has at most {MAX_SYNONYMS} synonyms.", pointer="/locale")
        _ensure_meaning(synonym)
        synonym.save(force_insert=True)
        work.created("synonym", [synonym.pk])
    return synonym


def update_synonym(
    synonym_id: UUID, *, values: SynonymValues, expected_version: int | None, actor: Actor
) -> Synonym:
    """Write what is named. Raises NotFound, StaleVersion, InvalidValue."""
    with unit_of_work(actor) as work:
        renew_stamp()
        synonym = lock_row(Synonym, synonym_id, expected_version=expected_version)
        stored = _stored(values)
        changed = [name for name, value in stored.items() if getattr(synonym, name) != value]
        for name in changed:
            setattr(synonym, name, stored[name])
        if changed:
            _ensure_meaning(synonym)
            synonym.save(update_fields=[*changed, "updated_at"])
            work.changed("synonym", [synonym_id])
    synonym.refresh_from_db()
    return synonym


def delete_synonym(synonym_id: UUID, *, expected_version: int | None, actor: Actor) -> None:
    """Raises NotFound, StaleVersion."""
    with unit_of_work(actor) as work:
        renew_stamp()
        synonym = lock_row(Synonym, synonym_id, expected_version=expected_version)
        work.deleting("synonym", [synonym_id])
        synonym.delete()


def _stored(values: SynonymValues) -> dict[str, Any]:
    stored: dict[str, Any] = {**values}
    if "locale" in stored:
        stored["locale_id"] = locale_of(stored.pop("locale"))
    return stored


def locale_of(code: str) -> UUID:
    """Raises InvalidValue."""
    key: UUID | None = Locale.objects.filter(code=code).values_list("pk", flat=True).first()
    if key is None:
        there = ", ".join(Locale.objects.order_by("code").values_list("code", flat=True))
        raise InvalidValue(
            f"There is no locale {code[:50]!r}. There are: {there}.", pointer="/locale"
        )
    return key


def _ensure_meaning(synonym: Synonym) -> None:
    _ensure_phrases(synonym.phrases, "phrases", synonym.locale_id)
    _ensure_phrases(synonym.means, "means", synonym.locale_id)
    if len(synonym.phrases) < 2 and not synonym.means:
        raise InvalidValue(
            "Give at least two phrases that mean the same, or what the one means.",
            pointer="/phrases",
        )


def _ensure_phrases(phrases: Sequence[str], name: str, locale: UUID) -> None:
    found = folded(phrases)
    for n in without_stems(found, locale):
        raise InvalidValue(
            f"{phrases[n]!r} has no word that search looks for.", pointer=f"/{name}/{n}"
        )
    for n, words in enumerate(found):
        if words.count(" ") >= MAX_WORDS:
            raise InvalidValue(f"At most {MAX_WORDS} words.", pointer=f"/{name}/{n}")
        if words in found[:n]:
            raise InvalidValue(f"{phrases[n]!r} is given twice.", pointer=f"/{name}/{n}")

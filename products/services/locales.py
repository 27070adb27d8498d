"""Writes of locales: the languages that texts may be in."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from accounts.actors import Actor
from products.errors import InvalidValue, StillInUse
from products.models import ChannelLocale, Curation, Locale, Synonym
from products.models.channels import MAX_STOP_WORDS
from products.search.wording import folded
from products.services.keyed_values import settle_keyed_losses
from products.services.locking import lock_row
from products.services.stamping import renew_stamp
from products.services.unit_of_work import unit_of_work
from products.services.values import LocaleValues

MAX_LOCALES = 200
MAX_FALLBACKS = 8  # from a locale down its chain; documents follow it


def create_locale(*, values: LocaleValues, actor: Actor) -> Locale:
    """No document shows it until a channel has it. Raises CodeTaken, InvalidValue."""
    with unit_of_work(actor, renames=True) as work:
        if Locale.objects.count() >= MAX_LOCALES:
            raise InvalidValue(f"At most {MAX_LOCALES} locales.")
        locale = Locale.objects.create(**_stored(values))
        _ensure_chain(locale)
        work.created("locale", [locale.pk])
        renew_stamp()
    return locale


def update_locale(
    locale_id: UUID, *, values: LocaleValues, expected_version: int | None, actor: Actor
) -> Locale:
    """Write what is named. With another fallback, the documents of all products follow.

    Raises NotFound, StaleVersion, CodeTaken, InvalidValue, and StillInUse where texts or values
    are kept under the old code.
    """
    with unit_of_work(actor, renames=True) as work:
        locale = lock_row(Locale, locale_id, expected_version=expected_version)
        stored = _stored(values)
        changed = {name: value for name, value in stored.items() if getattr(locale, name) != value}
        if "code" in changed:
            _ensure_unused(locale.code)
        for name, value in changed.items():
            setattr(locale, name, value)
        if changed:
            locale.save(update_fields=[*changed, "updated_at"])
            work.changed("locale", [locale_id])
            renew_stamp()
        if "fallback_id" in changed:
            _ensure_chain(locale)
            if ChannelLocale.objects.exclude(locale__is_default=True).exists():
                work.reprint_everything()
    locale.refresh_from_db()
    return locale


def delete_locale(
    locale_id: UUID, *, expected_version: int | None, actor: Actor, accept_loss: bool = False
) -> None:
    """With the texts and values in it. Raises NotFound, StaleVersion, StillInUse,
    ValuesWouldBeLost."""
    with unit_of_work(actor, renames=True) as work:
        locale = lock_row(Locale, locale_id, expected_version=expected_version)
        if locale.is_default:
            raise StillInUse("The texts of the catalog itself are in it: rename it instead.")
        if slugs := _names(ChannelLocale, "channel__slug", locale=locale):
            raise StillInUse(f"Channels show it ({slugs}): take it out of them first.")
        if codes := _names(Locale, "code", fallback=locale):
            raise StillInUse(f"Locales fall back to it ({codes}): give them another one first.")
        _ensure_no_search_rules(locale)
        settle_keyed_losses(work, locale=locale.code, accept_loss=accept_loss)
        work.deleting("locale", [locale_id])
        locale.delete()
        renew_stamp()


def _names(model: type[ChannelLocale] | type[Locale], name: str, **where: Any) -> str:
    rows = model._default_manager.filter(**where).order_by(name)
    return ", ".join(rows.values_list(name, flat=True))


def _stored(values: LocaleValues) -> dict[str, Any]:
    """The fallback by its key. Raises InvalidValue where there is no such locale."""
    stored: dict[str, Any] = {**values}
    if "stop_words" in stored:
        stored["stop_words"] = _stop_words(stored["stop_words"])
    if "fallback" in stored:
        code = stored.pop("fallback")
        stored["fallback_id"] = None if code is None else _key(code)
    return stored


def _stop_words(texts: Sequence[str]) -> list[str]:
    """As search reads them, each once. Raises InvalidValue."""
    found = folded(texts)
    for n, words in enumerate(found):
        if not words or " " in words:
            raise InvalidValue(f"{texts[n][:60]!r} is not one word.", pointer=f"/stop_words/{n}")
    if len(found) > MAX_STOP_WORDS:
        raise InvalidValue(f"At most {MAX_STOP_WORDS} stop words.", pointer="/stop_words")
    return sorted(set(found))


def _ensure_no_search_rules(locale: Locale) -> None:
    for noun, rows in (("Synonyms", Synonym.objects), ("Curations", Curation.objects)):
        if rows.filter(locale=locale).exists():
            raise StillInUse(f"{noun} are kept for it: delete them first.")


def _key(code: str) -> UUID:
    known: Mapping[str, UUID] = dict(Locale.objects.order_by().values_list("code", "pk"))
    if code not in known:
        raise InvalidValue(
            f"There is no locale {code[:50]!r}. There are: {', '.join(sorted(known))}.",
            pointer="/fallback",
        )
    return known[code]


def _ensure_chain(locale: Locale) -> None:
    """Its chain of fallbacks ends, and so do those that lead to it. Nobody else writes one now."""
    fallbacks = dict(Locale.objects.order_by().values_list("pk", "fallback"))
    for first in fallbacks:
        seen = [first]
        while (following := fallbacks[seen[-1]]) is not None:
            if following in seen:
                raise InvalidValue("The fallbacks would go round in a circle.", pointer="/fallback")
            seen.append(following)
        if len(seen) > MAX_FALLBACKS + 1 and locale.pk in seen:
            raise InvalidValue(
                f"A chain has at most {MAX_FALLBACKS} fallbacks.", pointer="/fallback"
            )


def _ensure_unused(code: str) -> None:
    settle_keyed_losses(
        None,
        locale=code,
        refusal="Texts or values are kept under its code ({values} of {products} products): "
        "make another locale and move them.",
    )

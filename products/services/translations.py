"""Translations of texts: judged and merged in one place for API, admin and commands.

The texts of a row itself are in the default locale; `translations` holds those of all others.
"""

from collections.abc import Iterable, Mapping
from typing import Any, TypeVar
from uuid import UUID

from catalog_project.api.pointers import escape
from products.documents.variants import OPTION_TEXTS
from products.errors import InvalidValue
from products.models import Locale
from products.models.shapes import SLUG_LENGTH
from products.services.option_texts import ensure_option_text
from products.services.redirects import keep_old_slugs
from products.services.values import TranslationChanges, Translations

MAX_DESCRIPTION = 100_000
# Noun -> its texts, and how long each may be.
TEXTS: Mapping[str, Mapping[str, int]] = {
    "product": {
        "name": 500,
        "description": MAX_DESCRIPTION,
        "slug": SLUG_LENGTH,
        "seo_title": 200,
        "seo_description": 500,
    },
    "brand": {"name": 200, "description": MAX_DESCRIPTION, "slug": SLUG_LENGTH},
    "category": {"name": 200, "description": MAX_DESCRIPTION, "slug": SLUG_LENGTH},
    "collection": {
        "name": 200,
        "description": MAX_DESCRIPTION,
        "slug": SLUG_LENGTH,
        "seo_title": 200,
        "seo_description": 500,
    },
    "media": {"alt": 500},
    "producttype": {"name": 200},
    "taxclass": {"name": 200},
    "relationkind": {"name": 200},
}
NEVER_BLANK = ("name", "slug")
NAMED = {"translations", "translation_changes"}
KnownLocales = Mapping[str, bool]  # code -> whether it is the default
Values = TypeVar("Values", bound=Mapping[str, Any])


def locales_for(items: Iterable[Mapping[str, Any]]) -> KnownLocales | None:
    """All locales, read once for any number of writes; None where none of them needs any."""
    return _all_locales() if any(NAMED & item.keys() for item in items) else None


def with_translations(
    noun: str,
    values: Values,
    stored: Translations | None = None,
    *,
    known: KnownLocales | None = None,
    place: str = "",
) -> Values:
    """The write with all its translations as they shall be stored.

    Raises InvalidValue with a pointer below `place`.
    """
    if not values.keys() & NAMED:
        return values
    plain: dict[str, Any] = {**values}
    changes: TranslationChanges = plain.pop("translation_changes", {})
    given: TranslationChanges = plain.get("translations", {})
    if codes := {*changes, *given}:
        _ensure_locales(codes, _all_locales() if known is None else known, place)
    merged = merge(given if "translations" in values else stored or {}, changes)
    for locale, texts in merged.items():
        for name, text in texts.items():
            _ensure_text(noun, name, text, f"{place}/translations/{escape(locale)}/{escape(name)}")
    plain["translations"] = merged
    return plain  # type: ignore[return-value]  # of the same TypedDict


def merge(texts: TranslationChanges, changes: TranslationChanges) -> Translations:
    """RFC 7396, by locale and by text; a locale without a text is not kept."""
    merged: dict[str, dict[str, str]] = {}
    for locale in {**texts, **changes}:
        if locale in changes and changes[locale] is None:
            continue
        both = {**(texts.get(locale) or {}), **(changes.get(locale) or {})}
        if left := {name: text for name, text in both.items() if text is not None}:
            merged[locale] = left
    return merged


def keep_old_translated_slugs(noun: str, key: UUID, old: Translations, new: Translations) -> None:
    """Send whoever asks for a slug that a locale had until now on to the row."""
    keep_all_old_translated_slugs(noun, [(key, old, new)])


def keep_all_old_translated_slugs(
    noun: str, rows: Iterable[tuple[UUID, Translations, Translations]]
) -> None:
    """The same of many rows: a statement for each locale, not for each row."""
    gone: dict[str, dict[UUID, str]] = {}
    for key, old, new in rows:
        for locale, texts in old.items():
            if "slug" in texts and new.get(locale, {}).get("slug") != texts["slug"]:
                gone.setdefault(locale, {})[key] = texts["slug"]
    if not gone:
        return
    ids = dict(Locale.objects.filter(code__in=gone).order_by().values_list("code", "pk"))
    for code, slugs in gone.items():
        if code in ids:
            keep_old_slugs(noun, slugs, locale_id=ids[code])


def _all_locales() -> KnownLocales:
    return dict(Locale.objects.order_by().values_list("code", "is_default"))


def _ensure_locales(wanted: set[str], known: KnownLocales, place: str) -> None:
    there = ", ".join(sorted(code for code, is_default in known.items() if not is_default))
    for code in sorted(wanted):
        pointer = f"{place}/translations/{escape(code)}"
        if code not in known:
            raise InvalidValue(
                f"There is no locale {code[:50]!r} to translate into. There are: {there or '-'}.",
                pointer=pointer,
            )
        if known[code]:
            raise InvalidValue(
                f"{code} is the default locale: write its texts into the fields themselves.",
                pointer=pointer,
            )


def _ensure_text(noun: str, name: str, text: object, pointer: str) -> None:
    lengths = TEXTS[noun]
    if noun == "product" and name.startswith(OPTION_TEXTS):
        ensure_option_text(name, text, pointer)
        return
    if name not in lengths:
        raise InvalidValue(
            f"{name[:50]!r} has no translations. There are: {', '.join(lengths)}.", pointer=pointer
        )
    if not isinstance(text, str) or len(text) > lengths[name]:
        raise InvalidValue(f"Give a text of at most {lengths[name]} characters.", pointer=pointer)
    if name in NEVER_BLANK and not text.strip():
        raise InvalidValue(f"A {name} is never blank: leave it out, or give null.", pointer=pointer)
    if name == "slug" and not _is_slug(text):
        raise InvalidValue(
            "A slug has letters, digits, hyphens and underscores only, and is no UUID.",
            pointer=pointer,
        )


def _is_slug(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return all(character.isalnum() or character in "-_" for character in text)
    return False

"""Locales as other systems write them."""

import re
from collections.abc import Sequence


def locale_of(name: str) -> str | None:
    """de_DE, de-de or DE -> de-DE or de; None for what is no locale."""
    found = re.fullmatch(r"([A-Za-z]{2,3})(?:[_-]([A-Za-z]{4}))?(?:[_-]([A-Za-z]{2}|\d{3}))?", name)
    if not found or (len(found[1]) == 3 and not (found[2] or found[3])):
        return None
    parts = [found[1].lower(), (found[2] or "").capitalize(), (found[3] or "").upper()]
    return "-".join(part for part in parts if part)


def first_locale(locales: Sequence[str], wanted: str) -> str:
    """Of the texts: the one that is wanted, else English, else the first."""
    ours = {locale: locale_of(locale) or "" for locale in locales}
    for is_exact in (True, False):
        for locale, code in ours.items():
            if wanted and (code == wanted if is_exact else code.startswith(wanted)):
                return locale
    english = [locale for locale, code in ours.items() if code.startswith("en")]
    locales = english or locales
    return locales[0] if locales else ""

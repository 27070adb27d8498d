"""Names and values of options in another locale, a line for each: Color/Red = Rot."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.db import connection
from unfold.widgets import UnfoldAdminTextareaWidget

from catalog_project.api.pointers import escape
from products.admin.asked_once import asked_once
from products.admin.text_fields import ParsedField
from products.documents.variants import OPTION_TEXTS

FIELD = "options"
# More lines than these are no box of text: those words are for programs.
MOST_LINES = 200

_VALUES = """
    SELECT pair.key, pair.value FROM products_variant v, jsonb_each_text(v.options) pair
     WHERE v.product_id = %s GROUP BY 1, 2 ORDER BY min(v.position), 2 LIMIT %s
"""


class OptionWordsField(ParsedField):
    """Text of a translation -> the word, which is empty where there is none yet."""

    widget = UnfoldAdminTextareaWidget
    empty: Mapping[str, str] = {}

    def __init__(self, keys: Sequence[str], **options: Any) -> None:
        super().__init__(required=False, label="Options", **options)
        self.keys = keys

    def parse(self, text: str) -> dict[str, str]:
        words: dict[str, str] = {}
        for line in filter(str.strip, text.split("\n")):
            found = [key for key in self.keys if self._word(key, line) is not None]
            if not found:
                raise forms.ValidationError(
                    f"Write “Color = Farbe” or “Color/Red = Rot” on each line: {line.strip()[:80]}"
                )
            key = max(found, key=len)  # a name may have an equals sign, too
            words[key] = self._word(key, line) or ""
        return {key: word for key, word in words.items() if word}

    def _word(self, key: str, line: str) -> str | None:
        """What the line says of the key, if it speaks of that."""
        left = key.removeprefix(OPTION_TEXTS)
        rest = line.strip().removeprefix(left).lstrip()
        is_meant = line.strip().startswith(left) and rest.startswith("=")
        return rest[1:].strip() if is_meant else None

    def show(self, value: Mapping[str, str]) -> str:
        left = {key: key.removeprefix(OPTION_TEXTS) for key in self.keys}
        return "\n".join(f"{left[key]} = {value.get(key, '')}".rstrip() for key in self.keys)


def option_keys(request: Any, product: Any) -> Sequence[str]:
    """What words are written for, in the order of the options. Asked once for a page."""
    if product is None:
        return ()
    return asked_once(request, "option_keys", lambda: _keys(product))


def _keys(product: Any) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(_VALUES, [product.pk, MOST_LINES])
        pairs = cursor.fetchall()
    keys = []
    for name in product.option_names:
        key = f"{OPTION_TEXTS}{escape(name)}"
        keys += [key, *(f"{key}/{escape(value)}" for each, value in pairs if each == name)]
    in_a_line = [key for key in keys if key == " ".join(key.split())]
    return in_a_line[:MOST_LINES]


def shown_words(keys: Sequence[str], texts: Mapping[str, str]) -> dict[str, str]:
    return {key: texts[key] for key in keys if key in texts}


def changed_words(before: Mapping[str, str], now: Mapping[str, str]) -> dict[str, str | None]:
    names = [*before, *(name for name in now if name not in before)]
    return {name: now.get(name) for name in names if before.get(name) != now.get(name)}

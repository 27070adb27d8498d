"""Which words of a result were looked for: in its name, and in parts of its description.

A word is marked where its stem is one of the query's, so "mugs" marks "Mug". Stems come from the
database, which has the stemmers, and are remembered: most words of a page have been seen before.
"""

import html
import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from catalog_project.ops.statements import fetch
from products.documents.views import View
from products.search.folding import CONFIGURED_VIEWS, words_of

LONGEST_TEXT = 5_000  # characters of a description that are looked at
LONGEST_FRAGMENT = 160
MOST_FRAGMENTS = 2
LEAD = 40  # characters of a fragment before the first word that is marked
MOST_REMEMBERED = 20_000  # words
MARKUP = re.compile("<[^<>]*>")

# Letters, digits and the marks upon them; signs of Chinese and Japanese are a word each.
_SIGNS = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff"
_MARKS = "".join(
    re.escape(chr(code))
    for code in (*range(0x300, 0x1F000), *range(0xE0100, 0xE01F0))  # between, there are none
    if unicodedata.category(chr(code)) in ("Mn", "Mc")
)
_LETTER = rf"[^\W_{_SIGNS}]"
WORD = re.compile(rf"[{_SIGNS}]|{_LETTER}(?:{_LETTER}|[{_MARKS}]|\.(?=[0-9]))*")


class Piece(NamedTuple):
    """A part of a text, as it is."""

    text: str
    is_match: bool


@dataclass(frozen=True, slots=True)
class Highlight:
    name: list[Piece]
    description: list[list[Piece]]  # fragments in their order; none where nothing matches


def highlights(
    texts: Sequence[tuple[str, str]], stems: frozenset[str], view: View
) -> list[Highlight]:
    """Of names and descriptions (HTML). One statement where they have words that nobody has asked
    for before, else none."""
    plain = [(name, plain_text(description)) for name, description in texts]
    words = {found[0] for pair in plain for text in pair for found in WORD.finditer(text)}
    known = _stems_of(words, view)
    wanted = {word for word in words if stems.intersection(known[word])}
    return [
        Highlight(pieces(name, _places(name, wanted)), list(_fragments(description, wanted, known)))
        for name, description in plain
    ]


def plain_text(description: str) -> str:
    """The text of the beginning of some HTML, with single blanks."""
    text = html.unescape(MARKUP.sub(" ", description[: 4 * LONGEST_TEXT]))
    return " ".join(text.split())[:LONGEST_TEXT]


def pieces(text: str, places: Iterable[tuple[int, int]]) -> list[Piece]:
    """The whole text, cut at these places of matches."""
    found, end = [], 0
    for start, stop in places:
        found += [Piece(text[end:start], False), Piece(text[start:stop], True)]
        end = stop
    return [piece for piece in (*found, Piece(text[end:], False)) if piece.text]


def _places(text: str, wanted: set[str]) -> list[tuple[int, int]]:
    return [found.span() for found in WORD.finditer(text) if found[0] in wanted]


def _fragments(
    text: str, wanted: set[str], known: dict[str, tuple[str, ...]]
) -> Iterator[list[Piece]]:
    """Those with most different stems, in the order of the text."""
    places = _places(text, wanted)
    windows = {_window(text, start) for start, _ in places}

    def worth(window: tuple[int, int]) -> tuple[int, int]:
        inside = (text[a:b] for a, b in places if window[0] <= a and b <= window[1])
        return (-len({known[word] for word in inside}), window[0])

    chosen: list[tuple[int, int]] = []
    for start, end in sorted(windows, key=worth):
        is_apart = all(end <= other[0] or start >= other[1] for other in chosen)
        if is_apart and len(chosen) < MOST_FRAGMENTS:
            chosen.append((start, end))
    for start, end in sorted(chosen):
        inside = [(a - start, b - start) for a, b in places if start <= a and b <= end]
        found = pieces(text[start:end], inside)
        before = [Piece("… ", False)] if start else []
        behind = [Piece(" …", False)] if end < len(text) else []
        yield [*before, *found, *behind]


def _window(text: str, start: int) -> tuple[int, int]:
    """Around the match that begins there; its ends are between words."""
    first = max(0, start - LEAD)
    if first:
        first = text.find(" ", first, start) + 1 or start
    last = first + LONGEST_FRAGMENT
    if last >= len(text):
        return first, len(text)
    return first, max(text.rfind(" ", start, last), start + 1) if " " in text[start:last] else last


class Memory:
    """Stems by locale and word; all are forgotten when there are too many."""

    stems: dict[tuple[str, str], tuple[str, ...]] = {}


def _stems_of(words: set[str], view: View) -> dict[str, tuple[str, ...]]:
    memory, locale = Memory.stems, view.locale
    found = {word: memory[locale, word] for word in words if (locale, word) in memory}
    if new := sorted(words - found.keys()):
        rows = fetch(_stems_sql(view.number), [new])
        read = {
            (word or b"").decode(): tuple((stems or b"").decode().split()) for word, stems in rows
        }
        found |= read
        if len(memory) + len(read) > MOST_REMEMBERED:
            memory = Memory.stems = {}
        memory |= {(locale, word): stems for word, stems in read.items()}
    return found


@lru_cache(maxsize=256)
def _stems_sql(view: int) -> str:
    return f"""
    SELECT asked.word,
           array_to_string(tsvector_to_array(to_tsvector(view.config, clean.text)), ' ')
      FROM (SELECT id, config FROM {CONFIGURED_VIEWS} view WHERE id = {view:d}) view
     CROSS JOIN unnest($1::text[]) asked(word)
     CROSS JOIN LATERAL (SELECT {words_of("asked.word")} AS text OFFSET 0) clean
    """
